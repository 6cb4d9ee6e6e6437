package org.foldwise.registry.run;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The stored runs. */
public interface Runs extends Repository<Run, UUID> {
    Run save(Run run);

    void flush();

    Optional<Run> findById(UUID id);

    /** An experiment's runs, in the order of their folds and of their making, with those of a search's inner folds. */
    @Query("from Run run where run.experimentId = :experimentId order by run.fold, run.id")
    List<Run> findByExperimentIdOrderByFold(UUID experimentId);

    /** An experiment's runs but those of a search's inner folds: one for each fold at most, in the order of the folds. */
    @Query("from Run run where run.experimentId = :experimentId and run.innerFold is null order by run.fold")
    List<Run> findOuter(UUID experimentId);

    /**
     * The folds of a cross-validation's first repeat, in order: each patient was held out in one of them.
     *
     * @param repeats of its split
     * @throws IllegalStateException unless the repeats have as many folds each
     */
    default List<Run> findFirstRepeat(UUID experimentId, int repeats) {
        List<Run> folds = findOuter(experimentId);
        if (repeats < 1 || folds.size() % repeats != 0) {
            throw new IllegalStateException("experiment " + experimentId + " has " + folds.size()
                    + " folds, which are not " + repeats + " repeats");
        }
        return folds.subList(0, folds.size() / repeats);
    }

    /** An experiment's trainings that have succeeded, in the order in which they finished. */
    @Query(
            """
            from Run run
            where run.experimentId = :experimentId and run.provenance is not null order by run.finishedAt, run.id
            """)
    List<Run> findTrained(UUID experimentId);

    /** What an experiment's runs that have succeeded were made from, as JSON documents, in the order in which they finished. */
    default List<String> findProvenances(UUID experimentId) {
        return findTrained(experimentId).stream()
                .map(run -> Objects.requireNonNull(run.provenance()))
                .toList();
    }

    /** The same without the runs of a search's inner folds. */
    default List<String> findOuterProvenances(UUID experimentId) {
        return findTrained(experimentId).stream()
                .filter(run -> !run.isInner())
                .map(run -> Objects.requireNonNull(run.provenance()))
                .toList();
    }

    /** How a search's runs stand at this moment in the database, whatever was read of them before. */
    @Query(
            """
            select new org.foldwise.registry.run.RunStanding(run.fold, run.candidate, run.rung, run.innerFold, run.status,
                run.failureCode, run.failureDetail, run.heldOutRocAuc)
            from Run run where run.experimentId = :experimentId order by run.fold, run.id
            """)
    List<RunStanding> findStandings(UUID experimentId);

    /** How far an experiment's runs are at this moment in the database, whatever was read of them before. */
    @Query("select run.status from Run run where run.experimentId = :experimentId")
    List<RunStatus> findStatuses(UUID experimentId);
}
