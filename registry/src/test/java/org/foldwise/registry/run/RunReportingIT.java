package org.foldwise.registry.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobEvent;
import org.foldwise.registry.jobs.JobEvents;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.jobs.JobState;
import org.junit.jupiter.api.Test;

@RegistryTest
class RunReportingIT {
    private final RunReporting reporting;
    private final RunProgress progress;
    private final Runs runs;
    private final JobQueue queue;
    private final JobEvents events;
    private final Story story;

    RunReportingIT(
            RunReporting reporting, RunProgress progress, Runs runs, JobQueue queue, JobEvents events, Story story) {
        this.reporting = reporting;
        this.progress = progress;
        this.runs = runs;
        this.queue = queue;
        this.events = events;
        this.story = story;
    }

    @Test
    void tellsEpochByEpoch() {
        Run run = queued();
        FencingToken token = story.started(run);
        RunEpoch first = Story.epoch(0, 0.7, 0.6, null);
        RunEpoch second = Story.epoch(1, 0.5, 0.4, 0.875);

        reporting.epoch(token, first, 4);
        reporting.epoch(token, second, 4);

        assertThat(progress.epochs(run.id())).containsExactly(first, second);
        assertThat(queue.find(run.id()).orElseThrow()).satisfies(job -> {
            assertThat(job.progress()).isEqualTo(0.5);
            assertThat(job.message()).isEqualTo("epoch 2 of 4");
        });
        List<JobEvent> told = events.after(run.id(), 0, 100);
        assertThat(told).extracting(JobEvent::sequence).containsExactly(1L, 2L, 3L, 4L);
        assertThat(told)
                .extracting(JobEvent::state)
                .containsExactly(JobState.QUEUED, JobState.RUNNING, JobState.RUNNING, JobState.RUNNING);
        assertThat(told.get(3).payload())
                .contains("\"validationRocAuc\": 0.875")
                .contains("\"name\": \"sick\"")
                .contains("\"recall\": 0.875");
        assertThat(told.get(2).payload())
                .as("an absent figure is left out, as in the list of epochs")
                .doesNotContain("validationRocAuc");
        assertThat(events.after(run.id(), 3, 100)).containsExactly(told.get(3));
        assertThat(events.after(run.id(), 0, 2)).isEqualTo(told.subList(0, 2));
    }

    @Test
    void saysSinceWhenATrainingOverfits() {
        Run run = queued();
        FencingToken token = story.started(run);
        RunEpoch before = Story.epoch(4, 0.3, 0.6, 0.5);
        RunEpoch open = new RunEpoch(5, 0.2, before.validation(), 4, 0.001, 12.5, 80);

        reporting.epoch(token, before, 9);
        assertThat(queue.find(run.id()).orElseThrow().message()).isEqualTo("epoch 5 of 9");
        reporting.epoch(token, open, 9);

        assertThat(queue.find(run.id()).orElseThrow().message()).isEqualTo("epoch 6 of 9, overfitting since epoch 5");
        assertThat(progress.lastEpoch(run.id())).contains(open);
        assertThat(events.after(run.id(), 0, 100).get(3).payload())
                .contains("\"overfittingSince\": 4")
                .contains("\"overfittingGap\": 0.39999999999999997");
    }

    @Test
    void forgetsTheEpochsThatASuccessorTrainsAgain() {
        Run run = queued();
        FencingToken lost = story.started(run);
        for (int epoch = 0; epoch < 3; epoch++) {
            reporting.epoch(lost, Story.epoch(epoch, 0.7, 0.6, 0.5), 5);
        }
        FencingToken successor = story.claim(run.id());

        reporting.start(successor, 2);
        assertThat(progress.epochs(run.id())).extracting(RunEpoch::epoch).containsExactly(0, 1);
        reporting.epoch(successor, Story.epoch(2, 0.6, 0.5, 0.5), 5);

        assertThat(progress.epochs(run.id())).extracting(RunEpoch::trainLoss).containsExactly(0.7, 0.7, 0.6);
    }

    @Test
    void keepsTheLastCheckpointAndNamesTheOneItReplaced() {
        FencingToken token = story.started(queued());

        assertThat(reporting.checkpoint(token, Story.artifact("first"), 100)).isEmpty();
        assertThat(reporting.checkpoint(token, Story.artifact("second"), 101)).contains(Story.artifact("first"));
        assertThat(reporting.checkpoint(token, Story.artifact("second"), 101)).isEmpty();

        assertThat(progress.artifact(token.job(), RunArtifactKind.CHECKPOINT)).hasValueSatisfying(checkpoint -> {
            assertThat(checkpoint.key()).isEqualTo(Story.artifact("second"));
            assertThat(checkpoint.sizeBytes()).isEqualTo(101);
        });
    }

    @Test
    void dropsTheCheckpointHoweverTheRunEnds() {
        FencingToken succeeding = withCheckpoint();
        story.reportArtifacts(succeeding, runs.findById(succeeding.job()).orElseThrow());
        assertThat(reporting.succeed(succeeding, 0, "{}")).contains(Story.artifact("checkpoint"));
        FencingToken failing = withCheckpoint();
        assertThat(reporting.fail(failing, FailureCode.OUT_OF_MEMORY, "2 GiB were not enough"))
                .contains(Story.artifact("checkpoint"));
        FencingToken cancelled = withCheckpoint();
        assertThat(reporting.cancelled(cancelled)).contains(Story.artifact("checkpoint"));

        for (FencingToken token : List.of(succeeding, failing, cancelled)) {
            assertThat(progress.artifact(token.job(), RunArtifactKind.CHECKPOINT))
                    .isEmpty();
        }
    }

    @Test
    void keepsTheLastGoodCheckpointOfARunThatDiverged() {
        FencingToken token = withCheckpoint();

        assertThat(reporting.fail(token, FailureCode.DIVERGED, "the loss became NaN in epoch 2 at batch 1"))
                .isEmpty();

        assertThat(progress.artifact(token.job(), RunArtifactKind.CHECKPOINT))
                .hasValueSatisfying(kept -> assertThat(kept.key()).isEqualTo(Story.artifact("checkpoint")));
    }

    @Test
    void endsWithWeightsPredictionsAndProvenance() {
        Run run = queued();
        FencingToken token = story.started(run);
        story.reportArtifacts(token, run);

        reporting.succeed(token, 3, "{\"seed\": 42}");

        Run succeeded = runs.findById(run.id()).orElseThrow();
        assertThat(succeeded.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(succeeded.bestEpoch()).isEqualTo(3);
        assertThat(succeeded.provenance()).isEqualTo("{\"seed\": 42}");
        assertThat(succeeded.finishedAt()).isAfter(succeeded.startedAt());
        assertThat(progress.artifacts(run.id()))
                .extracting(RunArtifact::kind)
                .containsExactly(
                        RunArtifactKind.HELD_OUT_PREDICTIONS,
                        RunArtifactKind.VALIDATION_PREDICTIONS,
                        RunArtifactKind.WEIGHTS);
        assertThat(queue.find(run.id()).orElseThrow().progress()).isEqualTo(1);
    }

    @Test
    void refusesToSucceedWithoutItsArtifacts() {
        FencingToken token = story.started(queued());
        reporting.artifact(token, RunArtifactKind.WEIGHTS, Story.artifact("weights"), 1);

        assertThatThrownBy(() -> reporting.succeed(token, 0, "{}"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("VALIDATION_PREDICTIONS");
        assertThat(runs.findById(token.job()).orElseThrow().status()).isEqualTo(RunStatus.RUNNING);
        assertThat(queue.find(token.job()).orElseThrow().state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void refusesToSucceedOnAFoldWithoutHeldOutPredictions() {
        FencingToken token =
                story.started(story.launched(Procedure.CROSS_VALIDATION).get(0));
        reporting.artifact(token, RunArtifactKind.WEIGHTS, Story.artifact("weights"), 1);
        reporting.artifact(token, RunArtifactKind.VALIDATION_PREDICTIONS, Story.artifact("predictions"), 1);

        assertThatThrownBy(() -> reporting.succeed(token, 0, "{}"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("HELD_OUT_PREDICTIONS");
    }

    @Test
    void failsARunThatNoWorkerEverGotToStart() {
        Run run = queued();

        reporting.fail(story.claim(run.id()), FailureCode.INFRASTRUCTURE, "given up");

        assertThat(runs.findById(run.id()).orElseThrow().failureCode()).isEqualTo(FailureCode.INFRASTRUCTURE);
        assertThat(queue.find(run.id()).orElseThrow().state()).isEqualTo(JobState.FAILED);
    }

    private Run queued() {
        return story.launched(Procedure.TRAIN).get(0);
    }

    private FencingToken withCheckpoint() {
        FencingToken token = story.started(queued());
        reporting.checkpoint(token, Story.artifact("checkpoint"), 1);
        return token;
    }
}
