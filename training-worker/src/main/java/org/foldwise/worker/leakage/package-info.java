/**
 * The job that carries a leakage experiment out: trains on folds of images and of patients, compares, and keeps no weights. Main
 * type: {@code LeakageMeasurement}.
 */
@NullMarked
package org.foldwise.worker.leakage;

import org.jspecify.annotations.NullMarked;
