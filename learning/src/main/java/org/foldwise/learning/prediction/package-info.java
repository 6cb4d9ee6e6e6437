/**
 * Answers from a bundle and from nothing else. Main type: {@link org.foldwise.learning.prediction.Classifier}, which owns native memory and must be closed.
 */
@NullMarked
package org.foldwise.learning.prediction;

import org.jspecify.annotations.NullMarked;
