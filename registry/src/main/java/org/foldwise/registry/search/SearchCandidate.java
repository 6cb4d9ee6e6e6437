package org.foldwise.registry.search;

import org.foldwise.learning.provenance.Digest;

/**
 * A candidate of a search.
 *
 * @param candidate 0 for the first
 * @param settings a JSON array of {pointer, value}: what it has instead of the experiment's plan
 * @param plan a JSON document
 * @param planDigest digest of the plan's canonical JSON form
 */
public record SearchCandidate(int candidate, String settings, String plan, Digest planDigest) {}
