package org.foldwise.api.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.comparison.OptimismCheck;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationState;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.ExperimentState;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.search.Searches;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Holds what the locked test subset, or another dataset, showed against what development had promised; computed from stored reports alone. */
@Component
public class OptimismChecks {
    private final Experiments experiments;
    private final Runs runs;
    private final Evaluations evaluations;
    private final Searches searches;
    private final JsonMapper mapper;

    OptimismChecks(Experiments experiments, Runs runs, Evaluations evaluations, Searches searches, JsonMapper mapper) {
        this.experiments = experiments;
        this.runs = runs;
        this.evaluations = evaluations;
        this.searches = searches;
        this.mapper = mapper;
    }

    /** Of an evaluation on the test subset or on another dataset; none of any other, and none before it has succeeded. */
    public Optional<OptimismView> of(Evaluation evaluation) {
        UUID run = evaluation.runId();
        boolean isOfOthers = evaluation.subset() == Subset.TEST || evaluation.subset() == Subset.EXTERNAL;
        if (!isOfOthers || evaluation.state() != EvaluationState.SUCCEEDED || run == null) {
            return Optional.empty();
        }
        Experiment experiment = training(evaluation).orElseThrow();
        return promise(experiment)
                .map(crossValidation -> against(crossValidation, evaluation))
                .or(() -> evaluations
                        .findFirstByRunIdAndSubsetAndStateOrderByIdDesc(
                                run, Subset.VALIDATION, EvaluationState.SUCCEEDED)
                        .map(validation -> OptimismView.againstValidation(
                                validation.id(),
                                evaluation,
                                check(mapper.readTree(validation.report()), mapper.readTree(evaluation.report())),
                                experiment.procedure() == Procedure.ENSEMBLE)));
    }

    /**
     * The newest cross-validation that speaks of a training, of the training's very plan before one that has another seed, and both before a
     * search in which the plan was a candidate.
     */
    private Optional<Experiment> promise(Experiment training) {
        if (training.procedure() == Procedure.ENSEMBLE) {
            // what an ensemble has promised is its own validation: a cross-validation speaks of one training
            return Optional.empty();
        }
        List<Experiment> found = experiments.findCrossValidations(training.splitId());
        return found.stream()
                .filter(one -> one.procedure() == Procedure.CROSS_VALIDATION)
                .filter(one -> one.planDigest().equals(training.planDigest()))
                .findFirst()
                .or(() -> found.stream()
                        .filter(one -> one.procedure() == Procedure.CROSS_VALIDATION && speaksOf(one, training))
                        .findFirst())
                .or(() -> found.stream().filter(one -> speaksOf(one, training)).findFirst());
    }

    /** Whether what a cross-validation found is a promise of a training: the same recipe, whatever the seed, or one that it chose among. */
    private boolean speaksOf(Experiment crossValidation, Experiment training) {
        JsonNode recipe = recipe(training.plan());
        return crossValidation.procedure() == Procedure.NESTED_CROSS_VALIDATION
                ? searches.candidates(crossValidation.id()).stream()
                        .anyMatch(candidate -> recipe(candidate.plan()).equals(recipe))
                : recipe(crossValidation.plan()).equals(recipe);
    }

    private JsonNode recipe(String plan) {
        ObjectNode fields = (ObjectNode) mapper.readTree(plan);
        fields.remove("seed");
        return fields;
    }

    /**
     * Of a succeeded cross-validation, against every test on its split of a training by its recipe, of a nested one by any of its
     * candidates; none of any other experiment.
     */
    public List<OptimismView> of(Experiment experiment) {
        if (!experiment.procedure().isCrossValidation() || experiment.state() != ExperimentState.SUCCEEDED) {
            return List.of();
        }
        return evaluations.findFinishedTests(experiment.splitId()).stream()
                .filter(test -> training(test)
                        .filter(tested -> speaksOf(experiment, tested))
                        .isPresent())
                .map(test -> against(experiment, test))
                .toList();
    }

    private Optional<Experiment> training(Evaluation evaluation) {
        return Optional.ofNullable(evaluation.runId())
                .flatMap(runs::findById)
                .flatMap(run -> experiments.findById(run.experimentId()));
    }

    private OptimismView against(Experiment crossValidation, Evaluation test) {
        JsonNode summary = mapper.readTree(crossValidation.summary());
        JsonNode report = mapper.readTree(test.report());
        JsonNode pooled = Stream.of("pooled", "multiclass", "multilabel")
                .map(summary::path)
                .filter(JsonNode::isObject)
                .findFirst()
                .orElse(summary);
        return OptimismView.againstCrossValidation(
                crossValidation.id(),
                test,
                check(promised(crossValidation, summary, pooled), pooled, report),
                crossValidation.procedure() == Procedure.NESTED_CROSS_VALIDATION
                        && !areFoldsPromised(crossValidation, summary, pooled));
    }

    /**
     * Models of different plans need not score on one scale, so a search promises what its folds come to one by one, where all of them
     * judge what they judge together.
     */
    private static JsonNode promised(Experiment crossValidation, JsonNode summary, JsonNode pooled) {
        return areFoldsPromised(crossValidation, summary, pooled) ? summary.path("meanRocAuc") : area(pooled);
    }

    private static boolean areFoldsPromised(Experiment crossValidation, JsonNode summary, JsonNode pooled) {
        boolean areFoldsWhole = summary.path("foldAverages").valueStream().allMatch(fold -> fold.path("judgedClasses")
                .equals(pooled.path("judgedClasses")));
        return crossValidation.procedure() == Procedure.NESTED_CROSS_VALIDATION
                && summary.path("meanRocAuc").has("interval")
                && areFoldsWhole;
    }

    private OptimismCheck check(JsonNode promised, JsonNode found) {
        return check(area(promised), promised, found);
    }

    private OptimismCheck check(JsonNode area, JsonNode promised, JsonNode found) {
        return promised.has("classes")
                ? OptimismCheck.of(
                        new OptimismCheck.OfClasses(estimate(area), judged(promised)),
                        new OptimismCheck.OfClasses(estimate(area(found)), judged(found)))
                : OptimismCheck.of(estimate(area), estimate(area(found)));
    }

    /** A binary task's report has one area, those of others have a mean of them. */
    private static JsonNode area(JsonNode report) {
        return report.path(report.has("rocAuc") ? "rocAuc" : "meanRocAuc");
    }

    private Estimate estimate(JsonNode area) {
        return mapper.treeToValue(area, Estimate.class);
    }

    /** The areas of the classes that a mean is over, those that some images show and others do not. */
    private Map<String, Estimate> judged(JsonNode report) {
        Map<String, Estimate> judged = new LinkedHashMap<>();
        for (JsonNode one : report.path("classes")) {
            JsonNode confusion = one.path("confusion");
            long shown = confusion.path("truePositives").asLong()
                    + confusion.path("falseNegatives").asLong();
            long others = confusion.path("trueNegatives").asLong()
                    + confusion.path("falsePositives").asLong();
            if (shown > 0 && others > 0) {
                judged.put(one.path("name").asString(), estimate(one.path("rocAuc")));
            }
        }
        return judged;
    }
}
