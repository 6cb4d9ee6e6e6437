package org.foldwise.registry.jobs;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.LowerCamelCase;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The lasting rows of jobs and their fencing tokens. db-scheduler's own row only says that a job is due; it is written in the same
 * transaction and vanishes with the work, while the job's row stays. A job's id is its subject's, so a subject has one job, which may
 * be enqueued again after it has ended. Whoever lets go of a job, however, takes its message along: nobody is doing that any more.
 */
@Component
public class JobQueue {
    private final JdbcClient database;
    private final DatabaseClock clock;
    private final SchedulerClient scheduler;

    JobQueue(JdbcClient database, DatabaseClock clock, DataSource dataSource) {
        this.database = database;
        this.clock = clock;
        this.scheduler = SchedulerClient.Builder.create(new TransactionAwareDataSourceProxy(dataSource))
                .serializer(new NoTaskData())
                .enablePriority()
                .build();
    }

    /**
     * Asks for work on {@code subject}. It happens if and only if the caller's transaction commits.
     *
     * @throws IllegalStateException if a job of that subject is open, or was of another kind
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void enqueue(JobKind kind, UUID subject) {
        long token = database.sql(
                        """
                        insert into job (id, kind, state) values (:id, :kind, 'queued')
                        on conflict (id) do update set state = 'queued', progress = 0, message = null, worker = null,
                            attempts = 0, failure = null, created_at = clock_timestamp(), started_at = null,
                            finished_at = null, cancel_requested_at = null
                        where job.state in ('finished', 'failed') and job.kind = excluded.kind
                        returning token
                        """)
                .param("id", subject)
                .param("kind", LowerCamelCase.of(kind))
                .query(Long.class)
                .optional()
                .orElseThrow(() -> new IllegalStateException("a job of " + subject + " is open or of another kind"));
        appendEvent(subject, null);
        TaskInstance<Void> due = new TaskInstance.Builder<Void>(kind.taskName(), instance(subject, token))
                .priority(kind.priority())
                .build();
        if (!scheduler.scheduleIfNotExists(due, clock.now())) {
            throw new IllegalStateException("job " + subject + " is scheduled already");
        }
    }

    /** What was written for a job; empty if nothing was ever enqueued for that subject. */
    public Optional<Job> find(UUID job) {
        return database.sql("select * from job where id = ?")
                .param(job)
                .query(JobRows::job)
                .optional();
    }

    /** How many jobs wait and run, for every kind. */
    public List<QueueDepth> depths() {
        return Arrays.stream(JobKind.values()).map(this::depth).toList();
    }

    private QueueDepth depth(JobKind kind) {
        return database.sql(
                        """
                        select count(*) filter (where state = 'queued') as queued,
                               count(*) filter (where state = 'running') as running
                        from job where kind = ? and state in ('queued', 'running')
                        """)
                .param(LowerCamelCase.of(kind))
                .query((row, number) -> new QueueDepth(kind, row.getLong("queued"), row.getLong("running")))
                .single();
    }

    /** Jobs that wait or run, oldest first. */
    public List<Job> open(int limit) {
        return database.sql("select * from job where state in ('queued', 'running') order by created_at, id limit ?")
                .param(limit)
                .query(JobRows::job)
                .list();
    }

    /**
     * Takes a job for {@code worker} and makes every earlier token worthless.
     *
     * @return empty if the job has ended, so that nothing is left to do
     */
    @Transactional
    public Optional<FencingToken> claim(UUID job, String worker) {
        Optional<FencingToken> token = database.sql(
                        """
                        update job set token = token + 1, state = 'running', worker = :worker, attempts = attempts + 1,
                            started_at = coalesce(started_at, clock_timestamp())
                        where id = :id and state in ('queued', 'running')
                        returning token
                        """)
                .param("id", job)
                .param("worker", worker)
                .query(Long.class)
                .optional()
                .map(value -> new FencingToken(job, value));
        token.ifPresent(claimed -> appendEvent(job, null));
        return token;
    }

    /**
     * Locks the job's row until the caller's transaction ends, and so keeps the token valid for what the transaction writes.
     *
     * @throws LeaseLostException if another token was given out since, or the job has ended
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void verify(FencingToken token) {
        boolean valid = database.sql("select id from job where id = ? and token = ? and state = 'running' for update")
                .param(token.job())
                .param(token.value())
                .query(UUID.class)
                .optional()
                .isPresent();
        if (!valid) {
            throw new LeaseLostException(token);
        }
    }

    /** Says how far the work is. The same as {@link #progress(FencingToken, double, String, String)} without a payload. */
    @Transactional
    public void progress(FencingToken token, double progress, String message) {
        progress(token, progress, message, null);
    }

    /**
     * Says how far the work is.
     *
     * @param progress in [0, 1]
     * @param payload a JSON document for those who follow the job's events
     */
    @Transactional
    public void progress(FencingToken token, double progress, String message, @Nullable String payload) {
        update(token, "progress = :progress, message = :message", progress, message);
        appendEvent(token.job(), payload);
    }

    /** Ends a job whose work is done. */
    @Transactional
    public void finish(FencingToken token) {
        update(
                token,
                "state = 'finished', progress = :progress, message = null, finished_at = clock_timestamp()",
                1,
                null);
        appendEvent(token.job(), null);
    }

    /** Ends a job whose work was broken off because somebody asked for that. Progress stays where it was; failures leave it as well. */
    @Transactional
    public void breakOff(FencingToken token) {
        update(token, "state = 'finished', message = null, finished_at = clock_timestamp()", 0, null);
        appendEvent(token.job(), null);
    }

    /** Ends a job whose work cannot be done. */
    @Transactional
    public void fail(FencingToken token, String reason) {
        update(
                token,
                "state = 'failed', failure = :message, message = null, finished_at = clock_timestamp()",
                0,
                reason);
        appendEvent(token.job(), null);
    }

    /** Gives a job back after an attempt that counts, because of {@code reason}. */
    @Transactional
    public void retryLater(FencingToken token, String reason) {
        update(token, "state = 'queued', failure = :message, message = null", 0, reason);
        appendEvent(token.job(), null);
    }

    /** Gives a job back because the worker stops; the attempt does not count. */
    @Transactional
    public void handBack(FencingToken token) {
        update(token, "state = 'queued', attempts = attempts - 1, message = null", 0, null);
        appendEvent(token.job(), null);
    }

    /** Asks whoever works on the job to stop. Does nothing once it has ended. */
    @Transactional
    public void requestCancellation(UUID job) {
        database.sql(
                        """
                        update job set cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp())
                        where id = ? and state in ('queued', 'running')
                        """)
                .param(job)
                .update();
    }

    /**
     * Whether somebody asked the worker to stop. Costs one query, so it serves as the worker's heartbeat for its lease as well.
     *
     * @throws LeaseLostException if another token was given out since, or the job has ended
     */
    public boolean isCancellationRequested(FencingToken token) {
        return database.sql(
                        "select cancel_requested_at is not null from job where id = ? and token = ? and state = 'running'")
                .param(token.job())
                .param(token.value())
                .query(Boolean.class)
                .optional()
                .orElseThrow(() -> new LeaseLostException(token));
    }

    /**
     * Ends a job that nobody has claimed yet, nor is about to claim: a worker's scheduler takes its row a moment before.
     *
     * @return false if somebody has or is about to, or it has ended
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean withdraw(UUID job) {
        Optional<Job> waiting = database.sql(
                        "select * from job where id = ? and state = 'queued' and attempts = 0 for update")
                .param(job)
                .query(JobRows::job)
                .optional();
        if (waiting.isEmpty() || isPicked(waiting.get())) {
            return false;
        }
        database.sql(
                        """
                        update job set state = 'finished', finished_at = clock_timestamp(),
                            cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp())
                        where id = ?
                        """)
                .param(job)
                .update();
        appendEvent(job, null);
        scheduler.cancel(TaskInstanceId.of(
                waiting.get().kind().taskName(), instance(job, waiting.get().token())));
        return true;
    }

    /** Whether a worker's scheduler has taken a job's row. As long as the caller's transaction lasts, none takes it from now on. */
    private boolean isPicked(Job job) {
        return database.sql("select picked from scheduled_tasks where task_name = ? and task_instance = ? for update")
                .param(job.kind().taskName())
                .param(instance(job.id(), job.token()))
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    private void update(FencingToken token, String changes, double progress, @Nullable String message) {
        int updated = database.sql(
                        "update job set " + changes + " where id = :id and token = :token and state = 'running'")
                .param("progress", progress)
                .param("message", message)
                .param("id", token.job())
                .param("token", token.value())
                .update();
        if (updated != 1) {
            throw new LeaseLostException(token);
        }
    }

    /** Under the lock of the job's row, which every caller holds, so that sequences have no gaps and no twins. */
    private void appendEvent(UUID job, @Nullable String payload) {
        database.sql(
                        """
                        insert into job_event (job_id, sequence, state, progress, message, payload)
                        select id, (select coalesce(max(sequence), 0) + 1 from job_event where job_id = :id),
                            state, progress, message, cast(:payload as jsonb)
                        from job where id = :id
                        """)
                .param("id", job)
                .param("payload", payload)
                .update();
    }

    /** A job that is enqueued again was claimed in between, or withdrawn with its row: its token makes the name unique. */
    private static String instance(UUID job, long token) {
        return job + "/" + token;
    }

    /** The job that db-scheduler's row {@code instance} is about. */
    static UUID jobOf(String instance) {
        return UUID.fromString(instance.substring(0, instance.indexOf('/')));
    }
}
