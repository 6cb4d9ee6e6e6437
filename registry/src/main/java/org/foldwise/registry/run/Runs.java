package org.foldwise.registry.run;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;

/** The stored runs. */
public interface Runs extends Repository<Run, UUID> {
    Run save(Run run);

    void flush();

    Optional<Run> findById(UUID id);

    /** An experiment's runs, in the order of their folds. */
    List<Run> findByExperimentIdOrderByFold(UUID experimentId);
}
