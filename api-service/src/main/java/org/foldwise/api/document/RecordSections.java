package org.foldwise.api.document;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.foldwise.document.Axis;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Chart;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Fact;
import org.foldwise.document.Block.Facts;
import org.foldwise.document.Block.Forest;
import org.foldwise.document.Block.Paragraph;
import org.foldwise.document.Block.Row;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Layer.Curve;
import org.foldwise.document.Layer.Point;
import org.foldwise.document.Layer.Stroke;
import org.foldwise.document.Layer.Upright;
import org.foldwise.document.Section;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.CrossValidationSummary.FoldResult;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.FoldFigure;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.scored.MultilabelReport;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.foldwise.learning.metrics.scored.TaskSummary;
import org.foldwise.learning.metrics.scored.TaskSummary.FoldAverages;
import org.foldwise.learning.provenance.Environment;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.provenance.WeightsFile;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.registry.evaluation.TestOpening.Past;
import org.jspecify.annotations.Nullable;

/** What documents say of records other than judgements: datasets, splits, folds, trainings, openings, provenance. */
final class RecordSections {
    private static final int MOST_LEARNING_CURVES = 12;
    private static final int FEWEST_EPOCHS_DRAWN = 5;
    private static final String REUSE =
            "Only the first opening can be of a test that nobody had seen: whoever decided anything after it may have learned from it,"
                    + " and later figures are those of a re-used test subset.";

    private RecordSections() {}

    /**
     * An opening that has scored patients of the study's locked test subset.
     *
     * @param number 1, 2, ... among the openings of any of its patients
     * @param metrics the figures that it was for; none in openings from before they were named
     * @param past what had become of its patients before; absent likewise
     * @param touched how many patients of the study's test subset it has scored
     * @param split whose test subset it was: the study's, or another that shares patients
     */
    record Opening(
            int number,
            Instant at,
            String by,
            String reason,
            UUID evaluation,
            List<NamedMetric> metrics,
            @Nullable Past past,
            int touched,
            UUID split) {
        Opening {
            metrics = List.copyOf(metrics);
        }

        private String named() {
            return metrics.isEmpty()
                    ? "none named"
                    : String.join(", ", metrics.stream().map(NamedMetric::words).toList());
        }
    }

    /**
     * A finished epoch.
     *
     * @param number 0 for the first
     */
    record Epoch(int number, double trainLoss, double validationLoss, @Nullable Double validationRocAuc) {}

    /**
     * A training.
     *
     * @param fold -1 for the development fold
     * @param bestEpoch absent before it has succeeded
     * @param provenance absent before it has succeeded
     */
    record Training(
            UUID id,
            int fold,
            String state,
            @Nullable Integer bestEpoch,
            @Nullable Provenance provenance,
            List<Epoch> epochs) {
        Training {
            epochs = List.copyOf(epochs);
        }

        String path() {
            return "/api/v1/runs/" + id;
        }

        String name() {
            return fold < 0 ? "development fold" : "fold " + fold;
        }
    }

    /** Something that was found about a dataset or a plan. */
    record Remark(String about, String code, String severity, String evidence, String suggestion) {}

    /** Every opening of patients of the split's test subset, and what a second one means. */
    static Section openings(List<Opening> openings, UUID split) {
        String path = "/api/v1/splits/" + split;
        List<Block> blocks = new ArrayList<>();
        long elsewhere = openings.stream()
                .filter(opening -> !opening.split().equals(split))
                .count();
        if (openings.isEmpty()) {
            blocks.add(text("The locked test subset of this split has never been opened."));
        } else if (elsewhere > 0) {
            blocks.add(caution("Patients of the locked test subset of this split were opened "
                    + Words.count(openings.size(), "time") + ", of which " + elsewhere + " under other splits. "
                    + REUSE));
        } else if (openings.size() == 1) {
            blocks.add(text("The locked test subset of this split was opened once."));
        } else {
            blocks.add(
                    caution("The locked test subset of this split was opened " + openings.size() + " times. " + REUSE));
        }
        openings.stream()
                .filter(opening -> opening.split().equals(split))
                .map(RecordSections::seenBefore)
                .filter(cautions -> !cautions.isEmpty())
                .findFirst()
                .ifPresent(blocks::addAll);
        blocks.add(new Table(
                "Openings of the test subset",
                List.of(
                        Column.number("Opening").percent(10),
                        Column.text("When").percent(13),
                        Column.text("By").percent(12),
                        Column.text("Named metrics").percent(17),
                        Column.text("Reason given").percent(23),
                        Column.text("Evaluation").percent(25)),
                openings.stream()
                        .map(opening -> List.of(
                                Integer.toString(opening.number()),
                                Words.time(opening.at()),
                                opening.by(),
                                opening.named(),
                                opening.reason(),
                                "/api/v1/evaluations/" + opening.evaluation()))
                        .toList(),
                path));
        if (!openings.isEmpty()) {
            blocks.add(pasts(openings, split, path));
            blocks.add(text(
                    "Openings are counted by patient, under whatever split of the project; a patient of another dataset is"
                            + " known by byte-identical images. Read are those who were trained on, validated on or held out in"
                            + " experiments on other splits, or judged as external images; answered those of whom model versions of the"
                            + " project had answered an image, known by its bytes, for whoever asked."));
        }
        return new Section("Openings of the test subset", blocks);
    }

    private static Table pasts(List<Opening> openings, UUID split, String path) {
        return new Table(
                "Patients of the openings, and what had become of them before",
                List.of(
                        Column.number("Opening").percent(10),
                        Column.text("Split").percent(21),
                        Column.number("Patients").percent(10),
                        Column.number("Of this split").percent(9),
                        Column.number("Opened before").percent(10),
                        Column.number("Read before").percent(9),
                        Column.number("Read by experiments and evaluations").percent(18),
                        Column.number("Answered before").percent(13)),
                openings.stream()
                        .map(opening -> {
                            Past past = opening.past();
                            String unknown = "not recorded";
                            return List.of(
                                    Integer.toString(opening.number()),
                                    opening.split().equals(split) ? "this one" : "/api/v1/splits/" + opening.split(),
                                    past == null ? unknown : Integer.toString(past.patients()),
                                    Integer.toString(opening.touched()),
                                    past == null ? unknown : Integer.toString(past.openedBefore()),
                                    past == null ? unknown : Integer.toString(past.readBefore()),
                                    past == null
                                            ? unknown
                                            : Integer.toString(past.readBy().size()),
                                    past == null || past.answeredBefore() == null
                                            ? unknown
                                            : Integer.toString(past.answeredBefore()));
                        })
                        .toList(),
                path);
    }

    /** What it means that patients of an opening had been read or answered before; empty where none had been, or nothing is recorded. */
    static List<Paragraph> seenBefore(Opening opening) {
        return Stream.of(readBefore(opening), answeredBefore(opening))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Paragraph> answeredBefore(Opening opening) {
        Past past = opening.past();
        Integer answered = past == null ? null : past.answeredBefore();
        return past == null || answered == null || answered == 0
                ? Optional.empty()
                : Optional.of(caution("Model versions of the project had answered images of " + answered + " of the "
                        + Words.count(past.patients(), "patient") + " before opening " + opening.number()
                        + ", one by one, for whoever asked. Whoever saw these answers had opened them in all but name: figures of"
                        + " them are not those of patients whom nobody had seen."));
    }

    private static Optional<Paragraph> readBefore(Opening opening) {
        Past past = opening.past();
        return past == null || past.readBefore() == 0
                ? Optional.empty()
                : Optional.of(caution(past.readBefore() + " of the " + Words.count(past.patients(), "patient")
                        + " of opening " + opening.number()
                        + " had been read before: trained on, validated on or held out in experiments on other splits, or judged as"
                        + " external images. What was decided in between may have been decided by their answers: figures of them are"
                        + " not those of patients whom nobody had seen."));
    }

    /**
     * What was found before anything was trained or judged, and what was done in spite of it.
     *
     * @param remarks about datasets and plan
     * @param waivers of each blocking finding of a dataset that was set aside the dataset's address, the finding's code, the reason
     *     given, by whom and when
     * @param overrides of each finding that blocked the start its code and the reason given
     * @param datasets the addresses of the datasets, that which was trained on first
     * @param experiment the address of what was started
     */
    record Found(
            List<Remark> remarks,
            List<List<String>> waivers,
            List<List<String>> overrides,
            List<String> datasets,
            String experiment) {
        Found {
            remarks = List.copyOf(remarks);
            waivers = List.copyOf(waivers);
            overrides = List.copyOf(overrides);
            datasets = List.copyOf(datasets);
        }
    }

    /** What was found about datasets and plan, and what was started in spite of it. */
    static Section findings(Found found) {
        String datasets = String.join(" ", found.datasets());
        return new Section(
                "Findings",
                List.of(
                        new Table(
                                "What the platform found about the data and the plan",
                                List.of(
                                        Column.text("About").percent(18),
                                        Column.text("Code").percent(20),
                                        Column.text("Severity").percent(9),
                                        Column.text("Evidence").percent(31),
                                        Column.text("Suggestion").percent(22)),
                                found.remarks().stream()
                                        .map(finding -> List.of(
                                                finding.about(),
                                                finding.code(),
                                                finding.severity(),
                                                finding.evidence(),
                                                finding.suggestion()))
                                        .toList(),
                                datasets + " " + found.experiment()),
                        new Table(
                                "Blocking findings of the data that were set aside",
                                List.of(
                                        Column.text("Dataset").percent(24),
                                        Column.text("Code").percent(20),
                                        Column.text("Reason given").percent(32),
                                        Column.text("By").percent(11),
                                        Column.text("When").percent(13)),
                                found.waivers(),
                                datasets),
                        new Table(
                                "Blocking findings in spite of which the experiment was started",
                                List.of(
                                        Column.text("Code").percent(30),
                                        Column.text("Reason given").percent(70)),
                                found.overrides(),
                                found.experiment())));
    }

    /** How patients were divided, and the proof that nobody is on two sides. */
    static List<Block> split(UUID id, SplitSpec spec, long seed, String digest, LeakageAudit audit) {
        String path = "/api/v1/splits/" + id;
        List<List<String>> rows = new ArrayList<>();
        for (LeakageAudit.FoldCounts fold : audit.folds()) {
            for (LeakageAudit.RoleCounts role : fold.roles()) {
                String classes = String.join(
                        ", ",
                        role.classes().stream()
                                .map(counts -> counts.name() + " " + counts.images())
                                .toList());
                rows.add(List.of(
                        fold.fold() < 0 ? "development" : Integer.toString(fold.fold()),
                        word(role.role()),
                        Integer.toString(role.patients()),
                        Integer.toString(role.images()),
                        classes));
            }
        }
        return List.of(
                new Facts(List.of(
                        new Fact("Kind", describe(spec), path),
                        new Fact("Seed", Long.toString(seed), path),
                        new Fact("Digest (SHA-256)", digest, path),
                        new Fact(
                                "Patients on two sides",
                                Words.count(audit.sharedPatients(), "patient") + ", "
                                        + Words.count(audit.sharedContents(), "byte-identical image"),
                                path),
                        new Fact("Audit", audit.passed() ? "passed" : "failed", path))),
                new Table(
                        "Patients and images of each role",
                        List.of(
                                Column.text("Fold"),
                                Column.text("Role"),
                                Column.number("Patients"),
                                Column.number("Images"),
                                Column.text("Images of each class")),
                        rows,
                        path));
    }

    static String describe(SplitSpec spec) {
        if (spec instanceof SplitSpec.KFold folds) {
            String repeats = folds.repeats() == 1 ? "" : ", " + folds.repeats() + " times anew";
            String locked = folds.test() == 0
                    ? ""
                    : Words.percent(folds.test()) + " of the patients locked away for the test, ";
            return folds.folds() + " folds by patient" + repeats + ", " + locked + Words.percent(folds.validation())
                    + " of each fold's others for validation";
        }
        if (spec instanceof SplitSpec.Holdout holdout) {
            return "by patient: " + Words.percent(holdout.train()) + " train, " + Words.percent(holdout.validation())
                    + " validation, " + Words.percent(holdout.test()) + " test";
        }
        if (spec instanceof SplitSpec.Temporal temporal) {
            LocalDate from = temporal.testFrom();
            return "by day: the test "
                    + (from == null
                            ? "from the day on that leaves "
                                    + Words.percent(temporal.test() == null ? 0 : temporal.test())
                                    + " of the patients to it"
                            : "from " + from + " on")
                    + ", " + Words.percent(temporal.validation())
                    + " of the earlier patients for validation, patients on both sides "
                    + (temporal.straddling() == SplitSpec.Straddling.DROPPED
                            ? "left out"
                            : "where their latest image is");
        }
        if (spec instanceof SplitSpec.Site site) {
            return (site.test().isEmpty()
                            ? "by site, each held out in a fold of its own, "
                            : "by site, the test of " + String.join(", ", site.test()) + ", ")
                    + Words.percent(site.validation()) + " of the other sites' patients for validation";
        }
        SplitSpec.Fixed fixed = (SplitSpec.Fixed) spec;
        return "roles that were given elsewhere"
                + (fixed.repeats() == 1 ? "" : ", with " + fixed.repeats() + " repeats of their folds")
                + " (SHA-256 " + fixed.assignmentsDigest() + ")";
    }

    /**
     * Every fold of a cross-validation.
     *
     * @param summary as it is stored
     * @param source the address of the experiment
     */
    static Section folds(String summary, Task task, String source) {
        return task == Task.BINARY
                ? folds(ReportJson.read(CrossValidationSummary.class, summary), source)
                : folds(ReportJson.read(TaskSummary.class, summary), source);
    }

    /** Every fold, their mean, their spread, and the interval that allows for the patients that they share. */
    static Section folds(CrossValidationSummary summary, String source) {
        List<Row> rows = new ArrayList<>();
        List<List<String>> table = new ArrayList<>();
        List<Double> ends = new ArrayList<>();
        for (FoldResult fold : summary.folds()) {
            rows.add(foldRow(fold.fold(), fold.patients(), fold.rocAuc(), ends));
            table.add(List.of(
                    Integer.toString(fold.fold()),
                    Integer.toString(fold.patients()),
                    Integer.toString(fold.images()),
                    Long.toString(fold.positives()),
                    Words.estimate(fold.rocAuc()),
                    Words.estimate(fold.averagePrecision()),
                    Words.estimate(fold.f1())));
        }
        Estimate mean = summary.meanRocAuc();
        rows.add(row("mean of folds, corrected interval", mean, ends));
        rows.add(row("all held-out images together", summary.pooled().rocAuc(), ends));
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Forest(
                "Area under the ROC curve of each fold",
                "Areas of the folds with their intervals, their mean, and the area of all held-out images.",
                Axis.holding("area under the ROC curve", ends),
                rows,
                mean.value(),
                source));
        blocks.add(new Table(
                "Folds",
                List.of(
                        Column.text("Fold"),
                        Column.number("Patients"),
                        Column.number("Images"),
                        Column.number("Positives"),
                        Column.number("ROC AUC"),
                        Column.number("Average precision"),
                        Column.number("F1")),
                table,
                source));
        if (summary.folds().stream().allMatch(fold -> fold.brierScore() != null)) {
            blocks.add(new Table(
                    "Decisions and probabilities of the folds",
                    List.of(
                            Column.text("Fold").percent(10),
                            Column.number("Accuracy").percent(18),
                            Column.number("Balanced accuracy").percent(18),
                            Column.number("Sensitivity").percent(18),
                            Column.number("Specificity").percent(18),
                            Column.number("Brier score").percent(18)),
                    summary.folds().stream()
                            .map(fold -> List.of(
                                    Integer.toString(fold.fold()),
                                    FigureTables.cell(fold.accuracy()),
                                    FigureTables.cell(fold.balancedAccuracy()),
                                    FigureTables.cell(fold.recall()),
                                    FigureTables.cell(fold.specificity()),
                                    FigureTables.cell(fold.brierScore())))
                            .toList(),
                    source));
        }
        blocks.add(overFolds(summary.figures(), source));
        ThresholdChoice threshold = summary.pooled().threshold();
        blocks.add(
                text("F1 and what else decisions are worth are at the threshold " + Words.number(threshold.threshold())
                        + " for all folds"
                        + (threshold.rule() instanceof ThresholdRule.Fixed
                                ? "."
                                : ", which was chosen on these held-out images and flatters a little.")));
        blocks.add(new Facts(List.of(
                new Fact("Standard deviation of the folds", Words.value(summary.standardDeviationRocAuc()), source),
                new Fact("Mean with corrected interval", Words.estimate(mean), source),
                new Fact(
                        "All held-out images together",
                        Words.estimate(summary.pooled().rocAuc()),
                        source))));
        blocks.add(text(
                "The standard deviation says how much it matters who was held out; it is no standard error, as folds "
                        + "share training patients, for which the corrected interval allows (Nadeau and Bengio 2003). The best "
                        + "fold is no estimate of anything."));
        return new Section("Folds", blocks);
    }

    /** Mean, interval and spread of every figure that the folds have. */
    private static Table overFolds(List<FoldFigure> figures, String source) {
        return new Table(
                "Means over the folds",
                List.of(
                        Column.text("Figure"),
                        Column.number("Mean (corrected interval)"),
                        Column.number("Standard deviation")),
                figures.stream()
                        .map(figure -> List.of(
                                words(figure.figure()),
                                Words.estimate(figure.mean()),
                                Words.value(figure.standardDeviation())))
                        .toList(),
                source);
    }

    private static String words(String figure) {
        return switch (figure) {
            case "rocAuc" -> "Area under the ROC curve";
            case "averagePrecision" -> "Average precision";
            case "f1" -> "F1";
            case "accuracy" -> "Accuracy";
            case "subsetAccuracy" -> "Every label right (subset accuracy)";
            case "balancedAccuracy" -> "Balanced accuracy";
            case "recall" -> "Sensitivity (recall)";
            case "specificity" -> "Specificity";
            case "brierScore" -> "Brier score";
            default -> throw new IllegalArgumentException("no words for the figure " + figure);
        };
    }

    private static Row foldRow(int fold, int patients, Estimate area, List<Double> ends) {
        return row("fold " + fold + " (" + Words.count(patients, "patient") + ")", area, ends);
    }

    /** Every fold of several classes, or of labels, averaged over these; their mean and their spread. */
    static Section folds(TaskSummary summary, String source) {
        List<Row> rows = new ArrayList<>();
        List<List<String>> table = new ArrayList<>();
        List<Double> ends = new ArrayList<>();
        for (FoldAverages fold : summary.foldAverages()) {
            rows.add(foldRow(fold.fold(), fold.patients(), fold.rocAuc(), ends));
            table.add(List.of(
                    Integer.toString(fold.fold()),
                    Integer.toString(fold.patients()),
                    Integer.toString(fold.images()),
                    Integer.toString(fold.judgedClasses()),
                    Words.estimate(fold.rocAuc()),
                    Words.estimate(fold.averagePrecision()),
                    Words.estimate(fold.f1())));
        }
        Estimate mean = Objects.requireNonNull(summary.meanRocAuc(), "a cross-validation has a mean");
        Estimate together = report(summary).meanRocAuc();
        rows.add(row("mean of folds, corrected interval", mean, ends));
        rows.add(row("all held-out images together", together, ends));
        return new Section(
                "Folds",
                List.of(
                        new Forest(
                                "Mean area under the ROC curve of each fold",
                                "Mean areas of the folds over their judged classes with intervals, the mean of the folds, and the mean area of all held-out images.",
                                Axis.holding("mean area under the ROC curve", ends),
                                rows,
                                mean.value(),
                                source),
                        new Table(
                                "Folds",
                                List.of(
                                        Column.text("Fold"),
                                        Column.number("Patients"),
                                        Column.number("Images"),
                                        Column.number("Judged classes"),
                                        Column.number("Mean ROC AUC"),
                                        Column.number("Mean average precision"),
                                        Column.number("Mean F1")),
                                table,
                                source),
                        decisions(summary, source),
                        overFolds(summary.figures(), source),
                        text("Figures of each fold are means over its judged classes, but for "
                                + (summary.multilabel() == null
                                        ? "the accuracy, which is the share of images decided rightly"
                                        : "the share of images with every label right")
                                + ". Decisions are those of all folds together, "
                                + "whose thresholds, where there are any, were chosen on these held-out images."),
                        new Facts(List.of(
                                new Fact(
                                        "Standard deviation of the folds",
                                        Words.value(Objects.requireNonNull(summary.standardDeviationRocAuc())),
                                        source),
                                new Fact("Mean with corrected interval", Words.estimate(mean), source),
                                new Fact("All held-out images together", Words.estimate(together), source))),
                        text(
                                "The standard deviation says how much it matters who was held out; it is no standard error, as folds "
                                        + "share training patients. A mean over fewer judged classes is a mean of other classes. The best fold "
                                        + "is no estimate of anything.")));
    }

    /** Of older results it has no rows, as they were stored without these figures. */
    private static Table decisions(TaskSummary summary, String source) {
        boolean isOfLabels = summary.multilabel() != null;
        return new Table(
                "Decisions and probabilities of the folds",
                List.of(
                        Column.text("Fold").percent(12),
                        Column.number(isOfLabels ? "Every label right" : "Accuracy")
                                .percent(22),
                        Column.number(isOfLabels ? "Mean sensitivity" : "Balanced accuracy (mean sensitivity)")
                                .percent(22),
                        Column.number("Mean specificity").percent(22),
                        Column.number("Mean Brier score").percent(22)),
                summary.foldAverages().stream()
                        .filter(fold -> fold.brierScore() != null)
                        .map(fold -> List.of(
                                Integer.toString(fold.fold()),
                                FigureTables.cell(isOfLabels ? fold.subsetAccuracy() : fold.accuracy()),
                                FigureTables.cell(fold.recall()),
                                FigureTables.cell(fold.specificity()),
                                FigureTables.cell(fold.brierScore())))
                        .toList(),
                source);
    }

    /** The report of all held-out images, or of the validation images of a single training. */
    static TaskReport report(TaskSummary summary) {
        MultilabelReport labelled = summary.multilabel();
        TaskReport report = labelled == null ? summary.multiclass() : labelled;
        if (report == null) {
            throw new IllegalStateException("a summary without a report");
        }
        return report;
    }

    static Row row(String label, Estimate estimate, List<Double> ends) {
        Double value = estimate.value();
        Interval interval = estimate.interval();
        if (value != null) {
            ends.add(value);
        }
        if (interval != null) {
            ends.add(Math.max(0, interval.lower()));
            ends.add(Math.min(1, interval.upper()));
        }
        return new Row(
                label,
                value,
                interval == null ? null : interval.lower(),
                interval == null ? null : interval.upper(),
                Words.estimate(estimate));
    }

    /** Losses over epochs, one chart for each training. */
    static Section learning(List<Training> trainings) {
        List<Block> blocks = new ArrayList<>();
        List<Training> shown = trainings.stream()
                .filter(training -> !training.epochs().isEmpty())
                .limit(MOST_LEARNING_CURVES)
                .toList();
        shown.forEach(training -> blocks.add(learningCurve(training)));
        if (shown.isEmpty()) {
            blocks.add(text("No epoch is recorded."));
        } else if (shown.size() < trainings.size()) {
            blocks.add(text("Shown are " + shown.size() + " of " + trainings.size() + " trainings."));
        }
        blocks.add(text(
                "Weights were kept from the best epoch on validation patients, whom neither the held-out nor the test "
                        + "figures count."));
        return new Section("Learning curves", blocks);
    }

    private static Chart learningCurve(Training training) {
        List<Point> train = new ArrayList<>();
        List<Point> validation = new ArrayList<>();
        List<Double> losses = new ArrayList<>(List.of(0.0));
        for (Epoch epoch : training.epochs()) {
            train.add(new Point(epoch.number(), epoch.trainLoss()));
            validation.add(new Point(epoch.number(), epoch.validationLoss()));
            losses.addAll(List.of(epoch.trainLoss(), epoch.validationLoss()));
        }
        List<org.foldwise.document.Layer> layers = new ArrayList<>(List.of(
                new Curve("training loss", Stroke.DASHED, train),
                new Curve("validation loss", Stroke.SOLID, validation)));
        Integer best = training.bestEpoch();
        if (best != null) {
            layers.add(new Upright("weights kept: epoch " + best, best));
        }
        int last = training.epochs().get(training.epochs().size() - 1).number();
        return new Chart(
                "Losses, " + training.name(),
                "Training and validation loss over the epochs of the " + training.name() + ".",
                new Axis("epoch", 0, Math.max(FEWEST_EPOCHS_DRAWN, last)),
                Axis.holding("loss", losses),
                layers,
                training.path() + "/epochs");
    }

    /**
     * What weights were made from.
     *
     * @param source the address of what lists the trainings
     */
    static Section provenance(List<Training> trainings, List<Fact> further, String source) {
        List<Block> blocks = new ArrayList<>();
        List<Fact> facts = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (Training training : trainings) {
            Provenance provenance = training.provenance();
            Integer best = training.bestEpoch();
            if (facts.isEmpty() && provenance != null) {
                facts.addAll(shared(provenance, plan(trainings), training.path()));
            }
            rows.add(List.of(
                    training.name(),
                    training.path(),
                    training.state(),
                    best == null ? "\u2013" : Integer.toString(best),
                    provenance == null ? "\u2013" : Long.toString(provenance.seed()),
                    provenance == null
                            ? "\u2013"
                            : places(provenance) + ", " + provenance.precision()
                                    + ("blocks".equals(provenance.trainingPath()) ? ", by blocks" : "")));
        }
        facts.addAll(further);
        blocks.add(new Facts(facts));
        blocks.add(new Table(
                "Trainings",
                List.of(
                        Column.text("Fold").percent(15),
                        Column.text("Run").percent(32),
                        Column.text("State").percent(13),
                        Column.number("Best epoch").percent(9),
                        Column.number("Seed").percent(9),
                        Column.text("Computed on").percent(22)),
                rows,
                source));
        return new Section("Provenance", blocks);
    }

    /** Devices and threads in the order in which the training had them. */
    private static String places(Provenance provenance) {
        List<Environment> environments = provenance.environments();
        if (environments == null) {
            return place(provenance.device(), provenance.threads());
        }
        List<String> places = environments.stream()
                .map(environment -> place(environment.device(), environment.threads()))
                .distinct()
                .toList();
        return places.size() == 1 ? places.get(0) + ", versions changed on the way" : String.join(", then ", places);
    }

    private static String place(String device, int threads) {
        return device + ", " + Words.count(threads, "thread");
    }

    /** Whether trainings that are compared with each other were computed in different precisions, or answer in different ones. */
    static boolean differInPrecision(List<Training> trainings) {
        return trainings.stream()
                        .map(Training::provenance)
                        .filter(Objects::nonNull)
                        .map(provenance -> List.of(provenance.precision(), provenance.predictionPrecision()))
                        .distinct()
                        .count()
                > 1;
    }

    /** Whether some of the trainings were computed by blocks and others by kernels, as those before there was a choice were. */
    static boolean differInPath(List<Training> trainings) {
        return trainings.stream()
                        .map(Training::provenance)
                        .filter(Objects::nonNull)
                        .map(provenance -> "blocks".equals(provenance.trainingPath()))
                        .distinct()
                        .count()
                > 1;
    }

    /** The digest of the one plan that all trainings had. */
    private static String plan(List<Training> trainings) {
        List<String> digests = trainings.stream()
                .map(Training::provenance)
                .filter(Objects::nonNull)
                .map(provenance -> provenance.plan().hex())
                .distinct()
                .toList();
        return digests.size() == 1
                ? digests.get(0)
                : digests.size() + " plans, as the search chose; each is in its run's provenance";
    }

    private static List<Fact> shared(Provenance provenance, String plan, String source) {
        List<Fact> facts = new ArrayList<>(List.of(
                new Fact("Dataset (SHA-256)", provenance.dataset().hex(), source),
                new Fact("Split (SHA-256)", provenance.split().hex(), source),
                new Fact("Plan (SHA-256)", plan, source)));
        facts.add(new Fact(
                "Normalised by",
                "means " + provenance.normalisation().mean() + ", deviations "
                        + provenance.normalisation().std(),
                source));
        facts.add(new Fact("Scored in", provenance.predictionPrecision(), source));
        WeightsFile pretrained = provenance.pretrained();
        facts.add(new Fact(
                "Began with",
                pretrained == null
                        ? "weights drawn from the seed"
                        : pretrained.name() + ", SHA-256 " + pretrained.digest().hex(),
                source));
        facts.add(new Fact(
                "Versions",
                String.join(
                        ", ",
                        provenance.libraries().entrySet().stream()
                                .map(entry -> entry.getKey() + " " + entry.getValue())
                                .toList()),
                source));
        return facts;
    }

    /** What must be known of figures of held-out images. */
    static String heldOut(Task task) {
        return "Every image was scored by the model of the fold that had held its patient out. "
                + switch (task) {
                    case BINARY ->
                        "The threshold was chosen on these same images, so the figures at it are somewhat too good.";
                    case MULTICLASS -> "The most probable class is taken, so nothing was chosen on these images.";
                    case MULTILABEL ->
                        "The thresholds were chosen on these same images, so the figures at them are somewhat too good.";
                };
    }

    static Paragraph text(String text) {
        return new Paragraph(text, false);
    }

    static Paragraph caution(String text) {
        return new Paragraph(text, true);
    }

    /** {@code HELD_OUT} becomes {@code held-out}. */
    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
