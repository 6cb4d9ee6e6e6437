/**
 * Patient splits as they were stored: which patient plays which role in which fold. A stored split never changes, and
 * {@link org.foldwise.registry.split.PatientSplits} refuses to hand out one whose digest no longer fits.
 */
@NullMarked
package org.foldwise.registry.split;

import org.jspecify.annotations.NullMarked;
