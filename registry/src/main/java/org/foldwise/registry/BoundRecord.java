package org.foldwise.registry;

import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Transient;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A record that says from its beginning what was asked for, and later what came of it. A digest binds all of it, so that whoever reads it
 * notices that it was changed past the platform. Records from before they were bound have none and are believed.
 */
@MappedSuperclass
public abstract class BoundRecord extends Aggregate {
    private @Nullable Digest recordDigest;

    @Transient
    private boolean provenAsWritten;

    /** For JPA, which fills in the fields. */
    protected BoundRecord() {}

    protected BoundRecord(UUID id) {
        super(id);
    }

    /** All that the record says, but what a withdrawal takes away. Facts that come with the end are absent before it. */
    protected abstract RecordDigest facts();

    /** Binds what a new record says, when it is complete and before it is stored. */
    protected final void bind() {
        this.recordDigest = facts().digest();
    }

    /** Changes what the record says, and binds that. One that was changed past the platform before does not become a good one. */
    protected final void rebind(Runnable change) {
        boolean isAsWritten = isAsWritten();
        change.run();
        if (isAsWritten) {
            bind();
        }
    }

    /**
     * Called wherever something of it is read but its ids, its state and its times.
     *
     * @throws RecordTamperedException if it says something else than the platform wrote
     */
    protected final void requireAsWritten() {
        if (provenAsWritten) {
            return;
        }
        if (!isAsWritten()) {
            throw new RecordTamperedException(
                    "The " + kind() + " " + id(),
                    "what was asked for or what came of it is another than what was written");
        }
        provenAsWritten = true;
    }

    private boolean isAsWritten() {
        return recordDigest == null || recordDigest.equals(facts().digest());
    }
}
