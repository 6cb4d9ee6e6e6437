/**
 * Experiments: a plan applied to a split by a procedure. The runs that carry one out belong to a later stage, which moves
 * {@link org.foldwise.registry.experiment.Experiment} along as they end.
 */
@NullMarked
package org.foldwise.registry.experiment;

import org.jspecify.annotations.NullMarked;
