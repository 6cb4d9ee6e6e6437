package org.foldwise.registry.dataset;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The stored datasets. */
public interface Datasets extends Repository<Dataset, UUID> {
    Dataset save(Dataset dataset);

    Optional<Dataset> findById(UUID id);

    boolean existsByProjectIdAndName(UUID projectId, String name);

    /** The datasets with higher ids than {@code after}, in the order of their ids. */
    List<Dataset> findByIdGreaterThanOrderById(UUID after, Limit limit);

    /** A project's datasets with higher ids than {@code after}, in the order of their ids. */
    List<Dataset> findByProjectIdAndIdGreaterThanOrderById(UUID projectId, UUID after, Limit limit);

    /** The dataset, locked until the transaction ends. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("from Dataset dataset where dataset.id = :id")
    Optional<Dataset> lock(UUID id);

    void flush();
}
