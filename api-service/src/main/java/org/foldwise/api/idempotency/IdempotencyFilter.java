package org.foldwise.api.idempotency;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.ProblemWriter;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.security.Caller;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.idempotency.IdempotencyOutcome;
import org.foldwise.registry.idempotency.IdempotencyRecords;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.util.ContentCachingResponseWrapper;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers a repeated request as it was answered first. What the request does and the record of its answer are one transaction:
 * after a crash either both are there, and the repetition gets the answer, or neither is, and it starts afresh. Only successes
 * are recorded; a request that was refused changed nothing and may be repeated as it is.
 */
final class IdempotencyFilter extends OncePerRequestFilter {
    private static final Logger log = LoggerFactory.getLogger(IdempotencyFilter.class);

    static final String HEADER = "Idempotency-Key";
    static final String REPLAYED_HEADER = "Idempotency-Replayed";

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final int MAXIMUM_BODY = 1024 * 1024;
    private static final Duration ABANDONED_AFTER = Duration.ofMinutes(2);
    private static final List<String> RECORDED_HEADERS =
            List.of(HttpHeaders.LOCATION, HttpHeaders.ETAG, HttpHeaders.CONTENT_TYPE, HttpHeaders.CACHE_CONTROL);

    private final IdempotentRoutes routes;
    private final IdempotencyRecords records;
    private final TransactionTemplate transaction;
    private final ProblemWriter problems;
    private final ObjectProvider<HandlerExceptionResolver> exceptions;
    private final JsonMapper mapper;

    IdempotencyFilter(
            IdempotentRoutes routes,
            IdempotencyRecords records,
            TransactionTemplate transaction,
            ProblemWriter problems,
            ObjectProvider<HandlerExceptionResolver> exceptions,
            JsonMapper mapper) {
        this.routes = routes;
        this.records = records;
        this.transaction = transaction;
        this.problems = problems;
        this.exceptions = exceptions;
        this.mapper = mapper;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getHeader(HEADER) == null || !request.getMethod().equals("POST");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Caller caller = caller();
        Optional<HandlerMethod> operation = caller == null ? Optional.empty() : routes.operation(request);
        if (caller == null || operation.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        Map<String, List<String>> before = allHeaders(response);
        try {
            if (!operation.get().hasMethodAnnotation(IdempotencyOffer.class)) {
                throw RefusedException.invalid("/" + HEADER, "is not offered here");
            }
            String key = key(request);
            byte[] body = body(request);
            IdempotencyOutcome outcome = records.begin(caller.id(), key, digest(request, body), ABANDONED_AFTER);
            if (outcome instanceof IdempotencyOutcome.Repeated first) {
                replay(first, response);
            } else if (outcome instanceof IdempotencyOutcome.First) {
                answer(new BufferedRequest(request, body), response, chain, caller, key);
            } else {
                throw refusal(outcome);
            }
        } catch (RefusedException refusal) {
            problems.write(request, response, refusal);
        } catch (RuntimeException e) {
            // what the database refuses before an operation begins or when its transaction ends, no controller is there
            // to hear of
            refuse(request, response, before, e);
        }
    }

    private void answer(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain, Caller caller, String key)
            throws ServletException, IOException {
        ContentCachingResponseWrapper recorded = new ContentCachingResponseWrapper(response);
        boolean kept = false;
        try {
            kept = Boolean.TRUE.equals(transaction.execute(status -> {
                handle(request, recorded, chain);
                boolean success = recorded.getStatus() < 300;
                if (success) {
                    records.complete(
                            caller.id(),
                            key,
                            recorded.getStatus(),
                            headers(recorded),
                            recorded.getContentAsByteArray());
                } else {
                    status.setRollbackOnly();
                }
                return success;
            }));
        } catch (UncheckedServletException e) {
            throw e.getCause();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            if (!kept) {
                abandon(caller, key);
            }
        }
        recorded.copyBodyToResponse();
    }

    /** Answers as where a controller fails, in place of the success that was about to be answered. */
    private void refuse(
            HttpServletRequest request,
            HttpServletResponse response,
            Map<String, List<String>> before,
            RuntimeException failure) {
        if (response.isCommitted()) {
            throw failure;
        }
        response.reset();
        before.forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
        if (exceptions.getObject().resolveException(request, response, null, failure) == null) {
            throw failure;
        }
    }

    private static Map<String, List<String>> allHeaders(HttpServletResponse response) {
        Map<String, List<String>> headers = new TreeMap<>();
        response.getHeaderNames().forEach(name -> headers.put(name, List.copyOf(response.getHeaders(name))));
        return headers;
    }

    /** Where even that fails, the request counts as given up after a while. */
    private void abandon(Caller caller, String key) {
        try {
            records.abandon(caller.id(), key);
        } catch (DataAccessException | TransactionException e) {
            log.warn("an idempotency key could not be freed", e);
        }
    }

    private static void handle(HttpServletRequest request, HttpServletResponse response, FilterChain chain) {
        try {
            chain.doFilter(request, response);
        } catch (ServletException e) {
            throw new UncheckedServletException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void replay(IdempotencyOutcome.Repeated first, HttpServletResponse response) throws IOException {
        response.setStatus(first.status());
        Map<String, String> headers = mapper.readValue(first.headers(), new TypeReference<>() {});
        headers.forEach(response::setHeader);
        response.setHeader(REPLAYED_HEADER, "true");
        byte[] body = first.body();
        if (body != null) {
            response.getOutputStream().write(body);
        }
    }

    private String headers(HttpServletResponse response) {
        Map<String, String> headers = new TreeMap<>();
        for (String name : RECORDED_HEADERS) {
            String value = name.equals(HttpHeaders.CONTENT_TYPE) ? response.getContentType() : response.getHeader(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return mapper.writeValueAsString(headers);
    }

    private static RefusedException refusal(IdempotencyOutcome outcome) {
        return outcome instanceof IdempotencyOutcome.OtherRequest
                ? new RefusedException(
                        ProblemType.IDEMPOTENCY_KEY_REUSED,
                        "The key was used for a request with another path or body. Make a new key.")
                : new RefusedException(
                        ProblemType.REQUEST_IN_PROGRESS,
                        "The first request with this key is not answered yet. If it never will be, as after a lost connection or a killed process,"
                                + " or if its answer said that the database was away, the key is free again "
                                + ABANDONED_AFTER.toMinutes() + " minutes after it began: repeat it then.");
    }

    private static String key(HttpServletRequest request) {
        String key = request.getHeader(HEADER);
        if (!KEY.matcher(key).matches()) {
            throw RefusedException.invalid("/" + HEADER, "must have 1 to 255 visible ASCII characters");
        }
        return key;
    }

    private static byte[] body(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(MAXIMUM_BODY + 1);
        if (body.length > MAXIMUM_BODY) {
            throw new RefusedException(ProblemType.TOO_LARGE, "A JSON body has at most " + MAXIMUM_BODY + " bytes.");
        }
        return body;
    }

    private static Digest digest(HttpServletRequest request, byte[] body) {
        String query = request.getQueryString();
        return Digest.ofLines(List.of(
                request.getMethod(),
                request.getRequestURI(),
                query == null ? "" : query,
                Digest.of(body).hex()));
    }

    private static @Nullable Caller caller() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof Caller caller ? caller : null;
    }

    /** Carries a servlet's checked exception through the transaction. */
    private static final class UncheckedServletException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final ServletException cause;

        UncheckedServletException(ServletException cause) {
            super(cause);
            this.cause = cause;
        }

        @Override
        public synchronized ServletException getCause() {
            return cause;
        }
    }
}
