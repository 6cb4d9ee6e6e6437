package org.foldwise.registry.run;

import java.util.List;
import java.util.UUID;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.LowerCamelCase;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.inquiry.InquiryRequests;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Asks for replays, and calls them off. */
@Component
public class ReplayRequests extends InquiryRequests<Replay> {
    private final Replays replays;
    private final Runs runs;
    private final Ensembles ensembles;
    private final Experiments experiments;
    private final PatientSplits splits;
    private final Datasets datasets;
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
        super(JobKind.REPLAY, replays, queue, clock);
        this.replays = replays;
        this.runs = runs;
        this.ensembles = ensembles;
        this.experiments = experiments;
        this.splits = splits;
        this.datasets = datasets;
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
        if (replays.existsByRunIdAndStateIn(runId, List.of(InquiryState.QUEUED, InquiryState.RUNNING))) {
            throw new ReplayRefusedException("a replay of run " + runId + " is under way");
        }
        return enqueue(new Replay(ids.next(), runId, clock.now()));
    }
}
