package org.foldwise.learning.metrics.recalibration;

import java.util.function.DoubleUnaryOperator;
import org.foldwise.learning.metrics.Estimate;

/**
 * Finds the temperature of the lowest log loss as the root of its derivative by the inverse temperature. The loss is convex there,
 * so the derivative rises and the root is found by halving, down to neighbouring numbers.
 */
final class TemperatureFit {
    private static final double LOWEST = 1e-9;
    private static final double HIGHEST = 1e9;

    private TemperatureFit() {}

    static Estimate ofTwoClasses(double[] logits, boolean[] positive) {
        require(logits.length, positive.length);
        boolean separated = true;
        for (int i = 0; i < logits.length; i++) {
            separated &= positive[i] ? logits[i] > 0 : logits[i] < 0;
        }
        if (separated) {
            return Estimate.undefined("all logits have the right sign: the lower the temperature, the better");
        }
        return root(beta -> {
            double sum = 0;
            for (int i = 0; i < logits.length; i++) {
                sum += logits[i] * (Logistic.sigmoid(logits[i] * beta) - (positive[i] ? 1 : 0));
            }
            return sum;
        });
    }

    static Estimate ofClasses(double[][] logits, int[] truth) {
        require(logits.length, truth.length);
        boolean separated = true;
        for (int i = 0; i < truth.length; i++) {
            for (int k = 0; k < logits[i].length; k++) {
                separated &= k == truth[i] || logits[i][k] < logits[i][truth[i]];
            }
        }
        if (separated) {
            return Estimate.undefined("every true class has the highest logit: the lower the temperature, the better");
        }
        return root(beta -> {
            double sum = 0;
            for (int i = 0; i < truth.length; i++) {
                sum += expected(logits[i], beta) - logits[i][truth[i]];
            }
            return sum;
        });
    }

    /** The mean logit under the softmax at an inverse temperature. */
    private static double expected(double[] logits, double beta) {
        double highest = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            highest = Math.max(highest, logit);
        }
        double weights = 0;
        double sum = 0;
        for (double logit : logits) {
            double weight = Math.exp((logit - highest) * beta);
            weights += weight;
            sum += weight * logit;
        }
        return sum / weights;
    }

    private static Estimate root(DoubleUnaryOperator derivative) {
        if (derivative.applyAsDouble(LOWEST) >= 0) {
            return Estimate.undefined("the logits say nothing of the classes: the higher the temperature, the better");
        }
        double low = LOWEST;
        double high = 1;
        while (derivative.applyAsDouble(high) < 0) {
            low = high;
            high *= 2;
            if (high > HIGHEST) {
                return Estimate.undefined("the lower the temperature, the better");
            }
        }
        while (true) {
            double middle = (low + high) / 2;
            if (middle <= low || middle >= high) {
                return Estimate.of(1 / high);
            }
            if (derivative.applyAsDouble(middle) < 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
    }

    private static void require(int logits, int classes) {
        if (logits == 0 || logits != classes) {
            throw new IllegalArgumentException(
                    "a temperature needs logits and as many classes, had " + logits + " and " + classes);
        }
    }
}
