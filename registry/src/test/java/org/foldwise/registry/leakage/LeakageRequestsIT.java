package org.foldwise.registry.leakage;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.leakage.FoldLevel;
import org.foldwise.learning.leakage.LeakageFold;
import org.foldwise.learning.leakage.LeakageStudy;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.PatientTies;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.Job;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.jobs.JobState;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

@RegistryTest
class LeakageRequestsIT {
    private static final String PLAN = "{\"epochs\": 3}";
    private static final String RESTRICT_VIOLATION = "23001";
    private static final String FOREIGN_KEY_VIOLATION = "23503";

    private final Story story;
    private final LeakageRequests request;
    private final LeakageReporting reporting;
    private final LeakageExperiments experiments;
    private final LeakageFolds folds;
    private final PatientSplits splits;
    private final DatasetImages images;
    private final JobQueue queue;
    private final JdbcClient database;

    LeakageRequestsIT(
            Story story,
            LeakageRequests request,
            LeakageReporting reporting,
            LeakageExperiments experiments,
            LeakageFolds folds,
            PatientSplits splits,
            DatasetImages images,
            JobQueue queue,
            JdbcClient database) {
        this.story = story;
        this.request = request;
        this.reporting = reporting;
        this.experiments = experiments;
        this.folds = folds;
        this.splits = splits;
        this.images = images;
        this.queue = queue;
        this.database = database;
    }

    private LeakageExperiment accepted(Dataset dataset) {
        return request.accept(order(dataset.id()), splits.locking(dataset.id()));
    }

    private static LeakageRequests.Order order(UUID dataset) {
        return new LeakageRequests.Order(dataset, "by image", PLAN, Digest.of(PLAN), null, 3, 42, "[]", "[]");
    }

    private LeakageExperiment stored(LeakageExperiment experiment) {
        return experiments.findById(experiment.id()).orElseThrow();
    }

    @Test
    void goesFromTheRequestToTheReportFoldByFold() {
        LeakageExperiment experiment = accepted(story.frozen());
        assertThat(queue.find(experiment.id()).map(Job::kind)).contains(JobKind.LEAKAGE_EXPERIMENT);
        assertThat(experiment.state()).isEqualTo(InquiryState.QUEUED);

        FencingToken lost = story.claim(experiment.id());
        reporting.start(lost);
        reporting.fold(lost, FoldLevel.IMAGE, 0, "{\"fold\": 0}");
        FencingToken token = story.claim(experiment.id());
        reporting.start(token);
        reporting.fold(token, FoldLevel.PATIENT, 0, "{\"fold\": 1}");
        assertThat(folds.of(experiment.id())).containsExactlyInAnyOrder("{\"fold\": 0}", "{\"fold\": 1}");
        assertThatThrownBy(() -> reporting.fold(token, FoldLevel.IMAGE, 0, "{}"))
                .as("what a fold came to is kept once")
                .isInstanceOf(DuplicateKeyException.class);
        reporting.succeed(token, "{\"verdict\": \"inflated\"}");

        LeakageExperiment finished = stored(experiment);
        assertThat(finished.state()).isEqualTo(InquiryState.SUCCEEDED);
        assertThat(finished.report()).isEqualTo("{\"verdict\": \"inflated\"}");
        assertThat(finished.folds()).isEqualTo(3);
        assertThat(queue.find(experiment.id()).map(Job::state)).contains(JobState.FINISHED);
        assertThatThrownBy(() -> request.cancel(experiment.id())).isInstanceOf(IllegalTransitionException.class);
        refused(
                RESTRICT_VIOLATION,
                "update leakage_experiment set report = '{}' where id = '" + experiment.id() + "'",
                "delete from leakage_experiment where id = '" + experiment.id() + "'",
                "update leakage_fold set scores = '{}' where leakage_experiment_id = '" + experiment.id() + "'",
                "delete from leakage_fold where leakage_experiment_id = '" + experiment.id() + "'",
                "insert into leakage_fold values ('" + experiment.id() + "', 'image', 1, '{}')",
                "truncate leakage_fold",
                "truncate leakage_experiment cascade");
    }

    @Test
    void leavesOutWhomTheSplitsOfThatMomentLockAway() {
        Dataset dataset = story.frozen();
        assertThat(accepted(dataset).withheldSplits()).isEmpty();
        PatientSplit split = story.storedSplit(dataset);

        LeakageExperiment experiment = stored(accepted(dataset));

        assertThat(experiment.withheldSplits()).containsExactly(split.id());
        assertThat(splits.lockedPatients(experiment.withheldSplits()))
                .isEqualTo(story.split(dataset, 3).test())
                .isNotEmpty();
        assertThat(splits.lockedPatients(List.of())).isEmpty();
    }

    @Test
    void whatWasFoundBeforeTheStartStaysAsItWas() {
        Dataset dataset = story.frozen();
        String findings = "[{\"code\": \"mirroredAnatomy\"}]";
        String overrides = "[{\"code\": \"mirroredAnatomy\", \"reason\": \"it is the recipe\"}]";

        LeakageExperiment experiment = request.accept(
                new LeakageRequests.Order(
                        dataset.id(), "by image", PLAN, Digest.of(PLAN), null, 3, 42, findings, overrides),
                List.of());

        assertThat(stored(experiment).findings()).isEqualTo(findings);
        assertThat(stored(experiment).overrides()).isEqualTo(overrides);
        refused(
                RESTRICT_VIOLATION,
                "update leakage_experiment set findings = '[]' where id = '" + experiment.id() + "'",
                "update leakage_experiment set overrides = '[]' where id = '" + experiment.id() + "'");
    }

    @Test
    void endsAtOnceWhereItWaitsAndByTheWorkerWhereItRuns() {
        LeakageExperiment waiting = accepted(story.frozen());
        assertThat(request.cancel(waiting.id()).state()).isEqualTo(InquiryState.CANCELLED);
        assertThat(stored(waiting).state()).isEqualTo(InquiryState.CANCELLED);

        LeakageExperiment running = accepted(story.frozen());
        FencingToken token = story.claim(running.id());
        reporting.start(token);
        assertThat(request.cancel(running.id()).state()).isEqualTo(InquiryState.RUNNING);
        assertThat(queue.isCancellationRequested(token)).isTrue();
        reporting.cancelled(token);
        assertThat(stored(running).state()).isEqualTo(InquiryState.CANCELLED);

        LeakageExperiment failing = accepted(story.frozen());
        FencingToken other = story.claim(failing.id());
        reporting.start(other);
        reporting.fail(other, "the loss is no number");
        assertThat(stored(failing).failure()).isEqualTo("the loss is no number");
    }

    @Test
    void isOfAFrozenDatasetWithoutFindingsThatBlock() {
        UUID draft = story.draft().id();
        assertThatThrownBy(() -> request.accept(order(draft), List.of()))
                .rootCause()
                .isInstanceOfSatisfying(SQLException.class, refusal -> assertThat(refusal.getSQLState())
                        .isEqualTo(RESTRICT_VIOLATION));
    }

    /** By no way at all, that of plain SQL among them. */
    @Test
    void foldsOfImagesBecomeNoSplit() {
        Dataset dataset = story.frozen();
        Cohort cohort = images.cohort(dataset);
        LeakageStudy study = LeakageStudy.of(cohort, Set.of(), PatientTies.NONE, 3, 1);
        List<LeakageFold> ofImages = study.parts().stream()
                .filter(part -> part.level() == FoldLevel.IMAGE)
                .toList();
        Fold first = ofImages.get(0).fold();
        SortedMap<PatientId, Role> development = new TreeMap<>(first.roles());
        development.replaceAll((image, role) -> role == Role.HELD_OUT ? Role.TRAIN : role);
        Split disguised = new Split(
                new SplitSpec.KFold(3, 0, 0.2),
                1,
                requireNonNull(dataset.digest()),
                new Fold(Fold.DEVELOPMENT, development),
                ofImages.stream().map(LeakageFold::fold).toList());

        assertThatIllegalArgumentException()
                .as("as a split of the cohort that the trainings saw")
                .isThrownBy(() -> splits.store(
                        dataset.id(),
                        "by image",
                        new Split(
                                disguised.spec(),
                                1,
                                ofImages.get(0).cohort().digest(),
                                disguised.development(),
                                disguised.folds()),
                        ofImages.get(0).cohort()))
                .withMessageContaining("the split is of a dataset with digest");
        for (Cohort claimed : List.of(cohort, ofImages.get(0).cohort())) {
            assertThatIllegalArgumentException()
                    .as("under the dataset's digest")
                    .isThrownBy(() -> splits.store(dataset.id(), "by image", disguised, claimed));
        }
        String image = first.roles().firstKey().value();
        UUID id = UUID.fromString("00000000-0000-7000-8000-000000000001");
        refused(
                RESTRICT_VIOLATION,
                "with s as (insert into patient_split (id, dataset_id, name, seed, spec, digest, audit, created_at) values ('"
                        + id + "', '" + dataset.id() + "', 'by image', 1, '{}', '" + "0".repeat(64)
                        + "', '{}', now())) insert into fold_member values ('" + id + "', 0, '" + image
                        + "', 'train')");
        assertThat(splits.isTaken(dataset.id(), "by image")).isFalse();
    }

    /** There is no run, so there is nothing to evaluate, to open a test subset for, or to make a model version of. */
    @Test
    void nothingOfItIsEvaluatedOrBecomesAModelVersion() {
        LeakageExperiment experiment = accepted(story.frozen());
        UUID model = story.model(story.project()).id();
        String id = experiment.id().toString();
        refused(
                FOREIGN_KEY_VIOLATION,
                "insert into run (id, experiment_id, fold, state, created_at, version, record_digest) values ('" + id
                        + "', '" + id + "', 0, 'queued', now(), 0, repeat('0', 64))",
                "insert into evaluation (id, run_id, subset, threshold_rule, state, created_at, version) values ('" + id
                        + "', '" + id + "', 'validation', '{}', 'queued', now(), 0)",
                "insert into frozen_threshold (run_id, evaluation_id, rule, value, record_digest) values ('" + id
                        + "', '" + id + "', '{}', 0.5, '" + "0".repeat(64) + "')",
                "insert into model_version (id, model_id, version, run_id, bundle_digest, state, created_at, row_version) values"
                        + " ('" + id + "', '" + model + "', 1, '" + id + "', '" + "0".repeat(64)
                        + "', 'candidate', now(), 0)");
        assertThat(database.sql(
                                "select count(*) from information_schema.columns where table_name in ('leakage_experiment',"
                                        + " 'leakage_fold') and column_name like '%digest%' and column_name not in ('plan_digest', 'record_digest')")
                        .query(Integer.class)
                        .single())
                .as("columns that could name weights")
                .isZero();
    }

    private void refused(String state, String... statements) {
        for (String sql : statements) {
            assertThatThrownBy(() -> database.sql(sql).update())
                    .as(sql)
                    .rootCause()
                    .isInstanceOfSatisfying(SQLException.class, refusal -> assertThat(refusal.getSQLState())
                            .isEqualTo(state));
        }
    }
}
