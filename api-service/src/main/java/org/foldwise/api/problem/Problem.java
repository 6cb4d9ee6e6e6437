package org.foldwise.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of every answer that is not a success (RFC 9457).
 *
 * @param type the stable name of the kind of problem
 * @param title the kind of problem in words
 * @param status the HTTP status
 * @param detail what happened this time
 * @param instance names this occurrence; the same id is in the server's log
 * @param errors every mistake of the request, at most the first 100 of them
 * @param errorCount how many mistakes there are in all
 */
@Schema(name = "Problem", description = "Why a request failed (RFC 9457).")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        @Schema(description = "Stable name of the kind of problem.", example = "urn:foldwise:problem:invalid-request")
                String type,
        @Schema(description = "The kind of problem in words.", example = "The request has mistakes") String title,
        @Schema(description = "The HTTP status.", example = "422") int status,
        @Schema(description = "What happened this time.", example = "The request has one mistake.") String detail,
        @Schema(
                        description = "Names this occurrence; the same id is in the server's log.",
                        example = "urn:foldwise:request:01912d68-783e-7a51-8f2b-6a1d6f1f5a10")
                String instance,
        @Schema(description = "Every mistake of the request, at most the first 100 of them.") @Nullable
                List<Mistake> errors,
        @Schema(description = "How many mistakes there are in all.", example = "1") @Nullable Integer errorCount) {
    private static final int SHOWN_MISTAKES = 100;

    static Problem of(ProblemType type, String detail, String requestId) {
        return of(type, detail, requestId, List.of(), 0);
    }

    static Problem of(RefusedException refusal, String requestId) {
        return of(
                refusal.type(),
                String.valueOf(refusal.getMessage()),
                requestId,
                refusal.mistakes(),
                refusal.mistakeCount());
    }

    private static Problem of(
            ProblemType type, String detail, String requestId, List<Mistake> mistakes, int mistakeCount) {
        boolean none = mistakes.isEmpty();
        return new Problem(
                type.urn(),
                type.title(),
                type.status(),
                detail,
                "urn:foldwise:request:" + requestId,
                none ? null : mistakes.subList(0, Math.min(SHOWN_MISTAKES, mistakes.size())),
                none ? null : mistakeCount);
    }
}
