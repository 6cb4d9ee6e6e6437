package org.foldwise.learning.neighbourhood;

import java.util.List;
import org.foldwise.learning.dataset.ImageRecord;

/** What a model makes of images before its head turns it into an answer: a vector for each image. */
public interface FeatureVectors {
    /** Numbers of each vector, 1 or more. */
    int length();

    /**
     * Writes the vector of an image.
     *
     * @param target of {@link #length()}
     * @throws IllegalArgumentException if nothing is known of the image
     */
    void copyTo(ImageRecord image, float[] target);

    /**
     * The vectors of several networks as one: each network's, scaled to length 1, behind each other. The cosine between two of them is the
     * mean of the networks' cosines, so each network counts alike, however large its numbers are.
     *
     * @param networks one or more; a single one is returned as it is
     */
    static FeatureVectors together(List<FeatureVectors> networks) {
        if (networks.isEmpty()) {
            throw new IllegalArgumentException("vectors of 1 network or more go together, there were none");
        }
        return networks.size() == 1 ? networks.get(0) : new JoinedVectors(networks);
    }
}
