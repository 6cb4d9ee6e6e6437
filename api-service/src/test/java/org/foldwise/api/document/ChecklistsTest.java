package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
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
import org.foldwise.learning.split.LeakageAudit.ClassCounts;
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
                        "/api/v1/datasets/d",
                        "films",
                        null,
                        null,
                        60,
                        30,
                        task,
                        classes,
                        "anyPositive",
                        null,
                        "aa",
                        0,
                        Study.Known.NOTHING),
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
                List.of(),
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
                alike.promises(),
                List.of(),
                List.of());
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

    /** The same study with other data, another division, and more of what was made of it. */
    private static Study with(
            Study study,
            Study.Known known,
            LeakageAudit audit,
            List<Study.Explained> explanations,
            List<Study.Version> versions) {
        Study.Data data = study.data();
        return new Study(
                new Study.Data(
                        data.path(),
                        data.name(),
                        data.modality(),
                        data.bodyPart(),
                        data.images(),
                        data.patients(),
                        data.task(),
                        data.classes(),
                        data.patientLabelRule(),
                        data.frames(),
                        data.digest(),
                        data.withdrawals(),
                        known),
                new Study.Division(
                        study.division().path(),
                        study.division().spec(),
                        study.division().seed(),
                        study.division().digest(),
                        audit),
                study.recipe(),
                study.trainings(),
                study.judgements(),
                study.openings(),
                study.promises(),
                explanations,
                versions);
    }

    private static RoleCounts role(Role role, int patients, int images, int ill) {
        return new RoleCounts(
                role,
                patients,
                images,
                List.of(
                        new ClassCounts("HEALTHY", images - ill, patients - ill, 0),
                        new ClassCounts("ILL", ill, ill, 0)));
    }

    /** Every patient outside the test subset is held out by one fold, and all of them are what a cross-validation is of. */
    @Test
    void aCrossValidationCountsThePatientsOfAllFolds() {
        LeakageAudit audit = new LeakageAudit(
                Digest.of("dataset"),
                List.of(
                        new FoldCounts(
                                -1,
                                List.of(
                                        role(Role.TRAIN, 16, 33, 8),
                                        role(Role.VALIDATION, 6, 12, 2),
                                        role(Role.TEST, 8, 15, 4))),
                        new FoldCounts(
                                0,
                                List.of(
                                        role(Role.TRAIN, 10, 20, 5),
                                        role(Role.VALIDATION, 4, 9, 2),
                                        role(Role.HELD_OUT, 8, 16, 3),
                                        role(Role.TEST, 8, 15, 4))),
                        new FoldCounts(
                                1,
                                List.of(
                                        role(Role.TRAIN, 11, 22, 5),
                                        role(Role.VALIDATION, 4, 8, 1),
                                        role(Role.HELD_OUT, 7, 15, 4),
                                        role(Role.TEST, 8, 15, 4))),
                        new FoldCounts(
                                2,
                                List.of(
                                        role(Role.TRAIN, 11, 21, 5),
                                        role(Role.VALIDATION, 4, 10, 2),
                                        role(Role.HELD_OUT, 7, 14, 3),
                                        role(Role.TEST, 8, 15, 4)))),
                0,
                0,
                0.1,
                List.of());
        Study study = with(
                study(List.of(training(0), training(1), training(2)), List.of(judgement("outOfFold"))),
                Study.Known.NOTHING,
                audit,
                List.of(),
                List.of());
        List<Item> claim = Checklists.claim(study);
        List<Item> tripod = Checklists.tripod(study);

        String partitions =
                "held out once by 3 folds in turn: 22 patients, 45 images ('HEALTHY' 35 images of 12 patients, 'ILL' 10 images"
                        + " of 10 patients); of each fold train 10 to 11 patients (20 to 22 images), validation 4 patients (8 to 10"
                        + " images), held out 7 to 8 patients (14 to 16 images); test 8 patients, 15 images ('HEALTHY' 11 images of"
                        + " 4 patients, 'ILL' 4 images of 4 patients)";
        assertThat(item(claim, "36").text())
                .startsWith(partitions
                        + "; images of each class, held out by the folds in turn: 'HEALTHY' 77.8 %, 'ILL' 22.2 %;"
                        + " test: 'HEALTHY' 73.3 %, 'ILL' 26.7 %");
        assertThat(item(tripod, "20a").text()).startsWith(partitions);
        assertThat(item(tripod, "21").text())
                .isEqualTo(partitions + "; evaluated on outOfFold: 10 patients, 20 images");
        assertThat(item(tripod, "21").source()).isEqualTo("/api/v1/splits/s /api/v1/evaluations/of-outOfFold");
        assertThat(item(tripod, "20c").text()).contains("held out by the folds in turn");
    }

    /** Everybody is held out once in each repeat, not once more; and nobody may be locked away. */
    @Test
    void repeatsAndAMissingTestSubsetAreSaidInWholeSentences() {
        List<FoldCounts> folds = new ArrayList<>();
        for (int fold = 0; fold < 6; fold++) {
            folds.add(new FoldCounts(
                    fold,
                    List.of(
                            role(Role.TRAIN, 8, 16, 4),
                            role(Role.VALIDATION, 2, 4, 1),
                            role(Role.HELD_OUT, 5, 10, 2))));
        }
        Study study = with(
                study(List.of(training(0), training(1)), List.of(judgement("outOfFold"))),
                Study.Known.NOTHING,
                new LeakageAudit(Digest.of("dataset"), folds, 0, 0, 0.1, List.of()),
                List.of(),
                List.of());
        Study repeated = new Study(
                study.data(),
                new Study.Division(
                        study.division().path(),
                        new SplitSpec.KFold(3, 2, 0, 0.2),
                        study.division().seed(),
                        study.division().digest(),
                        study.division().audit()),
                study.recipe(),
                study.trainings(),
                study.judgements(),
                study.openings(),
                study.promises(),
                study.explanations(),
                study.versions());

        String partitions = item(Checklists.claim(repeated), "36").text();

        assertThat(partitions)
                .startsWith("held out once by 3 folds in turn, and so in each of 2 repeats: 15 patients")
                .contains("held out 5 patients (10 images); nobody is locked away for a test; ");
        assertThat(item(Checklists.claim(repeated), "21").text()).startsWith("nobody is locked away for a test;");
    }

    @Test
    void whatIsKnownOfTheImagesIsARecordedFact() {
        Study.Known known = new Study.Known(
                60,
                true,
                new Study.Years(2014, 2017, 55),
                List.of(
                        new Study.Attribute("site", 2, List.of("'A' 40 images", "'B' 18 images"), 2),
                        new Study.Attribute("sex", 2, List.of("'F' 30 images", "'M' 29 images"), 1),
                        new Study.Attribute("manufacturer", 1, List.of("'Maker' 60 images"), 0),
                        new Study.Attribute("station", 31, List.of(), 0)));
        Study bare = study(List.of(training()), List.of(judgement("test")));
        Study study = with(
                bare,
                known,
                bare.division().audit(),
                List.of(new Study.Explained(
                        "/api/v1/evaluations/of-test", "/api/v1/explanation-checks/x", 40, "0.300 beside 0.190")),
                List.of(new Study.Version(RUN, "/api/v1/models/films/versions/2", "films", 2)));
        List<Item> claim = Checklists.claim(study);
        List<Item> tripod = Checklists.tripod(study);

        assertThat(item(claim, "11").text())
                .startsWith("60 DICOM files kept with the elements alone that decide the pixels")
                .contains("only files were taken that say that they are de-identified")
                .endsWith("text within the pixels is not looked for; people must write the rest");
        assertThat(item(claim, "12").text()).contains("not known: site of 2 images, sex of 1 image");
        assertThat(item(claim, "13").text())
                .isEqualTo(
                        "the files say manufacturer: 'Maker' 60 images; station: 31 values; people must write the rest");
        assertThat(item(claim, "31").text())
                .startsWith("Grad-CAM maps of 40 images were held against maps that show nothing")
                .contains("0.300 beside 0.190");
        assertThat(item(claim, "31").source()).isEqualTo("/api/v1/explanation-checks/x");
        assertThat(item(tripod, "5b").text())
                .startsWith("images acquired from 2014 to 2017, by the days that are known of 55 of 60 images");
        assertThat(item(tripod, "6a").text())
                .startsWith("site: 'A' 40 images, 'B' 18 images, unknown of 2 images; people must write the rest");
        assertThat(item(tripod, "9b").text())
                .startsWith("the pixels of one image: ")
                .contains("'Maker' 60 images");
        assertThat(item(tripod, "9b").source()).isEqualTo("/api/v1/experiments/e /api/v1/datasets/d");
        assertThat(item(tripod, "22").text()).contains("in the bundle of 'films' version 2");
        assertThat(item(tripod, "22").source()).isEqualTo("/api/v1/models/films/versions/2");
    }

    /** Where nothing is known, nothing is claimed. */
    @Test
    void nothingIsClaimedThatDoesNotExist() {
        Study trained = study(List.of(training()), List.of());
        List<Item> claim = Checklists.claim(trained);
        List<Item> tripod = Checklists.tripod(trained);

        for (String number : List.of("11", "13", "31")) {
            assertThat(item(claim, number).text()).as(number).isEqualTo("people must write this");
        }
        for (String number : List.of("5b", "6a")) {
            assertThat(item(tripod, number).text()).as(number).isEqualTo("people must write this");
        }
        assertThat(item(tripod, "22").text())
                .contains("no model version was made of them")
                .endsWith("; people must write the rest");
        assertThat(item(tripod, "22").source()).isEqualTo("/api/v1/runs/" + RUN + "/artifacts");
        assertThat(item(Checklists.tripod(study(List.of(), List.of())), "22").text())
                .isEqualTo("people must write this");
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
                null,
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
                List.of(promise),
                List.of(),
                List.of());
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
