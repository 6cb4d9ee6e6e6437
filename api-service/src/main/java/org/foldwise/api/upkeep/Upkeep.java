package org.foldwise.api.upkeep;

import java.time.Duration;
import org.foldwise.registry.idempotency.IdempotencyRecords;
import org.foldwise.registry.upkeep.ArtifactSweep;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/** Deletes files that nobody will commit or name and first answers that nobody will ask for again. */
class Upkeep {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    /** As long as a client may reasonably repeat a request. */
    private static final Duration KEPT = Duration.ofDays(1);

    private final ArtifactSweep artifacts;
    private final IdempotencyRecords idempotency;

    Upkeep(ArtifactSweep artifacts, IdempotencyRecords idempotency) {
        this.artifacts = artifacts;
        this.idempotency = idempotency;
    }

    @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1H")
    void clearAway() {
        int staged = artifacts.deleteAbandoned();
        int unnamed = artifacts.deleteUnnamed();
        int answers = idempotency.forget(KEPT);
        if (staged > 0 || unnamed > 0 || answers > 0) {
            log.info(
                    "cleared away {} staged files, {} artifacts that no row names and {} recorded answers",
                    staged,
                    unnamed,
                    answers);
        }
    }
}
