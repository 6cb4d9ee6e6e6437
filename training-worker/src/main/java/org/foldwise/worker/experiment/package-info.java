/**
 * The job that summarises an experiment when its last run has ended. Main type: {@code SummariseExperiment}. It computes from
 * stored predictions and trains nothing.
 */
@NullMarked
package org.foldwise.worker.experiment;

import org.jspecify.annotations.NullMarked;
