package org.foldwise.api.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.foldwise.registry.access.ApiKeyVerification;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Recognises the bearer of an API key. Whoever shows none, or one that is not good, stays nobody: the rules decide what that
 * means, so that an unknown, a wrong, an expired and a revoked key are answered alike. A second filter beside this one may
 * recognise tokens of an identity provider in the same way.
 */
final class ApiKeyFilter extends OncePerRequestFilter {
    private static final String SCHEME = "Bearer ";
    private static final int MAXIMUM_LENGTH = 200;

    private final ApiKeyVerification keys;
    private final HandlerExceptionResolver failures;

    /**
     * @param keys tells whose key it is
     * @param failures answers where that cannot be told, such as without the database, as it answers what controllers throw
     */
    ApiKeyFilter(ApiKeyVerification keys, HandlerExceptionResolver failures) {
        this.keys = keys;
        this.failures = failures;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Caller> shown;
        try {
            shown = shownKey(request).flatMap(keys::verify).map(Caller::of);
        } catch (RuntimeException e) {
            if (response.isCommitted() || failures.resolveException(request, response, null, e) == null) {
                throw e;
            }
            return;
        }
        shown.ifPresent(caller -> {
            SecurityContext context = SecurityContextHolder.createEmptyContext();
            context.setAuthentication(new ApiKeyAuthentication(caller));
            SecurityContextHolder.setContext(context);
        });
        chain.doFilter(request, response);
    }

    /** Also for the second half of an asynchronous request, such as a stream of events, which is dispatched anew. */
    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    private static Optional<String> shownKey(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        boolean bearer = header != null
                && header.length() <= MAXIMUM_LENGTH
                && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer ? Optional.of(header.substring(SCHEME.length())) : Optional.empty();
    }
}
