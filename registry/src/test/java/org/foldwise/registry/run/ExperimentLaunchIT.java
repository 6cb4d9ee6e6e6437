package org.foldwise.registry.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.access.Project;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.ExperimentReporting;
import org.foldwise.registry.experiment.ExperimentState;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.Job;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.jobs.JobState;
import org.foldwise.registry.split.PatientSplit;
import org.junit.jupiter.api.Test;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Experiments from their launch through their runs' ends to their summary. */
@RegistryTest
class ExperimentLaunchIT {
    private final ExperimentLaunch launch;
    private final Experiments experiments;
    private final ExperimentReporting experimentReporting;
    private final Runs runs;
    private final RunReporting reporting;
    private final RunCancellation cancellation;
    private final JobQueue queue;
    private final Story story;
    private final Ids ids;
    private final DatabaseClock clock;
    private final JdbcClient database;
    private final TransactionTemplate transaction;

    ExperimentLaunchIT(
            ExperimentLaunch launch,
            Experiments experiments,
            ExperimentReporting experimentReporting,
            Runs runs,
            RunReporting reporting,
            RunCancellation cancellation,
            JobQueue queue,
            Story story,
            Ids ids,
            DatabaseClock clock,
            JdbcClient database,
            TransactionTemplate transaction) {
        this.launch = launch;
        this.experiments = experiments;
        this.experimentReporting = experimentReporting;
        this.runs = runs;
        this.reporting = reporting;
        this.cancellation = cancellation;
        this.queue = queue;
        this.story = story;
        this.ids = ids;
        this.clock = clock;
        this.database = database;
        this.transaction = transaction;
    }

    @Test
    void queuesOneRunForTheDevelopmentFold() {
        List<Run> launched = story.launched(Procedure.TRAIN);

        assertThat(launched).extracting(Run::fold).containsExactly(-1);
        assertThat(queue.find(launched.get(0).id()).map(Job::kind)).contains(JobKind.TRAIN);
        assertThat(state(launched.get(0))).isEqualTo(ExperimentState.QUEUED);
    }

    @Test
    void queuesOneRunForEachFoldOfACrossValidation() {
        List<Run> launched = story.launched(Procedure.CROSS_VALIDATION);

        assertThat(launched).extracting(Run::fold).containsExactly(0, 1, 2);
        assertThat(launched).allSatisfy(run -> assertThat(queue.find(run.id()).map(Job::state))
                .contains(JobState.QUEUED));
    }

    @Test
    void leavesNeitherRowsNorJobsWhenTheTransactionIsRolledBack() {
        PatientSplit split = story.storedSplit();
        Experiment experiment = experiment(split);

        List<Run> launched = transaction.execute(status -> {
            List<Run> made = launch.launch(experiment);
            status.setRollbackOnly();
            return made;
        });

        assertThat(launched).hasSize(3);
        assertThat(experiments.findById(experiment.id())).isEmpty();
        for (Run run : launched) {
            assertThat(runs.findById(run.id())).isEmpty();
            assertThat(queue.find(run.id())).isEmpty();
            assertThat(scheduled(run.id())).isZero();
        }
    }

    @Test
    void schedulesARunOnceItsTransactionHasCommitted() {
        assertThat(story.launched(Procedure.CROSS_VALIDATION))
                .allSatisfy(run -> assertThat(scheduled(run.id())).isOne());
    }

    @Test
    void runsFromTheFirstRunsBeginUntilTheSummaryIsMade() {
        List<Run> launched = story.launched(Procedure.CROSS_VALIDATION);
        UUID experiment = launched.get(0).experimentId();
        story.started(launched.get(0));
        assertThat(state(launched.get(0))).isEqualTo(ExperimentState.RUNNING);
        for (Run run : launched) {
            assertThat(queue.find(experiment)).isEmpty();
            story.train(run);
        }
        assertThat(state(launched.get(0))).isEqualTo(ExperimentState.RUNNING);
        assertThat(queue.find(experiment).map(Job::kind)).contains(JobKind.SUMMARISE);

        experimentReporting.succeed(story.claim(experiment), "{\"mean\": 0.91}");

        Experiment summarised = experiments.findById(experiment).orElseThrow();
        assertThat(summarised.state()).isEqualTo(ExperimentState.SUCCEEDED);
        assertThat(summarised.summary()).isEqualTo("{\"mean\": 0.91}");
        assertThat(queue.find(experiment).map(Job::state)).contains(JobState.FINISHED);
    }

    @Test
    void enqueuesOneSummaryAlthoughAllRunsEndAtOnce() throws Exception {
        List<Run> launched = story.launched(Procedure.CROSS_VALIDATION);
        CyclicBarrier ready = new CyclicBarrier(launched.size());
        List<Callable<Boolean>> workers = new ArrayList<>();
        for (Run run : launched) {
            FencingToken token = story.started(run);
            story.reportArtifacts(token, run);
            workers.add(() -> {
                ready.await();
                return reporting.succeed(token, 1, "{}").isEmpty();
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(workers.size());
        try {
            for (Future<Boolean> worker : threads.invokeAll(workers)) {
                assertThat(worker.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }

        UUID experiment = launched.get(0).experimentId();
        assertThat(runs.findByExperimentIdOrderByFold(experiment))
                .extracting(Run::status)
                .containsOnly(RunStatus.SUCCEEDED);
        assertThat(scheduled(experiment)).isOne();
        assertThat(runs.findFirstRepeat(experiment, 1))
                .extracting(Run::id)
                .containsExactlyElementsOf(launched.stream().map(Run::id).toList());
        assertThat(runs.findFirstRepeat(experiment, launched.size()))
                .extracting(Run::fold)
                .containsExactly(0);
        assertThatThrownBy(() -> runs.findFirstRepeat(experiment, launched.size() + 1))
                .hasMessageContaining("which are not");
    }

    @Test
    void failsWhenARunFailsButOnlyAfterTheOthersHaveEnded() {
        List<Run> launched = story.launched(Procedure.CROSS_VALIDATION);
        UUID experiment = launched.get(0).experimentId();
        reporting.fail(story.started(launched.get(0)), FailureCode.DIVERGED, "loss was NaN in epoch 2");
        story.train(launched.get(1));
        assertThat(state(launched.get(0))).isEqualTo(ExperimentState.RUNNING);

        story.train(launched.get(2));

        assertThat(state(launched.get(0))).isEqualTo(ExperimentState.FAILED);
        assertThat(queue.find(experiment)).isEmpty();
    }

    @Test
    void failsWhenItsSummaryCannotBeMade() {
        Run run = story.trained();

        experimentReporting.fail(story.claim(run.experimentId()), "the report was refused");

        assertThat(state(run)).isEqualTo(ExperimentState.FAILED);
        assertThat(queue.find(run.experimentId()).map(Job::failure)).contains("the report was refused");
    }

    @Test
    void endsQueuedRunsAtOnceWhenCancelled() {
        List<Run> launched = story.launched(Procedure.CROSS_VALIDATION);

        cancellation.cancelExperiment(launched.get(0).experimentId());

        for (Run run : launched) {
            assertThat(runs.findById(run.id()).orElseThrow().status()).isEqualTo(RunStatus.CANCELLED);
            assertThat(queue.find(run.id()).map(Job::state)).contains(JobState.FINISHED);
            assertThat(scheduled(run.id())).isZero();
            assertThat(queue.claim(run.id(), "late")).isEmpty();
        }
        assertThat(state(launched.get(0))).isEqualTo(ExperimentState.CANCELLED);
    }

    @Test
    void tellsTheWorkerOfARunningRunWhenCancelled() {
        List<Run> launched = story.launched(Procedure.CROSS_VALIDATION);
        FencingToken token = story.started(launched.get(0));
        assertThat(queue.isCancellationRequested(token)).isFalse();

        cancellation.cancelExperiment(launched.get(0).experimentId());

        assertThat(queue.isCancellationRequested(token)).isTrue();
        assertThat(state(launched.get(0))).isEqualTo(ExperimentState.RUNNING);
        reporting.cancelled(token);
        assertThat(runs.findById(token.job()).orElseThrow().status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(queue.find(token.job()).map(Job::state)).contains(JobState.FINISHED);
        assertThat(state(launched.get(0))).isEqualTo(ExperimentState.CANCELLED);
    }

    @Test
    void waitsForTheNextAttemptOfARunThatWasInterruptedWhenCancelled() {
        Run run = story.launched(Procedure.TRAIN).get(0);
        queue.retryLater(story.started(run), "the store was away");

        cancellation.cancelRun(run.id());

        assertThat(runs.findById(run.id()).orElseThrow().status()).isEqualTo(RunStatus.RUNNING);
        assertThat(queue.isCancellationRequested(story.claim(run.id()))).isTrue();
    }

    @Test
    void cancelsOneRunAndLetsTheOthersGoOn() {
        List<Run> launched = story.launched(Procedure.CROSS_VALIDATION);

        cancellation.cancelRun(launched.get(1).id());
        story.train(launched.get(0));
        assertThat(state(launched.get(0))).isEqualTo(ExperimentState.RUNNING);
        story.train(launched.get(2));

        assertThat(state(launched.get(0))).isEqualTo(ExperimentState.CANCELLED);
        assertThat(runs.findByExperimentIdOrderByFold(launched.get(0).experimentId()))
                .extracting(Run::status)
                .containsExactly(RunStatus.SUCCEEDED, RunStatus.CANCELLED, RunStatus.SUCCEEDED);
    }

    @Test
    void concludesAlthoughTheOtherRunEndedAfterItWasLookedAt() {
        List<Run> launched = story.launched(story.storedSplit(), Procedure.CROSS_VALIDATION);
        cancellation.cancelRun(launched.get(2).id());

        transaction.executeWithoutResult(status -> {
            assertThat(runs.findByExperimentIdOrderByFold(launched.get(0).experimentId()))
                    .hasSize(3);
            Thread worker = new Thread(() -> story.train(launched.get(0)));
            worker.start();
            join(worker);
            cancellation.cancelRun(launched.get(1).id());
        });

        assertThat(state(launched.get(0))).isEqualTo(ExperimentState.CANCELLED);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void refusesToCancelWhatHasEnded() {
        Run run = story.trained();
        story.summarise(run.experimentId());

        assertThatThrownBy(() -> cancellation.cancelRun(run.id())).isInstanceOf(IllegalTransitionException.class);
        assertThatThrownBy(() -> cancellation.cancelExperiment(run.experimentId()))
                .isInstanceOf(IllegalTransitionException.class);
    }

    @Test
    void findsExperimentsByProject() {
        Project project = story.project();
        PatientSplit split = story.storedSplit(story.frozen(story.draftIn(project), story.cohort("here")));
        Run mine = story.launched(split, Procedure.TRAIN).get(0);
        story.launched(Procedure.TRAIN);

        assertThat(experiments.findProjectId(mine.experimentId())).contains(project.id());
        assertThat(experiments.findByProjectId(project.id(), new UUID(0, 0), Limit.of(10)))
                .extracting(Experiment::id)
                .containsExactly(mine.experimentId());
        assertThat(experiments.findByProjectId(project.id(), mine.experimentId(), Limit.of(10)))
                .isEmpty();
    }

    private Experiment experiment(PatientSplit split) {
        return new Experiment(
                ids.next(),
                split.id(),
                "rolled back",
                Procedure.CROSS_VALIDATION,
                "{}",
                Digest.of("{}"),
                null,
                clock.now());
    }

    private ExperimentState state(Run run) {
        return experiments.findById(run.experimentId()).orElseThrow().state();
    }

    private int scheduled(UUID job) {
        return database.sql("select count(*) from scheduled_tasks where task_instance like ?")
                .param(job + "/%")
                .query(Integer.class)
                .single();
    }
}
