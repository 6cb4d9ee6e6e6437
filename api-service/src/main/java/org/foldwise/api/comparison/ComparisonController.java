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
@RequestMapping("/api/v1/experiments/{id}/comparisons")
@Tag(name = "Experiments")
class ComparisonController {
    private final Visibility visibility;
    private final ExperimentComparisons comparisons;

    ComparisonController(Visibility visibility, ExperimentComparisons comparisons) {
        this.visibility = visibility;
        this.comparisons = comparisons;
    }

    @GetMapping("/{otherId}")
    @Operation(
            summary = "Compare two cross-validations on the same split",
            description =
                    "Nested ones among them, by their outer folds. By the corrected resampled t-test over the folds and by DeLong's test over the patients; of several classes and of labels"
                            + " by their means, and each by itself with p values adjusted for their number. Nothing is stored; equal"
                            + " records give equal answers.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.RECORD_DAMAGED, ProblemType.ARTIFACT_CORRUPT})
    ComparisonResponse compareExperiments(@PathVariable UUID id, @PathVariable UUID otherId, Caller caller) {
        return ComparisonResponse.of(
                comparisons.compare(visibility.experiment(caller, id), visibility.experiment(caller, otherId)));
    }
}
