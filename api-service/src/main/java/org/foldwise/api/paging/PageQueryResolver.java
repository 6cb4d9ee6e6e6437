package org.foldwise.api.paging;

import java.util.List;
import org.foldwise.api.problem.RefusedException;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Gives controllers their {@link PageQuery}. */
@Configuration(proxyBeanMethods = false)
class PageQueryResolver implements HandlerMethodArgumentResolver, WebMvcConfigurer {
    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == PageQuery.class;
    }

    @Override
    public PageQuery resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        return new PageQuery(pageSize(request.getParameter("pageSize")), request.getParameter("pageToken"));
    }

    private static int pageSize(@Nullable String given) {
        if (given == null) {
            return PageQuery.DEFAULT_SIZE;
        }
        try {
            int size = Integer.parseInt(given);
            if (size >= 1 && size <= PageQuery.MAXIMUM_SIZE) {
                return size;
            }
        } catch (NumberFormatException e) {
            // falls through to the same refusal as a number out of range
        }
        throw RefusedException.invalid("/pageSize", "must be an integer from 1 to " + PageQuery.MAXIMUM_SIZE);
    }
}
