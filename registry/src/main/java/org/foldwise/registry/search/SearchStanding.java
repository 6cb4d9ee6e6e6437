package org.foldwise.registry.search;

import org.foldwise.learning.search.RungSelection;

/**
 * How a candidate stood at the end of a rung.
 *
 * @param fold the outer fold
 * @param rung 0 for the first
 * @param standing what it came to
 */
public record SearchStanding(int fold, int rung, RungSelection.Standing standing) {}
