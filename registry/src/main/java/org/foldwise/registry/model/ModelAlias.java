package org.foldwise.registry.model;

import java.util.UUID;

/**
 * A name that points at one of a model's versions and may be moved.
 *
 * @param version the number that it points at
 * @param rowVersion 0 when it was made, and one more with each move
 */
public record ModelAlias(UUID modelId, String alias, int version, long rowVersion) {}
