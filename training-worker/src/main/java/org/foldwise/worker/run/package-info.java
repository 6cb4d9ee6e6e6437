/**
 * The job that trains a run: split, cohort and plan from the registry, pixels from the store, weights and predictions back. Main
 * type: {@code RunTraining}. How a network learns is the library's business.
 */
@NullMarked
package org.foldwise.worker.run;

import org.jspecify.annotations.NullMarked;
