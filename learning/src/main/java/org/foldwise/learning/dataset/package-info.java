/**
 * Patients, images and labels as values. Main type: {@link org.foldwise.learning.dataset.Cohort}. Knows nothing of files,
 * databases or networks.
 */
@NullMarked
package org.foldwise.learning.dataset;

import org.jspecify.annotations.NullMarked;
