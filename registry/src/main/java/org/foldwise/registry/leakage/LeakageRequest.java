package org.foldwise.registry.leakage;

import java.util.List;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Accepts leakage experiments and queues them, and calls them off. */
@Component
public class LeakageRequest {
    private final LeakageExperiments experiments;
    private final JobQueue queue;
    private final Ids ids;
    private final DatabaseClock clock;

    LeakageRequest(LeakageExperiments experiments, JobQueue queue, Ids ids, DatabaseClock clock) {
        this.experiments = experiments;
        this.queue = queue;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * What is asked for.
     *
     * @param plan a JSON document
     * @param planDigest digest of the plan's canonical JSON form
     * @param weightSetId the imported weights that each training begins with; absent where they are drawn
     * @param folds of images, and as many of patients
     * @param seed of the folds
     */
    public record Order(
            UUID datasetId,
            String name,
            String plan,
            Digest planDigest,
            @Nullable UUID weightSetId,
            int folds,
            long seed) {}

    /**
     * Stores a leakage experiment and queues it.
     *
     * @param withheldSplits the splits whose locked patients are left out
     * @throws org.springframework.dao.DataAccessException if the dataset is not frozen, or has blocking findings that nobody waived
     */
    @Transactional
    public LeakageExperiment accept(Order order, List<UUID> withheldSplits) {
        LeakageExperiment stored =
                experiments.saveAndFlush(new LeakageExperiment(ids.next(), order, withheldSplits, clock.now()));
        queue.enqueue(JobKind.LEAKAGE_EXPERIMENT, stored.id());
        return stored;
    }

    /**
     * Calls one off. One that waits ends at once; one that a worker has ends when the worker has heard of it.
     *
     * @throws java.util.NoSuchElementException if there is no such leakage experiment
     * @throws IllegalTransitionException if it has ended
     */
    @Transactional
    public LeakageExperiment cancel(UUID id) {
        LeakageExperiment experiment = experiments.findById(id).orElseThrow();
        if (experiment.state().isTerminal()) {
            throw new IllegalTransitionException(experiment, experiment.state(), LeakageState.CANCELLED);
        }
        if (queue.withdraw(id)) {
            experiment.cancel(clock.now());
            experiments.flush();
        } else {
            queue.requestCancellation(id);
        }
        return experiment;
    }
}
