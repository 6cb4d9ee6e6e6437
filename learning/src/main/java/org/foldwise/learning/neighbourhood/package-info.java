/**
 * Nearest training patients: what a network has learned from that looks most like a case to it, by the features before its head. Main
 * types: {@link org.foldwise.learning.neighbourhood.NeighbourSearch} and {@link
 * org.foldwise.learning.neighbourhood.NeighbourhoodReport}. Features come from elsewhere, as {@link
 * org.foldwise.learning.neighbourhood.FeatureVectors}.
 */
@NullMarked
package org.foldwise.learning.neighbourhood;

import org.jspecify.annotations.NullMarked;
