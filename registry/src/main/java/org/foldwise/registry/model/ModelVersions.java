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

    /** The versions that were made of a run, of whatever model, the oldest first. */
    List<ModelVersion> findByRunIdOrderById(UUID runId);

    /** The version with the highest number. */
    Optional<ModelVersion> findFirstByModelIdOrderByNumberDesc(UUID modelId);

    /** A model's newest released version, or the newest candidate where none is released; never a withdrawn one. */
    default Optional<ModelVersion> findNewestUsable(UUID modelId) {
        return findUsable(modelId, Limit.of(1)).stream().findFirst();
    }

    /** A model's versions that were not withdrawn: released ones first, of those and of the others the newest first. */
    @Query(
            """
            from ModelVersion version where version.modelId = :modelId and version.state <> WITHDRAWN
            order by case when version.state = RELEASED then 0 else 1 end, version.number desc
            """)
    List<ModelVersion> findUsable(UUID modelId, Limit limit);

    /** The highest number so far, 0 without versions. */
    @Query("select coalesce(max(version.number), 0) from ModelVersion version where version.modelId = :modelId")
    int highestNumber(UUID modelId);
}
