package org.foldwise.registry.jobs;

import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.foldwise.registry.DatabaseClock;

/**
 * Takes jobs of the kinds that it has handlers for and works on them, as many at once as it has threads. A thread that has had none for a
 * while ends, so that nothing of a computation outlives it there. A worker that dies is missed
 * after some heartbeats, and its jobs go to others with higher tokens.
 */
public final class JobWorker implements AutoCloseable {
    private static final double FETCH_BELOW = 0.5;
    private static final double FETCH_UP_TO = 1.0;

    /** A thread keeps what a computation has left on it, down to threads of its own. */
    private static final Duration IDLE_BEFORE_A_THREAD_ENDS = Duration.ofSeconds(1);

    private final Scheduler scheduler;

    private JobWorker(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** A worker without handlers, with one thread and the usual intervals. */
    public static Builder builder(DataSource dataSource, JobQueue queue, DatabaseClock clock) {
        return new Builder(dataSource, queue, clock);
    }

    /** Begins to take jobs. */
    public void start() {
        scheduler.start();
    }

    /**
     * Takes no more jobs and waits a while for those at hand. Then their threads are interrupted and the jobs given back. After that the
     * worker cannot be started again.
     */
    @Override
    public void close() {
        scheduler.stop();
    }

    /** What makes a worker. */
    public static final class Builder {
        private final DataSource dataSource;
        private final JobQueue queue;
        private final Map<JobKind, JobHandler> handlers = new EnumMap<>(JobKind.class);
        private String name = "worker-" + ProcessHandle.current().pid();
        private int threads = 1;
        private Duration heartbeat = Duration.ofSeconds(5);
        private int missedHeartbeats = 4;
        private Duration polling = Duration.ofSeconds(1);
        private Duration shutdownWait = Duration.ofSeconds(10);
        private RetryPolicy retries = new RetryPolicy(5, Duration.ofSeconds(5), Duration.ofMinutes(5));
        private Clock clock;

        private Builder(DataSource dataSource, JobQueue queue, DatabaseClock clock) {
            this.dataSource = dataSource;
            this.queue = queue;
            this.clock = new DatabaseFollowingClock(clock::now, System::nanoTime, Duration.ofSeconds(10));
        }

        /** Takes jobs of that kind. */
        public Builder handler(JobKind kind, JobHandler handler) {
            handlers.put(kind, handler);
            return this;
        }

        /** How the worker signs its claims; no two at work may have one name. */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /** How many jobs at once, 1 unless told: as many as there are devices. */
        public Builder threads(int threads) {
            this.threads = threads;
            return this;
        }

        /**
         * How often the worker says that it is alive, every 5 seconds unless told, and how many silences make it dead, 4 unless told;
         * db-scheduler allows no fewer.
         */
        public Builder heartbeat(Duration interval, int missed) {
            this.heartbeat = interval;
            this.missedHeartbeats = missed;
            return this;
        }

        /** How often it looks for jobs, every second unless told. */
        public Builder polling(Duration interval) {
            this.polling = interval;
            return this;
        }

        /** How long {@link JobWorker#close} waits for jobs at hand, 10 seconds unless told. */
        public Builder shutdownWait(Duration wait) {
            this.shutdownWait = wait;
            return this;
        }

        /**
         * How often a job is attempted whose failures lie outside it, 5 times unless told, and how long to wait in between: 5 seconds
         * unless told, doubled each time, up to {@code longestDelay}, 5 minutes unless told.
         */
        public Builder retries(int attempts, Duration firstDelay, Duration longestDelay) {
            this.retries = new RetryPolicy(attempts, firstDelay, longestDelay);
            return this;
        }

        Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /**
         * The worker, not yet started.
         *
         * @throws IllegalStateException if it has no handler
         */
        public JobWorker build() {
            if (handlers.isEmpty()) {
                throw new IllegalStateException("a worker needs a handler for at least one kind of job");
            }
            List<Task<?>> tasks = handlers.entrySet().stream()
                    .<Task<?>>map(entry -> task(entry.getKey(), entry.getValue()))
                    .toList();
            return new JobWorker(Scheduler.create(dataSource, tasks)
                    .schedulerName(new SchedulerName.Fixed(name))
                    .serializer(new NoTaskData())
                    .clock(clock)
                    .threads(threads)
                    .executorService(executor())
                    .pollUsingLockAndFetch(FETCH_BELOW, FETCH_UP_TO)
                    .pollingInterval(polling)
                    .heartbeatInterval(heartbeat)
                    .missedHeartbeatsLimit(missedHeartbeats)
                    .shutdownMaxWait(shutdownWait)
                    .enablePriority()
                    .build());
        }

        private ExecutorService executor() {
            AtomicInteger started = new AtomicInteger();
            ThreadPoolExecutor executor = new ThreadPoolExecutor(
                    threads,
                    threads,
                    IDLE_BEFORE_A_THREAD_ENDS.toMillis(),
                    TimeUnit.MILLISECONDS,
                    new LinkedBlockingQueue<>(),
                    task -> new Thread(task, "jobs-" + started.incrementAndGet()));
            executor.allowCoreThreadTimeOut(true);
            return executor;
        }

        private Task<Void> task(JobKind kind, JobHandler handler) {
            return Tasks.custom(kind.taskName(), Void.class)
                    .onDeadExecutionRevive()
                    // what gets past JobExecution is a database that cannot be reached
                    .onFailure(new FailureHandler.OnFailureRetryLater<>(retries.firstDelay()))
                    .execute(new JobExecution(queue, handler, name, retries));
        }
    }
}
