/**
 * From uploaded files to a cohort: which image is of which patient and class. Main types:
 * {@link org.foldwise.learning.dataset.layout.DatasetLayout} (what the researcher says of the files) and
 * {@link org.foldwise.learning.dataset.layout.LayoutResolution} (what follows, or every mistake at once). Pixels are not looked
 * at here.
 */
@NullMarked
package org.foldwise.learning.dataset.layout;

import org.jspecify.annotations.NullMarked;
