package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.foldwise.api.document.SearchRecord.Fold;
import org.foldwise.api.report.SearchOutcomes.OfFold;
import org.foldwise.document.Axis;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Fact;
import org.foldwise.document.Block.Facts;
import org.foldwise.document.Block.Forest;
import org.foldwise.document.Block.Paragraph;
import org.foldwise.document.Block.Row;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Section;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.comparison.SelectionOptimism;
import org.foldwise.learning.search.Rung;
import org.foldwise.learning.search.RungSelection.Standing;
import org.jspecify.annotations.Nullable;

/** What a document says of a search: what was looked at, what was chosen in every outer fold, and what looking cost. */
final class SearchSections {
    /** Of more candidates than that the best are printed. */
    private static final int MOST_STANDINGS = 10;

    private static final String DASH = "\u2013";

    private final SearchRecord search;

    private SearchSections(SearchRecord search) {
        this.search = search;
    }

    /** What was chosen and what that was worth, then how every candidate stood in every outer fold. */
    static List<Section> sections(SearchRecord search) {
        SearchSections sections = new SearchSections(search);
        return List.of(sections.choices(), sections.standings());
    }

    /**
     * By what the models were trained that scored the held-out images of the outer folds, and what follows for figures of all of them.
     *
     * @param judged how many folds are looked at, the first ones
     */
    static List<Block> ofFolds(SearchRecord search, int judged) {
        return new SearchSections(search).ofFolds(judged);
    }

    private List<Block> ofFolds(int judged) {
        List<List<String>> rows = new ArrayList<>();
        for (OfFold fold : search.outcome().folds().subList(0, judged)) {
            Standing chosen = fold.chosen();
            String run = search.folds().get(fold.fold()).run();
            rows.add(List.of(
                    Integer.toString(fold.fold()),
                    chosen == null ? "none" : Integer.toString(chosen.candidate()),
                    chosen == null
                            ? DASH
                            : search.candidates().get(chosen.candidate()).settings(),
                    words(fold.outerRocAuc()),
                    run == null ? DASH : run));
        }
        return List.of(
                new Table(
                        "The plan that the search chose in each outer fold, and the training of it that scored the held-out images",
                        List.of(
                                Column.text("Outer fold").percent(8),
                                Column.text("Candidate").percent(11),
                                Column.text("What it has instead of the plan").percent(33),
                                Column.number("Outer ROC AUC").percent(19),
                                Column.text("Run").percent(29)),
                        rows,
                        search.path()),
                scales(judged));
    }

    /** What figures of all held-out images together compare. */
    private Paragraph scales(int judged) {
        int plans = chosenIn(judged).size();
        return plans == 1
                ? RecordSections.text(
                        "All these folds chose one plan, so their models differ as those of any cross-validation do: by the patients whom "
                                + "they learned from.")
                : RecordSections.caution("These folds have models of " + plans
                        + " different plans, which need not score on one scale. The area of each fold, "
                        + "and the mean of these, compare scores of one model only. Whatever is found on all held-out images "
                        + "together, their area, thresholds, calibration, groups and cases, compares scores across plans; where "
                        + "that area and the mean of the folds' areas disagree, scales are one reason.");
    }

    /** The candidates that were chosen in the first folds, each once. */
    private List<Integer> chosenIn(int folds) {
        return search.outcome().folds().subList(0, folds).stream()
                .map(OfFold::chosen)
                .filter(Objects::nonNull)
                .map(Standing::candidate)
                .distinct()
                .toList();
    }

    private Section choices() {
        List<Block> blocks = new ArrayList<>();
        blocks.add(RecordSections.caution(
                "The figures of this report are of the whole procedure, the choice of the plan included: in every outer fold "
                        + "plans were compared on inner folds of its own patients, and what was chosen was judged on patients who had no say "
                        + "in it. They are not the figures of any one plan, and no model comes of them."));
        blocks.add(new Facts(List.of(
                new Fact(
                        "Search",
                        search.kind() + " over "
                                + Words.count(search.candidates().size(), "candidate") + ", seed " + search.seed(),
                        search.path()),
                new Fact("Inner folds", RecordSections.describe(search.inner()), search.path()),
                new Fact("Runs planned", Integer.toString(search.plannedRuns()), search.path()))));
        blocks.add(new Table(
                "What was varied",
                List.of(
                        Column.text("Field of the plan").percent(35),
                        Column.text("Tried").percent(65)),
                search.space().stream()
                        .map(varied -> List.of(varied.pointer(), varied.tried()))
                        .toList(),
                search.path()));
        blocks.add(chosen());
        blocks.add(forest());
        blocks.add(new Facts(List.of(
                new Fact("Mean of the outer areas", words(search.outcome().meanRocAuc()), search.path()),
                new Fact(
                        "Standard deviation of the outer areas",
                        words(search.outcome().standardDeviationRocAuc()),
                        search.path()),
                new Fact(
                        "Optimism of the choice: inner less outer, mean",
                        words(mean(search.outcome().optimism())),
                        search.path()))));
        blocks.add(RecordSections.text(agreement()));
        blocks.add(scales(search.outcome().folds().size()));
        blocks.add(RecordSections.text(
                "The inner figure of what was chosen is the highest of many on patients who had a say in the choice; by how much it "
                        + "exceeds the outer one is the price of looking often. Inner trainings have fewer patients than outer ones, which "
                        + "makes the difference smaller, even negative. Both intervals are of the corrected resampled t-test, as folds share "
                        + "training patients."));
        return new Section("What the search chose", blocks);
    }

    private static @Nullable Estimate mean(@Nullable SelectionOptimism optimism) {
        return optimism == null ? null : optimism.mean();
    }

    private static String words(@Nullable Estimate estimate) {
        return estimate == null ? "not yet" : Words.estimate(estimate);
    }

    private Table chosen() {
        List<List<String>> rows = new ArrayList<>();
        for (OfFold fold : search.outcome().folds()) {
            Standing chosen = fold.chosen();
            Double difference = difference(fold.fold());
            rows.add(List.of(
                    Integer.toString(fold.fold()),
                    chosen == null ? "none" : Integer.toString(chosen.candidate()),
                    chosen == null
                            ? DASH
                            : search.candidates().get(chosen.candidate()).settings(),
                    chosen == null ? DASH : area(chosen),
                    words(fold.outerRocAuc()),
                    difference == null ? DASH : Words.number(difference)));
        }
        return new Table(
                "What was chosen in every outer fold",
                List.of(
                        Column.text("Outer fold").percent(8),
                        Column.text("Candidate").percent(11),
                        Column.text("What it has instead of the plan").percent(33),
                        Column.number("Inner ROC AUC (deviation)").percent(16),
                        Column.number("Outer ROC AUC").percent(19),
                        Column.number("Inner less outer").percent(13)),
                rows,
                search.path());
    }

    private @Nullable Double difference(int fold) {
        SelectionOptimism optimism = search.outcome().optimism();
        return optimism == null ? null : optimism.folds().get(fold).difference();
    }

    /** The mean over the inner folds with the deviation of these. */
    private static String area(Standing standing) {
        Double mean = standing.meanRocAuc();
        Double deviation = standing.standardDeviation();
        if (mean == null) {
            return DASH;
        }
        return Words.number(mean) + (deviation == null ? "" : " (" + Words.number(deviation) + ")");
    }

    private Forest forest() {
        List<Row> rows = new ArrayList<>();
        List<Double> ends = new ArrayList<>();
        for (OfFold fold : search.outcome().folds()) {
            Standing chosen = fold.chosen();
            Double inner = chosen == null ? null : chosen.meanRocAuc();
            if (inner != null) {
                ends.add(inner);
                rows.add(new Row(
                        "fold " + fold.fold() + ": inner, chosen by it", inner, null, null, Words.number(inner)));
            }
            Estimate outer = fold.outerRocAuc();
            if (outer != null) {
                rows.add(RecordSections.row("fold " + fold.fold() + ": outer", outer, ends));
            }
        }
        Estimate mean = search.outcome().meanRocAuc();
        if (mean != null) {
            rows.add(RecordSections.row("mean of outer, corrected", mean, ends));
        }
        return new Forest(
                "Inner and outer area of what was chosen",
                "For each outer fold the mean area over its inner folds by which a candidate was chosen, and the area on its "
                        + "held-out patients with its interval; the mean of the latter.",
                Axis.holding("area under the ROC curve", ends),
                rows,
                mean == null ? null : mean.value(),
                search.path());
    }

    /** Whether the folds chose the same. */
    private String agreement() {
        List<Integer> chosen = chosenIn(search.outcome().folds().size());
        return chosen.size() == 1
                ? "Every outer fold chose candidate " + chosen.get(0) + "."
                : "The outer folds chose " + chosen.size()
                        + " different candidates. That is a finding: these data do not say which plan is best.";
    }

    private Section standings() {
        List<Block> blocks = new ArrayList<>();
        blocks.add(RecordSections.text(
                "The figure is the mean area under the ROC curve on the held-out patients of the inner folds, with the sample "
                        + "standard deviation of these areas. Of equal candidates the earlier is better. One that could not be trained or scored "
                        + "on every inner fold has lost."));
        for (Fold fold : search.folds()) {
            String run = fold.run();
            blocks.add(new Facts(List.of(
                    new Fact("Outer fold", Integer.toString(fold.number()), search.path()),
                    new Fact("Patients whom it learned from", "inner split", fold.innerSplit()),
                    new Fact(
                            "Run of what was chosen",
                            run == null ? "none" : "outer run",
                            run == null ? search.path() : run))));
            for (int rung = 0; rung < fold.standings().size(); rung++) {
                blocks.add(table(fold, search.rungs().get(rung)));
                int others = fold.standings().get(rung).size() - MOST_STANDINGS;
                if (others > 0) {
                    blocks.add(RecordSections.text(
                            "Of worse standing: " + Words.count(others, "candidate") + ", see " + search.path() + "."));
                }
            }
        }
        return new Section("How the candidates stood", blocks);
    }

    private Table table(Fold fold, Rung rung) {
        boolean isLast = rung.index() == search.rungs().size() - 1;
        Integer epochs = rung.epochs();
        return new Table(
                "Outer fold " + fold.number()
                        + (search.rungs().size() == 1
                                ? ""
                                : ", rung " + (rung.index() + 1) + " of "
                                        + search.rungs().size())
                        + (epochs == null ? "" : ", " + Words.count(epochs, "epoch")),
                List.of(
                        Column.number("Place").percent(8),
                        Column.number("Candidate").percent(11),
                        Column.text("What it has instead of the plan").percent(41),
                        Column.number("Inner ROC AUC (deviation)").percent(18),
                        Column.text("Then").percent(22)),
                fold.standings().get(rung.index()).stream()
                        .limit(MOST_STANDINGS)
                        .map(standing -> List.of(
                                Integer.toString(standing.place()),
                                Integer.toString(standing.candidate()),
                                search.candidates().get(standing.candidate()).settings(),
                                area(standing),
                                then(standing, isLast)))
                        .toList(),
                search.path());
    }

    private static String then(Standing standing, boolean isLast) {
        String lost = standing.lostBecause();
        if (lost != null) {
            return "lost: " + lost;
        }
        if (standing.kept()) {
            return isLast ? "chosen" : "went on";
        }
        return isLast ? "not chosen" : "ended";
    }
}
