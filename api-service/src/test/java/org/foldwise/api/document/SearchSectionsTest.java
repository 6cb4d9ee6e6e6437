package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.foldwise.api.document.SearchRecord.Candidate;
import org.foldwise.api.document.SearchRecord.Fold;
import org.foldwise.api.document.SearchRecord.Varied;
import org.foldwise.api.report.SearchOutcomes.OfFold;
import org.foldwise.api.report.SearchOutcomes.Outcome;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Forest;
import org.foldwise.document.Block.Paragraph;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Document;
import org.foldwise.document.PdfFile;
import org.foldwise.document.Section;
import org.foldwise.document.WebPage;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.comparison.SelectionOptimism;
import org.foldwise.learning.search.Rung;
import org.foldwise.learning.search.RungSelection;
import org.foldwise.learning.search.RungSelection.Standing;
import org.foldwise.learning.split.SplitSpec;
import org.junit.jupiter.api.Test;

class SearchSectionsTest {
    private static final int FOLDS = 3;
    private static final List<Rung> RUNGS = List.of(new Rung(0, 4, 13), new Rung(1, 12, 4), new Rung(2, 36, 1));

    /** A halving of 13 candidates over three rungs, of which one lost in the first. */
    private static SearchRecord halving(boolean isUnanimous) {
        SplittableRandom random = new SplittableRandom(3);
        List<Candidate> candidates = IntStream.range(0, 13)
                .mapToObj(i -> new Candidate(
                        i, "/head/dropout 0." + (1 + i % 5) + "; /optimizer/learningRate 0.000" + (100 + 61 * i), "ab"))
                .toList();
        List<Fold> folds = new ArrayList<>();
        List<OfFold> ofFolds = new ArrayList<>();
        List<SelectionOptimism.OfFold> optimism = new ArrayList<>();
        for (int fold = 0; fold < FOLDS; fold++) {
            List<List<Standing>> standings = new ArrayList<>();
            List<Integer> left = IntStream.range(0, 13).boxed().toList();
            int best = isUnanimous ? 2 : 2 + fold;
            for (Rung rung : RUNGS) {
                int keep = rung.index() == 2 ? 1 : RUNGS.get(rung.index() + 1).candidates();
                List<Standing> stood = RungSelection.of(
                        left.stream()
                                .map(candidate -> candidate == 9
                                        ? new RungSelection.Outcome(
                                                candidate,
                                                List.of(),
                                                "on inner fold 0: diverged, the loss was no number in epoch 1")
                                        : new RungSelection.Outcome(
                                                candidate,
                                                List.of(
                                                        candidate == best ? 0.95 : random.nextDouble(0.7, 0.9),
                                                        candidate == best ? 0.93 : random.nextDouble(0.7, 0.9)),
                                                null))
                                .toList(),
                        keep);
                standings.add(stood);
                left = stood.stream()
                        .filter(Standing::kept)
                        .map(Standing::candidate)
                        .toList();
            }
            folds.add(new Fold(fold, "/api/v1/splits/inner-" + fold, "/api/v1/runs/outer-" + fold, standings));
            double area = 0.84 + 0.03 * fold;
            ofFolds.add(new OfFold(
                    fold,
                    standings.get(2).get(0),
                    new Estimate(area, new Interval(area - 0.08, area + 0.06, 0.95, "patientDeLongLogit"), null)));
            optimism.add(
                    SelectionOptimism.OfFold.of(fold, standings.get(2).get(0).meanRocAuc(), area));
        }
        return new SearchRecord(
                "/api/v1/experiments/01912d68-783e-7a51-8f2b-6a1d6f1f5a10/search",
                "halving",
                11,
                new SplitSpec.KFold(2, 0, 0.25),
                List.of(
                        new Varied("/head/dropout", "0.1, 0.2, 0.3, 0.4, 0.5"),
                        new Varied("/optimizer/learningRate", "numbers from 0.0001 to 0.01, logarithmic")),
                candidates,
                RUNGS,
                3 * (2 * 18 + 1),
                folds,
                new Outcome(
                        ofFolds,
                        new Estimate(0.87, new Interval(0.79, 0.95, 0.95, "correctedResampledT"), null),
                        Estimate.of(0.03),
                        SelectionOptimism.of(optimism, 0.5)));
    }

    private static <B extends Block> List<B> blocks(List<Section> sections, Class<B> kind) {
        return sections.stream()
                .flatMap(section -> section.blocks().stream())
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    @Test
    void everyFoldShowsWhatWasChosenAndWhatThatWasWorth() throws Exception {
        SearchRecord search = halving(false);
        List<Section> sections = SearchSections.sections(search);

        Table chosen = blocks(sections, Table.class).get(1);
        assertThat(chosen.rows().stream().map(row -> row.get(1))).containsExactly("2", "3", "4");
        assertThat(chosen.rows().get(1))
                .containsExactly(
                        "1",
                        "3",
                        search.candidates().get(3).settings(),
                        "0.940 (0.014)",
                        "0.870 (0.790 to 0.930)",
                        "0.070");
        assertThat(blocks(sections, Forest.class).get(0).rows()).hasSize(2 * FOLDS + 1);
        assertThat(blocks(sections, Paragraph.class).toString()).contains("chose 3 different candidates");
        assertThat(sections.get(0).blocks().toString()).contains("value=0.070 (");

        List<Table> standings = blocks(sections.subList(1, 2), Table.class);
        assertThat(standings).hasSize(FOLDS * RUNGS.size());
        assertThat(standings.get(0).caption()).isEqualTo("Outer fold 0, rung 1 of 3, 4 epochs");
        assertThat(standings.get(0).rows()).hasSize(10);
        assertThat(standings.get(0).rows().stream().map(row -> row.get(4)).distinct())
                .containsExactly("went on", "ended");
        assertThat(standings.get(2).rows().get(0).get(4)).isEqualTo("chosen");
        assertThat(blocks(sections, Paragraph.class).toString()).contains("Of worse standing: 3 candidates");

        Document document = new Document("Experiment report", "A search.", sections);
        assertThat(WebPage.of(document)).doesNotContain("null").doesNotContain("NaN");
        Files.write(Path.of("target", "search.pdf"), PdfFile.of(document));
    }

    /** Of several repeats the first folds are judged, and only their plans matter. */
    @Test
    void scoresOfFoldsThatChoseDifferentPlansAreSaidToNeedNoOneScale() {
        List<Block> of = SearchSections.ofFolds(halving(false), 2);
        Table chosen = (Table) of.get(0);
        assertThat(chosen.rows()).hasSize(2);
        assertThat(chosen.rows().get(1))
                .containsExactly(
                        "1",
                        "3",
                        halving(false).candidates().get(3).settings(),
                        "0.870 (0.790 to 0.930)",
                        "/api/v1/runs/outer-1");
        assertThat(of.get(1).toString()).contains("models of 2 different plans, which need not score on one scale");

        assertThat(SearchSections.ofFolds(halving(false), 1).get(1).toString())
                .contains("All these folds chose one plan");
        assertThat(SearchSections.ofFolds(halving(true), FOLDS).get(1).toString())
                .contains("All these folds chose one plan");
    }

    @Test
    void foldsThatAgreeAreSaidToAgree() {
        List<Section> sections = SearchSections.sections(halving(true));

        assertThat(blocks(sections, Paragraph.class).toString()).contains("Every outer fold chose candidate 2.");
    }
}
