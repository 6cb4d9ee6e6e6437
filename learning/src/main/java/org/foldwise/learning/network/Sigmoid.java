package org.foldwise.learning.network;

/** From a logit to a probability. */
public final class Sigmoid {
    private Sigmoid() {}

    /** {@code 1 / (1 + exp(-logit))} in strict double arithmetic: the same on every machine. */
    public static double of(double logit) {
        if (logit >= 0) {
            return 1 / (1 + StrictMath.exp(-logit));
        }
        double exp = StrictMath.exp(logit);
        return exp / (1 + exp);
    }
}
