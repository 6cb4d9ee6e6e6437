/** Experiments: a plan, a split and a procedure, and the runs that follow from them. Main type:
 * {@link org.foldwise.api.experiment.ExperimentController}. */
@NullMarked
package org.foldwise.api.experiment;

import org.jspecify.annotations.NullMarked;
