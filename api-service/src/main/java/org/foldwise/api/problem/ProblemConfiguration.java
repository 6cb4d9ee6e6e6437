package org.foldwise.api.problem;

import org.apache.catalina.core.StandardHost;
import org.foldwise.registry.Ids;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.security.web.firewall.RequestRejectedHandler;

/** Brings problems to the places that Spring MVC does not reach: the container, the firewall, the first filter. */
@Configuration(proxyBeanMethods = false)
class ProblemConfiguration {
    @Bean
    FilterRegistrationBean<RequestIdFilter> requestIdFilter(Ids ids) {
        FilterRegistrationBean<RequestIdFilter> registration =
                new FilterRegistrationBean<>(new RequestIdFilter(ids::next));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    RequestRejectedHandler requestRejectedHandler(ProblemWriter writer) {
        return (request, response, rejection) -> writer.write(
                request,
                response,
                ProblemType.MALFORMED_REQUEST,
                "The request's path, method or a header holds characters that are not accepted.");
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemReports() {
        return factory -> factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ProblemReportValve.class.getName());
            }
        });
    }
}
