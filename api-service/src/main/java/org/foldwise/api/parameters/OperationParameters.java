package org.foldwise.api.parameters;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.condition.NameValueExpression;
import org.springframework.web.servlet.mvc.condition.PathPatternsRequestCondition;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Names of the query parameters of every operation, read off the controllers. */
final class OperationParameters {
    private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

    private final Map<Operation, Set<String>> names;

    private OperationParameters(Map<Operation, Set<String>> names) {
        this.names = names;
    }

    /** All that is done by one method at one address, whichever controller's method a parameter leads to. */
    private record Operation(String pattern, String method) {}

    static OperationParameters of(RequestMappingHandlerMapping mapping) {
        Map<Operation, Set<String>> names = new HashMap<>();
        mapping.getHandlerMethods().forEach((info, handler) -> {
            List<String> ofHandler = namesOf(info, handler);
            PathPatternsRequestCondition patterns = info.getPathPatternsCondition();
            for (String pattern : patterns == null ? Set.<String>of() : patterns.getPatternValues()) {
                for (RequestMethod method : info.getMethodsCondition().getMethods()) {
                    names.computeIfAbsent(new Operation(pattern, method.name()), operation -> new TreeSet<>())
                            .addAll(ofHandler);
                }
            }
        });
        return new OperationParameters(names);
    }

    private static List<String> namesOf(RequestMappingInfo info, HandlerMethod handler) {
        List<String> names = new ArrayList<>(info.getParamsCondition().getExpressions().stream()
                .map(NameValueExpression::getName)
                .toList());
        for (MethodParameter parameter : handler.getMethodParameters()) {
            RequestParam asked = parameter.getParameterAnnotation(RequestParam.class);
            if (asked != null) {
                parameter.initParameterNameDiscovery(NAMES);
                String name = parameter.getParameterName();
                names.add(asked.name().isEmpty() && name != null ? name : asked.name());
            }
        }
        return names;
    }

    /** In alphabetical order; none where there is no such operation. */
    Set<String> of(String pattern, String method) {
        return names.getOrDefault(new Operation(pattern, method), Set.of());
    }
}
