package org.foldwise.api.idempotency;

import org.foldwise.api.problem.ProblemWriter;
import org.foldwise.registry.idempotency.IdempotencyRecords;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/** Puts the filter behind the security chain, which tells it who is asking. */
@Configuration(proxyBeanMethods = false)
class IdempotencyConfiguration {
    @Bean
    FilterRegistrationBean<IdempotencyFilter> idempotencyFilter(
            @Qualifier("requestMappingHandlerMapping") ObjectProvider<RequestMappingHandlerMapping> mapping,
            IdempotencyRecords records,
            PlatformTransactionManager transactions,
            ProblemWriter problems,
            @Qualifier("handlerExceptionResolver") ObjectProvider<HandlerExceptionResolver> exceptions,
            JsonMapper mapper) {
        FilterRegistrationBean<IdempotencyFilter> registration = new FilterRegistrationBean<>(new IdempotencyFilter(
                new IdempotentRoutes(mapping),
                records,
                new TransactionTemplate(transactions),
                problems,
                exceptions,
                mapper));
        registration.addUrlPatterns("/api/*");
        registration.setOrder(SecurityFilterProperties.DEFAULT_FILTER_ORDER + 1);
        return registration;
    }
}
