/**
 * Runs: one training on one fold each, with its epochs and artifacts, or an ensemble of such trainings. {@link org.foldwise.registry.run.ExperimentLaunch} queues them,
 * {@link org.foldwise.registry.run.RunReporting} is the only way by which workers write, always behind a fencing token.
 */
@NullMarked
package org.foldwise.registry.run;

import org.jspecify.annotations.NullMarked;
