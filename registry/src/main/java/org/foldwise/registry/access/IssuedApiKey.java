package org.foldwise.registry.access;

/**
 * A new key, the only time its secret is known.
 *
 * @param key what was stored
 * @param secret what its bearer has to show
 */
public record IssuedApiKey(ApiKey key, ApiKeySecret secret) {}
