/**
 * The job that freezes a dataset: decodes every image, profiles the cohort and collects what a careful reader would object to.
 * Main type: {@code FreezeDataset}. Images are read here and never changed.
 */
@NullMarked
package org.foldwise.worker.ingest;

import org.jspecify.annotations.NullMarked;
