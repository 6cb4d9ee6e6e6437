package org.foldwise.registry.run;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The stored runs. */
public interface Runs extends Repository<Run, UUID> {
    Run save(Run run);

    void flush();

    Optional<Run> findById(UUID id);

    /** An experiment's runs, in the order of their folds. */
    List<Run> findByExperimentIdOrderByFold(UUID experimentId);

    /** How far an experiment's runs are at this moment in the database, whatever was read of them before. */
    @Query("select run.status from Run run where run.experimentId = :experimentId")
    List<RunStatus> findStatuses(UUID experimentId);
}
