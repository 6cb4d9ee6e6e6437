package org.foldwise.registry.access;

import jakarta.persistence.Entity;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.Aggregate;

/** What datasets and models belong to. An API key opens one project or all. */
@Entity
public class Project extends Aggregate {
    private String name;
    private boolean deidentifiedOnly;
    private Instant createdAt;

    Project() {}

    /** A project whose datasets take files whatever they say of the patient, unless a dataset asks for more. */
    public Project(UUID id, String name, Instant createdAt) {
        this(id, name, false, createdAt);
    }

    public Project(UUID id, String name, boolean deidentifiedOnly, Instant createdAt) {
        super(id);
        this.name = name;
        this.deidentifiedOnly = deidentifiedOnly;
        this.createdAt = createdAt;
    }

    public String name() {
        return name;
    }

    /** Whether all its datasets refuse files that say they hold burned-in text or do not say that they are de-identified. */
    public boolean deidentifiedOnly() {
        return deidentifiedOnly;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
