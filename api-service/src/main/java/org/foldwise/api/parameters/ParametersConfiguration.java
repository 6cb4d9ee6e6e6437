package org.foldwise.api.parameters;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Puts the check in front of every operation. */
@Configuration(proxyBeanMethods = false)
class ParametersConfiguration implements WebMvcConfigurer {
    private final ObjectProvider<RequestMappingHandlerMapping> mapping;

    ParametersConfiguration(
            @Qualifier("requestMappingHandlerMapping") ObjectProvider<RequestMappingHandlerMapping> mapping) {
        this.mapping = mapping;
    }

    @Override
    public void addInterceptors(InterceptorRegistry interceptors) {
        interceptors
                .addInterceptor(new QueryCheck(() -> OperationParameters.of(mapping.getObject())))
                .addPathPatterns("/api/**");
    }
}
