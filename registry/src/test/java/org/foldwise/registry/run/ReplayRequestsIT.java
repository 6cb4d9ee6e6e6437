package org.foldwise.registry.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.Job;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.jobs.JobState;
import org.foldwise.registry.jobs.LeaseLostException;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@RegistryTest
class ReplayRequestsIT {
    private final ReplayRequests requests;
    private final ReplayReporting reporting;
    private final Replays replays;
    private final JobQueue queue;
    private final JdbcClient database;
    private final Story story;

    ReplayRequestsIT(
            ReplayRequests requests,
            ReplayReporting reporting,
            Replays replays,
            JobQueue queue,
            JdbcClient database,
            Story story) {
        this.requests = requests;
        this.reporting = reporting;
        this.replays = replays;
        this.queue = queue;
        this.database = database;
        this.story = story;
    }

    @Test
    void keepsTheVerdictAndEndsTheJob() {
        Run run = story.trained();
        Replay replay = requests.of(run.id());
        assertThat(queue.find(replay.id()).map(Job::kind)).contains(JobKind.REPLAY);
        FencingToken lost = story.claim(replay.id());
        reporting.start(lost);
        FencingToken token = story.claim(replay.id());
        reporting.start(token);

        assertThatThrownBy(() -> reporting.succeed(lost, ReplayVerdict.DIFFERENT, "{}"))
                .isInstanceOf(LeaseLostException.class);
        reporting.succeed(token, ReplayVerdict.IDENTICAL, "{\"epochs\": 3}");

        Replay ended = replays.findById(replay.id()).orElseThrow();
        assertThat(ended.verdict()).isEqualTo(ReplayVerdict.IDENTICAL);
        assertThat(ended.state()).isEqualTo(InquiryState.SUCCEEDED);
        assertThat(queue.find(replay.id()).map(Job::state)).contains(JobState.FINISHED);
        assertThat(replays.findByRunIdOrderById(run.id())).hasSize(1);
        assertThatThrownBy(() -> database.sql("update replay set verdict = 'different' where id = ?")
                        .param(replay.id())
                        .update())
                .hasMessageContaining("never changes");
    }

    @Test
    void oneAtATimeAndOnlyOfWhatHasSucceeded() {
        Run waiting = story.launched(Procedure.TRAIN).get(0);
        assertThatThrownBy(() -> requests.of(waiting.id()))
                .isInstanceOf(ReplayRefusedException.class)
                .hasMessageContaining("queued");

        Run run = story.trained();
        Replay first = requests.of(run.id());
        assertThatThrownBy(() -> requests.of(run.id()))
                .isInstanceOf(ReplayRefusedException.class)
                .hasMessageContaining("under way");
        FencingToken token = story.claim(first.id());
        reporting.start(token);
        reporting.fail(token, "the split was changed");

        assertThat(replays.findById(first.id()).orElseThrow().failure()).isEqualTo("the split was changed");
        assertThat(requests.of(run.id()).state()).isEqualTo(InquiryState.QUEUED);
    }

    @Test
    void canBeCalledOffBeforeAndWhileAWorkerCarriesItOut() {
        Run run = story.trained();
        assertThat(requests.cancel(requests.of(run.id()).id()).state()).isEqualTo(InquiryState.CANCELLED);

        Replay replay = requests.of(run.id());
        FencingToken token = story.claim(replay.id());
        reporting.start(token);
        assertThat(requests.cancel(replay.id()).state()).isEqualTo(InquiryState.RUNNING);
        assertThat(queue.isCancellationRequested(token)).isTrue();
        reporting.cancelled(token);

        assertThat(replays.findById(replay.id()).orElseThrow().state()).isEqualTo(InquiryState.CANCELLED);
        assertThat(queue.find(replay.id()).map(Job::state)).contains(JobState.FINISHED);
        assertThatThrownBy(() -> requests.cancel(replay.id())).isInstanceOf(IllegalTransitionException.class);
    }
}
