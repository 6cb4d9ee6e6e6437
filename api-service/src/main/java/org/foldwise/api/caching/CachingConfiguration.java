package org.foldwise.api.caching;

import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CachingConfiguration {
    @Bean
    FilterRegistrationBean<PollingTagFilter> pollingTagFilter() {
        FilterRegistrationBean<PollingTagFilter> registration = new FilterRegistrationBean<>(new PollingTagFilter());
        registration.addUrlPatterns("/api/*");
        registration.setOrder(SecurityFilterProperties.DEFAULT_FILTER_ORDER + 2);
        return registration;
    }
}
