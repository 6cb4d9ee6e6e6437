package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.PatientLabels;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.PatientAggregation;
import org.foldwise.learning.metrics.SubgroupReport;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.MultilabelReport;
import org.foldwise.learning.metrics.scored.PatientReport;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.FrozenThresholds;
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
@RequestMapping("/api/v1/evaluations/{id}")
@Tag(name = "Evaluations")
class EvaluationDownloadController {
    private static final String CSV = Tabular.CSV;
    private static final int MOST_PREVALENCES = 50;
    /** One in a million; of what is rarer a predictive value is 0 or 1 in any number that can be written, and its interval a point. */
    private static final double LEAST_PREVALENCE = 0.000001;

    private static final double MOST_PREVALENCE = 0.999999;

    private final Visibility visibility;
    private final StudyRecords records;
    private final FrozenThresholds thresholds;
    private final DatasetImages images;

    EvaluationDownloadController(
            Visibility visibility, StudyRecords records, FrozenThresholds thresholds, DatasetImages images) {
        this.visibility = visibility;
        this.records = records;
        this.thresholds = thresholds;
        this.images = images;
    }

    @GetMapping(
            path = "/cases",
            produces = {MediaType.APPLICATION_JSON_VALUE, CSV})
    @Operation(
            summary = "Read the scored cases behind an evaluation",
            description =
                    "With the probabilities and the prediction sets that the model answers with, so recalibrated where it recalibrates. As JSON, or"
                            + " as CSV for 'Accept: text/csv', of several classes one image and class a row; there the classes of a set are"
                            + " joined by '|', 'abstains' is empty where there are no sets, and cells that a spreadsheet would compute are"
                            + " escaped.",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            description = "The cases.",
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = CasesResponse.class)),
                                @Content(
                                        mediaType = CSV,
                                        schema =
                                                @Schema(
                                                        type = "string",
                                                        example =
                                                                "image,patient,positive,probability,calledPositive,predictionSet,abstains\r\na.png,p1,true,0.87,true,ILL,false\r\n"))
                            }))
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.ARTIFACT_CORRUPT
    })
    ResponseEntity<?> getEvaluationCases(
            @PathVariable UUID id,
            @RequestHeader(name = "Accept", defaultValue = MediaType.APPLICATION_JSON_VALUE) @Parameter(hidden = true)
                    String accept,
            Caller caller) {
        return cases(visibility.evaluation(caller, id)).answer(accept, "cases-" + id);
    }

    @GetMapping(
            path = "/curves",
            produces = {MediaType.APPLICATION_JSON_VALUE, CSV})
    @Operation(
            summary = "Read the curves of an evaluation as numbers",
            description =
                    "As JSON, or as CSV for 'Accept: text/csv', one number a row, of several classes with a first column 'class'. The figures over thresholds are to look at: a threshold"
                            + " chosen from them would have to be judged on other patients. With 'aggregation' each patient counts once.",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            description = "The curves.",
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = CurvesResponse.class)),
                                @Content(
                                        mediaType = CSV,
                                        schema =
                                                @Schema(
                                                        type = "string",
                                                        example =
                                                                "curve,threshold,figure,x,value,lower,upper,undefinedBecause\r\n"))
                            }))
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.ARTIFACT_CORRUPT
    })
    ResponseEntity<?> getEvaluationCurves(
            @PathVariable UUID id,
            @Parameter(
                            description =
                                    "How the probabilities of a patient's images are made one, for the curves of patients; absent for those of"
                                            + " images.")
                    @RequestParam(required = false)
                    @Nullable
                    PatientAggregation aggregation,
            @RequestHeader(name = "Accept", defaultValue = MediaType.APPLICATION_JSON_VALUE) @Parameter(hidden = true)
                    String accept,
            Caller caller) {
        Evaluation evaluation = visibility.evaluation(caller, id);
        return aggregation == null
                ? curves(evaluation).answer(accept, "curves-" + id)
                : curves(evaluation, aggregation)
                        .answer(accept, "curves-of-patients-" + WireNames.of(aggregation) + "-" + id);
    }

    @GetMapping(
            path = "/subgroups",
            produces = {MediaType.APPLICATION_JSON_VALUE, CSV})
    @Operation(
            summary = "Read the figures of an evaluation's subgroups, one a row",
            description =
                    "As JSON, or as CSV for 'Accept: text/csv'. Of several classes and of labels those of each class in each group as well.",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            description = "The figures.",
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = SubgroupFigures.class)),
                                @Content(
                                        mediaType = CSV,
                                        schema =
                                                @Schema(
                                                        type = "string",
                                                        example =
                                                                "attribute,group,class,images,positivePatients,negativePatients,figure,value,lower,upper,undefinedBecause\r\nview,AP,Effusion,311,204,518,rocAuc,0.83,0.79,0.86,\r\n"))
                            }))
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.RECORD_DAMAGED})
    ResponseEntity<?> getEvaluationSubgroups(
            @PathVariable UUID id,
            @RequestHeader(name = "Accept", defaultValue = MediaType.APPLICATION_JSON_VALUE) @Parameter(hidden = true)
                    String accept,
            Caller caller) {
        return subgroups(visibility.evaluation(caller, id)).answer(accept, "subgroups-" + id);
    }

    @GetMapping(
            path = "/patients",
            produces = {MediaType.APPLICATION_JSON_VALUE, CSV})
    @Operation(
            summary = "Read the scores of the patients behind an evaluation",
            description =
                    "By each aggregation of the probabilities of a patient's images. As JSON, or as CSV for 'Accept: text/csv'. Patients bear"
                            + " the keys that they have in the dataset.",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            description = "The scores.",
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = PatientScoresResponse.class)),
                                @Content(
                                        mediaType = CSV,
                                        schema =
                                                @Schema(
                                                        type = "string",
                                                        example =
                                                                "patient,images,class,shown,aggregation,probability,called\r\np1,3,ILL,true,mean,0.87,true\r\n"))
                            }))
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.ARTIFACT_CORRUPT
    })
    ResponseEntity<?> getEvaluationPatients(
            @PathVariable UUID id,
            @RequestHeader(name = "Accept", defaultValue = MediaType.APPLICATION_JSON_VALUE) @Parameter(hidden = true)
                    String accept,
            Caller caller) {
        return patients(visibility.evaluation(caller, id)).answer(accept, "patients-" + id);
    }

    @GetMapping(
            path = "/predictive-values",
            produces = {MediaType.APPLICATION_JSON_VALUE, CSV})
    @Operation(
            summary = "Read what predictive values would be at other prevalences",
            description =
                    "Positive and negative predictive values of the decisions at the prevalence of the place where a model is to be used, with"
                            + " intervals. They hold where sensitivity and specificity are there what they are here. As JSON, or as CSV for"
                            + " 'Accept: text/csv'.",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            description = "The predictive values.",
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = PredictiveValuesResponse.class)),
                                @Content(
                                        mediaType = CSV,
                                        schema =
                                                @Schema(
                                                        type = "string",
                                                        example =
                                                                "class,prevalence,figure,value,lower,upper,undefinedBecause\r\n"))
                            }))
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.ARTIFACT_CORRUPT
    })
    ResponseEntity<?> getEvaluationPredictiveValues(
            @PathVariable UUID id,
            @Parameter(
                            description =
                                    "Prevalences from 0.000001 to 0.999999, 50 at most; without any 0.001, 0.01, 0.05, 0.1, 0.2, 0.5 and that of the"
                                            + " images.",
                            example = "[0.02, 0.1]")
                    @RequestParam(required = false)
                    @Nullable
                    List<Double> prevalence,
            @RequestHeader(name = "Accept", defaultValue = MediaType.APPLICATION_JSON_VALUE) @Parameter(hidden = true)
                    String accept,
            Caller caller) {
        Evaluation evaluation = visibility.evaluation(caller, id);
        List<Double> prevalences = prevalence == null ? List.of() : prevalence;
        requirePrevalences(prevalences);
        return predictiveValues(evaluation, prevalences).answer(accept, "predictive-values-" + id);
    }

    @GetMapping(
            path = "/proportions",
            produces = {MediaType.APPLICATION_JSON_VALUE, CSV})
    @Operation(
            summary = "Read the shares of an evaluation's decisions with intervals by several methods",
            description =
                    "Wilson over patients, as the report has it, and beside it Wilson and Clopper and Pearson, which take images for"
                            + " independent: they hold where each patient has one image, and elsewhere are what many publications give."
                            + " Patients by each aggregation are independent. As JSON, or as CSV for 'Accept: text/csv'.",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            description = "The shares.",
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = ProportionsResponse.class)),
                                @Content(
                                        mediaType = CSV,
                                        schema =
                                                @Schema(
                                                        type = "string",
                                                        example =
                                                                "counted,aggregation,class,figure,count,of,method,value,lower,upper,undefinedBecause\r\nimages,,ILL,recall,170,204,clopperPearson,0.833,0.775,0.881,\r\n"))
                            }))
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.RECORD_DAMAGED})
    ResponseEntity<?> getEvaluationProportions(
            @PathVariable UUID id,
            @RequestHeader(name = "Accept", defaultValue = MediaType.APPLICATION_JSON_VALUE) @Parameter(hidden = true)
                    String accept,
            Caller caller) {
        return proportions(visibility.evaluation(caller, id)).answer(accept, "proportions-" + id);
    }

    /** Of the stored report alone, which holds the counts. */
    private ProportionsResponse proportions(Evaluation evaluation) {
        Task task = records.task(evaluation);
        PatientReport patients = evaluation.patientReport() == null ? null : StudyRecords.patientReport(evaluation);
        return task == Task.BINARY
                ? ProportionsResponse.of(
                        StudyRecords.report(evaluation),
                        records.classes(evaluation).get(1),
                        patients)
                : ProportionsResponse.of(StudyRecords.report(evaluation, task), patients);
    }

    private static void requirePrevalences(List<Double> prevalences) {
        List<Mistake> mistakes = new ArrayList<>();
        if (prevalences.size() > MOST_PREVALENCES) {
            mistakes.add(new Mistake(
                    "/prevalence", "must be given " + MOST_PREVALENCES + " times at most, was " + prevalences.size()));
        }
        for (double prevalence : prevalences) {
            if (!(prevalence >= LEAST_PREVALENCE && prevalence <= MOST_PREVALENCE)) {
                mistakes.add(new Mistake("/prevalence", "must be from 0.000001 to 0.999999, was " + prevalence));
            }
        }
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
    }

    private PatientScoresResponse patients(Evaluation evaluation) {
        PatientReport report = StudyRecords.patientReport(evaluation);
        Cohort cohort = images.cohort(records.judged(evaluation));
        return PatientScoresResponse.of(
                records.namedImages(evaluation), PatientLabels.of(cohort).shown(), report);
    }

    private PredictiveValuesResponse predictiveValues(Evaluation evaluation, List<Double> prevalences) {
        Task task = records.task(evaluation);
        if (task == Task.BINARY) {
            EvaluationReport report = StudyRecords.report(evaluation);
            return PredictiveValuesResponse.of(
                    records.namedImages(evaluation),
                    new Decision.AtThreshold(report.threshold()),
                    prevalences,
                    report.bootstrap().level());
        }
        TaskReport report = StudyRecords.report(evaluation, task);
        return PredictiveValuesResponse.of(
                records.namedImages(evaluation),
                report instanceof MultilabelReport labelled ? labelled.decision() : new Decision.MostProbable(),
                prevalences,
                report.bootstrap().level());
    }

    private CasesResponse cases(Evaluation evaluation) {
        Task task = records.task(evaluation);
        if (task == Task.BINARY) {
            EvaluationReport report = StudyRecords.report(evaluation);
            return CasesResponse.of(
                    new ScoredImages.Binary(records.classes(evaluation), records.cases(evaluation)),
                    report.threshold().threshold(),
                    sets(evaluation));
        }
        TaskReport report = StudyRecords.report(evaluation, task);
        return CasesResponse.of(records.images(evaluation), report, sets(evaluation));
    }

    /** Those of the run, whose validation froze them before anything else of it was judged. */
    private PredictionSets sets(Evaluation evaluation) {
        return Optional.ofNullable(evaluation.runId())
                .flatMap(thresholds::ofRun)
                .map(StudyRecords::predictionSets)
                .orElseGet(PredictionSets.None::new);
    }

    private CurvesResponse curves(Evaluation evaluation) {
        Task task = records.task(evaluation);
        if (task == Task.BINARY) {
            return CurvesResponse.of(StudyRecords.report(evaluation), records.cases(evaluation));
        }
        TaskReport report = StudyRecords.report(evaluation, task);
        return CurvesResponse.of(records.images(evaluation), report.bootstrap().level());
    }

    /** Of the patients as the dataset's rule labels them, whatever the evaluation has stored of patients. */
    private CurvesResponse curves(Evaluation evaluation, PatientAggregation aggregation) {
        double level = records.level(evaluation);
        Cohort cohort = images.cohort(records.judged(evaluation));
        return CurvesResponse.ofPatients(
                aggregation,
                records.namedImages(evaluation)
                        .perPatient(aggregation, PatientLabels.of(cohort).shown()),
                level);
    }

    private SubgroupFigures subgroups(Evaluation evaluation) {
        String stored = StudyRecords.subgroups(evaluation);
        return records.task(evaluation) == Task.BINARY
                ? SubgroupFigures.of(ReportJson.read(SubgroupReport.class, stored))
                : SubgroupFigures.of(ReportJson.read(ClassSubgroupReport.class, stored));
    }
}
