/**
 * Where a model looked: Grad-CAM for every backbone, pictures of it, and figures that say how far such a map can be trusted. Main
 * types: {@link org.foldwise.learning.explanation.GradCam}, {@link org.foldwise.learning.explanation.Heatmap} and
 * {@link org.foldwise.learning.explanation.Overlay}.
 *
 * <p>A map shows which places of the last feature map speak for an answer. It does not show that the answer is right, nor that
 * these places are its cause. {@link org.foldwise.learning.explanation.PixelCurves},
 * {@link org.foldwise.learning.explanation.Randomization} and {@link org.foldwise.learning.explanation.Heatmap#shareInBorder}
 * are there to find maps that show nothing.
 */
@NullMarked
package org.foldwise.learning.explanation;

import org.jspecify.annotations.NullMarked;
