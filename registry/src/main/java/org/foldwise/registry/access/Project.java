package org.foldwise.registry.access;

import jakarta.persistence.Entity;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.Aggregate;

/** What datasets and models belong to. An API key opens one project or all. */
@Entity
public class Project extends Aggregate {
    private String name;
    private Instant createdAt;

    Project() {}

    public Project(UUID id, String name, Instant createdAt) {
        super(id);
        this.name = name;
        this.createdAt = createdAt;
    }

    public String name() {
        return name;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
