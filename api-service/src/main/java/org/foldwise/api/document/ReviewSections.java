package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
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
import org.foldwise.learning.metrics.SubgroupReport;
import org.foldwise.learning.metrics.SubgroupReport.Attribute;
import org.foldwise.learning.metrics.SubgroupReport.Group;
import org.foldwise.learning.metrics.comparison.OptimismCheck;
import org.jspecify.annotations.Nullable;

/** The parts of a report that doubt its figures: whom they do not hold for, and what had been promised instead. */
final class ReviewSections {
    private ReviewSections() {}

    /**
     * The figures of parts of the cases.
     *
     * @param source the address of the evaluation that they are stored with
     */
    static Section subgroups(SubgroupReport report, String source) {
        List<Block> blocks = new ArrayList<>();
        if (report.attributes().isEmpty()) {
            blocks.add(
                    RecordSections.text("Nothing is known of the images beside patient, label and day, so whether the "
                            + "figures hold for all kinds of patients cannot be said."));
        }
        for (Attribute attribute : report.attributes()) {
            blocks.add(forest(attribute, source));
            blocks.add(table(attribute, source));
            blocks.add(RecordSections.text(words(attribute, report.fewestPatients())));
        }
        return new Section("Subgroups", blocks);
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
        if (attribute.imagesWithout() > 0) {
            words.add(Words.count(attribute.imagesWithout(), "image") + " without a known " + attribute.name()
                    + " are in no group.");
        }
        return String.join(" ", words);
    }

    private static void lowest(List<String> words, String figure, @Nullable String group) {
        if (group != null) {
            words.add("The lowest " + figure + " is that of '" + group
                    + "'; some group's always is, and the intervals say whether by more than chance.");
        }
    }

    /** What development had promised, beside what the test patients showed; a caution first, where they disagree. */
    static List<Block> optimism(OptimismView optimism) {
        List<Block> blocks = new ArrayList<>();
        boolean agrees = optimism.verdict() == OptimismCheck.Verdict.CONSISTENT
                || optimism.verdict() == OptimismCheck.Verdict.UNDECIDED;
        blocks.add(agrees ? RecordSections.text(optimism.message()) : RecordSections.caution(optimism.message()));
        String promise = optimism.crossValidationId() != null
                ? "/api/v1/experiments/" + optimism.crossValidationId()
                : "/api/v1/evaluations/" + optimism.validationId();
        blocks.add(new Facts(List.of(
                new Fact("ROC AUC promised by development", Words.estimate(optimism.expected()), promise),
                new Fact(
                        "ROC AUC of the test patients",
                        Words.estimate(optimism.found()),
                        "/api/v1/evaluations/" + optimism.testId()),
                new Fact("Promised less found", Words.estimate(optimism.difference()), null))));
        return blocks;
    }
}
