package org.foldwise.learning.metrics.conformal;

/**
 * Whether a model answers with a set of classes that the truth is among as often as promised. Limits are calibrated on patients that the
 * model was not fitted on, and frozen.
 */
public sealed interface PredictionSets permits PredictionSets.None, PredictionSets.Undefined, ConformalSets, LabelSets {
    /** The coverage that is promised where nobody asks for another. */
    double DEFAULT_COVERAGE = 0.9;

    /** No sets, as nobody asked for them. */
    record None() implements PredictionSets {}

    /**
     * Asked for, but the calibration patients are too few.
     *
     * @param coverage that was asked for, in (0, 1)
     * @param because why there are no limits, naming the classes
     */
    record Undefined(double coverage, String because) implements PredictionSets {
        public Undefined {
            requireCoverage(coverage);
            if (because.isBlank()) {
                throw new IllegalArgumentException("because must say why there are no limits, was blank");
            }
        }
    }

    /**
     * The coverage as it came.
     *
     * @throws IllegalArgumentException if it is not in (0, 1)
     */
    static double requireCoverage(double coverage) {
        if (!(coverage > 0 && coverage < 1)) {
            throw new IllegalArgumentException("coverage must be in (0, 1), was " + coverage);
        }
        return coverage;
    }
}
