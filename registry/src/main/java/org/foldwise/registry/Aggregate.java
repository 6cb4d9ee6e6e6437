package org.foldwise.registry;

import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.PostLoad;
import jakarta.persistence.PostPersist;
import jakarta.persistence.Transient;
import java.util.Locale;
import java.util.UUID;
import org.springframework.data.domain.Persistable;

/** A stored thing with an id of its own, given on construction. Two are equal when they are of one class and have one id. */
@MappedSuperclass
public abstract class Aggregate implements Persistable<UUID> {
    @Id
    private UUID id;

    @Transient
    private boolean stored;

    /** For JPA, which fills in the fields. */
    protected Aggregate() {}

    protected Aggregate(UUID id) {
        this.id = id;
    }

    public UUID id() {
        return id;
    }

    /** The same as {@link #id()}, under the name that Spring Data asks for. */
    @Override
    public UUID getId() {
        return id;
    }

    @Override
    public boolean isNew() {
        return !stored;
    }

    @PostLoad
    @PostPersist
    void markStored() {
        stored = true;
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof Aggregate aggregate
                && aggregate.getClass() == getClass()
                && aggregate.id().equals(id);
    }

    @Override
    public final int hashCode() {
        return id.hashCode();
    }

    /** What kind of thing it is, as people call it. */
    final String kind() {
        return getClass().getSimpleName().replaceAll("(?<=.)([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + " " + id;
    }
}
