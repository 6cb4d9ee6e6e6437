package org.foldwise.registry.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.foldwise.registry.Eventually.eventually;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.foldwise.registry.Ids;
import org.foldwise.registry.RegistryTest;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;

@RegistryTest
@TestPropertySource(properties = "test.database=jobs")
class JobQueueIT {
    private final JobQueue queue;
    private final JobEvents events;
    private final Ids ids;
    private final JdbcClient database;
    private final TransactionTemplate transaction;

    JobQueueIT(JobQueue queue, JobEvents events, Ids ids, JdbcClient database, TransactionTemplate transaction) {
        this.queue = queue;
        this.events = events;
        this.ids = ids;
        this.database = database;
        this.transaction = transaction;
    }

    @Test
    void enqueuesTogetherWithTheCallersTransaction() {
        UUID kept = ids.next();
        UUID lost = ids.next();
        enqueue(JobKind.TRAIN, kept);
        transaction.executeWithoutResult(status -> {
            queue.enqueue(JobKind.TRAIN, lost);
            status.setRollbackOnly();
        });

        assertThat(queue.find(kept).orElseThrow().state()).isEqualTo(JobState.QUEUED);
        assertThat(scheduled(kept)).containsExactly("train-cpu");
        assertThat(queue.find(lost)).isEmpty();
        assertThat(scheduled(lost)).isEmpty();
        assertThat(events.after(lost, 0, 10)).isEmpty();
    }

    @Test
    void refusesToEnqueueWithoutATransaction() {
        assertThatThrownBy(() -> queue.enqueue(JobKind.TRAIN, ids.next()))
                .isInstanceOf(IllegalTransactionStateException.class);
    }

    @Test
    void isDueByTheDatabasesTime() {
        UUID job = ids.next();
        enqueue(JobKind.INGEST, job);

        assertThat(database.sql(
                                """
                                select execution_time <= clock_timestamp()
                                    and execution_time > clock_timestamp() - interval '1 minute'
                                from scheduled_tasks where task_instance like ?
                                """)
                        .param(job + "/%")
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void refusesASecondJobOfOneSubjectWhileTheFirstIsOpen() {
        UUID job = ids.next();
        enqueue(JobKind.INGEST, job);
        assertThatThrownBy(() -> enqueue(JobKind.INGEST, job)).isInstanceOf(IllegalStateException.class);

        FencingToken token = claim(job);
        assertThatThrownBy(() -> enqueue(JobKind.INGEST, job)).isInstanceOf(IllegalStateException.class);
        queue.finish(token);
        assertThatThrownBy(() -> enqueue(JobKind.TRAIN, job)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void enqueuesAgainAfterTheEndWithAHigherToken() {
        UUID job = ids.next();
        enqueue(JobKind.INGEST, job);
        FencingToken first = claim(job);
        queue.progress(first, 0.5, "half way");
        queue.fail(first, "refused");

        enqueue(JobKind.INGEST, job);

        assertThat(queue.find(job).orElseThrow()).satisfies(again -> {
            assertThat(again.state()).isEqualTo(JobState.QUEUED);
            assertThat(again.progress()).isZero();
            assertThat(again.attempts()).isZero();
            assertThat(again.failure()).isNull();
            assertThat(again.startedAt()).isNull();
            assertThat(again.finishedAt()).isNull();
        });
        assertThat(claim(job).value()).isGreaterThan(first.value());
    }

    @Test
    void raisesTheTokenWithEveryClaim() {
        UUID job = ids.next();
        enqueue(JobKind.TRAIN, job);

        assertThat(List.of(claim(job), claim(job), claim(job)))
                .extracting(FencingToken::value)
                .containsExactly(1L, 2L, 3L);
        assertThat(queue.find(job).orElseThrow().attempts()).isEqualTo(3);
    }

    @Test
    void givesOutNothingOfAJobThatHasEnded() {
        UUID job = ids.next();
        enqueue(JobKind.TRAIN, job);
        queue.finish(claim(job));

        assertThat(queue.claim(job, "late")).isEmpty();
        assertThat(queue.claim(ids.next(), "lost")).isEmpty();
    }

    @Test
    void tellsWhatHappenedInOrder() {
        UUID job = ids.next();
        enqueue(JobKind.EVALUATE, job);
        FencingToken token = claim(job);
        queue.progress(token, 0.25, "scoring", "{\"cases\": 10}");
        queue.retryLater(token, "the store was away");
        queue.finish(claim(job));

        List<JobEvent> told = events.after(job, 0, 10);
        assertThat(told).extracting(JobEvent::sequence).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(told)
                .extracting(JobEvent::state)
                .containsExactly(
                        JobState.QUEUED,
                        JobState.RUNNING,
                        JobState.RUNNING,
                        JobState.QUEUED,
                        JobState.RUNNING,
                        JobState.FINISHED);
        assertThat(told.get(2).payload()).isEqualTo("{\"cases\": 10}");
        assertThat(told.get(5).progress()).isEqualTo(1);
        assertThat(told).extracting(JobEvent::at).isSorted();
    }

    @Test
    void doesNotCountAnAttemptThatWasHandedBack() {
        UUID job = ids.next();
        enqueue(JobKind.TRAIN, job);
        queue.handBack(claim(job));
        assertThat(queue.find(job).orElseThrow().attempts()).isZero();

        queue.retryLater(claim(job), "the store was away");
        assertThat(queue.find(job).orElseThrow().attempts()).isOne();
        assertThat(queue.find(job).orElseThrow().failure()).isEqualTo("the store was away");
    }

    @Test
    void saysWhatIsBeingDoneOnlyWhileSomebodyDoesIt() {
        Map<Consumer<FencingToken>, Double> endings = Map.of(
                queue::finish,
                1.0,
                queue::breakOff,
                0.25,
                token -> queue.fail(token, "no memory is left"),
                0.25,
                token -> queue.retryLater(token, "the store was away"),
                0.25,
                queue::handBack,
                0.25);
        endings.forEach((end, progress) -> {
            UUID job = ids.next();
            enqueue(JobKind.EVALUATE, job);
            FencingToken token = claim(job);
            queue.progress(token, 0.25, "preparing image 1 of 78");
            assertThat(queue.find(job).orElseThrow().message()).isEqualTo("preparing image 1 of 78");

            end.accept(token);

            assertThat(queue.find(job).orElseThrow()).satisfies(after -> {
                assertThat(after.message()).isNull();
                assertThat(after.progress()).isEqualTo(progress);
            });
            assertThat(events.after(job, 0, 10))
                    .extracting(JobEvent::message)
                    .containsExactly(null, null, "preparing image 1 of 78", null);
        });
    }

    @Test
    void withdrawsAJobThatNobodyClaimed() {
        UUID job = ids.next();
        enqueue(JobKind.TRAIN, job);

        assertThat(withdraw(job)).isTrue();

        assertThat(queue.find(job).orElseThrow().state()).isEqualTo(JobState.FINISHED);
        assertThat(scheduled(job)).isEmpty();
        assertThat(withdraw(job)).isFalse();
        enqueue(JobKind.TRAIN, job);
        assertThat(scheduled(job)).hasSize(1);
    }

    /** Between the scheduler's taking of its row and the claim; to withdraw it then is what the scheduler refuses. */
    @Test
    void leavesAJobThatIsAboutToBeClaimedToItsWorker() {
        UUID job = ids.next();
        enqueue(JobKind.TRAIN, job);
        database.sql("update scheduled_tasks set picked = true, picked_by = 'somebody' where task_instance like ?")
                .param(job + "/%")
                .update();

        assertThat(withdraw(job)).isFalse();
        queue.requestCancellation(job);

        assertThat(queue.find(job).orElseThrow().state()).isEqualTo(JobState.QUEUED);
        assertThat(queue.isCancellationRequested(claim(job))).isTrue();
    }

    @Test
    void leavesAClaimedJobToItsWorker() {
        UUID job = ids.next();
        enqueue(JobKind.TRAIN, job);
        FencingToken token = claim(job);

        assertThat(withdraw(job)).isFalse();
        assertThat(queue.isCancellationRequested(token)).isFalse();
        queue.requestCancellation(job);

        assertThat(queue.isCancellationRequested(token)).isTrue();
        queue.breakOff(token);
        assertThat(queue.find(job).orElseThrow().cancelRequestedAt()).isNotNull();
        assertThatThrownBy(() -> queue.isCancellationRequested(token)).isInstanceOf(LeaseLostException.class);
    }

    @Test
    void countsOpenJobsByKind() {
        long before = depth(JobKind.SUMMARISE).queued();
        UUID waiting = ids.next();
        UUID claimed = ids.next();
        enqueue(JobKind.SUMMARISE, waiting);
        enqueue(JobKind.SUMMARISE, claimed);
        claim(claimed);

        assertThat(depth(JobKind.SUMMARISE)).isEqualTo(new QueueDepth(JobKind.SUMMARISE, before + 1, 1));
        assertThat(queue.depths()).extracting(QueueDepth::kind).containsExactly(JobKind.values());
        assertThat(queue.open(1000)).extracting(Job::id).contains(waiting, claimed);
    }

    @Test
    void keepsOthersFromClaimingWhileAVerifiedWriteIsUnderWay() throws Exception {
        UUID job = ids.next();
        enqueue(JobKind.TRAIN, job);
        FencingToken token = claim(job);
        Thread[] rival = new Thread[1];

        transaction.executeWithoutResult(status -> {
            queue.verify(token);
            rival[0] = new Thread(() -> claim(job));
            rival[0].start();
            eventually(
                    "the rival waits for the lock",
                    () -> database.sql("select count(*) from pg_locks where not granted")
                                    .query(Integer.class)
                                    .single()
                            == 1);
            queue.progress(token, 0.5, "written under the lock");
        });
        rival[0].join();

        assertThat(queue.find(job).orElseThrow()).satisfies(after -> {
            assertThat(after.token()).isEqualTo(2);
            assertThat(after.message()).isEqualTo("written under the lock");
        });
    }

    private void enqueue(JobKind kind, UUID subject) {
        transaction.executeWithoutResult(status -> queue.enqueue(kind, subject));
    }

    private boolean withdraw(UUID job) {
        return Boolean.TRUE.equals(transaction.execute(status -> queue.withdraw(job)));
    }

    private FencingToken claim(UUID job) {
        return queue.claim(job, "somebody").orElseThrow();
    }

    private QueueDepth depth(JobKind kind) {
        return queue.depths().stream()
                .filter(depth -> depth.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    private List<String> scheduled(UUID job) {
        return database.sql("select task_name from scheduled_tasks where task_instance like ?")
                .param(job + "/%")
                .query(String.class)
                .list();
    }
}
