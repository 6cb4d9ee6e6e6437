package org.foldwise.registry.evaluation;

/**
 * An opening, seen from a split whose locked patients it has scored.
 *
 * @param opening under that split or another
 * @param patients how many of the patients whom the split locks away it has scored; those who were withdrawn since count no more
 */
public record TouchingOpening(TestOpening opening, int patients) {}
