/**
 * The job that freezes a dataset: decodes and measures every image and has the cohort examined ({@code
 * learning.quality}). Main type: {@code FreezeDataset}. Images are read here and never changed.
 */
@NullMarked
package org.foldwise.worker.ingest;

import org.jspecify.annotations.NullMarked;
