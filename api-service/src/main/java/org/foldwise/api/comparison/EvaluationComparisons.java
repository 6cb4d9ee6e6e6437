package org.foldwise.api.comparison;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foldwise.api.comparison.EvaluationComparison.Side;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.PredictionsJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.comparison.ClassFigure;
import org.foldwise.learning.metrics.comparison.ClassModelComparison;
import org.foldwise.learning.metrics.comparison.ModelComparison;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.MulticlassReport;
import org.foldwise.learning.metrics.scored.MultilabelReport;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.registry.evaluation.TestOpening;
import org.foldwise.registry.evaluation.TestOpenings;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Compares two models by the stored cases of an evaluation of each. Nothing is opened for it, and nothing is kept. */
@Component
public class EvaluationComparisons {
    private static final String AREA = "area under the ROC curve";

    private final Datasets datasets;
    private final PatientSplits splits;
    private final Experiments experiments;
    private final Runs runs;
    private final TestOpenings openings;
    private final ArtifactStore artifacts;

    EvaluationComparisons(
            Datasets datasets,
            PatientSplits splits,
            Experiments experiments,
            Runs runs,
            TestOpenings openings,
            ArtifactStore artifacts) {
        this.datasets = datasets;
        this.splits = splits;
        this.experiments = experiments;
        this.runs = runs;
        this.openings = openings;
        this.artifacts = artifacts;
    }

    /** What stands in a report besides figures. */
    private record Reported(Decision decision, BootstrapSpec bootstrap) {}

    /**
     * The comparison.
     *
     * @throws RefusedException unless both have succeeded, and have judged the same images for the same classes
     */
    public EvaluationComparison compare(Evaluation first, Evaluation second) {
        requireCases(first, second);
        Dataset ofFirst = judged(first);
        Dataset ofSecond = judged(second);
        requireSameQuestion(first, second, ofFirst, ofSecond);
        Reported reportOfFirst = reported(first);
        Reported reportOfSecond = reported(second);
        Side one = side(first, reportOfFirst.decision());
        Side other = side(second, reportOfSecond.decision());
        requireSameImages(one.images(), other.images());
        // the one with more draws, whichever comes first, so that a comparison the other way round has the same draws
        BootstrapSpec bootstrap = Stream.of(reportOfFirst.bootstrap(), reportOfSecond.bootstrap())
                .max(Comparator.comparingInt(BootstrapSpec::resamples).thenComparing(BootstrapSpec::seed))
                .orElseThrow();
        Map<PatientId, Long> images = one.images().patients().stream()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        int several = (int) images.values().stream().filter(count -> count > 1).count();
        String counted = count(one.images().size(), "image") + " of " + count(images.size(), "patient");
        ModelComparison binary = binary(one, other, bootstrap);
        ClassModelComparison ofClasses = binary == null
                ? ClassModelComparison.of(
                        new ClassModelComparison.Scored(one.images(), one.decision()),
                        new ClassModelComparison.Scored(other.images(), other.decision()),
                        bootstrap)
                : null;
        return new EvaluationComparison(
                one,
                other,
                ofFirst,
                binary,
                ofClasses,
                bootstrap,
                images.size(),
                several,
                cautions(one, other, images.size(), several),
                binary == null
                        ? verdict(one, other, counted, Objects.requireNonNull(ofClasses), bootstrap.level())
                        : verdict(one, other, counted, binary, bootstrap.level()));
    }

    private static @Nullable ModelComparison binary(Side one, Side other, BootstrapSpec bootstrap) {
        return one.images() instanceof ScoredImages.Binary first
                        && other.images() instanceof ScoredImages.Binary second
                        && one.decision() instanceof Decision.AtThreshold ofFirst
                        && other.decision() instanceof Decision.AtThreshold ofSecond
                ? ModelComparison.of(
                        new ModelComparison.Scored(
                                first.cases(), ofFirst.choice().threshold()),
                        new ModelComparison.Scored(
                                second.cases(), ofSecond.choice().threshold()),
                        bootstrap)
                : null;
    }

    private static String verdict(Side one, Side other, String counted, ModelComparison comparison, double level) {
        Estimate difference = comparison.areas() == null
                ? Estimate.undefined(String.valueOf(comparison.noAreasBecause()))
                : comparison.areas().difference(level);
        return Verdict.ofModels(one.experiment().name(), other.experiment().name(), counted, AREA, difference);
    }

    private static String verdict(Side one, Side other, String counted, ClassModelComparison comparison, double level) {
        boolean areLabels = one.images().task() == Task.MULTILABEL;
        return Verdict.ofModels(
                        one.experiment().name(),
                        other.experiment().name(),
                        counted,
                        "mean " + AREA + " over all " + (areLabels ? "labels" : "classes"),
                        Objects.requireNonNull(comparison.differences().get(ClassFigure.MEAN_ROC_AUC))
                                .estimate())
                + " " + Verdict.ofClasses(areLabels ? "label" : "class", comparison.classes(), level);
    }

    private static void requireCases(Evaluation first, Evaluation second) {
        List<String> mistakes = new ArrayList<>();
        for (Evaluation evaluation : List.of(first, second)) {
            if (evaluation.cases() == null || evaluation.report() == null) {
                mistakes.add("The evaluation " + evaluation.id() + " is " + WireNames.of(evaluation.state())
                        + "; only one that succeeded can be compared.");
            }
        }
        refuse(mistakes);
    }

    private void requireSameQuestion(Evaluation first, Evaluation second, Dataset ofFirst, Dataset ofSecond) {
        List<String> mistakes = new ArrayList<>();
        if (first.subset() != second.subset()) {
            mistakes.add("The first judged the subset " + WireNames.of(first.subset()) + " and the second "
                    + WireNames.of(second.subset()) + ": compare evaluations of one subset.");
        }
        if (!ofFirst.id().equals(ofSecond.id())) {
            mistakes.add("The first judged images of the dataset '"
                    + ofFirst.description().name() + "' and the second of '"
                    + ofSecond.description().name()
                    + "': evaluate both on the test subset of one split, or on one external dataset.");
        }
        Dataset trainedFirst = trainedOn(first);
        Dataset trainedSecond = trainedOn(second);
        Task task = trainedFirst.description().task();
        Task other = trainedSecond.description().task();
        if (task != other) {
            mistakes.add("The first answers " + task.words() + " and the second " + other.words()
                    + ": only models of one task can be compared.");
        } else if (!Objects.equals(trainedFirst.classes(), trainedSecond.classes())) {
            mistakes.add("The first answers in " + trainedFirst.classes() + " and the second in "
                    + trainedSecond.classes()
                    + ": only models of the same classes in the same order can be compared.");
        }
        refuse(mistakes);
    }

    private static void requireSameImages(ScoredImages first, ScoredImages second) {
        Set<String> ofFirst = names(first);
        Set<String> ofSecond = names(second);
        long both = ofFirst.stream().filter(ofSecond::contains).count();
        if (both < ofFirst.size() || both < ofSecond.size()) {
            throw conflict("Both must have judged the same images: " + (ofFirst.size() - both)
                    + " were judged by the first evaluation alone, " + (ofSecond.size() - both)
                    + " by the second alone and " + both
                    + " by both. Evaluate both models on the same subset of one split, or on one external dataset with the same"
                    + " sharedPatients rule.");
        }
    }

    private static Set<String> names(ScoredImages images) {
        Set<String> names = new HashSet<>();
        images.against(0).stream().map(ScoredCase::image).forEach(names::add);
        return names;
    }

    private static void refuse(List<String> mistakes) {
        if (!mistakes.isEmpty()) {
            throw conflict(String.join(" ", mistakes));
        }
    }

    private static RefusedException conflict(String detail) {
        return new RefusedException(ProblemType.CONFLICT, detail);
    }

    private Side side(Evaluation evaluation, Decision decision) {
        Experiment experiment = experiment(evaluation);
        return new Side(
                evaluation,
                experiment,
                split(experiment),
                images(evaluation),
                decision,
                openings.ofEvaluation(evaluation.id()).orElse(null));
    }

    private Reported reported(Evaluation evaluation) {
        String report = Objects.requireNonNull(evaluation.report());
        return switch (trainedOn(evaluation).description().task()) {
            case BINARY -> {
                EvaluationReport read = ReportJson.read(EvaluationReport.class, report);
                yield new Reported(new Decision.AtThreshold(read.threshold()), read.bootstrap());
            }
            case MULTICLASS ->
                new Reported(
                        new Decision.MostProbable(),
                        ReportJson.read(MulticlassReport.class, report).bootstrap());
            case MULTILABEL -> {
                MultilabelReport read = ReportJson.read(MultilabelReport.class, report);
                yield new Reported(read.decision(), read.bootstrap());
            }
        };
    }

    private ScoredImages images(Evaluation evaluation) {
        ArtifactKey key = Objects.requireNonNull(evaluation.cases());
        try {
            ScoredImages images = PredictionsJson.readImages(artifacts.read(key));
            if (images.size() == 0) {
                throw new RefusedException(
                        ProblemType.DATA_WITHDRAWN,
                        "All cases of the evaluation " + evaluation.id() + " were of patients who were withdrawn.");
            }
            return images instanceof ScoredImages.Binary binary
                    ? new ScoredImages.Binary(
                            Objects.requireNonNull(trainedOn(evaluation).classes()), binary.cases())
                    : images;
        } catch (CorruptArtifactException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Experiment experiment(Evaluation evaluation) {
        UUID run = evaluation.runId();
        UUID experiment = run == null
                ? evaluation.experimentId()
                : runs.findById(run).map(Run::experimentId).orElseThrow();
        return experiments.findById(Objects.requireNonNull(experiment)).orElseThrow();
    }

    private PatientSplit split(Experiment experiment) {
        return splits.find(experiment.splitId()).orElseThrow();
    }

    private Dataset trainedOn(Evaluation evaluation) {
        return datasets.findById(split(experiment(evaluation)).datasetId()).orElseThrow();
    }

    private Dataset judged(Evaluation evaluation) {
        UUID external = evaluation.datasetId();
        return external == null
                ? trainedOn(evaluation)
                : datasets.findById(external).orElseThrow();
    }

    private static List<String> cautions(Side one, Side other, int patients, int several) {
        List<String> cautions = new ArrayList<>();
        if (several > 0) {
            cautions.add(several + " of the " + count(patients, "patient")
                    + (several == 1 ? " has several images, which are" : " have several images, which are")
                    + " alike. Believe what is over patients; tests over images take every image for one of a patient of its own, which is"
                    + " not so and usually makes them too sure.");
        }
        Evaluation first = one.evaluation();
        Evaluation second = other.evaluation();
        if (first.id().equals(second.id())) {
            cautions.add("An evaluation is compared with itself.");
        } else if (one.run() != null && Objects.equals(one.run(), other.run())) {
            cautions.add("Both evaluations are of the same run.");
        }
        caution(first.subset(), one.images().task(), cautions);
        reuse("first", one, cautions);
        reuse("second", other, cautions);
        int withdrawals = Math.max(first.withdrawals(), second.withdrawals());
        if (withdrawals > 0) {
            cautions.add(
                    "Patients among those judged who were withdrawn since: " + withdrawals
                            + ". The comparison is of the cases that are left, the evaluations' own figures are those from before.");
        }
        return cautions;
    }

    private static void reuse(String which, Side side, List<String> cautions) {
        TestOpening opening = side.opening();
        if (opening != null && opening.isReuse()) {
            cautions.add("The " + which + " is opening " + opening.number()
                    + " of the test subset: a re-use, not a first test.");
        }
    }

    private static void caution(Subset subset, Task task, List<String> cautions) {
        switch (subset) {
            case VALIDATION ->
                cautions.add("Validation images stopped the trainings of both models"
                        + (task == Task.MULTICLASS ? "" : " and chose their thresholds")
                        + ": figures of both flatter, and one may be flattered more than the other.");
            case OUT_OF_FOLD -> {
                if (task != Task.MULTICLASS) {
                    cautions.add(
                            "The thresholds of both were chosen on these same images, so figures of decisions flatter.");
                }
            }
            case TEST ->
                cautions.add(
                        "Whoever takes the model that is better here has chosen by the test images, and its figures on them are no longer"
                                + " those of a first test: choose before the test, or judge the chosen model on other patients.");
            case EXTERNAL -> {}
        }
    }

    private static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
