package org.foldwise.registry.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationRefusedException;
import org.foldwise.registry.evaluation.EvaluationReporting;
import org.foldwise.registry.evaluation.EvaluationRequest;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.evaluation.FrozenThresholds;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.ExperimentState;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.Job;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.model.ModelRegistration;
import org.foldwise.registry.model.ModelVersion;
import org.foldwise.registry.split.PatientSplit;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@RegistryTest
class EnsemblesIT {
    private static final String PLAN = "{\"epochs\": 3}";

    private final Ensembles ensembles;
    private final Runs runs;
    private final RunProgress progress;
    private final Experiments experiments;
    private final ReplayRequests replays;
    private final EvaluationRequest evaluationRequest;
    private final EvaluationReporting evaluationReporting;
    private final Evaluations evaluations;
    private final FrozenThresholds thresholds;
    private final ModelRegistration registration;
    private final JobQueue queue;
    private final JdbcClient database;
    private final Story story;
    private final Ids ids;
    private final DatabaseClock clock;

    EnsemblesIT(
            Ensembles ensembles,
            Runs runs,
            RunProgress progress,
            Experiments experiments,
            ReplayRequests replays,
            EvaluationRequest evaluationRequest,
            EvaluationReporting evaluationReporting,
            Evaluations evaluations,
            FrozenThresholds thresholds,
            ModelRegistration registration,
            JobQueue queue,
            JdbcClient database,
            Story story,
            Ids ids,
            DatabaseClock clock) {
        this.ensembles = ensembles;
        this.runs = runs;
        this.progress = progress;
        this.experiments = experiments;
        this.replays = replays;
        this.evaluationRequest = evaluationRequest;
        this.evaluationReporting = evaluationReporting;
        this.evaluations = evaluations;
        this.thresholds = thresholds;
        this.registration = registration;
        this.queue = queue;
        this.database = database;
        this.story = story;
        this.ids = ids;
        this.clock = clock;
    }

    private Experiment experiment(PatientSplit split, Procedure procedure) {
        return new Experiment(ids.next(), split.id(), "the mean", procedure, PLAN, Digest.of(PLAN), null, clock.now());
    }

    private Run launched(PatientSplit split, List<EnsembleMember> members) {
        return ensembles.launch(
                experiment(split, Procedure.ENSEMBLE), members, Story.artifact("mean of " + members), 300);
    }

    private EnsembleMember member(Run run) {
        return new EnsembleMember(
                run.id(),
                progress.artifact(run.id(), RunArtifactKind.WEIGHTS)
                        .orElseThrow()
                        .key()
                        .digest());
    }

    private List<EnsembleMember> folds(PatientSplit split) {
        List<Run> folds = story.launched(split, Procedure.CROSS_VALIDATION);
        folds.forEach(story::train);
        return folds.stream().map(this::member).toList();
    }

    @Test
    void isARunThatHasSucceededAndAnExperimentThatAWorkerSummarises() {
        PatientSplit split = story.storedSplit();
        List<EnsembleMember> folds = folds(split);

        Run made = launched(split, folds);

        Run run = runs.findById(made.id()).orElseThrow();
        assertThat(run.isEnsemble()).isTrue();
        assertThat(run.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(run.fold()).isEqualTo(-1);
        assertThat(run.provenance()).isNull();
        assertThat(run.bestEpoch()).isNull();
        assertThat(run.finishedAt()).isNotNull();
        assertThat(ensembles.members(run.id())).isEqualTo(folds);
        assertThat(ensembles.members(folds.get(0).run())).isEmpty();
        assertThat(progress.artifacts(run.id()))
                .extracting(RunArtifact::kind)
                .containsExactly(RunArtifactKind.VALIDATION_PREDICTIONS);
        assertThat(queue.find(run.id())).isEmpty();
        Experiment experiment = experiments.findById(run.experimentId()).orElseThrow();
        assertThat(experiment.state()).isEqualTo(ExperimentState.RUNNING);
        assertThat(queue.find(experiment.id()).map(Job::kind)).contains(JobKind.SUMMARISE);
        story.summarise(experiment.id());
        assertThat(experiments.findById(experiment.id()).orElseThrow().state()).isEqualTo(ExperimentState.SUCCEEDED);
    }

    @Test
    void isValidatedTestedAndRegisteredAsAnyRun() {
        PatientSplit split = story.storedSplit();
        Run other = story.trained(split);
        Run run = launched(split, List.of(member(story.trained(split)), member(other)));

        story.validated(run);
        Evaluation test = evaluationRequest.test(run.id(), List.of(NamedMetric.ROC_AUC), "final figures", "laptop");
        FencingToken token = story.claim(test.id());
        evaluationReporting.start(token);
        evaluationReporting.succeed(token, "{\"rocAuc\": 0.9}", Story.artifact("test cases"), null);
        ModelVersion version =
                registration.register(story.model(projectOf(run)).id(), run.id(), Story.artifact("bundle of several"));

        assertThat(thresholds.ofRun(run.id()).orElseThrow().value()).isEqualTo(0.4);
        assertThat(version.runId()).isEqualTo(run.id());
        // what a cross-validation of the plan promised was promised of its trainings
        assertThat(evaluations.findFinishedTests(split.id())).isEmpty();
        assertThatThrownBy(() -> evaluationRequest.outOfFold(run.experimentId(), "{\"kind\": \"youden\"}"))
                .isInstanceOf(EvaluationRefusedException.class)
                .hasMessageContaining("no cross-validation");
        assertThatThrownBy(() -> replays.of(run.id()))
                .isInstanceOf(ReplayRefusedException.class)
                .hasMessageContaining("trained nothing; replay its members")
                .hasMessageContaining(other.id().toString());
    }

    private org.foldwise.registry.access.Project projectOf(Run run) {
        UUID project = experiments.findProjectId(run.experimentId()).orElseThrow();
        return new org.foldwise.registry.access.Project(project, "of the run", clock.now());
    }

    @Test
    void refusesMembersThatDoNotBelongTogether() {
        PatientSplit split = story.storedSplit();
        List<EnsembleMember> folds = folds(split);
        List<EnsembleMember> again = folds(split);
        EnsembleMember development = member(story.trained(split));
        EnsembleMember elsewhere = member(story.trained());
        Run waiting = story.launched(split, Procedure.TRAIN).get(0);
        Run ensemble = launched(split, folds);

        String incomplete = "has all of its members";
        assertRefused(split, incomplete, folds.get(0), folds.get(1));
        assertRefused(split, incomplete, folds.get(0), folds.get(1), again.get(2));
        assertRefused(split, incomplete, folds.get(0), folds.get(1), again.get(1));
        assertRefused(split, incomplete, folds.get(0), folds.get(1), folds.get(2), development);
        assertRefused(split, "(run_id, member_id)", development, development);
        String other = "is a training on the same split";
        assertRefused(split, other, development, elsewhere);
        assertRefused(split, other, development, new EnsembleMember(waiting.id(), development.weights()));
        assertRefused(split, other, development, new EnsembleMember(ensemble.id(), development.weights()));
        assertRefused(split, other, development, new EnsembleMember(folds.get(0).run(), Digest.of("others")));
        assertThatIllegalArgumentException().isThrownBy(() -> launched(split, List.of(development)));
        List<EnsembleMember> many = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            many.add(development);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> launched(split, many));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> ensembles.launch(experiment(split, Procedure.TRAIN), folds, Story.artifact("mean"), 300));
        assertThatIllegalArgumentException().isThrownBy(() -> story.launched(split, Procedure.ENSEMBLE));
    }

    private void assertRefused(PatientSplit split, String because, EnsembleMember... members) {
        int before = count();
        assertThatThrownBy(() -> launched(split, List.of(members))).rootCause().hasMessageContaining(because);
        assertThat(count()).isEqualTo(before);
    }

    private int count() {
        return database.sql("select count(*) from run where members is not null")
                .query(Integer.class)
                .single();
    }

    /** What no program of ours would write. */
    @Test
    void neverChangesAndIsTheRunOfAnExperimentOfItsOwn() {
        PatientSplit split = story.storedSplit();
        Run training = story.trained(split);
        Run run = launched(split, List.of(member(training), member(story.trained(split))));
        for (String sql : List.of(
                "update ensemble_member set weights_digest = repeat('0', 64) where run_id = '" + run.id() + "'",
                "delete from ensemble_member where run_id = '" + run.id() + "'",
                "truncate ensemble_member",
                "insert into ensemble_member select run_id, 2, '"
                        + story.trained(split).id() + "', weights_digest from ensemble_member where run_id = '"
                        + run.id() + "'",
                "update run set members = 3 where id = '" + run.id() + "'",
                "update run set members = null where id = '" + run.id() + "'",
                "insert into run (id, experiment_id, fold, state, members, created_at, version, record_digest) values"
                        + " (gen_random_uuid(), '" + training.experimentId()
                        + "', -1, 'queued', 2, now(), 0, repeat('0', 64))",
                "insert into run (id, experiment_id, fold, state, created_at, version, record_digest) values"
                        + " (gen_random_uuid(), '" + run.experimentId() + "', 0, 'queued', now(), 0, repeat('0', 64))",
                "insert into run (id, experiment_id, fold, state, members, created_at, finished_at, version) values"
                        + " (gen_random_uuid(), '" + run.experimentId() + "', -1, 'succeeded', 2, now(), now(), 0)")) {
            assertThatThrownBy(() -> database.sql(sql).update())
                    .as(sql)
                    .rootCause()
                    .isInstanceOfSatisfying(java.sql.SQLException.class, refusal -> assertThat(refusal.getSQLState())
                            .isEqualTo("23001"));
        }
    }
}
