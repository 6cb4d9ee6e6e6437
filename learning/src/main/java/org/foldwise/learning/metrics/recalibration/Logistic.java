package org.foldwise.learning.metrics.recalibration;

import java.util.List;
import org.foldwise.learning.metrics.ScoredCase;

/** The logistic function and its inverse. */
final class Logistic {
    private static final double CLIP = Math.ulp(1.0);

    private Logistic() {}

    static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    /** The logarithm of the odds; of a probability clipped to [2.22e-16, 1 - 2.22e-16], so finite. */
    static double logit(double probability) {
        double clipped = Math.max(CLIP, Math.min(1 - CLIP, probability));
        return Math.log(clipped / (1 - clipped));
    }

    /** The logarithm of a probability of at least 2.22e-16; of exclusive classes their logits, but for a constant. */
    static double logarithm(double probability) {
        return Math.log(Math.max(CLIP, probability));
    }

    static double[] logits(List<ScoredCase> cases) {
        return cases.stream().mapToDouble(one -> logit(one.probability())).toArray();
    }

    static boolean[] classes(List<ScoredCase> cases) {
        boolean[] positive = new boolean[cases.size()];
        for (int i = 0; i < positive.length; i++) {
            positive[i] = cases.get(i).positive();
        }
        return positive;
    }
}
