package org.foldwise.api.run;

import org.foldwise.api.jobs.JobView;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.run.Ensembles;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunEpoch;
import org.foldwise.registry.run.RunProgress;
import org.springframework.stereotype.Component;

/** Gathers what there is to say of a run. */
@Component
class RunResponses {
    private final RunProgress progress;
    private final Ensembles ensembles;
    private final JobQueue jobs;

    RunResponses(RunProgress progress, Ensembles ensembles, JobQueue jobs) {
        this.progress = progress;
        this.ensembles = ensembles;
        this.jobs = jobs;
    }

    RunResponse response(Run run) {
        String provenance = run.provenance();
        return RunResponse.of(
                run,
                JobView.of(jobs.find(run.id())),
                progress.lastEpoch(run.id()).map(RunEpoch::overfittingSince).orElse(null),
                provenance == null ? null : ProvenanceResponse.of(ReportJson.read(Provenance.class, provenance)),
                ensembles.members(run.id()));
    }
}
