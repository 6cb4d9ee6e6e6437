package org.foldwise.learning.metrics;

/**
 * A share of independent cases. Images of one patient are not independent; {@link PatientProportion} is for them.
 *
 * @param count cases counted, 0 to {@code of}
 * @param of cases
 */
public record Proportion(long count, long of) {
    private static final String WILSON = "wilson";
    private static final String CLOPPER_PEARSON = "clopperPearson";
    private static final String NO_CASES = "there are no cases";

    public Proportion {
        if (count < 0 || count > of) {
            throw new IllegalArgumentException("count must be 0 to " + of + ", was " + count);
        }
    }

    /** The share without an interval; undefined without cases. */
    public Estimate share() {
        return of == 0 ? Estimate.undefined(NO_CASES) : Estimate.of((double) count / of);
    }

    /** The share with Wilson's score interval (Wilson 1927, Probable Inference, the Law of Succession, and Statistical Inference). */
    public Estimate wilson(double level) {
        return of == 0
                ? Estimate.undefined(NO_CASES)
                : new Estimate((double) count / of, wilson((double) count / of, (double) of, level, WILSON), null);
    }

    /**
     * The share with the interval that covers at least as often as promised (Clopper and Pearson 1934, The Use of Confidence or
     * Fiducial Limits Illustrated in the Case of the Binomial).
     */
    public Estimate clopperPearson(double level) {
        if (of == 0) {
            return Estimate.undefined(NO_CASES);
        }
        double tail = (1 - level) / 2;
        double lower = count == 0 ? 0 : Quantiles.beta(tail, (double) count, of - count + 1.0);
        double upper = count == of ? 1 : Quantiles.beta(1 - tail, count + 1.0, (double) of - count);
        return new Estimate((double) count / of, new Interval(lower, upper, level, CLOPPER_PEARSON), null);
    }

    /**
     * Wilson's interval.
     *
     * @param share in [0, 1]; at 0 and 1 the end there is exact
     * @param cases how many, or their effective number, above 0
     */
    static Interval wilson(double share, double cases, double level, String method) {
        double z = Quantiles.normal(level);
        double centre = share + z * z / (2 * cases);
        double halfWidth = z * Math.sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases));
        double scale = 1 + z * z / cases;
        // the ends at 0 and 1 are exact; only rounding could miss them
        double lower = share == 0 ? 0 : (centre - halfWidth) / scale;
        double upper = share == 1 ? 1 : (centre + halfWidth) / scale;
        return new Interval(Math.max(0, lower), Math.min(1, upper), level, method);
    }
}
