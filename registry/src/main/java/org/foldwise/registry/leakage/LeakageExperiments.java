package org.foldwise.registry.leakage;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

/** The stored leakage experiments. */
public interface LeakageExperiments extends Repository<LeakageExperiment, UUID> {
    LeakageExperiment saveAndFlush(LeakageExperiment experiment);

    void flush();

    Optional<LeakageExperiment> findById(UUID id);

    /** A dataset's leakage experiments with higher ids than {@code after}, in the order of their ids. */
    List<LeakageExperiment> findByDatasetIdAndIdGreaterThanOrderById(UUID datasetId, UUID after, Limit limit);
}
