/** The job that looks for the training patients nearest to cases. Main type: {@code NeighbourFinding}. */
@NullMarked
package org.foldwise.worker.neighbourhood;

import org.jspecify.annotations.NullMarked;
