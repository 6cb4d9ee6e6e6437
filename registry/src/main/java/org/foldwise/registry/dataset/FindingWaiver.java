package org.foldwise.registry.dataset;

import java.time.Instant;
import java.util.UUID;

/**
 * Somebody has set a blocking finding of a dataset aside, for ever.
 *
 * @param code of the finding
 * @param waivedBy the name of the API key
 */
public record FindingWaiver(UUID id, UUID datasetId, String code, String reason, String waivedBy, Instant waivedAt) {}
