package org.foldwise.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.InfrastructureException;
import org.foldwise.registry.jobs.JobHandler;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.jobs.JobWorker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Takes jobs from the queue and has them done, in two lanes of one thread each: trainings, which take the whole machine for
 * long and cannot run side by side in one process, and the short jobs, which do not wait for them.
 */
@Component
final class WorkerLoop implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(WorkerLoop.class);

    private static final Set<JobKind> TRAINING = EnumSet.of(JobKind.TRAIN, JobKind.REPLAY, JobKind.LEAKAGE_EXPERIMENT);
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final int MISSED_HEARTBEATS = 4;
    private static final Duration POLLING = Duration.ofMillis(500);
    /** Work stops by itself between two steps; only what hangs is interrupted. */
    private static final Duration SHUTDOWN_WAIT = Duration.ofSeconds(10);

    private final List<JobWork> works;
    private final DataSource dataSource;
    private final JobQueue queue;
    private final DatabaseClock clock;
    private final WorkerName name;
    private final Path scratch;
    private final List<JobWorker> lanes = new ArrayList<>();
    private volatile boolean ends;
    private volatile boolean running;

    WorkerLoop(
            List<JobWork> works,
            DataSource dataSource,
            JobQueue queue,
            DatabaseClock clock,
            WorkerName name,
            ScratchDirectory scratch) {
        this.works = works;
        this.dataSource = dataSource;
        this.queue = queue;
        this.clock = clock;
        this.name = name;
        this.scratch = scratch.path();
    }

    @Override
    public void start() {
        lanes.add(lane("training", TRAINING));
        lanes.add(lane("short jobs", EnumSet.complementOf(EnumSet.copyOf(TRAINING))));
        lanes.forEach(JobWorker::start);
        running = true;
        log.info("worker {} takes jobs", name.value());
    }

    private JobWorker lane(String lane, Set<JobKind> kinds) {
        JobWorker.Builder builder = JobWorker.builder(dataSource, queue, clock)
                .name(name.value() + ", " + lane)
                .threads(1)
                .heartbeat(HEARTBEAT, MISSED_HEARTBEATS)
                .polling(POLLING)
                .shutdownWait(SHUTDOWN_WAIT);
        for (JobWork work : works) {
            if (kinds.contains(work.kind())) {
                builder.handler(work.kind(), new Handler(work));
            }
        }
        return builder.build();
    }

    @Override
    public void stop() {
        ends = true;
        lanes.parallelStream().forEach(JobWorker::close);
        running = false;
        log.info("worker {} has stopped", name.value());
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private final class Handler implements JobHandler {
        private final JobWork work;

        Handler(JobWork work) {
            this.work = work;
        }

        @Override
        public void handle(FencingToken token) throws InterruptedException {
            try (Workspace workspace = Workspace.below(scratch);
                    LeaseWatch lease = new LeaseWatch(queue, token, () -> ends, LeaseWatch.Pace.DEFAULT)) {
                work.carryOut(token, lease, workspace);
            } catch (StoppedException e) {
                switch (e.reason()) {
                    case LEASE_LOST -> confirmLost(token, e);
                    case WORKER_ENDS -> throw new InterruptedException("the worker ends");
                    case CANCELLED -> work.giveUp(token, "cancelled");
                }
            }
        }

        /** Either another worker has the job, or the database was out of reach and the attempt may be repeated. */
        private void confirmLost(FencingToken token, StoppedException stopped) {
            queue.isCancellationRequested(token);
            throw new InfrastructureException("the database was out of reach", stopped);
        }

        @Override
        public void giveUp(FencingToken token, String reason) {
            work.giveUp(token, reason);
        }
    }
}
