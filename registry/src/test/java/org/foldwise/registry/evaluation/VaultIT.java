package org.foldwise.registry.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.registry.Ids;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.access.Project;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.evaluation.EvaluationRefusedException.Cause;
import org.foldwise.registry.evaluation.TestOpening.Past;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.model.ModelRegistration;
import org.foldwise.registry.prediction.PredictionRecord;
import org.foldwise.registry.prediction.PredictionRecords;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.split.LockedElsewhere;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Locked patients are locked away from the project, and not only from the split that says so. */
@RegistryTest
class VaultIT {
    private static final List<NamedMetric> METRICS = List.of(NamedMetric.RECALL, NamedMetric.ROC_AUC);

    private final EvaluationRequest request;
    private final EvaluationReporting reporting;
    private final TestOpenings openings;
    private final PatientSplits splits;
    private final DatasetImages images;
    private final ModelRegistration registration;
    private final PredictionRecords predictions;
    private final Ids ids;
    private final JdbcClient database;
    private final Story story;

    VaultIT(
            EvaluationRequest request,
            EvaluationReporting reporting,
            TestOpenings openings,
            PatientSplits splits,
            DatasetImages images,
            ModelRegistration registration,
            PredictionRecords predictions,
            Ids ids,
            JdbcClient database,
            Story story) {
        this.request = request;
        this.reporting = reporting;
        this.openings = openings;
        this.splits = splits;
        this.images = images;
        this.registration = registration;
        this.predictions = predictions;
        this.ids = ids;
        this.database = database;
        this.story = story;
    }

    /** A split in which each patient has the role that the one {@code shift} further on has in the story's: p04 and p09 are locked there. */
    private PatientSplit shifted(Dataset dataset, int shift, String name) {
        Split split = story.split(dataset, 3);
        List<PatientId> patients = split.development().roles().keySet().stream().toList();
        List<Fold> folds = new ArrayList<>();
        for (Fold fold : split.allFolds()) {
            SortedMap<PatientId, Role> roles = new TreeMap<>();
            for (int i = 0; i < patients.size(); i++) {
                roles.put(
                        patients.get(i),
                        Objects.requireNonNull(fold.roles().get(patients.get((i + shift) % patients.size()))));
            }
            folds.add(new Fold(fold.index(), roles));
        }
        Split moved = new Split(
                split.spec(), split.rules(), 7, split.dataset(), folds.get(0), folds.subList(1, folds.size()));
        return splits.store(dataset.id(), name, moved, images.cohort(dataset));
    }

    private TestOpening opened(Run run) {
        Evaluation test = request.test(run.id(), METRICS, "final", "laptop");
        return openings.ofEvaluation(test.id()).orElseThrow();
    }

    private Run validated(PatientSplit split) {
        Run run = story.trained(split);
        story.validated(run);
        return run;
    }

    /** The same images under other names of patients. */
    private static Cohort renamed(Cohort cohort, String prefix) {
        return new Cohort(
                cohort.task(),
                cohort.classes(),
                cohort.patientLabelRule(),
                cohort.images().stream()
                        .map(image -> new ImageRecord(
                                image.name(),
                                image.content(),
                                new PatientId(image.patient().value().replace("p", prefix)),
                                image.labels(),
                                image.acquiredOn(),
                                image.site()))
                        .toList());
    }

    private static @Nullable Past past(int patients, int opened, int read, UUID... by) {
        return new Past(patients, opened, read, List.of(by), 0);
    }

    @Test
    void theSamePatientsUnderAnotherNameAreReopened() {
        Dataset dataset = story.frozen();
        PatientSplit first = shifted(dataset, 0, "first");
        PatientSplit again = shifted(dataset, 0, "the same once more");
        Run one = validated(first);
        Run other = validated(again);

        TestOpening opening = opened(one);
        TestOpening reopening = opened(other);

        assertThat(opening.number()).isOne();
        assertThat(opening.isReuse()).isFalse();
        assertThat(opening.metrics()).isEqualTo(METRICS);
        assertThat(opening.past()).isEqualTo(past(2, 0, 0));
        assertThat(reopening.number()).isEqualTo(2);
        assertThat(reopening.isReuse()).isTrue();
        assertThat(reopening.past()).isEqualTo(past(2, 2, 0));
        for (PatientSplit split : List.of(first, again)) {
            assertThat(openings.touching(split.id()))
                    .containsExactly(new TouchingOpening(opening, 2), new TouchingOpening(reopening, 2));
            assertThat(splits.lockedElsewhere(split.id())).isEqualTo(new LockedElsewhere(0, 0));
        }
        assertThat(opened(one).number()).isEqualTo(3);
    }

    /** p04 is locked by both, p09 by the first and p10 by the other alone. */
    @Test
    void anOpeningSaysWhoOfItsPatientsWasOpenedAndWhoWasReadBefore() {
        Dataset dataset = story.frozen();
        PatientSplit first = shifted(dataset, 0, "first");
        PatientSplit other = shifted(dataset, 5, "other");
        PatientSplit disjoint = shifted(dataset, 1, "disjoint");
        assertThat(splits.lockedPatients(List.of(other.id())))
                .extracting(PatientId::value)
                .containsExactly("p04", "p10");
        assertThat(splits.lockedElsewhere(other.id())).isEqualTo(new LockedElsewhere(3, 2));
        Run one = validated(first);
        assertThat(opened(one).past()).as("nothing else was started").isEqualTo(past(2, 0, 0));
        story.launched(disjoint, Procedure.CROSS_VALIDATION);
        Run two = validated(other);

        TestOpening reopening = opened(two);

        assertThat(reopening.number()).isEqualTo(2);
        assertThat(reopening.past())
                .as("what waits for a worker has read nobody")
                .isEqualTo(past(2, 1, 1, one.experimentId()));
        TestOpening third = opened(one);
        assertThat(third.number()).isEqualTo(3);
        assertThat(third.past()).isEqualTo(past(2, 2, 1, two.experimentId()));
        assertThat(openings.touching(other.id()))
                .extracting(TouchingOpening::patients)
                .containsExactly(1, 2, 1);
        assertThat(openings.touching(disjoint.id())).isEmpty();
    }

    @Test
    void aPatientOfAnotherDatasetIsKnownByTheImages() {
        Project project = story.project();
        Dataset dataset = story.frozen(story.draftIn(project), story.cohort("here"));
        opened(validated(shifted(dataset, 0, "first")));
        Dataset copy = story.frozen(story.draftIn(project), renamed(story.cohort("here"), "q"));
        List<PatientId> patients =
                List.copyOf(images.cohort(copy).imagesByPatient().keySet());
        List<Fold> folds = new ArrayList<>();
        for (Fold fold : story.split(dataset, 3).allFolds()) {
            SortedMap<PatientId, Role> roles = new TreeMap<>();
            List<Role> inOrder = List.copyOf(fold.roles().values());
            for (int i = 0; i < patients.size(); i++) {
                roles.put(patients.get(i), inOrder.get((i + 5) % patients.size()));
            }
            folds.add(new Fold(fold.index(), roles));
        }
        Split split = new Split(
                story.split(dataset, 3).spec(),
                story.split(dataset, 3).rules(),
                7,
                Objects.requireNonNull(copy.digest()),
                folds.get(0),
                folds.subList(1, folds.size()));
        PatientSplit ofCopy = splits.store(copy.id(), "first", split, images.cohort(copy));
        assertThat(splits.lockedElsewhere(ofCopy.id())).isEqualTo(new LockedElsewhere(1, 1));

        TestOpening reopening = opened(validated(ofCopy));

        assertThat(reopening.number()).isEqualTo(2);
        assertThat(Objects.requireNonNull(reopening.past()).openedBefore()).isOne();
        assertThat(Objects.requireNonNull(reopening.past()).readBefore()).isOne();
        // the same bytes in another project are nobody's business here
        assertThat(opened(validated(story.storedSplit())).number()).isOne();
    }

    /** Whoever asks a model about each locked image has opened the test subset, whatever the evaluation is called that comes after. */
    @Test
    void anOpeningTellsOfWhomModelVersionsHadAnsweredBefore() {
        Project project = story.project();
        Dataset dataset = story.frozen(story.draftIn(project), story.cohort("asked"));
        PatientSplit split = shifted(dataset, 0, "first");
        Run run = validated(split);
        UUID version = registration
                .register(story.model(project).id(), run.id(), Story.artifact("bundle"))
                .id();
        Digest locked = content(dataset, "p04");
        Digest unlocked = content(dataset, "p03");
        assertThat(splits.locksAway(project.id(), locked)).isTrue();
        assertThat(splits.locksAway(project.id(), unlocked)).isFalse();
        assertThat(splits.locksAway(story.project().id(), locked))
                .as("nobody's business elsewhere")
                .isFalse();
        for (Digest asked : List.of(locked, locked, unlocked, Digest.of("anything else"))) {
            answered(version, asked);
        }
        // a model of another project has answered the other locked patient
        answered(story.candidate().id(), content(dataset, "p09"));

        TestOpening opening = opened(run);

        assertThat(opening.past()).isEqualTo(new Past(2, 0, 0, List.of(), 1));
        assertThat(opened(run).past()).isEqualTo(new Past(2, 2, 0, List.of(), 1));
    }

    private Digest content(Dataset dataset, String patient) {
        return images.cohort(dataset).images().stream()
                .filter(image -> image.patient().value().equals(patient))
                .findFirst()
                .orElseThrow()
                .content();
    }

    private void answered(UUID version, Digest image) {
        predictions.add(new PredictionRecord(
                ids.next(), version, image, null, "0".repeat(64), new PredictionRecord.Binary(0.7, 0.4), null, 12.5));
    }

    @Test
    void imagesThatAreLockedAwayAreNoExternalOnes() {
        Dataset training = story.frozen();
        Run run = validated(story.storedSplit(training));
        Cohort renamed = renamed(story.cohort("here"), "q");
        Dataset copy = story.frozen(story.draft(), renamed);
        assertThatThrownBy(() -> request.external(run.id(), copy.id(), SharedPatients.REFUSE, null))
                .isInstanceOfSatisfying(EvaluationRefusedException.class, refusal -> assertThat(refusal.refusal())
                        .isEqualTo(Cause.LOCKED_IMAGES))
                // p04 has two images, p09 one
                .hasMessageContaining("3 images of");
        Dataset sameIds = story.frozen(story.draft(), story.cohort("here"));
        assertThatThrownBy(() ->
                        request.external(run.id(), sameIds.id(), SharedPatients.DISTINCT_PATIENTS, "other hospital"))
                .isInstanceOfSatisfying(EvaluationRefusedException.class, refusal -> assertThat(refusal.refusal())
                        .isEqualTo(Cause.LOCKED_IMAGES));
        assertThat(request.external(run.id(), sameIds.id(), SharedPatients.EXCLUDE, null)
                        .state())
                .as("whoever has an equal id is left out")
                .isEqualTo(EvaluationState.QUEUED);

        List<ImageRecord> unlocked = renamed.images().stream()
                .filter(image -> !List.of("q04", "q09").contains(image.patient().value()))
                .toList();
        Dataset rest = story.frozen(
                story.draft(), new Cohort(renamed.task(), renamed.classes(), renamed.patientLabelRule(), unlocked));
        assertThat(request.external(run.id(), rest.id(), SharedPatients.REFUSE, null)
                        .state())
                .isEqualTo(EvaluationState.QUEUED);
    }

    /** A model of one dataset that is judged on the whole of another has read whom that one's splits lock away. */
    @Test
    void anExternalEvaluationReadsWhomTheOtherDatasetLocksAway() {
        Project project = story.project();
        Dataset training = story.frozen(story.draftIn(project), story.cohort("here"));
        Dataset other = story.frozen(story.draftIn(project), renamed(story.cohort("there"), "q"));
        PatientSplit split = splits.store(
                other.id(),
                "first",
                renamed(story.split(training, 3), Objects.requireNonNull(other.digest())),
                images.cohort(other));
        Run judge = validated(story.storedSplit(training));
        Evaluation external = request.external(judge.id(), other.id(), SharedPatients.REFUSE, null);
        Evaluation failed = request.external(judge.id(), other.id(), SharedPatients.REFUSE, null);
        reporting.fail(story.claim(failed.id()), "the store was away");

        TestOpening opening = opened(validated(split));

        assertThat(opening.number()).isOne();
        assertThat(opening.past()).isEqualTo(past(2, 0, 2, external.id()));
    }

    private static Split renamed(Split split, Digest dataset) {
        List<Fold> folds = new ArrayList<>();
        for (Fold fold : split.allFolds()) {
            SortedMap<PatientId, Role> roles = new TreeMap<>();
            fold.roles()
                    .forEach((patient, role) ->
                            roles.put(new PatientId(patient.value().replace("p", "q")), role));
            folds.add(new Fold(fold.index(), roles));
        }
        return new Split(split.spec(), split.rules(), 7, dataset, folds.get(0), folds.subList(1, folds.size()));
    }

    @Test
    void metricsAreNamedOfTheTaskAndOnce() {
        Run run = validated(story.storedSplit());
        for (List<NamedMetric> wrong : List.<List<NamedMetric>>of(
                List.of(), List.of(NamedMetric.HAMMING_LOSS), List.of(NamedMetric.ROC_AUC, NamedMetric.ROC_AUC))) {
            assertThatThrownBy(() -> request.test(run.id(), wrong, "final", "laptop"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("each once");
        }
        Evaluation test = request.test(run.id(), METRICS, "final", "laptop");
        assertThatThrownBy(() -> database.sql(
                                """
                                insert into test_opening (id, split_id, evaluation_id, number, reason, opened_by)
                                select gen_random_uuid(), split_id, ?, 2, 'unnamed', 'somebody' from test_opening
                                where evaluation_id = ?
                                """)
                        .params(test.id(), test.id())
                        .update())
                .hasMessageContaining("an opening names the figures that it is for");
    }
}
