/**
 * What a model said of images, whatever the task: {@link org.foldwise.learning.metrics.scored.ScoredImages}. It knows which figures
 * belong to which task.
 */
@NullMarked
package org.foldwise.learning.metrics.scored;

import org.jspecify.annotations.NullMarked;
