package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/experiments/{id}")
@Tag(name = "Experiments")
class ExperimentDocumentController {
    private final Visibility visibility;
    private final ExperimentReports reports;
    private final DocumentAnswers answers;

    ExperimentDocumentController(Visibility visibility, ExperimentReports reports, DocumentAnswers answers) {
        this.visibility = visibility;
        this.reports = reports;
        this.answers = answers;
    }

    @DocumentMapping("/report")
    @Operation(
            summary = "Read the report of an experiment as a document",
            description =
                    "The same sections whatever was trained: figures with intervals, folds, curves, calibration, net benefit, prediction"
                            + " sets, what was promised and found, subgroups, worst cases, doubted labels, every evaluation, openings of the test"
                            + " subset, findings, plan, learning curves, provenance, and the items of CLAIM 2024 and TRIPOD+AI. Where nobody has"
                            + " asked for what a section shows, it names the request that makes it. By Accept or format: one HTML page that needs"
                            + " nothing else, one PDF file (PDF/A-2a, PDF/UA-1), or the same as JSON.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.RECORD_DAMAGED,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.ARTIFACT_CORRUPT
    })
    ResponseEntity<byte[]> getExperimentReport(
            @PathVariable UUID id,
            @Parameter(description = "The form, whatever Accept says.") @RequestParam(required = false) @Nullable
                    DocumentFormat format,
            HttpServletRequest request,
            Caller caller) {
        return answers.answer(reports.report(visibility.experiment(caller, id)), "experiment-" + id, format, request);
    }

    @GetMapping(
            path = "/folds",
            produces = {MediaType.APPLICATION_JSON_VALUE, Tabular.CSV})
    @Operation(
            summary = "Read every figure of the folds of a cross-validation, one a row",
            description =
                    "With what each comes to over the folds: its mean, with the interval of the corrected resampled t-test, and its standard"
                            + " deviation. As JSON, or as CSV for 'Accept: text/csv'.",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            description = "The figures.",
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = FoldsResponse.class)),
                                @Content(
                                        mediaType = Tabular.CSV,
                                        schema =
                                                @Schema(
                                                        type = "string",
                                                        example =
                                                                "over,fold,images,patients,figure,value,lower,upper,method,undefinedBecause\r\nfold,0,104,71,rocAuc,0.91,0.83,0.95,patientDeLongLogit,\r\n"))
                            }))
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.RECORD_DAMAGED})
    ResponseEntity<?> getExperimentFolds(
            @PathVariable UUID id,
            @RequestHeader(name = "Accept", defaultValue = MediaType.APPLICATION_JSON_VALUE) @Parameter(hidden = true)
                    String accept,
            Caller caller) {
        return reports.folds(visibility.experiment(caller, id)).answer(accept, "folds-" + id);
    }
}
