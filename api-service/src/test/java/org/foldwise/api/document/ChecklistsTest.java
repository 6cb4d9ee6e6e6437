package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.foldwise.api.document.Checklists.Item;
import org.foldwise.api.document.RecordSections.Training;
import org.foldwise.api.report.OptimismView;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.comparison.OptimismCheck;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.LeakageAudit.FoldCounts;
import org.foldwise.learning.split.LeakageAudit.RoleCounts;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.registry.experiment.Procedure;
import org.junit.jupiter.api.Test;

class ChecklistsTest {
    private static final UUID ENSEMBLE = UUID.fromString("01912d68-783e-7a51-8f2b-6a1d6f1f5a11");
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
                List.of(),
                List.of());
    }

    /** An ensemble of two of the trainings of folds. */
    private static Study ensemble(List<Study.Judgement> judgements) {
        Study alike = study(List.of(training(0), training(1)), judgements);
        Study.Recipe recipe = alike.recipe();
        return new Study(
                alike.data(),
                alike.division(),
                new Study.Recipe(
                        recipe.path(),
                        recipe.name(),
                        Procedure.ENSEMBLE,
                        ENSEMBLE,
                        recipe.plan(),
                        recipe.planDigest(),
                        null),
                alike.trainings(),
                alike.judgements(),
                alike.openings(),
                alike.promises());
    }

    private static Training training() {
        return training(-1);
    }

    private static Training training(int fold) {
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
                "kernels",
                "they compute what the blocks do",
                "float32",
                "as planned",
                new Provenance.Normalisation(List.of(0.449), List.of(0.226)));
        return new Training(RUN, fold, "succeeded", 1, provenance, List.of());
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
                null,
                List.of(),
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
        assertThat(item(claim, "23").source()).isEqualTo("/api/v1/experiments/e");
        assertThat(item(claim, "8").source()).isEqualTo("/api/v1/datasets/d");
        assertThat(claim).allMatch(item -> item.source().startsWith("/api/v1/"));
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
                null,
                List.of(),
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

    @Test
    void ofAnEnsembleTheySayHowItsAnswersComeAbout() {
        Study study = ensemble(List.of());
        List<Item> claim = Checklists.claim(study);
        List<Item> tripod = Checklists.tripod(study);

        assertThat(item(claim, "27").text())
                .isEqualTo(
                        "ensemble: the mean of the probabilities of 2 trainings, one for each fold of a cross-validation, with"
                                + " equal weights");
        assertThat(item(claim, "27").source()).isEqualTo("/api/v1/runs/" + ENSEMBLE);
        assertThat(item(claim, "22").text()).startsWith("2 networks, whose probabilities are averaged, each ");
        assertThat(item(tripod, "12g").text())
                .isEqualTo(
                        "as the mean of the probabilities of 2 networks, each with the weights of its best epoch, on one image at a"
                                + " time");
        assertThat(item(tripod, "22").source()).isEqualTo("/api/v1/runs/" + ENSEMBLE + "/artifacts");
        Study alone = study(List.of(training()), List.of());
        assertThat(item(Checklists.claim(alone), "27").text()).isEqualTo("none: each model is one network");
        assertThat(item(Checklists.tripod(alone), "12g").text()).startsWith("by the weights of the best epoch");
    }

    @Test
    void groupsOtherDatasetsAndWhatTheTestMadeOfThePromiseAreRecordedFacts() {
        Study.Judgement of = judgement("external");
        Study.Judgement external = new Study.Judgement(
                of.path(),
                of.run(),
                of.subset(),
                of.images(),
                of.patients(),
                of.rocAuc(),
                of.decision(),
                of.figures(),
                null,
                null,
                List.of(new Study.Grouping(
                        "sex",
                        "ROC AUC",
                        List.of(new Study.Group("F", 12, 6, "0.800"), new Study.Group("M", 7, 4, "0.700")),
                        1,
                        "M")),
                new Study.Overlap(
                        "/api/v1/datasets/other",
                        "films of a neighbour",
                        3,
                        1,
                        "patients with equal ids were left out"));
        OptimismCheck check = OptimismCheck.of(
                Estimate.of(0.95).with(Optional.of(new Interval(0.93, 0.97, 0.95, "any"))),
                Estimate.of(0.70).with(Optional.of(new Interval(0.66, 0.74, 0.95, "any"))));
        OptimismView promise = new OptimismView(
                null,
                RUN,
                ENSEMBLE,
                Subset.TEST,
                check.expected(),
                check.found(),
                check.difference(),
                check.verdict(),
                List.of(),
                List.of(),
                List.of(),
                "too good");
        Study bare = study(List.of(training()), List.of(external));
        Study study = new Study(
                bare.data(),
                bare.division(),
                bare.recipe(),
                bare.trainings(),
                bare.judgements(),
                List.of(),
                List.of(promise));
        List<Item> claim = Checklists.claim(study);
        List<Item> tripod = Checklists.tripod(study);

        assertThat(item(claim, "30").text())
                .startsWith(
                        "figures of groups by sex; promised by development less found in the test, area under the ROC curve: 0.250 (")
                .contains(", optimistic; people must write the rest");
        assertThat(item(claim, "30").source()).isEqualTo(external.path() + " /api/v1/evaluations/" + ENSEMBLE);
        assertThat(item(tripod, "12d").text()).startsWith("figures of each group by sex");
        assertThat(item(tripod, "14").text()).contains("looked at were groups by sex");
        assertThat(item(tripod, "16").text())
                .startsWith(
                        "dataset 'films of a neighbour': 3 equal patient ids, 1 byte-identical image; patients with equal ids"
                                + " were left out");
        assertThat(item(tripod, "16").source()).isEqualTo(external.path());
        assertThat(item(tripod, "20b").text())
                .startsWith("of those judged: sex 'F' 6 patients, 'M' 4 patients, unknown of 1 image");
        assertThat(item(tripod, "20c").text()).startsWith("images of each class, train: ");
        assertThat(item(tripod, "23b").text()).startsWith("ROC AUC by sex: 'F' 0.800, 'M' 0.700; lowest is 'M'");
        assertThat(item(tripod, "27a").source()).isEqualTo("/api/v1/experiments/e");
        // where nothing is known of the images, these are for people to write
        for (String number : List.of("12d", "14", "20b", "23b")) {
            assertThat(item(Checklists.tripod(study(List.of(), List.of())), number)
                            .text())
                    .isEqualTo("people must write this");
        }
    }
}
