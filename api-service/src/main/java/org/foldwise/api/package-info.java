/**
 * The HTTP service. One package per stage of the story, in the order upload, dataset, split, experiment, run, evaluation, model,
 * prediction; each has its controllers and beside them the records that are read and written. Controllers translate and
 * delegate: what may happen is decided by the registry, and what is computed by the learning library.
 */
@NullMarked
package org.foldwise.api;

import org.jspecify.annotations.NullMarked;
