package org.foldwise.registry.model;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The stored models. */
public interface Models extends Repository<Model, UUID> {
    Model save(Model model);

    Optional<Model> findById(UUID id);

    Optional<Model> findByName(String name);

    boolean existsByName(String name);

    /** The models with higher ids than {@code after}, in the order of their ids. */
    List<Model> findByIdGreaterThanOrderById(UUID after, Limit limit);

    /** A project's models with higher ids than {@code after}, in the order of their ids. */
    List<Model> findByProjectIdAndIdGreaterThanOrderById(UUID projectId, UUID after, Limit limit);

    /** The model, locked until the transaction ends. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("from Model model where model.id = :id")
    Optional<Model> lock(UUID id);
}
