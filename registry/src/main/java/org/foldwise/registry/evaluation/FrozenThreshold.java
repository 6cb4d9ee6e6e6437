package org.foldwise.registry.evaluation;

import java.time.Instant;
import java.util.UUID;

/**
 * The threshold of a run, chosen once on its validation images and never changed.
 *
 * @param evaluationId the validation that chose it
 * @param rule a JSON document: by which rule
 * @param value in [0, 1]; a probability of at least that much is decided to be positive
 */
public record FrozenThreshold(UUID runId, UUID evaluationId, String rule, double value, Instant frozenAt) {}
