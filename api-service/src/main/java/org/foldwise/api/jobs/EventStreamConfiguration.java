package org.foldwise.api.jobs;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.ValueConstants;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.annotation.AbstractNamedValueMethodArgumentResolver;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Gives operations that stream events their {@link LastEventId}. */
@Configuration(proxyBeanMethods = false)
class EventStreamConfiguration implements WebMvcConfigurer {
    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new LastEventIdResolver());
    }

    private static final class LastEventIdResolver extends AbstractNamedValueMethodArgumentResolver {
        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.hasParameterAnnotation(LastEventId.class);
        }

        @Override
        protected NamedValueInfo createNamedValueInfo(MethodParameter parameter) {
            return new NamedValueInfo(LastEventId.HEADER, false, ValueConstants.DEFAULT_NONE);
        }

        @Override
        protected @Nullable Object resolveName(String name, MethodParameter parameter, NativeWebRequest request) {
            return request.getHeader(name);
        }
    }
}
