/**
 * Weights to begin trainings with: those that publishers list and those that were imported. A file is streamed to scratch space, read
 * as data by a reader that runs nothing, and stored only if all of it fits a backbone. This service fetches nothing from anywhere.
 * Main type: {@link org.foldwise.api.weights.WeightSetController}.
 */
@NullMarked
package org.foldwise.api.weights;

import org.jspecify.annotations.NullMarked;
