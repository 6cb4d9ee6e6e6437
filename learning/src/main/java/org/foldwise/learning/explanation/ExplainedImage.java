package org.foldwise.learning.explanation;

import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.imaging.PixelImage;

/**
 * An image whose answer is to be explained.
 *
 * @param patient whose it is
 * @param pixels as {@link org.foldwise.learning.imaging.Preprocessing#toPixels} yields them
 * @param explainedClass index of the class that the map is to speak for
 * @param shows whether the image shows that class
 */
public record ExplainedImage(PatientId patient, PixelImage pixels, int explainedClass, boolean shows) {}
