package org.foldwise.registry.model;

import jakarta.persistence.Entity;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.foldwise.registry.Aggregate;

/** A named line of versions. Models are addressed by name, so names are unique across projects. */
@Entity
public class Model extends Aggregate {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

    private UUID projectId;
    private String name;
    private Instant createdAt;

    Model() {}

    /**
     * A model without versions.
     *
     * @param name 1 to 100 lower-case letters, digits, dots, dashes and underscores, beginning with a letter or digit
     */
    public Model(UUID id, UUID projectId, String name, Instant createdAt) {
        super(id);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a model's name must match " + NAME + ", was '" + name + "'");
        }
        this.projectId = projectId;
        this.name = name;
        this.createdAt = createdAt;
    }

    public UUID projectId() {
        return projectId;
    }

    public String name() {
        return name;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
