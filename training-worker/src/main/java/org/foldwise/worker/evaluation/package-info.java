/**
 * The job that judges a run or a cross-validation: on validation and held-out images by predictions stored with the runs, on
 * locked test images and on other datasets by scoring them. Main type: {@code RunEvaluation}.
 */
@NullMarked
package org.foldwise.worker.evaluation;

import org.jspecify.annotations.NullMarked;
