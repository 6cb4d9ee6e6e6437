/**
 * Pixels as values and the deterministic steps that turn a decoded image into a network's input. Main types:
 * {@code PixelImage}, {@code ImageDecoder} and {@code Preprocessing}. What is random (augmentation) lives with training.
 */
@NullMarked
package org.foldwise.learning.imaging;

import org.jspecify.annotations.NullMarked;
