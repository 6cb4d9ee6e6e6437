package org.foldwise.learning.metrics;

/**
 * A confidence interval.
 *
 * @param lower its lower end, not above {@code upper}
 * @param upper its upper end
 * @param level nominal coverage in (0, 1), such as 0.95
 * @param method how it was computed, such as {@code patientBootstrapPercentile}, {@code patientBootstrapExpandedBca}, {@code
 *     patientDeLongLogit}, {@code patientClusteredWilson} or {@code patientMannWhitneyScore}; the classes that make intervals
 *     name theirs
 */
public record Interval(double lower, double upper, double level, String method) {
    public Interval {
        if (!(lower <= upper)) {
            throw new IllegalArgumentException(
                    "an interval's lower end must not be above its upper, were " + lower + ", " + upper);
        }
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("an interval's level must be in (0, 1), was " + level);
        }
    }

    /**
     * The interval of a share that is symmetric on the scale of the logarithm of its odds.
     *
     * @param logit that logarithm; finite
     * @param half how far both ends are from it, 0 or more
     */
    static Interval aroundLogit(double logit, double half, double level, String method) {
        return new Interval(1 / (1 + Math.exp(half - logit)), 1 / (1 + Math.exp(-half - logit)), level, method);
    }
}
