/**
 * The whole recipe of a training as one immutable value, validated on construction. Main type:
 * {@link org.foldwise.learning.experiment.ExperimentPlan}.
 */
@NullMarked
package org.foldwise.learning.experiment;

import org.jspecify.annotations.NullMarked;
