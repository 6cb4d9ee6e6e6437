package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Section;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.ExplanationReport;
import org.foldwise.learning.metrics.ExplanationReport.MapFigure;
import org.foldwise.learning.metrics.ExplanationReport.Redrawn;
import org.foldwise.learning.metrics.ExplanationReport.RedrawnWeights;
import org.jspecify.annotations.Nullable;

/** What a report says of the maps that explain a model's answers. */
final class ExplanationSections {
    private static final String DASH = "\u2013";

    private ExplanationSections() {}

    /**
     * The section.
     *
     * @param source the address of the explanation check
     */
    static Section of(ExplanationReport report, String source) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(RecordSections.text("Maps of " + Words.count(report.images(), "image") + " of "
                + Words.count(report.patients(), "patient")
                + ", drawn by chance from those judged here, show which places speak for "
                + report.explained().stream()
                        .map(one -> "'" + one.name() + "' (" + Words.count(one.images(), "image") + ", of which "
                                + one.showing() + " show it)")
                        .collect(Collectors.joining(", "))
                + "." + blank(report)));
        List<List<String>> rows = new ArrayList<>();
        rows.add(row(
                "Heat in the outer " + Words.percent(report.inBorder().width()),
                report.inBorder().share(),
                "its area"));
        MapFigure region = report.inRegion();
        if (region != null) {
            rows.add(row("Heat in the rectangle asked about", region, "its area"));
        }
        rows.add(row("Answer while the hottest places are blurred first", report.deletion(), "a map of chance"));
        rows.add(row("Answer while the hottest places come back first", report.insertion(), "a map of chance"));
        for (Redrawn redrawn : report.redrawn()) {
            rows.add(row(
                    "Likeness after drawing " + weights(redrawn.weights()) + " afresh",
                    redrawn.size(),
                    "maps of others"));
        }
        blocks.add(new Table(
                "Maps beside maps that show nothing",
                List.of(
                        Column.text("Figure").percent(30),
                        Column.number("Mean").percent(22),
                        Column.number("Deviation").percent(10),
                        Column.text("Beside").percent(16),
                        Column.number("Difference").percent(22)),
                rows,
                source));
        blocks.add(RecordSections.text(
                "Intervals are by patient. Heat along the edges above its area means that maps point at markers, letters or collimator edges."
                        + " The answer should fall below that of a map of chance while the hottest places are blurred, and rise above it"
                        + " while they come back; if it does not, the answer does not rest on what the maps show. Likeness is the mean size"
                        + " of the rank correlation with the maps of the network after its weights were drawn afresh "
                        + report.draws()
                        + " times: where it is no larger than with the redrawn maps of other patients, nothing of the film by itself is left in"
                        + " the map, and it shows what was learned. " + signed(report.redrawn())
                        + "A map shows where an answer rests, not that it is right."));
        return new Section("Do explanations hold?", blocks);
    }

    private static String blank(ExplanationReport report) {
        String none = report.inBorder().share().mean().undefinedBecause();
        if (none != null) {
            return " There is no figure of heat, blurring and return: " + none + ".";
        }
        return report.blankMaps() == 0
                ? ""
                : " In " + Words.count(report.blankMaps(), "map")
                        + " no place speaks for the class; such maps are in none of the figures of heat, blurring and return.";
    }

    /** The mean with its sign, which is near 0 over many draws. */
    private static String signed(List<Redrawn> redrawn) {
        return redrawn.stream()
                .filter(one -> one.weights() == RedrawnWeights.ALL && one.correlation() != null)
                .map(one -> "With its sign the mean correlation after drawing all weights is "
                        + number(one.correlation()) + ", standard error " + number(one.standardError()) + ". ")
                .collect(Collectors.joining());
    }

    private static String weights(RedrawnWeights weights) {
        return weights == RedrawnWeights.HEAD ? "the head" : "all weights";
    }

    private static List<String> row(String figure, MapFigure of, String beside) {
        return List.of(
                figure,
                words(of.mean()),
                number(of.deviation()),
                of.baseline().hasValue() ? Words.value(of.baseline()) + ", " + beside : DASH,
                words(of.difference()));
    }

    private static String words(Estimate estimate) {
        return estimate.hasValue() ? Words.estimate(estimate) : DASH;
    }

    private static String number(@Nullable Double number) {
        return number == null ? DASH : Words.number(number);
    }
}
