package org.foldwise.learning.neighbourhood;

import java.util.List;
import org.foldwise.learning.dataset.ImageRecord;

/** Vectors of several networks, each scaled to length 1, behind each other. */
final class JoinedVectors implements FeatureVectors {
    private final List<FeatureVectors> networks;
    private final int length;

    JoinedVectors(List<FeatureVectors> networks) {
        this.networks = List.copyOf(networks);
        this.length = networks.stream().mapToInt(FeatureVectors::length).sum();
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void copyTo(ImageRecord image, float[] target) {
        int from = 0;
        for (FeatureVectors network : networks) {
            float[] part = new float[network.length()];
            network.copyTo(image, part);
            double norm = CosineDistance.norm(part);
            for (float value : part) {
                // a vector of zeros has no direction and stays
                target[from++] = norm > 0 ? (float) (value / norm) : 0;
            }
        }
    }
}
