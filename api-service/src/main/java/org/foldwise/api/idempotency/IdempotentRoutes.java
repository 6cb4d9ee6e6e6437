package org.foldwise.api.idempotency;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/** Knows which operation a request goes to. */
final class IdempotentRoutes {
    private static final Logger log = LoggerFactory.getLogger(IdempotentRoutes.class);

    private final ObjectProvider<RequestMappingHandlerMapping> mapping;

    IdempotentRoutes(ObjectProvider<RequestMappingHandlerMapping> mapping) {
        this.mapping = mapping;
    }

    /** The operation, if there is one that takes the request. */
    Optional<HandlerMethod> operation(HttpServletRequest request) {
        if (!ServletRequestPathUtils.hasParsedRequestPath(request)) {
            ServletRequestPathUtils.parseAndCache(request);
        }
        try {
            HandlerExecutionChain handler = mapping.getObject().getHandler(request);
            return handler != null && handler.getHandler() instanceof HandlerMethod method
                    ? Optional.of(method)
                    : Optional.empty();
        } catch (Exception e) {
            // whoever handles the request will find the words for that
            log.debug("no operation for a request with an idempotency key", e);
            return Optional.empty();
        }
    }
}
