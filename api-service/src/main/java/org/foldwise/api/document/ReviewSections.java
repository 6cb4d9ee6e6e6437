package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.foldwise.api.report.OptimismView;
import org.foldwise.document.Axis;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Fact;
import org.foldwise.document.Block.Facts;
import org.foldwise.document.Block.Forest;
import org.foldwise.document.Block.Row;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Section;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.dataset.ImageGroups.LeftOut;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.ErrorReview;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.LabelDoubts;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.SubgroupReport;
import org.foldwise.learning.metrics.SubgroupReport.Attribute;
import org.foldwise.learning.metrics.SubgroupReport.Group;
import org.foldwise.learning.metrics.comparison.OptimismCheck;
import org.foldwise.learning.metrics.scored.ClassDoubts;
import org.foldwise.learning.metrics.scored.ClassErrorReview;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.registry.evaluation.Subset;
import org.jspecify.annotations.Nullable;

/** The parts of a report that doubt its figures: whom they do not hold for, and what had been promised instead. */
final class ReviewSections {
    private static final String SUBGROUPS = "Subgroups";
    private static final String SUREST_DOUBTS = "The surest doubts";
    private static final String DASH = "\u2013";
    /** So many areas with their intervals stand beside each other. */
    private static final int GROUPS_BESIDE = 4;
    /** Of more groups the record has each class, and the document those of the largest ones. */
    private static final int MOST_DETAILED = 8;

    private static final int SUREST = 15;

    private ReviewSections() {}

    /**
     * The figures of parts of the images, whatever the task.
     *
     * @param stored as they are stored with an evaluation
     * @param source its address
     */
    static Section subgroups(String stored, Task task, String source) {
        return task == Task.BINARY
                ? subgroups(ReportJson.read(SubgroupReport.class, stored), source)
                : classSubgroups(
                        ReportJson.read(ClassSubgroupReport.class, stored),
                        task == Task.MULTILABEL ? "label" : "class",
                        source);
    }

    /**
     * The figures of parts of the cases.
     *
     * @param source the address of the evaluation that they are stored with
     */
    static Section subgroups(SubgroupReport report, String source) {
        List<Block> blocks = new ArrayList<>();
        if (report.attributes().isEmpty()) {
            blocks.add(nothingKnown());
        }
        for (Attribute attribute : report.attributes()) {
            blocks.add(forest(attribute, source));
            blocks.add(table(attribute, source));
            blocks.add(RecordSections.text(words(attribute, report.fewestPatients())));
        }
        leftOut(report.leftOut()).ifPresent(blocks::add);
        return new Section(SUBGROUPS, blocks);
    }

    private static Forest forest(Attribute attribute, String source) {
        List<Double> ends = new ArrayList<>();
        List<Row> rows = attribute.groups().stream()
                .map(group -> RecordSections.row(group.name(), group.rocAuc(), ends))
                .toList();
        return new Forest(
                "Area under the ROC curve by " + attribute.name(),
                "Areas of the groups by " + attribute.name() + " with their intervals.",
                ends.isEmpty()
                        ? Axis.share("area under the ROC curve")
                        : Axis.holding("area under the ROC curve", ends),
                rows,
                null,
                source);
    }

    private static Table table(Attribute attribute, String source) {
        return new Table(
                "Groups by " + attribute.name(),
                List.of(
                        Column.text(attribute.name()).percent(16),
                        Column.number("Images").percent(9),
                        Column.number("Patients").percent(10),
                        Column.number("Share positive").percent(17),
                        Column.number("Sensitivity").percent(24),
                        Column.number("Specificity").percent(24)),
                attribute.groups().stream().map(ReviewSections::row).toList(),
                source);
    }

    private static List<String> row(Group group) {
        return List.of(
                group.name(),
                Integer.toString(group.images()),
                Integer.toString(group.patients()),
                Words.value(group.prevalence()),
                Words.estimate(group.recall()),
                Words.estimate(group.specificity()));
    }

    private static String words(Attribute attribute, int fewestPatients) {
        List<String> words = new ArrayList<>();
        lowest(words, "area", attribute.lowest().rocAuc());
        lowest(words, "sensitivity", attribute.lowest().recall());
        lowest(words, "specificity", attribute.lowest().specificity());
        words.add("A figure takes " + fewestPatients + " patients of each class that it is about.");
        without(words, attribute.imagesWithout(), attribute.name());
        return String.join(" ", words);
    }

    /**
     * The figures of parts of the images where there are several classes, or labels: their means, and each class by itself.
     *
     * @param noun {@code class} or {@code label}
     * @param source the address of the evaluation that they are stored with
     */
    static Section classSubgroups(ClassSubgroupReport report, String noun, String source) {
        List<Block> blocks = new ArrayList<>();
        if (report.attributes().isEmpty()) {
            blocks.add(nothingKnown());
        }
        for (ClassSubgroupReport.Attribute attribute : report.attributes()) {
            blocks.add(means(attribute, noun, source));
            blocks.add(classGroups(attribute, noun, report.classes(), source));
            boolean isDetailed = !attribute.groups().get(0).classes().isEmpty();
            List<ClassSubgroupReport.Group> detailed = isDetailed ? largest(attribute.groups()) : List.of();
            for (int from = 0; from < detailed.size(); from += GROUPS_BESIDE) {
                int to = Math.min(detailed.size(), from + GROUPS_BESIDE);
                blocks.add(areas(attribute, detailed.subList(from, to), noun, source));
            }
            blocks.add(RecordSections.text(words(attribute, noun, report.fewestPatients())));
        }
        leftOut(report.leftOut()).ifPresent(blocks::add);
        return new Section(SUBGROUPS, blocks);
    }

    /** Those of most patients, in their order, where there are too many to print all their classes. */
    private static List<ClassSubgroupReport.Group> largest(List<ClassSubgroupReport.Group> groups) {
        List<ClassSubgroupReport.Group> largest = groups.stream()
                .sorted(Comparator.comparingInt(ClassSubgroupReport.Group::patients)
                        .reversed())
                .limit(MOST_DETAILED)
                .toList();
        return groups.stream().filter(largest::contains).toList();
    }

    private static Forest means(ClassSubgroupReport.Attribute attribute, String noun, String source) {
        List<Double> ends = new ArrayList<>();
        List<Row> rows = attribute.groups().stream()
                .map(group -> RecordSections.row(group.name(), group.meanRocAuc(), ends))
                .toList();
        String title = "Mean area under the ROC curve by " + attribute.name();
        return new Forest(
                title,
                "Mean areas of the groups by " + attribute.name() + " over the " + plural(noun)
                        + " that each can measure, with their intervals.",
                ends.isEmpty()
                        ? Axis.share("mean area under the ROC curve")
                        : Axis.holding("mean area under the ROC curve", ends),
                rows,
                null,
                source);
    }

    private static Table classGroups(ClassSubgroupReport.Attribute attribute, String noun, int classes, String source) {
        boolean isLabels = noun.equals("label");
        return new Table(
                "Groups by " + attribute.name(),
                List.of(
                        Column.text(attribute.name()).percent(15),
                        Column.number("Images").percent(8),
                        Column.number("Patients").percent(9),
                        Column.number("Mean ROC AUC").percent(21),
                        Column.number("over " + plural(noun)).percent(9),
                        Column.number("All images, same " + plural(noun)).percent(15),
                        Column.number(isLabels ? "Every label right" : "Accuracy")
                                .percent(23)),
                attribute.groups().stream()
                        .map(group -> List.of(
                                group.name(),
                                Integer.toString(group.images()),
                                Integer.toString(group.patients()),
                                narrow(group.meanRocAuc()),
                                group.measuredClasses() + " of " + classes,
                                group.meanRocAucOfAll().hasValue() ? Words.value(group.meanRocAucOfAll()) : DASH,
                                narrow(group.accuracy())))
                        .toList(),
                source);
    }

    /** The area of each class in some of the groups. */
    private static Table areas(
            ClassSubgroupReport.Attribute attribute,
            List<ClassSubgroupReport.Group> groups,
            String noun,
            String source) {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.text(noun.equals("label") ? "Label" : "Class").percent(20));
        groups.forEach(group -> columns.add(Column.number(group.name()).percent(80 / groups.size())));
        List<List<String>> rows = new ArrayList<>();
        for (int k = 0; k < groups.get(0).classes().size(); k++) {
            int index = k;
            List<String> row = new ArrayList<>();
            row.add(groups.get(0).classes().get(k).name());
            groups.forEach(group -> row.add(area(group.classes().get(index))));
            rows.add(row);
        }
        return new Table("ROC AUC of each " + noun + " by " + attribute.name(), columns, rows, source);
    }

    /** The area with its interval, or how many patients show the class, or do not, where these are too few. */
    private static String area(ClassSubgroupReport.OfClass one) {
        if (one.rocAuc().hasValue()) {
            return narrow(one.rocAuc());
        }
        return one.positivePatients() <= one.negativePatients()
                ? "few: " + one.positivePatients() + " with"
                : "few: " + one.negativePatients() + " without";
    }

    private static String words(ClassSubgroupReport.Attribute attribute, String noun, int fewestPatients) {
        List<String> words = new ArrayList<>();
        String group = attribute.lowest().meanRocAuc();
        if (group != null) {
            words.add("The mean area farthest below that of all images over the same " + plural(noun) + " is that of '"
                    + group + "'; some group's always is, and the intervals say whether by more than chance.");
        }
        lowest(
                words,
                noun.equals("label") ? "share of images with every label right" : "accuracy",
                attribute.lowest().accuracy());
        words.add("An area takes " + fewestPatients + " patients with an image that shows the " + noun + " and "
                + fewestPatients + " with one that does not; the mean goes without a " + noun + " that has fewer.");
        if (attribute.groups().get(0).classes().isEmpty()) {
            words.add("Of so many groups and " + plural(noun) + " the means alone are kept.");
        } else {
            words.add("Where there are fewer, the table of the " + plural(noun)
                    + " has their number. Sensitivity and specificity of each " + noun
                    + " in each group are in the record.");
            if (attribute.groups().size() > MOST_DETAILED) {
                words.add("The " + plural(noun) + " of the " + MOST_DETAILED
                        + " groups with the most patients are printed; the record has those of all "
                        + attribute.groups().size() + ".");
            }
        }
        without(words, attribute.imagesWithout(), attribute.name());
        return String.join(" ", words);
    }

    /**
     * What out-of-fold predictions doubt: of exclusive classes all of them together, otherwise each label by itself.
     *
     * @param classes absent of labels, and of a binary task
     * @param labels each whose doubts could be looked for; of a binary task the positive class
     */
    record Doubted(@Nullable ClassDoubts classes, List<OfLabel> labels) {
        Doubted {
            labels = List.copyOf(labels);
        }

        /** As they are stored of a binary task; none where they were not looked for. */
        static Optional<Doubted> of(ErrorReview review, String positive) {
            return Optional.ofNullable(review.doubts())
                    .map(doubts -> new Doubted(null, List.of(new OfLabel(positive, doubts))));
        }

        /** As they are stored of other tasks; none where they were not looked for. */
        static Optional<Doubted> of(ClassErrorReview review) {
            List<OfLabel> labels = new ArrayList<>();
            for (ClassErrorReview.OfClass one : review.classes()) {
                LabelDoubts doubts = one.doubts();
                if (doubts != null) {
                    labels.add(new OfLabel(one.name(), doubts));
                }
            }
            return review.doubts() == null && labels.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Doubted(review.doubts(), labels));
        }

        /**
         * From images each of which was scored by a model that had not learned from its patient; none where no label can be doubted.
         *
         * @param classes as the dataset names them
         */
        static Optional<Doubted> of(ScoredImages outOfFold, List<String> classes) {
            if (outOfFold instanceof ScoredImages.Multiclass several) {
                return Optional.of(new Doubted(ClassDoubts.of(several), List.of()));
            }
            List<OfLabel> labels = new ArrayList<>();
            // of a binary task the second of two
            int first = outOfFold instanceof ScoredImages.Binary ? 1 : 0;
            for (int k = first; k < classes.size(); k++) {
                List<ScoredCase> cases = outOfFold.against(k);
                if (cases.stream().map(ScoredCase::positive).distinct().count() == 2) {
                    labels.add(new OfLabel(classes.get(k), LabelDoubts.of(cases, SUREST)));
                }
            }
            return labels.isEmpty() ? Optional.empty() : Optional.of(new Doubted(null, labels));
        }

        /** The names of the images that are shown. */
        List<String> names() {
            return classes != null
                    ? classes.doubts().stream()
                            .limit(SUREST)
                            .map(ClassDoubts.Doubt::image)
                            .toList()
                    : surest(labels).stream().map(one -> one.doubt().image()).toList();
        }
    }

    /** The heading of what out-of-fold predictions doubt, where images show one of several classes, and otherwise. */
    static String titleOfDoubts(boolean isOfClasses) {
        return isOfClasses ? "Doubted classes" : "Doubted labels";
    }

    /**
     * The images whose class or label out-of-fold predictions doubt.
     *
     * @param addressOf where an image is to be found, by its name
     * @param source the address of what has the predictions
     */
    static Section doubts(Doubted doubted, Function<String, String> addressOf, String source) {
        ClassDoubts ofClasses = doubted.classes();
        List<Block> blocks = new ArrayList<>();
        double errors;
        if (ofClasses != null) {
            blocks.add(doubted(ofClasses, source));
            blocks.add(surest(ofClasses, addressOf, source));
            errors = ofClasses.estimatedErrors();
        } else {
            blocks.add(doubted(doubted.labels(), source));
            blocks.add(surest(doubted.labels(), addressOf, source));
            errors = doubted.labels().stream()
                    .mapToDouble(label -> label.doubts().estimatedErrors())
                    .sum();
        }
        blocks.add(RecordSections.text(
                "By confident learning (Northcutt, Jiang and Chuang 2021), every image scored by a model that had "
                        + "not learned from its patient. A " + (ofClasses == null ? "label" : "class")
                        + " is likely from the mean probability on that it has among the images given it. About "
                        + (ofClasses == null
                                ? Counted.of(Math.round(errors), "label of an image is", "labels of images are")
                                : Counted.of(Math.round(errors), "class of an image is", "classes of images are"))
                        + " estimated to be wrong. A doubt is a reason to look, not a correction: what is rare is doubted by models that "
                        + "have not learned it."));
        return new Section(titleOfDoubts(ofClasses != null), blocks);
    }

    private static Table doubted(ClassDoubts doubts, String source) {
        return new Table(
                "Doubted images of each class",
                List.of(
                        Column.text("Class").percent(28),
                        Column.number("Images given it").percent(18),
                        Column.number("Likely from").percent(18),
                        Column.number("With a likely class").percent(18),
                        Column.number("Doubted").percent(18)),
                doubts.classes().stream()
                        .map(one -> {
                            Double confidence = one.confidence();
                            return List.of(
                                    one.name(),
                                    Integer.toString(one.images()),
                                    confidence == null ? DASH : Words.number(confidence),
                                    Integer.toString(one.counted()),
                                    Integer.toString(one.doubted()));
                        })
                        .toList(),
                source);
    }

    private static Table surest(ClassDoubts doubts, Function<String, String> addressOf, String source) {
        return new Table(
                SUREST_DOUBTS,
                List.of(
                        Column.text("Image").percent(40),
                        Column.text("Given").percent(18),
                        Column.text("Suggested").percent(18),
                        Column.number("Probability of the first").percent(12),
                        Column.number("of the second").percent(12)),
                doubts.doubts().stream()
                        .limit(SUREST)
                        .map(one -> List.of(
                                addressOf.apply(one.image()),
                                one.given(),
                                one.suggested(),
                                Words.number(one.givenProbability()),
                                Words.number(one.suggestedProbability())))
                        .toList(),
                source);
    }

    /** A label and the doubts about it. */
    record OfLabel(String name, LabelDoubts doubts) {}

    /** An image and the label that is doubted of it. */
    private record OfImage(String label, LabelDoubts.Doubt doubt) {}

    /** As no more of one label are shown than the record has of each, these are the surest of all. */
    private static List<OfImage> surest(List<OfLabel> labels) {
        return labels.stream()
                .flatMap(label -> label.doubts().doubts().stream().map(doubt -> new OfImage(label.name(), doubt)))
                .sorted(Comparator.comparingDouble((OfImage one) -> one.doubt().margin())
                        .thenComparing(one -> one.doubt().image())
                        .thenComparing(OfImage::label))
                .limit(SUREST)
                .toList();
    }

    private static Table doubted(List<OfLabel> labels, String source) {
        return new Table(
                "Doubts about each label",
                List.of(
                        Column.text("Label").percent(28),
                        Column.number("Doubted where given").percent(18),
                        Column.number("Likely from").percent(18),
                        Column.number("Doubted where not given").percent(18),
                        Column.number("Estimated wrong").percent(18)),
                labels.stream()
                        .map(label -> List.of(
                                label.name(),
                                Integer.toString(label.doubts().doubtedPositives()),
                                Words.number(label.doubts().positiveConfidence()),
                                Integer.toString(label.doubts().doubtedNegatives()),
                                Long.toString(Math.round(label.doubts().estimatedErrors()))))
                        .toList(),
                source);
    }

    private static Table surest(List<OfLabel> labels, Function<String, String> addressOf, String source) {
        return new Table(
                SUREST_DOUBTS,
                List.of(
                        Column.text("Image").percent(42),
                        Column.text("Label").percent(26),
                        Column.text("Given").percent(16),
                        Column.number("Probability of the label").percent(16)),
                surest(labels).stream()
                        .map(one -> List.of(
                                addressOf.apply(one.doubt().image()),
                                one.label(),
                                one.doubt().positive() ? "yes" : "no",
                                Words.number(one.doubt().probability())))
                        .toList(),
                source);
    }

    private static String plural(String noun) {
        return noun.equals("label") ? "labels" : "classes";
    }

    /** A figure in a narrow column. */
    private static String narrow(Estimate estimate) {
        return estimate.hasValue() ? Words.narrow(estimate) : "too few";
    }

    private static void without(List<String> words, int images, String attribute) {
        if (images > 0) {
            words.add(Words.count(images, "image") + " without a known " + attribute + " are in no group.");
        }
    }

    private static Block nothingKnown() {
        return RecordSections.text("Nothing is known of the images beside patient, label and day, so whether the "
                + "figures hold for all kinds of patients cannot be said.");
    }

    /** The attributes by which nothing is grouped, each with the reason. */
    private static Optional<Block> leftOut(List<LeftOut> leftOut) {
        return leftOut.isEmpty()
                ? Optional.empty()
                : Optional.of(RecordSections.text("Not grouped by: "
                        + leftOut.stream()
                                .map(one -> "'" + one.name() + "', which " + one.reason())
                                .collect(Collectors.joining("; "))
                        + "."));
    }

    private static void lowest(List<String> words, String figure, @Nullable String group) {
        if (group != null) {
            words.add("The lowest " + figure + " is that of '" + group
                    + "'; some group's always is, and the intervals say whether by more than chance.");
        }
    }

    /** The same for every test that was made. */
    static Section promises(List<OptimismView> promises, Task task) {
        String area = task == Task.BINARY ? "ROC AUC" : "Mean ROC AUC";
        return new Section(
                "Promised and found",
                promises.stream()
                        .flatMap(promise -> optimism(promise, area).stream())
                        .toList());
    }

    /**
     * What development had promised, beside what the test patients, or those of another dataset, showed; a caution first, where they disagree.
     *
     * @param figure of which that is said
     */
    static List<Block> optimism(OptimismView optimism, String figure) {
        List<Block> blocks = new ArrayList<>();
        boolean agrees = optimism.verdict() == OptimismCheck.Verdict.CONSISTENT
                || optimism.verdict() == OptimismCheck.Verdict.UNDECIDED;
        blocks.add(agrees ? RecordSections.text(optimism.message()) : RecordSections.caution(optimism.message()));
        String promise = optimism.crossValidationId() != null
                ? "/api/v1/experiments/" + optimism.crossValidationId()
                : optimism.trainingId() != null
                        ? "/api/v1/experiments/" + optimism.trainingId()
                        : "/api/v1/evaluations/" + optimism.validationId();
        blocks.add(new Facts(List.of(
                new Fact(figure + " promised by development", Words.estimate(optimism.expected()), promise),
                new Fact(
                        figure
                                + (optimism.subset() == Subset.EXTERNAL
                                        ? " of the other dataset"
                                        : " of the test patients"),
                        Words.estimate(optimism.found()),
                        "/api/v1/evaluations/" + optimism.testId()),
                new Fact(
                        "Promised less found",
                        Words.estimate(optimism.difference()),
                        "/api/v1/evaluations/" + optimism.testId()))));
        return blocks;
    }
}
