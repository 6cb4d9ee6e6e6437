/**
 * Datasets: described, filled by uploads, then frozen for good. Main types: {@link org.foldwise.api.dataset.DatasetController} and
 * {@link org.foldwise.api.dataset.Freezing}.
 */
@NullMarked
package org.foldwise.api.dataset;

import org.jspecify.annotations.NullMarked;
