package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
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
@RequestMapping("/api/v1/evaluations/{id}")
@Tag(name = "Evaluations")
class EvaluationDocumentController {
    private final Visibility visibility;
    private final EvaluationReports reports;
    private final DocumentAnswers answers;

    EvaluationDocumentController(Visibility visibility, EvaluationReports reports, DocumentAnswers answers) {
        this.visibility = visibility;
        this.reports = reports;
        this.answers = answers;
    }

    @DocumentMapping("/report")
    @Operation(
            summary = "Read the report of an evaluation as a document",
            description =
                    "Figures with intervals, curves, calibration, net benefit, worst cases, openings of the test subset, findings,"
                            + " provenance. By Accept or format: one HTML page that needs nothing else, one PDF file (PDF/A-2a, PDF/UA-1), or"
                            + " the same as JSON.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.RECORD_DAMAGED,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.ARTIFACT_CORRUPT
    })
    ResponseEntity<byte[]> getEvaluationReport(
            @PathVariable UUID id,
            @Parameter(description = "The form, whatever Accept says.") @RequestParam(required = false) @Nullable
                    DocumentFormat format,
            HttpServletRequest request,
            Caller caller) {
        return answers.answer(reports.report(visibility.evaluation(caller, id)), "evaluation-" + id, format, request);
    }
}
