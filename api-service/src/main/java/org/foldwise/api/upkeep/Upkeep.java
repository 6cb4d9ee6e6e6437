package org.foldwise.api.upkeep;

import java.time.Duration;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.idempotency.IdempotencyRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/** Deletes staged files that nobody will commit and first answers that nobody will ask for again. */
class Upkeep {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    /** Longer than any upload lasts, and as long as a client may reasonably repeat a request. */
    private static final Duration KEPT = Duration.ofDays(1);

    private final ArtifactStore artifacts;
    private final IdempotencyRecords idempotency;

    Upkeep(ArtifactStore artifacts, IdempotencyRecords idempotency) {
        this.artifacts = artifacts;
        this.idempotency = idempotency;
    }

    @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1H")
    void clearAway() {
        int staged = artifacts.sweep(KEPT);
        int answers = idempotency.forget(KEPT);
        if (staged > 0 || answers > 0) {
            log.info("cleared away {} staged files and {} recorded answers", staged, answers);
        }
    }
}
