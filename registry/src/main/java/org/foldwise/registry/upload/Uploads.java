package org.foldwise.registry.upload;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

/** The stored uploads. */
public interface Uploads extends Repository<Upload, UUID> {
    Upload saveAndFlush(Upload upload);

    Optional<Upload> findById(UUID id);

    /** A dataset's uploads with higher ids than {@code after}, in the order of their ids. */
    List<Upload> findByDatasetIdAndIdGreaterThanOrderById(UUID datasetId, UUID after, Limit limit);
}
