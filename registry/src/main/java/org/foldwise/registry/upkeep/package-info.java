/**
 * Finds what no row names any more. {@link org.foldwise.registry.upkeep.ArtifactSweep} knows the tables of all stages; no stage knows
 * it.
 */
@NullMarked
package org.foldwise.registry.upkeep;

import org.jspecify.annotations.NullMarked;
