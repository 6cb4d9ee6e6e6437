/**
 * Neighbourhoods: of the cases that an evaluation's error review names, the nearest patients whom the network has learned from. {@link
 * org.foldwise.registry.neighbourhood.NeighbourhoodRequests} queues them, {@link
 * org.foldwise.registry.neighbourhood.NeighbourhoodReporting} is the only way by which workers write. What was found lies in rows that
 * hold images, and goes with these.
 */
@NullMarked
package org.foldwise.registry.neighbourhood;

import org.jspecify.annotations.NullMarked;
