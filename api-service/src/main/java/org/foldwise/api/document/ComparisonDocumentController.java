package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.foldwise.api.comparison.EvaluationComparisons;
import org.foldwise.api.comparison.ExperimentComparisons;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
class ComparisonDocumentController {
    private final Visibility visibility;
    private final EvaluationComparisons evaluations;
    private final ExperimentComparisons experiments;
    private final ComparisonReports reports;
    private final DocumentAnswers answers;

    ComparisonDocumentController(
            Visibility visibility,
            EvaluationComparisons evaluations,
            ExperimentComparisons experiments,
            ComparisonReports reports,
            DocumentAnswers answers) {
        this.visibility = visibility;
        this.evaluations = evaluations;
        this.experiments = experiments;
        this.reports = reports;
        this.answers = answers;
    }

    @DocumentMapping("/evaluations/{id}/comparisons/{otherId}/report")
    @Tag(name = "Evaluations")
    @Operation(
            summary = "Read the comparison of two models as a document",
            description =
                    "Differences with intervals, ROC curves of both in one plot, McNemar's table, openings of the test subset, provenance of"
                            + " both. By Accept or format: one HTML page that needs nothing else, one PDF file (PDF/A-2a, PDF/UA-1), or the"
                            + " same as JSON.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.ARTIFACT_CORRUPT
    })
    ResponseEntity<byte[]> getEvaluationComparisonReport(
            @PathVariable UUID id,
            @PathVariable UUID otherId,
            @Parameter(description = "The form, whatever Accept says.") @RequestParam(required = false) @Nullable
                    DocumentFormat format,
            HttpServletRequest request,
            Caller caller) {
        return answers.answer(
                reports.report(
                        evaluations.compare(visibility.evaluation(caller, id), visibility.evaluation(caller, otherId))),
                "comparison-" + id + "-" + otherId,
                format,
                request);
    }

    @DocumentMapping("/experiments/{id}/comparisons/{otherId}/report")
    @Tag(name = "Experiments")
    @Operation(
            summary = "Read the comparison of two cross-validations as a document",
            description =
                    "The folds of both with the corrected resampled t-test, then what differs over the patients whom both held out, as of two"
                            + " evaluations. By Accept or format: one HTML page that needs nothing else, one PDF file (PDF/A-2a, PDF/UA-1), or"
                            + " the same as JSON.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.RECORD_DAMAGED, ProblemType.ARTIFACT_CORRUPT})
    ResponseEntity<byte[]> getExperimentComparisonReport(
            @PathVariable UUID id,
            @PathVariable UUID otherId,
            @Parameter(description = "The form, whatever Accept says.") @RequestParam(required = false) @Nullable
                    DocumentFormat format,
            HttpServletRequest request,
            Caller caller) {
        return answers.answer(
                reports.report(
                        experiments.compare(visibility.experiment(caller, id), visibility.experiment(caller, otherId))),
                "comparison-" + id + "-" + otherId,
                format,
                request);
    }
}
