/**
 * Datasets, from the draft that takes uploads to the frozen one that never changes again, which the database sees to.
 * {@link org.foldwise.registry.dataset.Dataset} holds the states, {@link org.foldwise.registry.dataset.DatasetFreezing} the way between them.
 */
@NullMarked
package org.foldwise.registry.dataset;

import org.jspecify.annotations.NullMarked;
