package org.foldwise.registry.jobs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.foldwise.registry.Eventually.eventually;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.DirectoryArtifactStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

/** Real workers on one queue, in a database where nobody else enqueues. */
@RegistryTest
@TestPropertySource(properties = "test.database=workers")
class JobWorkerIT {
    private static final Duration HEARTBEAT = Duration.ofMillis(200);
    private static final Duration MOMENT = Duration.ofMillis(10);

    private final JobQueue queue;
    private final DatabaseClock clock;
    private final DataSource dataSource;
    private final Ids ids;
    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private final Environment environment;
    private final List<AutoCloseable> opened = new ArrayList<>();

    JobWorkerIT(
            JobQueue queue,
            DatabaseClock clock,
            DataSource dataSource,
            Ids ids,
            JdbcClient database,
            TransactionTemplate transaction,
            Environment environment) {
        this.queue = queue;
        this.clock = clock;
        this.dataSource = dataSource;
        this.ids = ids;
        this.database = database;
        this.transaction = transaction;
        this.environment = environment;
    }

    @AfterEach
    void stopWorkers() throws Exception {
        for (AutoCloseable worker : opened) {
            worker.close();
        }
    }

    @Test
    void doesEachJobOnceAndLosesNoneWithSeveralWorkersOnOneQueue() {
        Map<UUID, AtomicInteger> done = new ConcurrentHashMap<>();
        Scripted once = new Scripted(token -> {
            done.computeIfAbsent(token.job(), job -> new AtomicInteger()).incrementAndGet();
            queue.finish(token);
        });
        List<UUID> jobs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            jobs.add(enqueue(JobKind.TRAIN));
        }
        for (int i = 0; i < 4; i++) {
            start(worker("worker " + i).threads(2).handler(JobKind.TRAIN, once).handler(JobKind.EVALUATE, once));
        }
        for (int i = 0; i < 40; i++) {
            jobs.add(enqueue(i % 2 == 0 ? JobKind.TRAIN : JobKind.EVALUATE));
        }

        eventually("all jobs are done", () -> jobs.stream().allMatch(job -> state(job) == JobState.FINISHED));
        eventually("nothing is scheduled any more", () -> scheduled() == 0);

        assertThat(done.keySet()).containsExactlyInAnyOrderElementsOf(jobs);
        assertThat(done.values()).allSatisfy(times -> assertThat(times).hasValue(1));
        assertThat(jobs).allSatisfy(job -> assertThat(find(job).token()).isOne());
        assertThat(once.givenUp).isEmpty();
    }

    @Test
    void takesUrgentJobsFirst() {
        Queue<JobKind> order = new ConcurrentLinkedQueue<>();
        Scripted handler = new Scripted(token -> {
            order.add(find(token.job()).kind());
            queue.finish(token);
        });
        UUID training = enqueue(JobKind.TRAIN);
        UUID evaluation = enqueue(JobKind.EVALUATE);
        UUID ingest = enqueue(JobKind.INGEST);

        start(worker("one")
                .handler(JobKind.TRAIN, handler)
                .handler(JobKind.EVALUATE, handler)
                .handler(JobKind.INGEST, handler));

        eventually("all are done", () -> List.of(training, evaluation, ingest).stream()
                .allMatch(job -> state(job) == JobState.FINISHED));
        assertThat(order).containsExactly(JobKind.INGEST, JobKind.EVALUATE, JobKind.TRAIN);
    }

    @Test
    void leavesJobsAloneThatItCannotHandle() {
        UUID training = enqueue(JobKind.TRAIN);
        UUID ingest = enqueue(JobKind.INGEST);

        start(worker("ingester").handler(JobKind.INGEST, new Scripted(queue::finish)));
        eventually("the ingest is done", () -> state(ingest) == JobState.FINISHED);

        assertThat(find(training).attempts()).isZero();
        start(worker("trainer").handler(JobKind.TRAIN, new Scripted(queue::finish)));
        eventually("the training is done", () -> state(training) == JobState.FINISHED);
    }

    @Test
    void givesTheJobOfAKilledWorkerToAnotherAndFencesTheZombieOff() throws Exception {
        UUID job = enqueue(JobKind.TRAIN);
        Process doomed = startDoomedWorker();
        opened.add(doomed::destroyForcibly);
        eventually(
                "the doomed worker has the job", () -> "doomed".equals(find(job).worker()));
        FencingToken zombie = new FencingToken(job, find(job).token());
        assertThat(queue.isCancellationRequested(zombie)).isFalse();

        doomed.destroyForcibly().waitFor();
        start(worker("heir").handler(JobKind.TRAIN, new Scripted(queue::finish)));
        eventually("the heir has done it", () -> state(job) == JobState.FINISHED);

        assertThat(find(job).worker()).isEqualTo("heir");
        assertThat(find(job).token()).isEqualTo(zombie.value() + 1);
        assertThatThrownBy(() -> queue.progress(zombie, 0.9, "I am still alive"))
                .isInstanceOf(LeaseLostException.class);
        eventually("nothing is scheduled any more", () -> scheduled() == 0);
    }

    @Test
    void stopsQuietlyWhenAnotherHasTheJob() {
        CountDownLatch overtaken = new CountDownLatch(1);
        Scripted slow = new Scripted(token -> {
            queue.claim(token.job(), "a rival");
            overtaken.countDown();
            queue.finish(token);
        });
        UUID job = enqueue(JobKind.TRAIN);

        start(worker("slow").handler(JobKind.TRAIN, slow));

        eventually("it was overtaken", () -> overtaken.getCount() == 0);
        eventually("it has seen so", () -> find(job).token() == 2);
        assertThat(find(job).worker()).isEqualTo("a rival");
        assertThat(state(job)).isEqualTo(JobState.RUNNING);
        assertThat(slow.givenUp).isEmpty();
        // the rival was no db-scheduler's execution: end it, so that nothing is left for other tests
        queue.finish(new FencingToken(job, 2));
        eventually("its row was found dead and dropped", () -> scheduled() == 0);
    }

    /** The pool closes what is lost, so that what is thrown says nothing but that it cannot be rolled back. */
    @Test
    void triesAgainWhereTheConnectionIsLostWithinATransaction() {
        Scripted handler = new Scripted(token -> {
            if (find(token.job()).attempts() < 2) {
                transaction.executeWithoutResult(status -> database.sql("select pg_terminate_backend(pg_backend_pid())")
                        .query(Boolean.class)
                        .single());
            }
            queue.finish(token);
        });
        UUID job = enqueue(JobKind.TRAIN);

        start(worker("cut off").retries(5, MOMENT, MOMENT).handler(JobKind.TRAIN, handler));

        eventually("it has ended", () -> state(job) == JobState.FINISHED || state(job) == JobState.FAILED);
        assertThat(find(job).failure()).isEqualTo("the database was out of reach");
        assertThat(state(job)).isEqualTo(JobState.FINISHED);
        assertThat(find(job).attempts()).isEqualTo(2);
        assertThat(handler.givenUp).isEmpty();
    }

    @Test
    void triesAgainWhatFailedForReasonsOutside() {
        Scripted handler = new Scripted(token -> {
            if (find(token.job()).attempts() < 3) {
                throw new InfrastructureException("the store is away", new IOException());
            }
            queue.finish(token);
        });
        UUID job = enqueue(JobKind.TRAIN);

        start(worker("patient").retries(5, MOMENT, MOMENT).handler(JobKind.TRAIN, handler));

        eventually("the third attempt succeeds", () -> state(job) == JobState.FINISHED);
        assertThat(find(job).attempts()).isEqualTo(3);
        assertThat(find(job).token()).isEqualTo(3);
        assertThat(handler.givenUp).isEmpty();
    }

    @Test
    void givesUpAfterTheLastAttempt() {
        Scripted handler = new Scripted(token -> {
            throw new InfrastructureException("the store is away", new IOException());
        });
        UUID job = enqueue(JobKind.TRAIN);

        start(worker("patient").retries(3, MOMENT, MOMENT).handler(JobKind.TRAIN, handler));

        eventually("it has failed", () -> state(job) == JobState.FAILED);
        assertThat(find(job).attempts()).isEqualTo(3);
        assertThat(handler.givenUp).containsExactly("the store is away; given up after 3 attempts");
        eventually("nothing is scheduled any more", () -> scheduled() == 0);
    }

    @Test
    void givesUpAtOnceWhatWillNotPassAndRepeatsNoForeignMessage() {
        Scripted handler = new Scripted(token -> {
            throw new IllegalArgumentException("Key (patient)=(Jane Doe) already exists");
        });
        UUID job = enqueue(JobKind.TRAIN);

        start(worker("strict").handler(JobKind.TRAIN, handler));

        eventually("it has failed", () -> state(job) == JobState.FAILED);
        assertThat(find(job).attempts()).isOne();
        assertThat(find(job).failure())
                .isEqualTo(
                        "the worker failed in a way that is not provided for (IllegalArgumentException); its log says"
                                + " more under the job's id");
    }

    /** No attempt mends a file; the reason says which it is and what to do. */
    @Test
    void givesUpAtOnceWhatNeedsAFileThatIsMissingOrDamaged(@TempDir Path folder) throws IOException {
        DirectoryArtifactStore artifacts = new DirectoryArtifactStore(folder, Clock.systemUTC());
        ArtifactKey kept = artifacts.put("a film".getBytes(StandardCharsets.UTF_8));
        Path file;
        try (Stream<Path> files = Files.walk(folder)) {
            file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        Files.writeString(file, "a fake");
        ArtifactKey never = new ArtifactKey(Digest.of("never stored"));
        Map<UUID, ArtifactKey> needed = new ConcurrentHashMap<>();
        Scripted handler = new Scripted(token -> {
            try (InputStream stored = artifacts.open(requireNonNull(needed.get(token.job())))) {
                stored.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        UUID ofMissing = ids.next();
        UUID ofDamaged = ids.next();
        needed.put(ofMissing, never);
        needed.put(ofDamaged, kept);
        enqueue(ofMissing, JobKind.TRAIN);
        enqueue(ofDamaged, JobKind.TRAIN);

        start(worker("strict").retries(5, MOMENT, MOMENT).handler(JobKind.TRAIN, handler));

        eventually("both have failed", () -> Stream.of(ofMissing, ofDamaged)
                .allMatch(job -> state(job) == JobState.FAILED));
        String remedy = ". Restore it in the artifact store from a backup, and start the work anew";
        assertThat(find(ofMissing).failure()).isEqualTo("a stored file is missing" + remedy);
        assertThat(find(ofDamaged).failure())
                .isEqualTo("a stored file is damaged: its bytes are not those that were stored" + remedy);
        assertThat(find(ofMissing).attempts()).isOne();
        assertThat(find(ofDamaged).attempts()).isOne();
    }

    @Test
    void givesUpAJobThatKillsItsWorkers() {
        UUID job = enqueue(JobKind.TRAIN);
        for (int i = 0; i < 3; i++) {
            queue.claim(job, "victim " + i);
        }
        Scripted handler = new Scripted(queue::finish);

        start(worker("careful").retries(3, MOMENT, MOMENT).handler(JobKind.TRAIN, handler));

        eventually("it has failed", () -> state(job) == JobState.FAILED);
        assertThat(handler.givenUp).containsExactly("given up after 3 attempts that ended with their worker");
    }

    @Test
    void failsAJobThatItsHandlerLeftOpen() {
        UUID job = enqueue(JobKind.TRAIN);

        start(worker("forgetful").handler(JobKind.TRAIN, new Scripted(token -> {})));

        eventually("it has failed", () -> state(job) == JobState.FAILED);
        assertThat(find(job).failure()).isEqualTo("the worker left the job open");
    }

    @Test
    void handsItsJobBackWhenStopped() {
        CountDownLatch begun = new CountDownLatch(1);
        Scripted endless = new Scripted(token -> {
            begun.countDown();
            new CountDownLatch(1).await();
        });
        UUID job = enqueue(JobKind.TRAIN);
        JobWorker stopping = start(worker("stopping").shutdownWait(MOMENT).handler(JobKind.TRAIN, endless));
        eventually("it has begun", () -> begun.getCount() == 0);

        stopping.close();

        eventually("the job waits again", () -> state(job) == JobState.QUEUED);
        assertThat(find(job).attempts()).isZero();
        start(worker("next").handler(JobKind.TRAIN, new Scripted(queue::finish)));
        eventually("another has done it", () -> state(job) == JobState.FINISHED);
        assertThat(endless.givenUp).isEmpty();
    }

    @Test
    void endsThreadsThatHaveNothingToDoAndStartsThemAgain() {
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        Scripted handler = new Scripted(token -> {
            threads.add(Thread.currentThread());
            queue.finish(token);
        });
        UUID first = enqueue(JobKind.TRAIN);
        start(worker("resting").handler(JobKind.TRAIN, handler));
        eventually("the first is done", () -> state(first) == JobState.FINISHED);

        eventually("its thread has ended", () -> !threads.element().isAlive());

        UUID second = enqueue(JobKind.TRAIN);
        eventually("the second is done", () -> state(second) == JobState.FINISHED);
        assertThat(threads).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void refusesToWorkOnNothing() {
        assertThatThrownBy(() -> worker("idle").build()).isInstanceOf(IllegalStateException.class);
    }

    private JobWorker.Builder worker(String name) {
        return JobWorker.builder(dataSource, queue, clock)
                .name(name)
                .heartbeat(HEARTBEAT, 4)
                .polling(Duration.ofMillis(50))
                .shutdownWait(Duration.ofSeconds(1));
    }

    private JobWorker start(JobWorker.Builder builder) {
        JobWorker worker = builder.build();
        worker.start();
        opened.add(worker);
        return worker;
    }

    private Process startDoomedWorker() throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new ProcessBuilder(
                        java.toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        DoomedWorker.class.getName(),
                        environment.getRequiredProperty("spring.datasource.url"),
                        environment.getRequiredProperty("spring.datasource.username"),
                        environment.getProperty("spring.datasource.password", ""))
                .redirectErrorStream(true)
                .redirectOutput(new File("target/doomed-worker.log"))
                .start();
    }

    private UUID enqueue(JobKind kind) {
        UUID job = ids.next();
        enqueue(job, kind);
        return job;
    }

    private void enqueue(UUID job, JobKind kind) {
        transaction.executeWithoutResult(status -> queue.enqueue(kind, job));
    }

    private Job find(UUID job) {
        return queue.find(job).orElseThrow();
    }

    private JobState state(UUID job) {
        return find(job).state();
    }

    private int scheduled() {
        return database.sql("select count(*) from scheduled_tasks")
                .query(Integer.class)
                .single();
    }

    private interface Work {
        void on(FencingToken token) throws InterruptedException;
    }

    /** Does what it is told, and remembers the reasons why it gave up. */
    private static final class Scripted implements JobHandler {
        private final Work work;
        private final Queue<String> givenUp = new ConcurrentLinkedQueue<>();

        Scripted(Work work) {
            this.work = work;
        }

        @Override
        public void handle(FencingToken token) throws InterruptedException {
            work.on(token);
        }

        @Override
        public void giveUp(FencingToken token, String reason) {
            givenUp.add(reason);
        }
    }
}
