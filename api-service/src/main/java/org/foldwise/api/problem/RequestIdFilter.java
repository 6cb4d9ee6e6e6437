package org.foldwise.api.problem;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives each request an id that appears in its answer, in its problem and in every log line about it. A client's own id is
 * kept if it is harmless.
 */
final class RequestIdFilter extends OncePerRequestFilter {
    static final String HEADER = "X-Request-Id";

    private static final String ATTRIBUTE = RequestIdFilter.class.getName();
    private static final String LOG_KEY = "request";
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9-]{1,64}");

    private final Supplier<UUID> ids;

    RequestIdFilter(Supplier<UUID> ids) {
        this.ids = ids;
    }

    /** The id of the request, {@code unknown} where it failed before it got one. */
    static String of(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof String id ? id : "unknown";
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String id = idFor(request.getHeader(HEADER));
        request.setAttribute(ATTRIBUTE, id);
        response.setHeader(HEADER, id);
        MDC.put(LOG_KEY, id);
        try {
            chain.doFilter(request, response);
        } finally {
            MDC.remove(LOG_KEY);
        }
    }

    private String idFor(@Nullable String claimed) {
        return claimed != null && HARMLESS.matcher(claimed).matches()
                ? claimed
                : ids.get().toString();
    }
}
