package org.foldwise.api.evaluation;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.dataset.PlanFit;
import org.foldwise.api.idempotency.IdempotencyOffer;
import org.foldwise.api.jobs.EventStreams;
import org.foldwise.api.jobs.LastEventId;
import org.foldwise.api.jobs.StreamsEvents;
import org.foldwise.api.paging.Page;
import org.foldwise.api.paging.PageQuery;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.run.LearntImages;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationRefusedException;
import org.foldwise.registry.evaluation.EvaluationRequest;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.evaluation.SharedPatients;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.run.Run;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
@RequestMapping("/api/v1/evaluations")
@Tag(name = "Evaluations", description = "What a run or a cross-validation is worth, on which images.")
class EvaluationController {
    private final Visibility visibility;
    private final Evaluations evaluations;
    private final EvaluationRequest acceptance;
    private final EvaluationViews views;
    private final PlanFit fit;
    private final LearntImages images;
    private final TestMaterial material;
    private final EventStreams streams;

    EvaluationController(
            Visibility visibility,
            Evaluations evaluations,
            EvaluationRequest acceptance,
            EvaluationViews views,
            PlanFit fit,
            LearntImages images,
            TestMaterial material,
            EventStreams streams) {
        this.visibility = visibility;
        this.evaluations = evaluations;
        this.acceptance = acceptance;
        this.views = views;
        this.fit = fit;
        this.images = images;
        this.material = material;
        this.streams = streams;
    }

    @IdempotencyOffer
    @PostMapping
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Evaluate a run or a cross-validation",
            description =
                    "validation chooses and freezes the run's threshold, once; of a multi-label task one for each label, of a"
                            + " multiclass task none, as the most probable class is taken. It calibrates the limits of prediction sets as"
                            + " well. outOfFold pools the held-out patients of a"
                            + " cross-validation, of a nested one those of its outer folds, each judged by the one training of what"
                            + " the search chose there. test opens the locked subset: it needs a frozen threshold, the metrics that"
                            + " it is for and a reason, and every opening is counted, by patient. external judges a run on another"
                            + " frozen dataset, none of whose images may be locked away in the training dataset.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.ARTIFACT_CORRUPT,
        ProblemType.THRESHOLD_NOT_FROZEN,
        ProblemType.THRESHOLD_ALREADY_FROZEN,
        ProblemType.SHARED_PATIENTS,
        ProblemType.LOCKED_IMAGES
    })
    ResponseEntity<EvaluationResponse> createEvaluation(@RequestBody EvaluationCreation request, Caller caller) {
        Evaluation evaluation = accept(request, caller);
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/evaluations/" + evaluation.id()))
                .body(views.view(evaluation));
    }

    @GetMapping
    @Operation(summary = "List the evaluations of a run or of a cross-validation")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    Page<EvaluationResponse> listEvaluations(
            @Parameter(description = "The run; or give experimentId.") @RequestParam(required = false) @Nullable
                    UUID runId,
            @Parameter(description = "The cross-validation; or give runId.") @RequestParam(required = false) @Nullable
                    UUID experimentId,
            @ParameterObject PageQuery query,
            Caller caller) {
        return Page.of(find(runId, experimentId, query, caller), query, Evaluation::id, views::view);
    }

    @GetMapping("/{id}")
    @Operation(summary = "Read an evaluation: state, progress, report")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    EvaluationResponse getEvaluation(@PathVariable UUID id, Caller caller) {
        return views.view(visibility.evaluation(caller, id));
    }

    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            summary = "Follow an evaluation as a stream of server-sent events",
            description = StreamsEvents.DESCRIPTION)
    @StreamsEvents
    @Refuses({ProblemType.NOT_FOUND, ProblemType.UNAVAILABLE})
    SseEmitter streamEvaluationEvents(@PathVariable UUID id, @LastEventId @Nullable Long lastEventId, Caller caller) {
        return streams.open(visibility.evaluation(caller, id).id(), lastEventId);
    }

    private Evaluation accept(EvaluationCreation request, Caller caller) {
        UUID experiment = request.subject().experimentId();
        UUID run = request.subject().runId();
        if (experiment != null) {
            visibility.experimentNamedBy(caller, experiment, "/subject/experimentId");
        }
        Run judged = run == null ? null : visibility.runNamedBy(caller, run, "/subject/runId");
        UUID external = request.datasetId();
        if (external != null) {
            Dataset other = visibility.datasetNamedBy(caller, external, "/datasetId");
            if (judged != null) {
                requireShown(visibility.experiment(caller, judged.experimentId()), other);
            }
        }
        try {
            return accept(request, experiment, judged, external, caller);
        } catch (EvaluationRefusedException e) {
            throw e.refusal() == EvaluationRefusedException.Cause.SHARED_PATIENTS
                    ? sharedPatients(given(run), given(external))
                    : EvaluationRefusals.problem(e);
        }
    }

    private void requireShown(Experiment trained, Dataset external) {
        fit.unfitWindow(PlanJson.read(trained.plan()), external).ifPresent(unfit -> {
            throw RefusedException.invalid(
                    "/datasetId", "the plan that was trained does not fit: " + unfit.pointer() + " " + unfit.detail());
        });
    }

    private Evaluation accept(
            EvaluationCreation request,
            @Nullable UUID experiment,
            @Nullable Run judged,
            @Nullable UUID external,
            Caller caller) {
        UUID run = judged == null ? null : judged.id();
        return switch (request.subset()) {
            case VALIDATION -> {
                Task task = views.taskOfRun(given(run));
                yield acceptance.validation(
                        given(run), rule(request, task), request.recalibrationMethod(), coverage(request));
            }
            case OUT_OF_FOLD ->
                acceptance.outOfFold(given(experiment), rule(request, views.taskOfExperiment(given(experiment))));
            case TEST -> {
                requireOfTask(given(request.metrics()), views.taskOfRun(given(run)));
                images.requireOurs(given(judged));
                material.requireSound(given(judged));
                yield acceptance.test(given(run), given(request.metrics()), given(request.reason()), caller.name());
            }
            case EXTERNAL -> {
                images.requireOurs(given(judged));
                yield acceptance.external(
                        given(run),
                        given(external),
                        request.sharedPatients() == null ? SharedPatients.REFUSE : request.sharedPatients(),
                        request.reason());
            }
        };
    }

    /** Refuses metrics that the task's report does not have, and those that are named twice; all of them at once. */
    private static void requireOfTask(List<NamedMetric> metrics, Task task) {
        List<Mistake> mistakes = new ArrayList<>();
        for (int i = 0; i < metrics.size(); i++) {
            NamedMetric metric = metrics.get(i);
            if (!metric.isOf(task)) {
                mistakes.add(new Mistake(
                        Mistake.pointer("/metrics", i),
                        "is not of " + task.words() + ", whose metrics are "
                                + String.join(
                                        ", ",
                                        NamedMetric.of(task).stream()
                                                .map(WireNames::of)
                                                .toList())));
            } else if (metrics.subList(0, i).contains(metric)) {
                mistakes.add(new Mistake(Mistake.pointer("/metrics", i), "is named twice"));
            }
        }
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
    }

    /** The rule as it is stored; absent where the most probable of several exclusive classes is taken. */
    private @Nullable String rule(EvaluationCreation request, Task task) {
        if (task != Task.MULTICLASS) {
            return views.document(request.rule());
        }
        if (request.threshold() != null) {
            throw RefusedException.invalid(
                    "/threshold", "must be absent: of several exclusive classes the most probable is taken");
        }
        return null;
    }

    /** What is promised of prediction sets; absent where there are to be none. */
    private static @Nullable Double coverage(EvaluationCreation request) {
        Double asked = request.coverage();
        if (asked == null) {
            return PredictionSets.DEFAULT_COVERAGE;
        }
        return asked == 0 ? null : asked;
    }

    private List<Evaluation> find(@Nullable UUID runId, @Nullable UUID experimentId, PageQuery query, Caller caller) {
        Limit limit = Limit.of(query.pageSize() + 1);
        if (runId != null && experimentId == null) {
            return evaluations.findByRunIdAndIdGreaterThanOrderById(
                    visibility.run(caller, runId).id(), query.afterIdOrFirst(), limit);
        }
        if (experimentId != null && runId == null) {
            return evaluations.findByExperimentIdAndIdGreaterThanOrderById(
                    visibility.experiment(caller, experimentId).id(), query.afterIdOrFirst(), limit);
        }
        throw RefusedException.invalid("/runId", "exactly one of runId and experimentId must be given");
    }

    private RefusedException sharedPatients(UUID run, UUID external) {
        int count = views.overlap(run, external).sharedPatients();
        return new RefusedException(
                ProblemType.SHARED_PATIENTS,
                "Patients of the external dataset who are in the training dataset too, by their id or by the Patient ID of their DICOM files: "
                        + count + ". Exclude them, or state with a reason that they are distinctPatients.");
    }

    /** What the request's own checks have made sure of. */
    private static <T> T given(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the request was not checked");
        }
        return value;
    }
}
