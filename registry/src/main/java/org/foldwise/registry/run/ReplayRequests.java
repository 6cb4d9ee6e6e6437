package org.foldwise.registry.run;

import java.util.List;
import java.util.UUID;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.LowerCamelCase;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Asks for replays, and calls them off. */
@Component
public class ReplayRequests {
    private final Replays replays;
    private final Runs runs;
    private final Ensembles ensembles;
    private final Experiments experiments;
    private final PatientSplits splits;
    private final Datasets datasets;
    private final JobQueue queue;
    private final Ids ids;
    private final DatabaseClock clock;

    ReplayRequests(
            Replays replays,
            Runs runs,
            Ensembles ensembles,
            Experiments experiments,
            PatientSplits splits,
            Datasets datasets,
            JobQueue queue,
            Ids ids,
            DatabaseClock clock) {
        this.replays = replays;
        this.runs = runs;
        this.ensembles = ensembles;
        this.experiments = experiments;
        this.splits = splits;
        this.datasets = datasets;
        this.queue = queue;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Asks for a run to be trained once more.
     *
     * @throws ReplayRefusedException if the run has not succeeded, is an ensemble or of an inner fold, or a replay of it is under way
     * @throws org.foldwise.registry.dataset.DataWithdrawnException if a patient was withdrawn from what it was trained on
     */
    @Transactional
    public Replay of(UUID runId) {
        Run run = runs.findById(runId).orElseThrow();
        if (run.status() != RunStatus.SUCCEEDED) {
            throw new ReplayRefusedException("run " + runId + " is " + LowerCamelCase.of(run.status())
                    + "; only one that has succeeded is replayed");
        }
        if (run.isEnsemble()) {
            throw new ReplayRefusedException(
                    "run " + runId + " is an ensemble, which trained nothing; replay its members "
                            + String.join(
                                    ", ",
                                    ensembles.members(runId).stream()
                                            .map(member -> member.run().toString())
                                            .toList()));
        }
        if (run.isInner()) {
            throw new ReplayRefusedException(
                    "run " + runId
                            + " is of an inner fold of a search, whose weights are not kept; replay the run of what was chosen");
        }
        experiments
                .findById(run.experimentId())
                .flatMap(experiment -> splits.find(experiment.splitId()))
                .flatMap(split -> datasets.findById(split.datasetId()))
                .ifPresent(Dataset::requireWhole);
        if (replays.existsByRunIdAndStateIn(runId, List.of(ReplayState.QUEUED, ReplayState.RUNNING))) {
            throw new ReplayRefusedException("a replay of run " + runId + " is under way");
        }
        Replay stored = replays.saveAndFlush(new Replay(ids.next(), runId, clock.now()));
        queue.enqueue(JobKind.REPLAY, stored.id());
        return stored;
    }

    /**
     * Calls a replay off: one that waits ends at once, one that a worker carries out when the worker has heard of it.
     *
     * @throws java.util.NoSuchElementException if there is no such replay
     * @throws IllegalTransitionException if it has ended
     */
    @Transactional
    public Replay cancel(UUID id) {
        Replay replay = replays.findById(id).orElseThrow();
        if (replay.state().isTerminal()) {
            throw new IllegalTransitionException(replay, replay.state(), ReplayState.CANCELLED);
        }
        if (queue.withdraw(id)) {
            replay.cancel(clock.now());
        } else {
            queue.requestCancellation(id);
        }
        return replay;
    }
}
