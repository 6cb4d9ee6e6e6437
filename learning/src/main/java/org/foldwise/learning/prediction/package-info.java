/**
 * Answers from a bundle and from nothing else. Main type: {@code Classifier}, which owns native memory and must be closed.
 */
@NullMarked
package org.foldwise.learning.prediction;

import org.jspecify.annotations.NullMarked;
