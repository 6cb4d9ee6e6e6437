package org.foldwise.api.caching;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/**
 * Tags every JSON answer to a GET by its content and answers 304 to who has it already. Streams and files are left alone: files carry
 * their own digest.
 */
final class PollingTagFilter extends ShallowEtagHeaderFilter {
    private static final List<String> UNTAGGED = List.of("/events", "/content", "/bundle", "/onnx");

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getRequestURI();
        return !request.getMethod().equals("GET") || UNTAGGED.stream().anyMatch(path::endsWith);
    }
}
