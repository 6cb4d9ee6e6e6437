package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.foldwise.api.comparison.EvaluationComparison;
import org.foldwise.api.comparison.ExperimentComparison;
import org.foldwise.api.document.RecordSections.Opening;
import org.foldwise.api.document.RecordSections.Training;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Fact;
import org.foldwise.document.Block.Facts;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Document;
import org.foldwise.document.Section;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.comparison.ClassRecipeComparison;
import org.foldwise.learning.metrics.comparison.FigureOverFolds;
import org.foldwise.learning.metrics.comparison.RecipeComparison.FoldPair;
import org.foldwise.learning.metrics.comparison.RecipeFigure;
import org.foldwise.learning.metrics.comparison.ResampledTTest;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.registry.evaluation.TestOpening;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.split.PatientSplit;
import org.springframework.stereotype.Component;

/** Writes comparisons for people: what of two models, or of two recipes, differs, and what stands behind each. */
@Component
class ComparisonReports {
    private static final String TITLE = "Comparison report";

    private final StudyRecords records;

    ComparisonReports(StudyRecords records) {
        this.records = records;
    }

    /** Of two models on images that both have judged. */
    Document report(EvaluationComparison comparison) {
        EvaluationComparison.Side first = comparison.first();
        EvaluationComparison.Side second = comparison.second();
        String source = StudyRecords.path(first.evaluation()) + "/comparisons/"
                + second.evaluation().id();
        ComparisonSections parts = new ComparisonSections(
                first.images(),
                second.images(),
                comparison.binary(),
                comparison.several(),
                comparison.bootstrap(),
                source);
        List<PatientSplit> splits = first.split().id().equals(second.split().id())
                ? List.of(first.split())
                : List.of(first.split(), second.split());
        List<List<Opening>> openings = splits.stream().map(records::openings).toList();

        List<Section> sections = new ArrayList<>();
        sections.add(summary(comparison, parts, openings, source));
        sections.addAll(parts.sections());
        sections.add(RecordSections.openings(openings.get(0), splits.get(0).id()));
        if (splits.size() > 1) {
            sections.add(named(
                    "Openings of the test subset of B's split",
                    RecordSections.openings(openings.get(1), splits.get(1).id())));
        }
        sections.add(provenance("A", first));
        sections.add(provenance("B", second));
        return new Document(
                TITLE,
                "Two models on the same "
                        + EvaluationReports.subset(first.evaluation().subset()) + " of dataset '"
                        + comparison.judged().description().name() + "': "
                        + Words.count(comparison.images(), "image") + " of "
                        + Words.count(comparison.patients(), "patient") + ". A is "
                        + EvaluationReports.subject(first.evaluation(), first.experiment()) + ", B is "
                        + EvaluationReports.subject(second.evaluation(), second.experiment()) + ".",
                sections);
    }

    private static Section summary(
            EvaluationComparison comparison, ComparisonSections parts, List<List<Opening>> openings, String source) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(RecordSections.text(comparison.verdict() + " The first is A, the second B."));
        comparison.cautions().forEach(caution -> blocks.add(RecordSections.caution(caution)));
        List<EvaluationComparison.Side> sides = List.of(comparison.first(), comparison.second());
        openings.stream()
                .flatMap(List::stream)
                .distinct()
                .filter(opening ->
                        sides.stream().anyMatch(side -> side.evaluation().id().equals(opening.evaluation())))
                .flatMap(opening -> RecordSections.seenBefore(opening).stream())
                .forEach(blocks::add);
        blocks.addAll(parts.cautions());
        List<Fact> facts = new ArrayList<>();
        facts.addAll(facts("A", comparison.first()));
        facts.addAll(facts("B", comparison.second()));
        if (comparison.first().evaluation().subset() == Subset.TEST) {
            facts.add(new Fact("Named before by both", namedByBoth(comparison), source));
        }
        facts.add(new Fact(
                "Dataset",
                comparison.judged().description().name(),
                "/api/v1/datasets/" + comparison.judged().id()));
        facts.add(new Fact(
                "Counts",
                Words.count(comparison.images(), "image") + " of " + Words.count(comparison.patients(), "patient")
                        + ", of whom " + comparison.patientsWithSeveralImages() + " have several",
                source));
        blocks.add(new Facts(facts));
        return new Section("Summary", blocks);
    }

    private static String namedByBoth(EvaluationComparison comparison) {
        TestOpening first = comparison.first().opening();
        TestOpening second = comparison.second().opening();
        List<String> both = first == null || second == null
                ? List.of()
                : first.metrics().stream()
                        .filter(second.metrics()::contains)
                        .map(NamedMetric::words)
                        .toList();
        return both.isEmpty()
                ? "no figure: whatever differs here was looked for afterwards"
                : String.join(", ", both) + "; whatever else differs was looked for afterwards";
    }

    private static List<Fact> facts(String letter, EvaluationComparison.Side side) {
        Evaluation evaluation = side.evaluation();
        String path = StudyRecords.path(evaluation);
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact(
                letter,
                EvaluationReports.subject(evaluation, side.experiment()),
                "/api/v1/experiments/" + side.experiment().id()));
        facts.add(new Fact("Report of " + letter, path + "/report", path));
        facts.add(new Fact(letter + " decides by", decision(side.decision()), path));
        TestOpening opening = side.opening();
        if (opening != null) {
            facts.add(new Fact(
                    "Opening of " + letter,
                    "opening " + opening.number() + (opening.isReuse() ? ", a re-use" : ", the first") + ", on "
                            + Words.time(opening.openedAt()),
                    path));
        }
        return facts;
    }

    private static String decision(Decision decision) {
        if (decision instanceof Decision.AtThreshold binary) {
            return "the threshold " + binary.choice().threshold() + " ("
                    + Words.rule(binary.choice().rule()) + ")";
        }
        return decision instanceof Decision.LabelThresholds labels
                ? "a threshold for each of " + labels.choices().size() + " labels"
                : "the most probable class";
    }

    private Section provenance(String letter, EvaluationComparison.Side side) {
        Evaluation evaluation = side.evaluation();
        String path = StudyRecords.path(evaluation);
        ArtifactKey cases = evaluation.cases();
        List<Fact> further = cases == null
                ? List.of()
                : List.of(new Fact("Scored cases (SHA-256)", cases.digest().hex(), path + "/cases"));
        return provenance(letter, records.trainings(evaluation), further, path);
    }

    private static Section provenance(String letter, List<Training> trainings, List<Fact> further, String source) {
        return named("Provenance of " + letter, RecordSections.provenance(trainings, further, source));
    }

    private static Section named(String title, Section section) {
        return new Section(title, section.blocks());
    }

    /** Of two recipes that were cross-validated on one split. */
    Document report(ExperimentComparison comparison) {
        Experiment first = comparison.first().experiment();
        Experiment second = comparison.second().experiment();
        String source = path(first) + "/comparisons/" + second.id();
        PatientSplit split = comparison.split();
        List<Block> summary = new ArrayList<>();
        summary.add(RecordSections.text(comparison.verdict()));
        List<Section> overPatients = new ArrayList<>();
        String reason = comparison.notOverPatientsBecause();
        if (reason == null) {
            ComparisonSections parts = new ComparisonSections(
                    comparison.first().heldOut(),
                    comparison.second().heldOut(),
                    comparison.binaryOverPatients(),
                    comparison.severalOverPatients(),
                    comparison.bootstrap(),
                    source);
            summary.addAll(parts.cautions());
            summary.add(
                    RecordSections.caution(
                            "Whether one recipe gives better models is said over folds. What follows them is of the models that were trained"
                                    + " here, and knows nothing of how trainings differ."
                                    + (comparison.task() == Task.MULTICLASS
                                            ? ""
                                            : " Thresholds were chosen on these same images, so figures of decisions flatter.")));
            overPatients.addAll(parts.sections());
        } else {
            overPatients.add(new Section(
                    "Differences", List.of(RecordSections.text("Nothing is compared over patients: " + reason + "."))));
        }
        summary.add(new Facts(List.of(
                new Fact("A", "the cross-validation '" + first.name() + "'", path(first)),
                new Fact("B", "the cross-validation '" + second.name() + "'", path(second)),
                new Fact("A decides by", decision(comparison.first().decision()), path(first)),
                new Fact("B decides by", decision(comparison.second().decision()), path(second)),
                new Fact("Split of both", split.name(), "/api/v1/splits/" + split.id()))));

        List<Section> sections = new ArrayList<>();
        sections.add(new Section("Summary", summary));
        sections.add(overFolds(comparison, source));
        sections.addAll(overPatients);
        sections.add(RecordSections.openings(records.openings(split), split.id()));
        sections.add(provenance("A", records.trainings(first), List.of(), path(first) + "/runs"));
        sections.add(provenance("B", records.trainings(second), List.of(), path(second) + "/runs"));
        return new Document(
                TITLE,
                "Two recipes, cross-validated on the split '" + split.name() + "'. A is '" + first.name() + "', B is '"
                        + second.name() + "'.",
                sections);
    }

    private static String path(Experiment experiment) {
        return "/api/v1/experiments/" + experiment.id();
    }

    /** The areas of each fold, and the tests of their differences. */
    private static Section overFolds(ExperimentComparison comparison, String source) {
        ClassRecipeComparison several = comparison.several();
        List<FoldPair> folds =
                several == null ? Objects.requireNonNull(comparison.binary()).folds() : several.folds();
        String area = several == null ? "ROC AUC" : "mean ROC AUC";
        List<FigureOverFolds> figures =
                several == null ? Objects.requireNonNull(comparison.binary()).figures() : several.figures();
        return new Section(
                "Folds",
                List.of(
                        new Table(
                                "Areas of each fold",
                                List.of(
                                        Column.text("Fold").percent(16),
                                        Column.number("A, " + area).percent(32),
                                        Column.number("B, " + area).percent(32),
                                        Column.number("A less B").percent(20)),
                                folds.stream().map(ComparisonReports::fold).toList(),
                                source),
                        new Table(
                                "Corrected resampled t-test of the folds",
                                List.of(
                                        Column.text("Figure").percent(26),
                                        Column.number("A").percent(9),
                                        Column.number("B").percent(9),
                                        Column.number("A less B (interval)").percent(28),
                                        Column.number("t").percent(9),
                                        Column.number("p value").percent(9),
                                        Column.number("adjusted").percent(10)),
                                figures.stream().map(ComparisonReports::test).toList(),
                                source),
                        RecordSections.text(
                                "The primary figure is the " + area
                                        + ", which stands first: its p value is read as it is. The others were looked at beside it; their p"
                                        + " values are adjusted for " + figures.size()
                                        + " figures (Holm 1979). Of Brier score, log loss and calibration error less is better."),
                        RecordSections.text("Folds share training patients; the correction takes "
                                + Words.number(comparison.testToTrain())
                                + " held-out images for each that is left to learn from (Nadeau and Bengio 2003). The best fold is no"
                                + " estimate of anything.")));
    }

    private static List<String> fold(FoldPair fold) {
        Double a = fold.first().value();
        Double b = fold.second().value();
        return List.of(
                Integer.toString(fold.fold()),
                Words.estimate(fold.first()),
                Words.estimate(fold.second()),
                a == null || b == null ? "\u2013" : Words.value(Estimate.of(a - b)));
    }

    private static List<String> test(FigureOverFolds one) {
        ResampledTTest test = one.test();
        return List.of(
                words(one.figure()),
                valueOrDash(one.first()),
                valueOrDash(one.second()),
                Words.estimate(test.difference()),
                valueOrDash(test.t()),
                ComparisonSections.p(test.pValue()),
                ComparisonSections.p(one.adjustedPValue()));
    }

    private static String valueOrDash(Estimate estimate) {
        return estimate.hasValue() ? Words.value(estimate) : "\u2013";
    }

    private static String words(RecipeFigure figure) {
        return switch (figure) {
            case ROC_AUC -> "Area under the ROC curve";
            case AVERAGE_PRECISION -> "Average precision";
            case F1 -> "F1";
            case MEAN_ROC_AUC -> "Mean area under the ROC curve";
            case MEAN_AVERAGE_PRECISION -> "Mean average precision";
            case MEAN_F1 -> "Mean F1";
            case ACCURACY -> "Accuracy";
            case BALANCED_ACCURACY -> "Balanced accuracy";
            case RECALL -> "Sensitivity";
            case SPECIFICITY -> "Specificity";
            case PRECISION -> "Positive predictive value";
            case NEGATIVE_PREDICTIVE_VALUE -> "Negative predictive value";
            case MEAN_RECALL -> "Mean sensitivity";
            case MEAN_SPECIFICITY -> "Mean specificity";
            case MATTHEWS_CORRELATION -> "Matthews' correlation";
            case KAPPA -> "Kappa";
            case BRIER_SCORE -> "Brier score";
            case MEAN_BRIER_SCORE -> "Mean Brier score";
            case LOG_LOSS -> "Log loss";
            case EXPECTED_CALIBRATION_ERROR -> "Expected calibration error";
        };
    }
}
