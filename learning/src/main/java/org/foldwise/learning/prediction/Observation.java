package org.foldwise.learning.prediction;

import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Placement;
import org.foldwise.learning.network.Trace;

/**
 * A model's answer to one image, with what is needed to ask why.
 *
 * @param prediction the answer, the same as without asking
 * @param image as it was decoded, upright
 * @param placement where the network's input lies on it
 * @param trace of this one image
 */
public record Observation(Prediction prediction, PixelImage image, Placement placement, Trace trace) {}
