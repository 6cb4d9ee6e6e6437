package org.foldwise.registry.run;

import java.util.List;
import java.util.UUID;
import org.foldwise.learning.metrics.scored.EnsembleMean;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.RecordTamperedException;
import org.foldwise.registry.StoredDigest;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Makes ensembles of runs, and knows what they are made of. An ensemble is the only run of an experiment of its own, so whatever can be
 * done with a run that has succeeded can be done with it.
 */
@Component
public class Ensembles {
    private final Experiments experiments;
    private final Runs runs;
    private final RunProgress progress;
    private final JobQueue queue;
    private final JdbcClient database;
    private final Ids ids;
    private final DatabaseClock clock;

    Ensembles(
            Experiments experiments,
            Runs runs,
            RunProgress progress,
            JobQueue queue,
            JdbcClient database,
            Ids ids,
            DatabaseClock clock) {
        this.experiments = experiments;
        this.runs = runs;
        this.progress = progress;
        this.queue = queue;
        this.database = database;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Stores a new ensemble. Nothing is trained: its run has succeeded at once, and the experiment as soon as a worker has summarised it.
     *
     * @param experiment new, of the procedure ensemble
     * @param members 2 to {@value EnsembleMean#MAXIMUM_MEMBERS} trainings on the experiment's split: all of its development fold, or one
     *     of each fold of a cross-validation
     * @param validation the artifact with the ensemble's answers about validation images: the mean of the members', or of a
     *     cross-validation's folds what each said of the patients that it had not seen
     * @return the run
     * @throws IllegalArgumentException if the procedure is another, or there are too few or too many members
     * @throws org.springframework.dao.DataAccessException if the members are no such trainings, or a patient was withdrawn
     */
    @Transactional
    public Run launch(Experiment experiment, List<EnsembleMember> members, ArtifactKey validation, long sizeBytes) {
        if (experiment.procedure() != Procedure.ENSEMBLE) {
            throw new IllegalArgumentException("an ensemble is no " + experiment.procedure());
        }
        if (members.size() < 2 || members.size() > EnsembleMean.MAXIMUM_MEMBERS) {
            throw new IllegalArgumentException(
                    "an ensemble has 2 to " + EnsembleMean.MAXIMUM_MEMBERS + " members, had " + members.size());
        }
        experiments.saveAndFlush(experiment);
        Run run = runs.save(Run.ensemble(ids.next(), experiment.id(), members.size(), clock.now()));
        runs.flush();
        for (int position = 0; position < members.size(); position++) {
            database.sql(
                            "insert into ensemble_member (run_id, position, member_id, weights_digest) values (?, ?, ?, ?)")
                    .param(run.id())
                    .param(position)
                    .param(members.get(position).run())
                    .param(members.get(position).weights().hex())
                    .update();
        }
        progress.put(run.id(), RunArtifactKind.VALIDATION_PREDICTIONS, validation, sizeBytes);
        run.assemble(members, clock.now());
        runs.flush();
        experiments.lock(experiment.id()).orElseThrow().begin();
        queue.enqueue(JobKind.SUMMARISE, experiment.id());
        return run;
    }

    /**
     * What an ensemble is made of, in its order; nothing of a training.
     *
     * @throws RecordTamperedException if the run is not as it ended, or a member has other weights by now
     */
    public List<EnsembleMember> members(UUID run) {
        List<EnsembleMember> members = database.sql("select * from ensemble_member where run_id = ? order by position")
                .param(run)
                .query((row, number) -> new EnsembleMember(
                        row.getObject("member_id", UUID.class), StoredDigest.of(row.getString("weights_digest"))))
                .list();
        runs.findById(run).ifPresent(found -> found.requireAsEnded(members));
        members.forEach(member -> requireWeights(run, member));
        return members;
    }

    private void requireWeights(UUID run, EnsembleMember member) {
        if (progress.artifact(member.run(), RunArtifactKind.WEIGHTS)
                .filter(weights -> weights.key().equals(member.artifact()))
                .isEmpty()) {
            throw new RecordTamperedException(
                    "Run " + run, "its member " + member.run() + " has other weights than when the ensemble was made");
        }
    }
}
