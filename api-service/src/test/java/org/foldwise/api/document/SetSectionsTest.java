package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Forest;
import org.foldwise.document.Block.Paragraph;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Section;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.conformal.ConformalSets;
import org.foldwise.learning.metrics.conformal.ConformalSets.Limit;
import org.foldwise.learning.metrics.conformal.LabelSetReport;
import org.foldwise.learning.metrics.conformal.LabelSets;
import org.foldwise.learning.metrics.conformal.PredictionSetReport;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SetSectionsTest {
    private static final List<String> CLASSES = List.of("healthy", "ill");
    private static final ConformalSets SETS = new ConformalSets(
            0.9,
            ConformalSets.Unit.IMAGE_OF_NEW_PATIENT,
            ConformalSets.Conditioning.BY_CLASS,
            List.of(new Limit(60, 0.25), new Limit(19, 0.6)));

    private static SetSections sections(boolean isOfFolds, PredictionSets sets) {
        return new SetSections(CLASSES, isOfFolds, sets, "/frozen");
    }

    private static String words(Section section) {
        return String.join(
                "\n",
                section.blocks().stream()
                        .filter(Paragraph.class::isInstance)
                        .map(block -> ((Paragraph) block).text())
                        .toList());
    }

    private static <B extends Block> List<B> blocks(Section section, Class<B> type) {
        return section.blocks().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** So many patients of either class; of the healthy so many are covered, the others are taken for ill. */
    private static PredictionSetReport report(int covered, int of) {
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < of; i++) {
            double healthy = i < covered ? 0.9 : 0.3;
            cases.add(new ClassifiedCase("h" + i, new PatientId("h" + i), 0, List.of(healthy, 1 - healthy)));
            cases.add(new ClassifiedCase("i" + i, new PatientId("i" + i), 1, List.of(0.5, 0.5)));
        }
        return PredictionSetReport.of(SETS, CLASSES, cases, ClassifiedCase::predicted, 0.95);
    }

    @Test
    void saysWhyThereAreNone() {
        assertThat(words(sections(false, new PredictionSets.Undefined(0.9, "'ill' has 3"))
                        .ofEvaluation(null, "/e")))
                .isEqualTo("There are none: 'ill' has 3.");
        assertThat(words(sections(false, new PredictionSets.None()).ofEvaluation(null, "/e")))
                .contains("did not ask for any");
        PredictionSets.Undefined few = new PredictionSets.Undefined(0.9, "too few");
        assertThat(words(sections(false, new LabelSets(0.9, List.of(few, few))).ofModel(List.of())))
                .isEqualTo("There are none. healthy has no sets: too few. ill has no sets: too few.");
    }

    @Test
    void ofTheImagesThatTheyWereCalibratedOnTellsLimitsAndNoCoverage() {
        Section section = sections(false, SETS).ofEvaluation(null, "/e");

        assertThat(words(section))
                .contains("come from these very images")
                .contains("90 % have a set that holds the truth");
        assertThat(blocks(section, Forest.class)).isEmpty();
        Table limits = blocks(section, Table.class).get(0);
        assertThat(limits.source()).isEqualTo("/frozen");
        // Beta(55, 6) and Beta(18, 2)
        assertThat(limits.rows())
                .containsExactly(
                        List.of("healthy", "60", "0.750", "0.816 to 0.962"),
                        List.of("ill", "19", "0.400", "0.740 to 0.987"));
    }

    @Test
    void tellsCoverageByClassAndWarnsOfAClassBelowThePromise() {
        Section kept = sections(false, SETS).ofEvaluation(report(27, 30), "/e");
        Section broken = sections(true, SETS).ofEvaluation(report(18, 30), "/e");

        Forest forest = blocks(kept, Forest.class).get(0);
        assertThat(forest.reference()).isEqualTo(0.9);
        assertThat(forest.source()).isEqualTo("/e");
        assertThat(forest.rows()).extracting(Block.Row::label).containsExactly("healthy", "ill", "all");
        assertThat(forest.rows()).extracting(Block.Row::value).containsExactly(0.9, 1.0, 57 / 60.0);
        assertThat(words(kept)).doesNotContain("less often than").contains("had also stopped the training");
        assertThat(words(broken))
                .contains("Covered less often than the 90 % promised, beyond the interval: healthy 0.600 (")
                .contains("probabilities of single networks");
        assertThat(blocks(kept, Table.class)).hasSize(3);
    }

    @Test
    void ofLabelsTellsEachWithoutAndWithItAndNamesThoseThatHaveNone() {
        LabelSets ofLabels = new LabelSets(0.9, List.of(SETS, new PredictionSets.Undefined(0.9, "3 patients")));
        LabelSetReport report = new LabelSetReport(
                0.9,
                List.of(
                        new LabelSetReport.OfLabel("healthy", report(27, 30), null),
                        new LabelSetReport.OfLabel("ill", null, "3 patients")));

        Section section = sections(false, ofLabels).ofEvaluation(report, "/e");

        assertThat(words(section)).contains("ill has no sets: 3 patients.").contains("do not add up");
        List<Table> tables = blocks(section, Table.class);
        assertThat(tables.get(0).rows()).extracting(row -> row.get(0)).containsExactly("without healthy", "healthy");
        assertThat(tables.get(1).rows()).hasSize(2);
        assertThat(tables.get(2).rows()).extracting(row -> row.get(0)).containsExactly("healthy");
    }

    @Test
    void aModelsCardListsWhatEveryEvaluationFound() {
        Study.Judgement test = judgement("test", report(27, 30));

        Section unseen = sections(false, SETS).ofModel(List.of(judgement("validation", null)));
        Section seen = sections(false, SETS).ofModel(List.of(judgement("validation", null), test));

        assertThat(words(unseen)).contains("never looked at");
        Table found = blocks(seen, Table.class).get(1);
        assertThat(found.rows()).hasSize(2);
        assertThat(found.rows().get(0)).startsWith("/api/v1/evaluations/test", "test", "healthy", "30");
        assertThat(found.rows().get(0).get(4)).startsWith("0.900 (");
        assertThat(found.rows().get(0).get(5)).startsWith("1.000 (");
    }

    private static Study.Judgement judgement(String subset, @Nullable PredictionSetReport report) {
        return new Study.Judgement(
                "/api/v1/evaluations/" + subset,
                null,
                subset,
                60,
                60,
                "0.9",
                "0.5",
                List.of(),
                report,
                null,
                List.of(),
                null);
    }
}
