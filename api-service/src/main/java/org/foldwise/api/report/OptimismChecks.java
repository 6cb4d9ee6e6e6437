package org.foldwise.api.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.comparison.OptimismCheck;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.learning.metrics.scored.RecalibrationEffect;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationState;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.evaluation.FrozenThresholds;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.ExperimentState;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.search.Searches;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds what the locked test subset, or another dataset, showed against what development had promised; computed from stored reports alone.
 *
 * <p>Where a run's probabilities go through an isotonic map, areas of the network's own are compared: the map was fitted to the validation
 * images and raises the area on these very images, and it ties other images.
 */
@Component
public class OptimismChecks {
    private static final String NO_SUMMARY =
            "the training has no summary yet, which has the area of its network's own probabilities";

    private final Experiments experiments;
    private final Runs runs;
    private final Evaluations evaluations;
    private final FrozenThresholds thresholds;
    private final Searches searches;
    private final JsonMapper mapper;

    OptimismChecks(
            Experiments experiments,
            Runs runs,
            Evaluations evaluations,
            FrozenThresholds thresholds,
            Searches searches,
            JsonMapper mapper) {
        this.experiments = experiments;
        this.runs = runs;
        this.evaluations = evaluations;
        this.thresholds = thresholds;
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
                        .map(validation -> against(validation, experiment, evaluation)));
    }

    private OptimismView against(Evaluation validation, Experiment training, Evaluation test) {
        boolean isEnsemble = training.procedure() == Procedure.ENSEMBLE;
        Found found = found(test);
        if (!found.isRecalibratedByIsotonicMaps()) {
            Areas promised = areas(mapper.readTree(validation.report()));
            return OptimismView.againstValidation(validation.id(), test, check(promised, found.areas()), isEnsemble);
        }
        // the summary of a training, or of an ensemble, is of the validation images before anything was fitted to them
        Areas promised = Optional.ofNullable(training.summary())
                .map(summary -> areas(pooled(mapper.readTree(summary))))
                .orElseGet(() -> new Areas(Estimate.undefined(NO_SUMMARY), null));
        return OptimismView.againstTraining(
                training.id(), validation.id(), test, check(promised, found.areas()), isEnsemble, found.areOwn());
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
        JsonNode pooled = pooled(summary);
        Areas promised = new Areas(estimate(promised(crossValidation, summary, pooled)), judged(pooled));
        Found found = found(test);
        return OptimismView.againstCrossValidation(
                crossValidation.id(),
                test,
                check(promised, found.areas()),
                crossValidation.procedure() == Procedure.NESTED_CROSS_VALIDATION
                        && !areFoldsPromised(crossValidation, summary, pooled),
                found.isRecalibratedByIsotonicMaps(),
                found.areOwn());
    }

    private static JsonNode pooled(JsonNode summary) {
        return Stream.of("pooled", "multiclass", "multilabel")
                .map(summary::path)
                .filter(JsonNode::isObject)
                .findFirst()
                .orElse(summary);
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

    /**
     * What one side says.
     *
     * @param area of a binary task, otherwise the mean area
     * @param judged the area of each judged class; absent of a binary task, and where nothing is known
     */
    private record Areas(Estimate area, @Nullable Map<String, Estimate> judged) {}

    /**
     * What a test showed.
     *
     * @param isRecalibratedByIsotonicMaps whether its run's probabilities are
     * @param areOwn whether the areas are those of the network's own probabilities
     */
    private record Found(Areas areas, boolean isRecalibratedByIsotonicMaps, boolean areOwn) {}

    private static OptimismCheck check(Areas promised, Areas found) {
        return promised.judged() != null && found.judged() != null
                ? OptimismCheck.of(
                        new OptimismCheck.OfClasses(promised.area(), promised.judged()),
                        new OptimismCheck.OfClasses(found.area(), found.judged()))
                : OptimismCheck.of(promised.area(), found.area());
    }

    private Found found(Evaluation test) {
        Areas reported = areas(mapper.readTree(test.report()));
        boolean isIsotonic = Optional.ofNullable(test.runId())
                .flatMap(thresholds::ofRun)
                .filter(frozen -> RecalibrationView.of(frozen.recalibration()).method() == RecalibrationMethod.ISOTONIC)
                .isPresent();
        String effect = test.recalibrationEffect();
        Optional<Areas> own = isIsotonic && effect != null
                ? own(ReportJson.read(RecalibrationEffect.class, effect), reported)
                : Optional.empty();
        return new Found(own.orElse(reported), isIsotonic, own.isPresent());
    }

    /** None in effects that were stored before areas were. */
    private static Optional<Areas> own(RecalibrationEffect effect, Areas reported) {
        return effect.figures().stream()
                .filter(one -> one.figure() == RecalibrationEffect.Figure.ROC_AUC)
                .findFirst()
                .map(one -> new Areas(one.change().before(), reported.judged() == null ? null : judged(effect)));
    }

    private static Map<String, Estimate> judged(RecalibrationEffect effect) {
        Map<String, Estimate> judged = new LinkedHashMap<>();
        for (RecalibrationEffect.OfClass one : effect.classes()) {
            RecalibrationEffect.Change area = one.rocAuc();
            if (area != null && area.before().hasValue()) {
                judged.put(one.name(), area.before());
            }
        }
        return judged;
    }

    private Areas areas(JsonNode report) {
        return new Areas(estimate(area(report)), judged(report));
    }

    /** A binary task's report has one area, those of others have a mean of them. */
    private static JsonNode area(JsonNode report) {
        return report.path(report.has("rocAuc") ? "rocAuc" : "meanRocAuc");
    }

    private Estimate estimate(JsonNode area) {
        return mapper.treeToValue(area, Estimate.class);
    }

    /** The areas of the classes that a mean is over, those that some images show and others do not; absent of a binary task. */
    private @Nullable Map<String, Estimate> judged(JsonNode report) {
        if (!report.has("classes")) {
            return null;
        }
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
