package org.foldwise.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.audit.AugmentationAudit;
import org.foldwise.registry.audit.AugmentationAudits;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.evaluation.ChosenThreshold;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationReporting;
import org.foldwise.registry.evaluation.EvaluationRequest;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.evaluation.FrozenThresholds;
import org.foldwise.registry.evaluation.TestOpenings;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.leakage.LeakageExperiment;
import org.foldwise.registry.leakage.LeakageExperiments;
import org.foldwise.registry.leakage.LeakageReporting;
import org.foldwise.registry.run.EnsembleMember;
import org.foldwise.registry.run.Ensembles;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** What was changed past the triggers, as whoever owns the database may, is told by nobody as if the platform had written it. */
@RegistryTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TamperedRecordIT {
    private static final String DIGEST = "0".repeat(64);

    private final Story story;
    private final DatasetImages images;
    private final EvaluationRequest request;
    private final EvaluationReporting reporting;
    private final Evaluations evaluations;
    private final FrozenThresholds thresholds;
    private final TestOpenings openings;
    private final Runs runs;
    private final RunProgress progress;
    private final Ensembles ensembles;
    private final Experiments experiments;
    private final AugmentationAudits audits;
    private final LeakageExperiments leakages;
    private final LeakageReporting leakageReporting;
    private final Ids ids;
    private final DatabaseClock clock;
    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private PatientSplit split;
    private Run run;
    private Run other;
    private UUID validation;
    private UUID test;

    TamperedRecordIT(
            Story story,
            DatasetImages images,
            EvaluationRequest request,
            EvaluationReporting reporting,
            Evaluations evaluations,
            FrozenThresholds thresholds,
            TestOpenings openings,
            Runs runs,
            RunProgress progress,
            Ensembles ensembles,
            Experiments experiments,
            AugmentationAudits audits,
            LeakageExperiments leakages,
            LeakageReporting leakageReporting,
            Ids ids,
            DatabaseClock clock,
            JdbcClient database,
            TransactionTemplate transaction) {
        this.story = story;
        this.images = images;
        this.request = request;
        this.reporting = reporting;
        this.evaluations = evaluations;
        this.thresholds = thresholds;
        this.openings = openings;
        this.runs = runs;
        this.progress = progress;
        this.ensembles = ensembles;
        this.experiments = experiments;
        this.audits = audits;
        this.leakages = leakages;
        this.leakageReporting = leakageReporting;
        this.ids = ids;
        this.clock = clock;
        this.database = database;
        this.transaction = transaction;
    }

    @BeforeAll
    void tellTheStory() {
        split = story.storedSplit();
        run = story.trained(split);
        other = story.trained(split);
        validation = validated();
        test = tested();
    }

    private UUID validated() {
        Evaluation asked = request.validation(run.id(), "{\"kind\": \"youden\"}", RecalibrationMethod.PLATT, 0.9);
        FencingToken token = story.claim(asked.id());
        reporting.start(token);
        reporting.review(token, "{\"groups\": [1e-7]}", "{\"worst\": [{\"patient\": \"p00\"}]}");
        reporting.judgePatients(token, "{\"patients\": 11}");
        reporting.freeze(
                token,
                "{\"rocAuc\": {\"value\": 0.616, \"lower\": 5.0E-324}, \"odds\": 1.2345678901234567E22, \"sum\": -0.0}",
                Story.artifact("cases of validation"),
                new ChosenThreshold(0.5009, null, "{\"slope\": 1.5}", "{\"coverage\": 0.9}"));
        return asked.id();
    }

    private UUID tested() {
        Evaluation asked = request.test(run.id(), List.of(NamedMetric.ROC_AUC), "final figures", "laptop");
        FencingToken token = story.claim(asked.id());
        reporting.start(token);
        reporting.cover(token, "{\"share\": 0.91}");
        reporting.tellOfRecalibration(token, "{\"brier\": 0.1}");
        reporting.succeed(token, "{\"rocAuc\": 0.7}", Story.artifact("cases of test"), null);
        return asked.id();
    }

    private void evaluation(UUID id) {
        Evaluation evaluation = evaluations.findById(id).orElseThrow();
        assertThatCode(() -> {
                    evaluation.state();
                    evaluation.runId();
                })
                .as("what is no result is told")
                .doesNotThrowAnyException();
        evaluation.report();
    }

    private void changed(String change, ThrowingCallable reader, String reason) {
        assertThatCode(reader).as("before: " + change).doesNotThrowAnyException();
        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            assertThat(database.sql(change).update()).as(change).isPositive();

            assertThatThrownBy(reader)
                    .as(change)
                    .isInstanceOf(RecordTamperedException.class)
                    .hasMessageContaining(" was changed past the platform: ")
                    .hasMessageContaining(reason);
            status.setRollbackOnly();
        });
    }

    @Test
    void resultsOfEvaluations() {
        for (String change : List.of(
                "report = jsonb_set(report, '{rocAuc,value}', '0.987')",
                "report = jsonb_set(report, '{rocAuc,value}', '7')",
                "report = jsonb_set(report, '{rocAuc,value}', '\"0.616\"')",
                "report = jsonb_set(report, '{rocAuc,lower}', '0')",
                "report = jsonb_set(report, '{odds}', '12345678901234567000001')",
                "report = report || '{\"more\": 1}'",
                "report = '{}'",
                "subgroups = '{}'",
                "subgroups = null",
                "error_review = '{}'",
                "patient_report = '{}'",
                "patient_report = null",
                "cases_digest = '" + DIGEST + "'",
                "cases_digest = (select cases_digest from evaluation where id = '" + test + "')",
                "threshold_rule = '{\"kind\": \"f1\"}'",
                "coverage = 0.8",
                "recalibration_method = 'isotonic'",
                "run_id = '" + other.id() + "'",
                "created_at = created_at - interval '1 day'",
                "finished_at = finished_at - interval '1 second'",
                "record_digest = '" + DIGEST + "'")) {
            changed(
                    "update evaluation set " + change + " where id = '" + validation + "'",
                    () -> evaluation(validation),
                    "Evaluation " + validation);
        }
        for (String change : List.of(
                "reason = 'another'",
                "prediction_sets = '{}'",
                "recalibration_effect = null",
                "state = 'failed', report = null, cases_digest = null, failure = 'a pity'")) {
            changed(
                    "update evaluation set " + change + " where id = '" + test + "'",
                    () -> evaluation(test),
                    "others than when it ended");
        }
    }

    @Test
    void frozenThresholds() {
        for (String change : List.of(
                "value = 0.01",
                "value = null, label_values = '{0.5,0.5}'",
                "rule = '{}'",
                "recalibration = jsonb_set(recalibration, '{slope}', '1.4')",
                "recalibration = null",
                "prediction_sets = null",
                "evaluation_id = '" + test + "'",
                "record_digest = '" + DIGEST + "'")) {
            String sql = "update frozen_threshold set " + change + " where run_id = '" + run.id() + "'";
            changed(sql, () -> thresholds.ofRun(run.id()), "The frozen threshold of run " + run.id());
            changed(
                    sql,
                    () -> request.test(run.id(), List.of(NamedMetric.ROC_AUC), "once more", "laptop"),
                    "others than its validation froze");
        }
    }

    @Test
    void openingsOfATestSubset() {
        for (String change : List.of(
                "number = 300",
                "metrics = '{recall}'",
                "reason = 'another'",
                "opened_by = 'somebody else'",
                "opened_before = 1",
                "answered_before = 1",
                "answered_before = null",
                "opened_at = opened_at - interval '1 day'")) {
            String sql = "update test_opening set " + change + " where evaluation_id = '" + test + "'";
            changed(sql, () -> openings.ofEvaluation(test), "another than when it was counted");
            changed(sql, () -> openings.touching(split.id()), "another than when it was counted");
        }
        String deleted = "delete from test_opening where evaluation_id = '" + test + "'";
        String reason = "its opening is not among those that are counted";
        changed(deleted, () -> evaluation(test), reason);
        changed(deleted, () -> openings.touching(split.id()), reason);
        changed(deleted, () -> request.test(run.id(), List.of(NamedMetric.ROC_AUC), "first", "laptop"), reason);
    }

    /** An opening whose images nobody has scored yet. */
    @Test
    void anOpeningThatIsNotCountedHasNoResult() {
        UUID asked = request.test(other(), List.of(NamedMetric.ROC_AUC), "final figures", "laptop")
                .id();
        FencingToken token = story.claim(asked);
        reporting.start(token);
        changed(
                "delete from test_opening where evaluation_id = '" + asked + "'",
                () -> evaluations.findById(asked).orElseThrow().requireOpened(),
                "its opening is not among those that are counted");
        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            database.sql("delete from test_opening where evaluation_id = ?")
                    .param(asked)
                    .update();

            assertThatThrownBy(() -> reporting.succeed(token, "{}", Story.artifact("cases"), null))
                    .isInstanceOf(RecordTamperedException.class);
            status.setRollbackOnly();
        });
    }

    private UUID other() {
        Run fresh = story.trained();
        story.validated(fresh);
        return fresh.id();
    }

    @Test
    void runsAndTheirArtifacts() {
        for (String change : List.of(
                "provenance = '{\"seed\": 43}'",
                "best_epoch = 0",
                "fold = 0",
                "finished_at = finished_at - interval '1 second'",
                "record_digest = '" + DIGEST + "'")) {
            changed(
                    "update run set " + change + " where id = '" + run.id() + "'",
                    () -> runs.findById(run.id()).orElseThrow().provenance(),
                    "Run " + run.id());
        }
        changed(
                "update run set provenance = '{\"seed\": 43}' where id = '" + run.id() + "'",
                () -> runs.findProvenances(run.experimentId()),
                "Run " + run.id());
        for (RunArtifactKind kind : List.of(RunArtifactKind.WEIGHTS, RunArtifactKind.VALIDATION_PREDICTIONS)) {
            String word = LowerCamelCase.of(kind);
            for (String source : List.of(
                    "run_id = '" + other.id() + "' and kind = '" + word + "'",
                    "run_id = '" + run.id() + "' and kind = 'heldOutPredictions'")) {
                String sql = "update run_artifact set digest = (select digest from run_artifact where " + source
                        + ") where run_id = '" + run.id() + "' and kind = '" + word + "'";
                changed(sql, () -> progress.artifact(run.id(), kind), "called its " + word);
                changed(sql, () -> progress.artifacts(run.id()), "called its " + word);
            }
        }
    }

    @Test
    void whatWaitingRunsAreToTrain() {
        Run waiting = story.launched(split, Procedure.TRAIN).get(0);
        for (String change : List.of(
                "fold = 0",
                "candidate = 0",
                "candidate = 0, rung = 0, inner_fold = 0",
                "experiment_id = '" + other.experimentId() + "', fold = 0",
                "record_digest = '" + DIGEST + "'")) {
            changed(
                    "update run set " + change + " where id = '" + waiting.id() + "'",
                    () -> runs.findById(waiting.id()).orElseThrow().requireAsLaunched(),
                    "what it is to train is another than when it was launched");
        }
        assertThatThrownBy(() -> database.sql("update run set record_digest = null where id = ?")
                        .param(waiting.id())
                        .update())
                .isInstanceOf(DataIntegrityViolationException.class);

        // what only an end says is not said before it
        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            database.sql("update run set provenance = '{}' where id = ?")
                    .param(waiting.id())
                    .update();
            assertThat(runs.findById(waiting.id()).orElseThrow().provenance()).isNull();
            status.setRollbackOnly();
        });

        story.train(waiting);

        assertThatCode(() -> runs.findById(waiting.id()).orElseThrow().requireAsLaunched())
                .as("of one that has ended its end is bound")
                .doesNotThrowAnyException();
    }

    private EnsembleMember member(Run trained) {
        return new EnsembleMember(
                trained.id(),
                progress.artifact(trained.id(), RunArtifactKind.WEIGHTS)
                        .orElseThrow()
                        .key()
                        .digest());
    }

    /** Of columns that are read without JPA as well; a constraint keeps such out, so it has to go first, and comes back. */
    @Test
    void digestsThatAreNone() {
        transaction.executeWithoutResult(status -> {
            database.sql("alter table dataset_image drop constraint dataset_image_digest_check")
                    .update();
            changed(
                    "update dataset_image set digest = 'nonsense' where dataset_id = '" + split.datasetId() + "'",
                    () -> images.page(split.datasetId(), null, null, null, null, new UUID(0, 0), 10),
                    "one of its digests is none");
            status.setRollbackOnly();
        });
    }

    @Test
    void membersOfEnsembles() {
        List<Run> folds = story.launched(split, Procedure.CROSS_VALIDATION);
        folds.forEach(story::train);
        String plan = "{\"epochs\": 3}";
        Run ensemble = ensembles.launch(
                new Experiment(
                        ids.next(),
                        split.id(),
                        "the mean",
                        Procedure.ENSEMBLE,
                        plan,
                        Digest.of(plan),
                        null,
                        clock.now()),
                List.of(member(run), member(other)),
                Story.artifact("mean"),
                300);
        for (String change : List.of(
                "update ensemble_member set weights_digest = '" + DIGEST + "' where position = 1 and run_id = '"
                        + ensemble.id() + "'",
                "update ensemble_member set member_id = '" + folds.get(0).id() + "' where position = 1 and run_id = '"
                        + ensemble.id() + "'",
                "delete from ensemble_member where position = 1 and run_id = '" + ensemble.id() + "'",
                "delete from ensemble_member where run_id = '" + ensemble.id() + "'")) {
            changed(change, () -> ensembles.members(ensemble.id()), "Run " + ensemble.id());
        }
        transaction.executeWithoutResult(status -> {
            unbind("run_artifact");
            database.sql(
                            "update run_artifact set digest = ?, record_digest = null where kind = 'weights' and run_id = ?")
                    .param(DIGEST)
                    .param(other.id())
                    .update();
            assertThatThrownBy(() -> ensembles.members(ensemble.id()))
                    .isInstanceOf(RecordTamperedException.class)
                    .hasMessageContaining("its member " + other.id() + " has other weights");
            status.setRollbackOnly();
        });
    }

    /** What was asked for, what was said before the start, and what came of it. */
    @Test
    void experiments() {
        Experiment experiment = experiments.findById(run.experimentId()).orElseThrow();
        for (String change : List.of(
                "plan = '{\"epochs\": 77}'",
                "plan = '[]'",
                "plan_digest = '" + DIGEST + "'",
                "name = 'another'",
                "procedure = 'crossValidation'",
                "overrides = '[{\"code\": \"T1\", \"reason\": \"none\"}]'",
                "findings = '[]'",
                "created_at = created_at - interval '1 day'")) {
            changed(
                    "update experiment set " + change + " where id = '" + experiment.id() + "'",
                    () -> experiments.findById(experiment.id()).orElseThrow().plan(),
                    "what was asked for or what came of it");
        }
    }

    @Test
    void whatWorkersFindOut() {
        AugmentationAudit audit = story.augmentationAudit(split);
        LeakageExperiment leakage = story.leakageExperiment();
        for (String change : List.of("plan = '{\"epochs\": 77}'", "plan_digest = '" + DIGEST + "'")) {
            changed(
                    "update augmentation_audit set " + change + " where id = '" + audit.id() + "'",
                    () -> audits.findById(audit.id()).orElseThrow().plan(),
                    "what was asked for");
        }
        for (String change : List.of(
                "plan = '{\"epochs\": 77}'",
                "overrides = '{}'",
                "findings = '[{}]'",
                "folds = 7",
                "seed = 1",
                "withheld_splits = array['" + split.id() + "']::uuid[]")) {
            changed(
                    "update leakage_experiment set " + change + " where id = '" + leakage.id() + "'",
                    () -> leakages.findById(leakage.id()).orElseThrow().plan(),
                    "what was asked for");
        }

        FencingToken token = story.claim(leakage.id());
        leakageReporting.start(token);
        leakageReporting.succeed(token, "{\"difference\": 0.42, \"verdict\": \"inflated\"}");

        for (String change : List.of("report = '{}'", "report = jsonb_set(report, '{difference}', '0')", "folds = 7")) {
            changed(
                    "update leakage_experiment set " + change + " where id = '" + leakage.id() + "'",
                    () -> leakages.findById(leakage.id()).orElseThrow().report(),
                    "what came of it");
        }
    }

    /** It can be ended, since its job has to, and does not become a good one by that. */
    @Test
    void whatWasChangedBeforeItsEndStaysChanged() {
        LeakageExperiment leakage = story.leakageExperiment();
        FencingToken token = story.claim(leakage.id());
        leakageReporting.start(token);
        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            database.sql("update leakage_experiment set seed = 1 where id = ?")
                    .param(leakage.id())
                    .update();
        });

        leakageReporting.fail(token, "the record was changed");

        LeakageExperiment ended = leakages.findById(leakage.id()).orElseThrow();
        assertThat(ended.state()).isEqualTo(InquiryState.FAILED);
        assertThatThrownBy(ended::failure)
                .isInstanceOf(RecordTamperedException.class)
                .hasMessageContaining("The leakage experiment " + leakage.id());
    }

    /** Also where its time is set back to before records were bound. */
    @Test
    void whatBindsARecordIsNotTakenAway() {
        story.augmentationAudit(split);
        story.leakageExperiment();
        Map<String, String> times = Map.of(
                "evaluation", "finished_at",
                "run", "finished_at",
                "run_artifact", "created_at",
                "frozen_threshold", "frozen_at",
                "test_opening", "opened_at",
                "experiment", "created_at",
                "augmentation_audit", "created_at",
                "leakage_experiment", "created_at");
        times.forEach((table, time) -> {
            for (String earlier : List.of("", ", " + time + " = '2026-01-01'")) {
                assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                            database.sql("set local session_replication_role = replica")
                                    .update();
                            database.sql("update " + table + " set record_digest = null" + earlier
                                            + " where record_digest is not null and " + time + " is not null")
                                    .update();
                        }))
                        .isInstanceOf(DataIntegrityViolationException.class)
                        .hasMessageContaining(table + "_is_bound");
            }
        });
    }

    @Test
    void recordsFromBeforeTheyWereBoundAreBelieved() {
        transaction.executeWithoutResult(status -> {
            List.of("evaluation", "run", "frozen_threshold", "experiment").forEach(this::unbind);
            database.sql("update experiment set record_digest = null, plan = '{}' where id = ?")
                    .param(run.experimentId())
                    .update();
            database.sql("update evaluation set record_digest = null, report = '{}' where id = ?")
                    .param(validation)
                    .update();
            database.sql("update run set record_digest = null where id = ?")
                    .param(run.id())
                    .update();
            database.sql("update frozen_threshold set record_digest = null where run_id = ?")
                    .param(run.id())
                    .update();

            evaluation(validation);
            assertThat(experiments.findById(run.experimentId()).orElseThrow().plan())
                    .isEqualTo("{}");
            assertThat(runs.findById(run.id()).orElseThrow().bestEpoch()).isEqualTo(1);
            assertThat(thresholds.ofRun(run.id())).isPresent();
            status.setRollbackOnly();
        });
    }

    /** In a transaction that is rolled back: as a table is that has records from before they were bound. */
    private void unbind(String table) {
        database.sql("set local session_replication_role = replica").update();
        database.sql("alter table " + table + " drop constraint " + table + "_is_bound")
                .update();
    }
}
