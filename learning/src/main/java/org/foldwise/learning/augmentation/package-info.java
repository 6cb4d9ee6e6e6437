/**
 * Carries out augmentations: takes an option of a plan, draws what it leaves open from a given stream of random numbers, and
 * changes an image with it. Main type: {@link org.foldwise.learning.augmentation.Augmenter}. What is drawn from is decided by
 * training, which alone may use this package: no other role's images are ever augmented.
 */
@NullMarked
package org.foldwise.learning.augmentation;

import org.jspecify.annotations.NullMarked;
