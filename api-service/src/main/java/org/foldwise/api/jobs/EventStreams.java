package org.foldwise.api.jobs;

import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.registry.jobs.JobEvent;
import org.foldwise.registry.jobs.JobEvents;
import org.foldwise.registry.jobs.JobQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Open streams of job events. One thread looks for news of all of them twice a second, so that a thousand viewers cost no more
 * threads than one; a stream ends with its job.
 */
@Component
public class EventStreams {
    private static final Logger log = LoggerFactory.getLogger(EventStreams.class);
    private static final int MOST_STREAMS = 1000;
    private static final int EVENTS_AT_ONCE = 100;
    private static final long PERIOD_MILLIS = 500;
    private static final int SILENT_ROUNDS = 30;
    private static final long NO_TIMEOUT = 0;

    private final JobEvents events;
    private final JobQueue jobs;
    private final Set<Stream> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clockwork = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "job-events");
        thread.setDaemon(true);
        return thread;
    });

    private final ScheduledFuture<?> rounds;

    EventStreams(JobEvents events, JobQueue jobs) {
        this.events = events;
        this.jobs = jobs;
        this.rounds = clockwork.scheduleWithFixedDelay(
                () -> open.removeIf(stream -> !deliver(stream)), PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Opens a stream of a job's events.
     *
     * @param lastEventId the sequence of the last event that the client has seen; absent for all of them
     * @throws RefusedException if too many streams are open
     */
    public SseEmitter open(UUID job, @Nullable Long lastEventId) {
        if (open.size() >= MOST_STREAMS) {
            throw new RefusedException(ProblemType.UNAVAILABLE, "Too many event streams are open.");
        }
        Stream stream = new Stream(job, lastEventId == null ? 0 : Math.max(0, lastEventId));
        stream.emitter.onCompletion(() -> open.remove(stream));
        stream.emitter.onError(e -> open.remove(stream));
        if (isOver(stream)) {
            stream.emitter.complete();
        } else {
            open.add(stream);
        }
        return stream.emitter;
    }

    /** Ends all streams first, or a graceful shutdown would wait for them. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        open.forEach(stream -> stream.emitter.complete());
    }

    @PreDestroy
    void stop() {
        rounds.cancel(true);
        clockwork.shutdownNow();
    }

    /** Whether the client has seen the job's last event. */
    private boolean isOver(Stream stream) {
        return jobs.find(stream.job).filter(job -> job.state().isTerminal()).isPresent()
                && events.after(stream.job, stream.sequence, 1).isEmpty();
    }

    /** Whether the stream is still to be served; whatever goes wrong with one must not end the rounds for all. */
    private boolean deliver(Stream stream) {
        try {
            stream.deliver(events.after(stream.job, stream.sequence, EVENTS_AT_ONCE));
            return true;
        } catch (IOException | IllegalStateException e) {
            log.debug("a viewer has gone", e);
            return false;
        } catch (RuntimeException e) {
            log.warn("no news of a job for a viewer", e);
            return true;
        }
    }

    /** One viewer of one job. */
    private static final class Stream {
        private final UUID job;
        private final SseEmitter emitter = new SseEmitter(NO_TIMEOUT);
        private long sequence;
        private int silentRounds;

        Stream(UUID job, long sequence) {
            this.job = job;
            this.sequence = sequence;
        }

        void deliver(List<JobEvent> news) throws IOException {
            for (JobEvent event : news) {
                emitter.send(SseEmitter.event()
                        .id(Long.toString(event.sequence()))
                        .name("progress")
                        .data(JobEventView.of(event), MediaType.APPLICATION_JSON));
                sequence = event.sequence();
            }
            if (!news.isEmpty() && news.get(news.size() - 1).state().isTerminal()) {
                emitter.complete();
            }
            silentRounds = news.isEmpty() ? silentRounds + 1 : 0;
            if (silentRounds >= SILENT_ROUNDS) {
                emitter.send(SseEmitter.event().comment("still there"));
                silentRounds = 0;
            }
        }
    }
}
