package org.foldwise.registry.weights;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;

/** The stored weight sets. */
public interface ImportedWeightSets extends Repository<ImportedWeightSet, UUID> {
    ImportedWeightSet saveAndFlush(ImportedWeightSet set);

    Optional<ImportedWeightSet> findById(UUID id);

    Optional<ImportedWeightSet> findByName(String name);

    /** All of them; an installation has dozens at most. */
    List<ImportedWeightSet> findAllByOrderByName();
}
