package org.foldwise.standalone.console;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Objects;
import org.foldwise.client.ApiException;
import org.foldwise.client.model.Problem;
import org.foldwise.client.model.ProblemError;
import org.jspecify.annotations.Nullable;

/** A refusal as text: what is wrong, and every single mistake up to a screenful. */
public final class ServerProblem {
    private static final int MOST_ERRORS = 12;

    private ServerProblem() {}

    /** Absent where the answer is no problem document. */
    public static @Nullable String text(ObjectMapper json, ApiException refusal) {
        String body = refusal.getResponseBody();
        if (body == null || body.isEmpty()) {
            return refusal.getCause() == null
                    ? null
                    : "the platform cannot be reached: "
                            + Objects.requireNonNullElse(
                                    refusal.getCause().getMessage(),
                                    refusal.getCause().toString());
        }
        Problem problem;
        try {
            problem = json.readValue(body, Problem.class);
        } catch (JacksonException e) {
            return null;
        }
        StringBuilder text = new StringBuilder(String.valueOf(problem.getTitle()));
        if (problem.getDetail() != null) {
            text.append(": ").append(problem.getDetail());
        }
        if (problem.getErrors() != null) {
            problem.getErrors().stream().limit(MOST_ERRORS).forEach(error -> append(text, error));
            int more =
                    Math.max(problem.getErrors().size(), problem.getErrorCount() == null ? 0 : problem.getErrorCount())
                            - MOST_ERRORS;
            if (more > 0) {
                text.append("\n    and ").append(more).append(" more");
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, ProblemError error) {
        text.append("\n    ").append(error.getPointer()).append(": ").append(error.getDetail());
    }
}
