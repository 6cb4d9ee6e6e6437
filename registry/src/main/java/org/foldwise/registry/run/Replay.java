package org.foldwise.registry.run;

import jakarta.persistence.Entity;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.RecordDigest;
import org.foldwise.registry.inquiry.Inquiry;
import org.jspecify.annotations.Nullable;

/** A run trained once more from its provenance, to see whether it comes to the same. */
@Entity
public class Replay extends Inquiry {
    private UUID runId;
    private @Nullable ReplayVerdict verdict;

    Replay() {}

    Replay(UUID id, UUID runId, Instant createdAt) {
        super(id, createdAt);
        this.runId = runId;
    }

    public UUID runId() {
        return runId;
    }

    /** Absent before the replay has succeeded. */
    public @Nullable ReplayVerdict verdict() {
        requireAsWritten();
        return verdict;
    }

    /** Says what it has shown, in the transaction in which it succeeds. */
    void decide(ReplayVerdict shown) {
        rebind(() -> this.verdict = shown);
    }

    @Override
    protected RecordDigest asked(RecordDigest facts) {
        return facts.fact("run", runId).fact("verdict", verdict);
    }
}
