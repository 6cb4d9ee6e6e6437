package org.foldwise.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationRequest;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.model.ModelVersion;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunReporting;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.upload.UploadAcceptance;
import org.foldwise.registry.upload.UploadedImage;
import org.foldwise.registry.weights.ImportedWeightSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is final is final for everybody who speaks SQL, not only for those who ask the aggregates. */
@RegistryTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImmutabilityIT {
    private static final String DIGEST = "0".repeat(64);
    private static final String RESTRICT_VIOLATION = "23001";
    private static final String UNIQUE_VIOLATION = "23505";

    private final Story story;
    private final RunReporting runReporting;
    private final EvaluationRequest evaluationRequest;
    private final UploadAcceptance uploads;
    private final Ids ids;
    private final JdbcClient database;
    private Dataset frozen;
    private Dataset freezing;
    private PatientSplit split;
    private Run finished;
    private Evaluation validation;
    private Evaluation opening;
    private ModelVersion version;
    private ImportedWeightSet weights;

    ImmutabilityIT(
            Story story,
            RunReporting runReporting,
            EvaluationRequest evaluationRequest,
            UploadAcceptance uploads,
            Ids ids,
            JdbcClient database) {
        this.story = story;
        this.runReporting = runReporting;
        this.evaluationRequest = evaluationRequest;
        this.uploads = uploads;
        this.ids = ids;
        this.database = database;
    }

    @BeforeAll
    void tellTheStory() {
        frozen = frozenWithAnImageLeftOut();
        freezing = story.freezing();
        split = story.storedSplit(frozen);
        finished = story.launched(split, Procedure.TRAIN).get(0);
        FencingToken token = story.started(finished);
        runReporting.epoch(token, Story.epoch(0, 0.7, 0.6, 0.8), 1);
        story.reportArtifacts(token, finished);
        runReporting.succeed(token, 0, "{}");
        validation = story.validated(finished);
        opening = evaluationRequest.test(finished.id(), List.of(NamedMetric.ROC_AUC), "final figures", "laptop");
        version = story.candidate();
        weights = story.weightSet();
    }

    /** So that foreign keys do not refuse what the triggers should. */
    private Dataset frozenWithAnImageLeftOut() {
        Dataset draft = story.draft();
        UploadedImage leftOut =
                new UploadedImage("left-out.png", Digest.of("left out"), 1000, "image/png", 640, 480, 1, 8);
        uploads.accept(draft.id(), "late.zip", "application/zip", 1, Digest.of("late"), List.of(leftOut));
        uploads.accept(draft.id(), "empty.zip", "application/zip", 1, Digest.of("empty"), List.of());
        return story.frozen(draft, story.cohort("here"));
    }

    @TestFactory
    Stream<DynamicTest> refusesChangesOfWhatIsFinal() {
        List<String> statements = new ArrayList<>();
        statements.addAll(List.of(
                "update dataset set name = 'other' where id = '" + frozen.id() + "'",
                "update dataset set state = 'draft' where id = '" + frozen.id() + "'",
                "delete from dataset where id = '" + frozen.id() + "'",
                "update dataset_image set labels = '{ill}' where dataset_id = '" + frozen.id() + "'",
                "update dataset_image set file = name || '.other' where dataset_id = '" + frozen.id() + "'",
                "delete from dataset_image where dataset_id = '" + frozen.id() + "'",
                "insert into dataset_image (id, dataset_id, name, file, digest, patient, labels, width, height, channels, bit_depth,"
                        + " size_bytes) select gen_random_uuid(), dataset_id, name, name, digest, 'p99', '{ill}', width, height,"
                        + " channels, bit_depth, size_bytes from upload_image"
                        + " where name = 'left-out.png' and dataset_id = '" + frozen.id() + "'",
                "delete from upload_image where name = 'left-out.png' and dataset_id = '" + frozen.id() + "'",
                "delete from upload where name = 'empty.zip' and dataset_id = '" + frozen.id() + "'",
                "update upload set name = 'x' where dataset_id = '" + freezing.id() + "'",
                "update upload_image set width = 1 where dataset_id = '" + freezing.id() + "'",
                upload(frozen),
                upload(freezing)));
        statements.addAll(List.of(
                "update patient_split set seed = 1 where id = '" + split.id() + "'",
                "delete from patient_split where id = '" + split.id() + "'",
                "update fold_member set role = 'train' where split_id = '" + split.id() + "'",
                "delete from fold_member where split_id = '" + split.id() + "'",
                "insert into fold_member values ('" + split.id() + "', 0, 'p99', 'train')"));
        statements.addAll(List.of(
                "update experiment set plan = '{}' where id = '" + finished.experimentId() + "'",
                "update run set state = 'running', finished_at = null where id = '" + finished.id() + "'",
                "update run set best_epoch = 7 where id = '" + finished.id() + "'",
                "delete from run where id = '" + finished.id() + "'",
                "update run_epoch set validation_loss = 0 where run_id = '" + finished.id() + "'",
                "delete from run_epoch where run_id = '" + finished.id() + "'",
                "insert into run_epoch values ('" + finished.id() + "', 1, 0, 0, 1, 0, 0, 0)",
                "update run_artifact set digest = '" + DIGEST + "' where run_id = '" + finished.id() + "'",
                "delete from run_artifact where run_id = '" + finished.id() + "'",
                "insert into run_artifact values ('" + finished.id() + "', 'checkpoint', '" + DIGEST + "', 1)"));
        statements.addAll(List.of(
                "update evaluation set report = '{}' where id = '" + validation.id() + "'",
                "delete from evaluation where id = '" + validation.id() + "'",
                "update frozen_threshold set value = 0.1 where run_id = '" + finished.id() + "'",
                "delete from frozen_threshold where run_id = '" + finished.id() + "'",
                "update test_opening set number = 2 where evaluation_id = '" + opening.id() + "'",
                "delete from test_opening where evaluation_id = '" + opening.id() + "'",
                "update model_version set bundle_digest = '" + DIGEST + "' where id = '" + version.id() + "'",
                "delete from model_version where id = '" + version.id() + "'",
                "update job set token = token - 1 where id = '" + finished.id() + "'"));
        statements.addAll(List.of(
                "update imported_weight_set set digest = '" + DIGEST + "' where id = '" + weights.id() + "'",
                "update imported_weight_set set name = 'other' where id = '" + weights.id() + "'",
                "update experiment set weight_set_id = '" + weights.id() + "' where id = '" + finished.experimentId()
                        + "'"));
        for (String table : List.of(
                "imported_weight_set",
                "dataset",
                "dataset_image",
                "upload",
                "upload_image",
                "patient_split",
                "fold_member",
                "experiment",
                "run",
                "search",
                "search_candidate",
                "search_rung",
                "search_fold",
                "search_standing",
                "run_epoch",
                "run_artifact",
                "evaluation",
                "frozen_threshold",
                "test_opening",
                "model_version",
                "prediction")) {
            statements.add("truncate " + table + " cascade");
        }
        return statements.stream()
                .map(sql -> DynamicTest.dynamicTest(sql, () -> requireRefusal(sql, RESTRICT_VIOLATION)));
    }

    private String upload(Dataset dataset) {
        return "insert into upload values ('" + ids.next() + "', '" + dataset.id()
                + "', 'late.zip', 'application/zip', 1, '" + DIGEST + "', 0, now())";
    }

    @Test
    void refusesAPatientInTwoRolesOfOneFold() {
        Dataset dataset = story.frozen();
        UUID id = ids.next();
        String sql = "with s as (insert into patient_split values ('" + id + "', '" + dataset.id()
                + "', 'leaky', 1, '{}', '"
                + DIGEST + "', '{}', now())) insert into fold_member values ('" + id + "', 0, 'p00', 'train'), ('" + id
                + "', 0, 'p00', 'test')";

        requireRefusal(sql, UNIQUE_VIOLATION);
        assertThat(database.sql("select count(*) from patient_split where id = ?")
                        .param(id)
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void refusesASplitOfADraft() {
        requireRefusal(
                "insert into patient_split values ('" + ids.next() + "', '" + freezing.id() + "', 'early', 1, '{}', '"
                        + DIGEST + "', '{}', now())",
                RESTRICT_VIOLATION);
    }

    @Test
    void refusesAThresholdForASecondTime() {
        requireRefusal(
                "insert into frozen_threshold (run_id, evaluation_id, rule, value, record_digest) values ('"
                        + finished.id() + "', '" + opening.id() + "', '{}', 0.1, '" + DIGEST + "')",
                UNIQUE_VIOLATION);
    }

    private void requireRefusal(String sql, String state) {
        assertThatThrownBy(() -> database.sql(sql).update())
                .rootCause()
                .isInstanceOfSatisfying(SQLException.class, refusal -> assertThat(refusal.getSQLState())
                        .isEqualTo(state));
    }
}
