package org.foldwise.learning.prediction;

import java.util.List;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Placement;
import org.foldwise.learning.network.Trace;

/**
 * A model's answer to one image, with what is needed to ask why.
 *
 * @param prediction the answer, the same as without asking
 * @param image as it was decoded, upright
 * @param placement where the network's input lies on it
 * @param traces of this one image, one for each of the model's networks
 */
public record Observation(Prediction prediction, PixelImage image, Placement placement, List<Trace> traces) {
    public Observation {
        traces = List.copyOf(traces);
    }
}
