package org.foldwise.registry.model;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The stored model versions. */
public interface ModelVersions extends Repository<ModelVersion, UUID> {
    ModelVersion save(ModelVersion version);

    Optional<ModelVersion> findById(UUID id);

    Optional<ModelVersion> findByModelIdAndNumber(UUID modelId, int number);

    /** A model's versions with higher numbers than {@code after}, in order. */
    List<ModelVersion> findByModelIdAndNumberGreaterThanOrderByNumber(UUID modelId, int after, Limit limit);

    /** The version with the highest number. */
    Optional<ModelVersion> findFirstByModelIdOrderByNumberDesc(UUID modelId);

    /** The highest number so far, 0 without versions. */
    @Query("select coalesce(max(version.number), 0) from ModelVersion version where version.modelId = :modelId")
    int highestNumber(UUID modelId);
}
