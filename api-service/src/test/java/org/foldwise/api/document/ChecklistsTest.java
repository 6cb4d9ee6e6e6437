package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.foldwise.api.document.Checklists.Item;
import org.foldwise.api.document.RecordSections.Training;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.LeakageAudit.FoldCounts;
import org.foldwise.learning.split.LeakageAudit.RoleCounts;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.registry.experiment.Procedure;
import org.junit.jupiter.api.Test;

class ChecklistsTest {
    private static final UUID RUN = UUID.fromString("01912d68-783e-7a51-8f2b-6a1d6f1f5a10");

    /** A study of which nothing is recorded but what every experiment has. */
    private static Study study(List<Training> trainings, List<Study.Judgement> judgements) {
        return study(Task.BINARY, List.of("HEALTHY", "ILL"), trainings, judgements);
    }

    private static Study study(
            Task task, List<String> classes, List<Training> trainings, List<Study.Judgement> judgements) {
        LeakageAudit audit = new LeakageAudit(
                Digest.of("dataset"),
                List.of(new FoldCounts(-1, List.of(new RoleCounts(Role.TRAIN, 20, 40, List.of())))),
                0,
                0,
                0.1,
                List.of());
        return new Study(
                new Study.Data(
                        "/api/v1/datasets/d", "films", null, null, 60, 30, task, classes, "anyPositive", "aa", 0),
                new Study.Division("/api/v1/splits/s", new SplitSpec.KFold(3, 0.2, 0.25), 7, "bb", audit),
                new Study.Recipe(
                        "/api/v1/experiments/e",
                        "first",
                        Procedure.CROSS_VALIDATION,
                        null,
                        ExperimentPlan.DEFAULT,
                        "cc",
                        null),
                trainings,
                judgements,
                List.of());
    }

    private static Training training() {
        Provenance provenance = new Provenance(
                Digest.of("d"),
                Digest.of("s"),
                Digest.of("p"),
                -1,
                42,
                null,
                new TreeMap<>(java.util.Map.of("java", "17.0.1")),
                "cpu()",
                2,
                "float32",
                "as planned",
                "float32",
                "as planned",
                new Provenance.Normalisation(List.of(0.449), List.of(0.226)));
        return new Training(RUN, -1, "succeeded", 1, provenance, List.of());
    }

    private static Study.Judgement judgement(String subset) {
        return new Study.Judgement(
                "/api/v1/evaluations/of-" + subset,
                RUN,
                subset,
                20,
                10,
                "0.900 (0.800 to 0.950)",
                "0.430",
                List.of(new Study.Figure("sensitivity", "0.800"), new Study.Figure("specificity", "0.700")),
                null,
                null);
    }

    private static Item item(List<Item> items, String number) {
        return items.stream()
                .filter(item -> item.number().equals(number))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void claimHasItsFortyFourItemsInOrder() {
        assertThat(Checklists.claim(study(List.of(), List.of())).stream().map(Item::number))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 44).mapToObj(Integer::toString).toList());
    }

    /** Collins et al. 2024, table 2: 27 items, 52 with their parts. */
    @Test
    void tripodHasItsTwentySevenItemsInOrder() {
        assertThat(Checklists.tripod(study(List.of(), List.of())).stream().map(Item::number))
                .containsExactly(
                        "1", "2", "3a", "3b", "3c", "4", "5a", "5b", "6a", "6b", "6c", "7", "8a", "8b", "8c", "9a",
                        "9b", "9c", "10", "11", "12a", "12b", "12c", "12d", "12e", "12f", "12g", "13", "14", "15", "16",
                        "17", "18a", "18b", "18c", "18d", "18e", "18f", "19", "20a", "20b", "20c", "21", "22", "23a",
                        "23b", "24", "25", "26", "27a", "27b", "27c");
    }

    @Test
    void whatIsNotRecordedIsForPeopleToWrite() {
        List<Item> claim = Checklists.claim(study(List.of(), List.of()));

        assertThat(item(claim, "13").text()).isEqualTo("people must write this");
        assertThat(item(claim, "23").text()).isEqualTo("people must write this");
        assertThat(item(claim, "23").source()).isNull();
        assertThat(item(claim, "33").text()).isEqualTo("none was made");
        assertThat(item(claim, "32").text()).contains("held-out images of all folds");
        assertThat(item(claim, "44").text()).isEqualTo("people must write this");
        assertThat(item(claim, "14").text()).endsWith("; people must write the rest");
    }

    @Test
    void ofSeveralClassesTheyNameTheFiguresOfTheTask() {
        Study.Judgement judgement = new Study.Judgement(
                "/api/v1/evaluations/e",
                RUN,
                "test",
                20,
                10,
                "0.800 (0.700 to 0.900)",
                "by label",
                List.of(new Study.Figure("mean F1", "0.400"), new Study.Figure("all labels right", "0.300")),
                null,
                null);
        Study study =
                study(Task.MULTILABEL, List.of("Effusion", "Mass", "Hernia"), List.of(training()), List.of(judgement));
        List<Item> claim = Checklists.claim(study);

        assertThat(item(claim, "22").text()).contains("3 probabilities out");
        assertThat(item(claim, "28").text()).startsWith("of each class against everything else ROC AUC");
        assertThat(item(claim, "38").text())
                .isEqualTo("test: mean ROC AUC 0.800 (0.700 to 0.900), mean F1 0.400, all labels right 0.300");
        assertThat(item(Checklists.tripod(study), "15").text())
                .contains("of each of 3 labels")
                .contains("its own threshold");
        assertThat(study.data().classesInWords()).endsWith("Hernia (an image shows any number of them, or none)");
    }

    @Test
    void whatIsRecordedIsThereWithItsAddress() {
        Study study = study(List.of(training()), List.of(judgement("validation"), judgement("test")));
        List<Item> claim = Checklists.claim(study);
        List<Item> tripod = Checklists.tripod(study);

        assertThat(item(claim, "19").text()).contains("3 folds by patient").contains("seed 7");
        assertThat(item(claim, "19").source()).isEqualTo("/api/v1/splits/s");
        assertThat(item(claim, "20").text()).startsWith("patient; the audit found 0 patients");
        assertThat(item(claim, "23").text()).isEqualTo("java 17.0.1");
        assertThat(item(claim, "23").source()).isEqualTo("/api/v1/runs/" + RUN);
        assertThat(item(claim, "24").text()).isEqualTo("drawn from seed 42");
        assertThat(item(claim, "38").text())
                .isEqualTo("test: ROC AUC 0.900 (0.800 to 0.950), sensitivity 0.800, specificity 0.700");
        assertThat(item(claim, "38").source()).isEqualTo("/api/v1/evaluations/of-test");
        assertThat(item(claim, "37").source())
                .isEqualTo("/api/v1/evaluations/of-validation /api/v1/evaluations/of-test");
        assertThat(item(tripod, "23a").text()).contains("validation: ").contains("test: ");
        assertThat(item(tripod, "13").text()).startsWith("images shown in their natural shares; loss {");
        assertThat(tripod).noneMatch(item -> item.text().contains("null"));
    }
}
