package org.foldwise.registry.access;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

/** The stored projects. */
public interface Projects extends Repository<Project, UUID> {
    Project save(Project project);

    Optional<Project> findById(UUID id);

    boolean existsByName(String name);

    /** The projects with higher ids than {@code after}, in the order of their ids. */
    List<Project> findByIdGreaterThanOrderById(UUID after, Limit limit);
}
