package org.foldwise.worker.neighbourhood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.ImageRules;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ErrorReview;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.worker.neighbourhood.ReviewedCases.ReviewedCase;
import org.foldwise.worker.run.TrainedNetworks.TrainedNetwork;
import org.junit.jupiter.api.Test;

class ReviewedCasesTest {
    private static final int PATIENTS = 12;

    private static Cohort cohort(Task task, List<String> classes) {
        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < PATIENTS; i++) {
            images.add(new ImageRecord(
                    name(i), Digest.of(name(i)), patient(i), classes.get(i % classes.size()), null, null));
        }
        return new Cohort(
                task, classes, task == Task.BINARY ? PatientLabelRule.ANY_POSITIVE : PatientLabelRule.MAJORITY, images);
    }

    private static String name(int image) {
        return "image" + image + ".png";
    }

    private static PatientId patient(int number) {
        return new PatientId("p%02d".formatted(number));
    }

    /** As probable as they are late, every second ill. */
    private static List<ScoredCase> scored() {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < PATIENTS; i++) {
            cases.add(new ScoredCase(name(i), patient(i), i % 2 == 1, i / 12.0));
        }
        return cases;
    }

    private static ReviewedCases reviewed() {
        List<ScoredCase> scored = scored();
        return ReviewedCases.of(
                ReportJson.write(ErrorReview.of(scored, 0.5, true)),
                ReportJson.write(EvaluationReport.of(scored, 0.5, new BootstrapSpec(100, 1, 0.95))),
                cohort(Task.BINARY, List.of("healthy", "ill")),
                new ScoredImages.Binary(List.of("negative", "positive"), scored));
    }

    private static List<String> names(List<ReviewedCase> cases) {
        return cases.stream().map(found -> found.image().name()).toList();
    }

    @Test
    void areTheWorstAndThenTheDoubtedEachOnce() {
        List<ScoredCase> scored = scored();
        ErrorReview review = ErrorReview.of(scored, 0.5, true);
        List<String> expected = new ArrayList<>();
        review.worst().forEach(mistake -> expected.add(mistake.image()));
        review.doubts().doubts().stream()
                .map(doubt -> doubt.image())
                .filter(name -> !expected.contains(name))
                .forEach(expected::add);

        List<ReviewedCase> cases = reviewed().all();

        assertThat(names(cases))
                .isEqualTo(expected)
                .startsWith(name(1), name(10))
                .doesNotHaveDuplicates();
        assertThat(cases).allSatisfy(found -> assertThat(found.called())
                .containsExactly(
                        scored.stream()
                                        .filter(one ->
                                                one.image().equals(found.image().name()))
                                        .allMatch(one -> one.probability() >= 0.5)
                                ? "ill"
                                : "healthy"));
    }

    @Test
    void sayWhatWasCalledOfSeveralClassesAndOfLabels() {
        List<String> classes = List.of("a", "b", "c");
        String review = "{\"classes\": [{\"worst\": [{\"image\": \"image2.png\"}], \"doubts\": null}],"
                + " \"worst\": [{\"image\": \"image1.png\"}], \"doubts\": {\"doubts\": [{\"image\": \"image0.png\"}]}}";
        List<ClassifiedCase> classified = new ArrayList<>();
        List<LabelledCase> labelled = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            classified.add(new ClassifiedCase(name(i), patient(i), 0, List.of(0.5 - i * 0.2, 0.3, 0.2 + i * 0.2)));
            labelled.add(new LabelledCase(
                    name(i), patient(i), List.of(true, false, false), List.of(0.5 - i * 0.2, 0.3, 0.2 + i * 0.2)));
        }

        List<ReviewedCase> ofClasses = ReviewedCases.of(
                        review,
                        "{}",
                        cohort(Task.MULTICLASS, classes),
                        new ScoredImages.Multiclass(classes, classified))
                .all();
        List<ReviewedCase> ofLabels = ReviewedCases.of(
                        review,
                        "{\"classes\": [{\"threshold\": {\"threshold\": 0.3}}, {\"threshold\": {\"threshold\": 0.3}},"
                                + " {\"threshold\": {\"threshold\": 0.5}}]}",
                        cohort(Task.MULTILABEL, classes),
                        new ScoredImages.Multilabel(classes, labelled))
                .all();

        assertThat(names(ofClasses)).containsExactly(name(1), name(0), name(2));
        assertThat(ofClasses)
                .extracting(ReviewedCase::called)
                .containsExactly(List.of("c"), List.of("a"), List.of("c"));
        assertThat(ofLabels)
                .extracting(ReviewedCase::called)
                .containsExactly(List.of("a", "b"), List.of("a", "b"), List.of("b", "c"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReviewedCases.of(
                        review, "{}", cohort(Task.MULTILABEL, classes), new ScoredImages.Multilabel(classes, labelled)))
                .withMessageContaining("/classes/0/threshold/threshold");
    }

    private static Split split() {
        List<Fold> folds = new ArrayList<>();
        for (int fold = Fold.DEVELOPMENT; fold < 3; fold++) {
            TreeMap<PatientId, Role> roles = new TreeMap<>();
            for (int i = 0; i < PATIENTS; i++) {
                roles.put(patient(i), role(i, fold));
            }
            folds.add(new Fold(fold, roles));
        }
        return new Split(
                new SplitSpec.KFold(3, 0.2, 0.25), 42, Digest.of("dataset"), folds.get(0), folds.subList(1, 4));
    }

    private static Role role(int patient, int fold) {
        if (fold >= 0 && patient % 3 == fold) {
            return Role.HELD_OUT;
        }
        return patient % 4 == 3 ? Role.VALIDATION : Role.TRAIN;
    }

    private static TrainedNetwork network(int fold) {
        return new TrainedNetwork(
                new UUID(1, fold + 1),
                fold,
                ExperimentPlan.DEFAULT,
                new Provenance(
                        Digest.of("dataset"),
                        Digest.of("split"),
                        Digest.of("plan"),
                        fold,
                        42,
                        null,
                        new TreeMap<>(Map.of("java", "17", ImageRules.LIBRARY, ImageRules.NUMBER)),
                        "cpu()",
                        2,
                        "float32",
                        "as planned",
                        "kernels",
                        "they compute what the blocks do",
                        "float32",
                        "as planned",
                        new Provenance.Normalisation(List.of(0.449), List.of(0.226))),
                new ArtifactKey(Digest.of("weights " + fold)));
    }

    @Test
    void belongToTheNetworkThatHadNotLearnedFromThePatient() {
        List<TrainedNetwork> folds = List.of(network(0), network(1), network(2));
        ReviewedCases reviewed = reviewed();

        for (Subset subset : List.of(Subset.OUT_OF_FOLD, Subset.VALIDATION)) {
            Map<List<TrainedNetwork>, List<ReviewedCase>> byNetworks = reviewed.byNetworks(subset, folds, split());
            List<String> all = new ArrayList<>();
            byNetworks.forEach((networks, cases) -> {
                assertThat(networks).hasSize(1);
                all.addAll(names(cases));
                assertThat(cases).allSatisfy(found -> assertThat(
                                split().fold(networks.get(0).fold())
                                        .roles()
                                        .get(found.image().patient()))
                        .isEqualTo(Role.HELD_OUT));
            });
            assertThat(all).containsExactlyInAnyOrderElementsOf(names(reviewed.all()));
        }
        assertThat(reviewed.byNetworks(Subset.TEST, folds, split()))
                .as("of a test all networks answer")
                .containsOnlyKeys(List.of(folds));
        List<TrainedNetwork> one = List.of(network(1));
        assertThat(reviewed.byNetworks(Subset.VALIDATION, one, split()))
                .as("a fold's own validation")
                .containsOnlyKeys(List.of(one));
        List<TrainedNetwork> developed = List.of(network(Fold.DEVELOPMENT), network(Fold.DEVELOPMENT));
        assertThat(reviewed.byNetworks(Subset.VALIDATION, developed, split()))
                .as("a mean of trainings on one fold")
                .containsOnlyKeys(List.of(developed));
    }
}
