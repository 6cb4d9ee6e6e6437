package org.foldwise.api.parameters;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.registry.settings.EditDistance;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Refuses queries with characters that no stored text has, and, of requests that may change something, queries with parameters that the
 * operation does not have or that are given twice, as bodies with unknown fields and with two of one name are refused.
 */
final class QueryCheck implements HandlerInterceptor {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    /** Names that differ by more characters are another word. */
    private static final int ALIKE_UP_TO = 2;

    private final Supplier<OperationParameters> parameters;

    QueryCheck(Supplier<OperationParameters> parameters) {
        this.parameters = SingletonSupplier.of(parameters);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        String query = request.getQueryString();
        if (query != null && handler instanceof HandlerMethod) {
            List<Mistake> mistakes = mistakes(request, query);
            if (!mistakes.isEmpty()) {
                throw RefusedException.invalid(mistakes);
            }
        }
        return true;
    }

    private List<Mistake> mistakes(HttpServletRequest request, String query) {
        List<Mistake> mistakes = new ArrayList<>();
        Set<String> given = new HashSet<>();
        for (String part : query.split("&", -1)) {
            int value = part.indexOf('=');
            String name = decoded(value < 0 ? part : part.substring(0, value));
            if (name.isEmpty()) {
                continue;
            }
            if (!READING.contains(request.getMethod())) {
                // none has a list, and of two values each reader takes another one
                (given.add(name) ? unknown(request, name) : repeated(name, mistakes)).ifPresent(mistakes::add);
            }
            if (value >= 0 && decoded(part.substring(value + 1)).chars().anyMatch(Character::isISOControl)) {
                mistakes.add(new Mistake(Mistake.pointer("", name), "must not hold control characters"));
            }
        }
        return mistakes;
    }

    private static Optional<Mistake> repeated(String name, List<Mistake> before) {
        Mistake repeated = new Mistake(Mistake.pointer("", name), "must be given once");
        return before.contains(repeated) ? Optional.empty() : Optional.of(repeated);
    }

    private Optional<Mistake> unknown(HttpServletRequest request, String name) {
        String pattern = String.valueOf(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
        Set<String> known = parameters.get().of(pattern, request.getMethod());
        if (known.contains(name)) {
            return Optional.empty();
        }
        String plain = plain(name);
        String hint = known.stream()
                .filter(one -> distance(plain, one) <= Math.min(ALIKE_UP_TO, one.length() / 2))
                .min(Comparator.comparingInt(one -> distance(plain, one)))
                .map(one -> "; did you mean " + one + "?")
                .orElse(known.isEmpty() ? "" : "; known are " + String.join(", ", known));
        return Optional.of(new Mistake(Mistake.pointer("", name), "is not known here" + hint));
    }

    private static int distance(String plain, String known) {
        return EditDistance.between(plain, plain(known));
    }

    /** Without what people write names apart by. */
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** What cannot be decoded is refused by whoever asks for it, and is no name of a parameter. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
