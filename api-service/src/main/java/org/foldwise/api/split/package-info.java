/** Patient splits: computed when they are asked for, audited, stored for good. Main type: {@link org.foldwise.api.split.SplitController}. */
@NullMarked
package org.foldwise.api.split;

import org.jspecify.annotations.NullMarked;
