package org.foldwise.registry.evaluation;

import java.time.Instant;
import java.util.UUID;

/**
 * Somebody had the locked test images of a split scored.
 *
 * @param number 1, 2, ... within the split
 * @param openedBy the name of the API key
 */
public record TestOpening(
        UUID id, UUID splitId, UUID evaluationId, int number, String reason, String openedBy, Instant openedAt) {}
