package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Section;
import org.foldwise.learning.neighbourhood.NeighbourhoodReport;
import org.foldwise.learning.neighbourhood.NeighbourhoodReport.Model;
import org.foldwise.learning.neighbourhood.TypicalDistances;
import org.foldwise.learning.split.Fold;
import org.foldwise.registry.neighbourhood.NeighbourhoodCase;
import org.foldwise.registry.neighbourhood.NeighbourhoodCase.SeenImage;
import org.foldwise.registry.neighbourhood.NeighbourhoodCase.StoredNeighbour;
import org.jspecify.annotations.Nullable;

/** What a report says of the training patients nearest to the cases of an error review. */
final class NeighbourSections {
    /** As many as {@link JudgementParts#worstCases} lists are looked at together with their neighbours. */
    private static final int CASES = 10;

    private static final int NEIGHBOURS = 3;

    private NeighbourSections() {}

    /**
     * The section.
     *
     * @param cases in the order of the error review
     * @param source the address of the neighbourhood
     */
    static Section of(NeighbourhoodReport report, List<NeighbourhoodCase> cases, String source) {
        List<Block> blocks = new ArrayList<>();
        if (cases.isEmpty()) {
            blocks.add(RecordSections.text("There are no cases whose neighbours could be shown."));
            return new Section("Nearest training patients", blocks);
        }
        List<NeighbourhoodCase> shown = cases.subList(0, Math.min(CASES, cases.size()));
        blocks.add(cases(shown, source));
        blocks.add(RecordSections.text("At most " + CASES + " of " + Words.count(cases.size(), "case")
                + ". Distances are one less the cosine between what the network makes of two images before its head: 0 is alike,"
                + " to the network and not to a reader of images. Each neighbour is another patient, whom the model that answered"
                + " the case has learned from. \"Farther than\" is the share of validation patients, whom its weights were not fitted to, and of"
                + " training patients, who lie nearer to a training patient than the case does: close to 100 % the case is unlike"
                + " anything that the model has learned from."));
        blocks.add(neighbours(shown, source));
        blocks.add(RecordSections.text(
                "Where the neighbours show what the model called and not what the label says, look at the label first;"
                        + " where they show what the label says, the model had examples and went another way."));
        blocks.add(models(report, source));
        return new Section("Nearest training patients", blocks);
    }

    private static Table cases(List<NeighbourhoodCase> cases, String source) {
        List<List<String>> rows = new ArrayList<>();
        for (NeighbourhoodCase found : cases) {
            rows.add(List.of(
                    Integer.toString(rows.size() + 1),
                    address(found.image()),
                    classes(found.image().labels()),
                    classes(found.called()),
                    Words.number(found.nearestDistance()),
                    share(found.fartherThanUnseen()),
                    share(found.fartherThanTraining()),
                    counts(found.nearest())));
        }
        return new Table(
                "Cases, and what the nearest training patients show",
                List.of(
                        Column.number("Case").percent(6),
                        Column.text("Image").percent(25),
                        Column.text("In truth").percent(12),
                        Column.text("Called").percent(12),
                        Column.number("Nearest distance").percent(10),
                        Column.number("Farther than validation").percent(10),
                        Column.number("Farther than training").percent(9),
                        Column.text("Neighbours show").percent(16)),
                rows,
                source);
    }

    private static Table neighbours(List<NeighbourhoodCase> cases, String source) {
        List<List<String>> rows = new ArrayList<>();
        for (int number = 0; number < cases.size(); number++) {
            List<StoredNeighbour> nearest = cases.get(number).nearest();
            for (StoredNeighbour neighbour : nearest.subList(0, Math.min(NEIGHBOURS, nearest.size()))) {
                rows.add(List.of(
                        Integer.toString(number + 1),
                        address(neighbour.image()),
                        classes(neighbour.image().labels()),
                        Words.number(neighbour.distance())));
            }
        }
        return new Table(
                "The " + NEIGHBOURS + " nearest of each case, one image a patient",
                List.of(
                        Column.number("Case").percent(10),
                        Column.text("Training image").percent(54),
                        Column.text("Shows").percent(20),
                        Column.number("Distance").percent(16)),
                rows,
                source);
    }

    private static Table models(NeighbourhoodReport report, String source) {
        List<List<String>> rows = new ArrayList<>();
        for (Model model : report.models()) {
            rows.add(List.of(
                    name(model),
                    Integer.toString(model.trainingPatients()),
                    Integer.toString(model.trainingImages()),
                    usual(model.unseen()),
                    usual(model.training())));
        }
        return new Table(
                "How far patients usually lie from the nearest training patient: median, and what 95 % do not exceed",
                List.of(
                        Column.text("Model").percent(28),
                        Column.number("Training patients").percent(14),
                        Column.number("Training images").percent(14),
                        Column.number("Validation patients").percent(22),
                        Column.number("Training patients, to others").percent(22)),
                rows,
                source);
    }

    private static String name(Model model) {
        Integer fold = model.fold();
        String folds = fold == null ? "several folds" : fold == Fold.DEVELOPMENT ? "development fold" : "fold " + fold;
        int runs = model.runs().size();
        return runs == 1 ? folds : Words.count(runs, "network") + ", " + folds;
    }

    private static String usual(@Nullable TypicalDistances distances) {
        return distances == null
                ? "nobody to compare"
                : Words.number(distances.median()) + ", " + Words.number(distances.percentile95()) + " ("
                        + distances.patients() + ")";
    }

    private static String share(@Nullable Double share) {
        return share == null ? "\u2013" : Words.percent(share);
    }

    private static String counts(List<StoredNeighbour> nearest) {
        if (nearest.isEmpty()) {
            return "withdrawn";
        }
        Map<String, Integer> counts = new LinkedHashMap<>();
        nearest.forEach(neighbour -> counts.merge(classes(neighbour.image().labels()), 1, Integer::sum));
        return counts.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String classes(List<String> classes) {
        return classes.isEmpty() ? "none" : String.join(", ", classes);
    }

    private static String address(SeenImage image) {
        return "/api/v1/images/" + image.id();
    }
}
