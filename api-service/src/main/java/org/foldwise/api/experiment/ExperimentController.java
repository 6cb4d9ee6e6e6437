package org.foldwise.api.experiment;

import static org.foldwise.registry.experiment.Procedure.NESTED_CROSS_VALIDATION;

import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.idempotency.IdempotencyOffer;
import org.foldwise.api.paging.Page;
import org.foldwise.api.paging.PageQuery;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.report.CrossValidationView;
import org.foldwise.api.report.OptimismChecks;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.api.split.PlanFindingResponse;
import org.foldwise.api.weights.PlanWeights;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.search.SearchDesign;
import org.foldwise.registry.search.Searches;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.weights.ImportedWeightSet;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

@RestController
@RequestMapping("/api/v1/experiments")
@Tag(name = "Experiments", description = "A plan applied to a split: one training, or one on each fold.")
class ExperimentController {
    private final Visibility visibility;
    private final Experiments experiments;
    private final RunLaunch runs;
    private final Runs finished;
    private final SearchDesigning searches;
    private final Searches stored;
    private final PlanWeights weights;
    private final OptimismChecks optimism;
    private final Clearance clearance;
    private final JsonMapper mapper;
    private final Ids ids;
    private final DatabaseClock clock;

    ExperimentController(
            Visibility visibility,
            Experiments experiments,
            RunLaunch runs,
            Runs finished,
            SearchDesigning searches,
            Searches stored,
            PlanWeights weights,
            OptimismChecks optimism,
            Clearance clearance,
            JsonMapper mapper,
            Ids ids,
            DatabaseClock clock) {
        this.visibility = visibility;
        this.experiments = experiments;
        this.runs = runs;
        this.finished = finished;
        this.searches = searches;
        this.stored = stored;
        this.weights = weights;
        this.optimism = optimism;
        this.clearance = clearance;
        this.mapper = mapper;
        this.ids = ids;
        this.clock = clock;
    }

    @IdempotencyOffer
    @PostMapping
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Start an experiment",
            description =
                    "Its runs are queued; Location tells where to follow them. A dry run says beforehand what would be. What a dry"
                            + " run finds blocking is refused here unless it is overridden with a reason. A nested cross-validation"
                            + " of more than 1000 runs is refused, with the number that there would be.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.SPLIT_REFUSED,
        ProblemType.FINDINGS_BLOCK
    })
    ResponseEntity<ExperimentResponse> startExperiment(@RequestBody ExperimentRequest request, Caller caller) {
        UUID split = split(request, caller);
        ExperimentPlan plan = Plan.complete(request.plan(), runs.task(split));
        weights.requireUsable(plan);
        SearchDesign design = design(request, split, plan);
        List<PlanFindingResponse> findings =
                clearance.findings(split, request.procedure().stored(), plan, candidates(design));
        Clearance.require(findings, request.allOverrides());
        Experiment experiment = new Experiment(
                ids.next(),
                split,
                request.name(),
                request.procedure().stored(),
                PlanJson.write(plan),
                PlanJson.digest(plan),
                weights.of(plan, caller).map(ImportedWeightSet::id).orElse(null),
                mapper.writeValueAsString(findings),
                mapper.writeValueAsString(request.allOverrides()),
                clock.now());
        if (design == null) {
            runs.launch(experiment);
        } else {
            runs.launch(experiment, design);
        }
        return accepted(experiment);
    }

    @PostMapping("/dry-runs")
    @Operation(
            summary = "Say what an experiment would be",
            description =
                    "Checks the same as a start does, overrides included, and tells what is blocking instead of refusing it. Nothing"
                            + " is stored or started.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.DATA_WITHDRAWN, ProblemType.RECORD_DAMAGED, ProblemType.SPLIT_REFUSED})
    DryRunResponse dryRunExperiment(@RequestBody ExperimentRequest request, Caller caller) {
        UUID split = split(request, caller);
        ExperimentPlan plan = Plan.complete(request.plan(), runs.task(split));
        weights.requireUsable(plan);
        int folds = runs.plannedRuns(split, request.procedure().stored(), plan);
        SearchDesign design = design(request, split, plan);
        List<PlanFindingResponse> findings =
                clearance.findings(split, request.procedure().stored(), plan, candidates(design));
        Clearance.requireNeeded(findings, request.allOverrides());
        return new DryRunResponse(
                Plan.of(plan),
                PlanJson.digest(plan).hex(),
                design == null ? folds : Math.toIntExact(design.budget(folds).runs()),
                DryRunResponse.Parameters.of(runs.parameters(split, plan)),
                design == null ? null : SearchOutline.of(design, mapper),
                findings);
    }

    /** The short form of a dry run, for people: the contract has no words for an answer that hangs on a parameter. */
    @Hidden
    @PostMapping(params = {"dryRun", "dryRun!=false"})
    DryRunResponse dryRunByParameter(@RequestBody ExperimentRequest request, Caller caller) {
        return dryRunExperiment(request, caller);
    }

    @GetMapping
    @Operation(summary = "List the experiments of the projects that the API key opens")
    @Refuses(ProblemType.RECORD_DAMAGED)
    Page<ExperimentResponse> listExperiments(@ParameterObject PageQuery query, Caller caller) {
        UUID only = caller.project();
        UUID after = query.afterIdOrFirst();
        Limit limit = Limit.of(query.pageSize() + 1);
        List<Experiment> found = only == null
                ? experiments.findByIdGreaterThanOrderById(after, limit)
                : experiments.findByProjectId(only, after, limit);
        return Page.of(found, query, Experiment::id, this::response);
    }

    @GetMapping("/{id}")
    @Operation(summary = "Read an experiment: state, progress, summary")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    ExperimentResponse getExperiment(@PathVariable UUID id, Caller caller) {
        return response(visibility.experiment(caller, id));
    }

    @IdempotencyOffer
    @PostMapping("/{id}/cancellation")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Cancel an experiment",
            description = "Runs that wait end at once, runs in training at their next batch.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.RECORD_DAMAGED})
    ResponseEntity<ExperimentResponse> cancelExperiment(@PathVariable UUID id, Caller caller) {
        return accepted(runs.cancel(visibility.experiment(caller, id).id()));
    }

    private UUID split(ExperimentRequest request, Caller caller) {
        if (request.procedure() instanceof Procedure.Ensemble) {
            throw RefusedException.invalid(
                    "/procedure/kind",
                    "must be one that trains; an ensemble is made of runs by POST /api/v1/ensembles");
        }
        PatientSplit split = visibility.splitNamedBy(caller, request.splitId(), "/splitId");
        if (split.outerSplitId() != null) {
            throw RefusedException.invalid(
                    "/splitId",
                    "must be a split of the whole dataset; this one is within a fold of " + split.outerSplitId());
        }
        return split.id();
    }

    /** What a nested cross-validation would search among; absent of other procedures, which are checked as well. */
    private @Nullable SearchDesign design(ExperimentRequest request, UUID split, ExperimentPlan plan) {
        int folds = runs.plannedRuns(split, request.procedure().stored(), plan);
        return request.procedure() instanceof Procedure.NestedCrossValidation nested
                ? searches.design(split, folds, nested.search(), plan)
                : null;
    }

    private static List<ExperimentPlan> candidates(@Nullable SearchDesign design) {
        return design == null
                ? List.of()
                : design.candidates().stream()
                        .map(candidate -> PlanJson.read(candidate.plan()))
                        .toList();
    }

    private ResponseEntity<ExperimentResponse> accepted(Experiment experiment) {
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/experiments/" + experiment.id()))
                .body(response(experiment));
    }

    private ExperimentResponse response(Experiment experiment) {
        String summary = experiment.summary();
        String findings = experiment.findings();
        return ExperimentResponse.of(
                experiment,
                experiment.procedure() == NESTED_CROSS_VALIDATION
                        ? mapper.readValue(stored.spec(experiment.id()).orElseThrow(), Search.class)
                        : null,
                findings == null ? null : mapper.readValue(findings, new TypeReference<>() {}),
                mapper.readValue(experiment.overrides(), new TypeReference<>() {}),
                runs.progress(experiment),
                summary == null ? null : CrossValidationView.of(summary, mapper),
                optimism.of(experiment),
                precisions(experiment));
    }

    /** Of plans that leave it to nobody there is nothing to be told. */
    private List<TakenPrecision> precisions(Experiment experiment) {
        ExperimentPlan plan = PlanJson.read(experiment.plan());
        return plan.precision() == Precision.FLOAT32 && plan.predictionPrecision() == Precision.FLOAT32
                ? List.of()
                : TakenPrecision.of(finished.findOuterProvenances(experiment.id()));
    }
}
