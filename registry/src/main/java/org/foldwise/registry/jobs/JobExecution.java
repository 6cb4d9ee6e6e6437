package org.foldwise.registry.jobs;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionHandler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.registry.artifacts.DamagedFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One execution of db-scheduler: claims the job, has it handled, and says what becomes of db-scheduler's row. */
final class JobExecution implements ExecutionHandler<Void> {
    private static final Logger log = LoggerFactory.getLogger(JobExecution.class);

    private final JobQueue queue;
    private final JobHandler handler;
    private final String worker;
    private final RetryPolicy retries;

    JobExecution(JobQueue queue, JobHandler handler, String worker, RetryPolicy retries) {
        this.queue = queue;
        this.handler = handler;
        this.worker = worker;
        this.retries = retries;
    }

    @Override
    public CompletionHandler<Void> execute(TaskInstance<Void> due, ExecutionContext context) {
        UUID job = JobQueue.jobOf(due.getId());
        return queue.claim(job, worker).map(this::work).orElseGet(JobExecution::done);
    }

    private CompletionHandler<Void> work(FencingToken token) {
        log.info("Job {} claimed by {} with token {}", token.job(), worker, token.value());
        try {
            return attempt(token);
        } catch (LeaseLostException e) {
            log.warn("Job {} has another worker than {} by now", token.job(), worker);
            return leaveAlone();
        }
    }

    private CompletionHandler<Void> attempt(FencingToken token) {
        Job job = queue.find(token.job()).orElseThrow();
        if (job.attempts() > retries.attempts()) {
            // the workers died without a word, or it would have been given up at the last attempt
            return giveUp(token, "given up after " + retries.attempts() + " attempts that ended with their worker");
        }
        try {
            handler.handle(token);
        } catch (LeaseLostException e) {
            throw e;
        } catch (InterruptedException e) {
            // The flag stays off: the thread ends with the worker, and what follows needs the database.
            queue.handBack(token);
            return again(Duration.ZERO);
        } catch (Throwable failure) {
            return failed(token, job.attempts(), failure);
        }
        boolean leftOpen =
                queue.find(token.job()).filter(after -> isOpen(after, token)).isPresent();
        return leftOpen ? giveUp(token, "the worker left the job open") : done();
    }

    private CompletionHandler<Void> failed(FencingToken token, int attempt, Throwable failure) {
        String reason = reason(failure);
        boolean mayPass = RetryPolicy.isInfrastructure(failure);
        if (mayPass && attempt < retries.attempts()) {
            Duration delay = retries.delayAfter(attempt);
            log.warn("Attempt {} at job {} failed, the next in {}", attempt, token.job(), delay, failure);
            queue.retryLater(token, reason);
            return again(delay);
        }
        log.error("Attempt {} at job {} failed, the last", attempt, token.job(), failure);
        return giveUp(
                token,
                mayPass ? reason + "; given up after " + attempt + (attempt == 1 ? " attempt" : " attempts") : reason);
    }

    /** Only our own messages: those of drivers and libraries may quote what they were given, patients' data among it. */
    private static String reason(Throwable failure) {
        Optional<String> ofFile = DamagedFileException.in(failure).map(Throwable::getMessage);
        if (ofFile.isPresent() || failure instanceof InfrastructureException) {
            return ofFile.orElseGet(() -> String.valueOf(failure.getMessage()));
        }
        if (failure instanceof UncheckedIOException) {
            return "files could not be read or written; the worker's log says which";
        }
        return RetryPolicy.isInfrastructure(failure)
                ? "the database was out of reach"
                : "the worker failed in a way that is not provided for ("
                        + failure.getClass().getSimpleName() + "); its log says more under the job's id";
    }

    private CompletionHandler<Void> giveUp(FencingToken token, String reason) {
        handler.giveUp(token, reason);
        if (queue.find(token.job()).filter(after -> isOpen(after, token)).isPresent()) {
            queue.fail(token, reason);
        }
        return done();
    }

    private static boolean isOpen(Job job, FencingToken token) {
        return job.state() == JobState.RUNNING && job.token() == token.value();
    }

    private static CompletionHandler<Void> done() {
        return (complete, operations) -> operations.remove();
    }

    private static CompletionHandler<Void> again(Duration delay) {
        return (complete, operations) ->
                operations.reschedule(complete, complete.getTimeDone().plus(delay));
    }

    /** Whoever has the job now has db-scheduler's row as well. */
    private static CompletionHandler<Void> leaveAlone() {
        return (complete, operations) -> {};
    }
}
