package org.foldwise.learning.metrics.scored;

import java.util.List;
import org.foldwise.learning.dataset.ImageRecord;

/**
 * One image and what a model's outputs said of it.
 *
 * @param image with its true labels
 * @param probabilities one for each output: of a binary task of its positive class alone, otherwise of each class
 */
public record ImageScore(ImageRecord image, List<Double> probabilities) {
    public ImageScore {
        probabilities = List.copyOf(probabilities);
    }
}
