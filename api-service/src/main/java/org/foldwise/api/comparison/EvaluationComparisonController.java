package org.foldwise.api.comparison;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/evaluations/{id}/comparisons")
@Tag(name = "Evaluations")
class EvaluationComparisonController {
    private final Visibility visibility;
    private final EvaluationComparisons comparisons;

    EvaluationComparisonController(Visibility visibility, EvaluationComparisons comparisons) {
        this.visibility = visibility;
        this.comparisons = comparisons;
    }

    @GetMapping("/{otherId}")
    @Operation(
            summary = "Compare two models on images that both have judged",
            description =
                    "By DeLong's test over patients, McNemar's test and the jackknife, of two evaluations of one subset whose images are the"
                            + " same; of several classes and of labels by their means, and each by itself with p values adjusted for their"
                            + " number. Reads stored cases alone: comparing two evaluations of a test subset opens nothing. Nothing is stored;"
                            + " equal records give equal answers.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.ARTIFACT_CORRUPT
    })
    EvaluationComparisonResponse compareEvaluations(@PathVariable UUID id, @PathVariable UUID otherId, Caller caller) {
        return EvaluationComparisonResponse.of(
                comparisons.compare(visibility.evaluation(caller, id), visibility.evaluation(caller, otherId)));
    }
}
