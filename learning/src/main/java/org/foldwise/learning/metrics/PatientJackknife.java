package org.foldwise.learning.metrics;

/**
 * How well a mean over images is known that come in patients of unequal sizes. A patient with many images draws the mean towards
 * itself, so that its own deviation looks smaller than it is; and a variance that rests on a few large patients is known hardly better
 * than from those alone.
 *
 * <p>The first is mended by leaving patients out: with e_i the sum of the deviations of patient i's n_i images from the mean of all n, the
 * mean of the others is e_i / (n - n_i) away from it, and the variance is
 *
 * <pre>{@code
 * (m - 1) / m * sum (e_i / (n - n_i))^2 = sum (factor_i e_i)^2 / n^2,  factor_i = sqrt((m - 1) / m) * n / (n - n_i)
 * }</pre>
 *
 * for m patients (the delete-one jackknife, Efron 1982, The Jackknife, the Bootstrap and Other Resampling Plans; CR3 of Bell and McCaffrey
 * 2002, Bias Reduction in Standard Errors for Linear Regression with Multi-Stage Samples).
 *
 * <p>The second by Satterthwaite's degrees of freedom (1946, An Approximate Distribution of Estimates of Variance Components), (sum s_i)^2 /
 * sum s_i^2 - 1 with s_i = n_i (1 + (n_i - 1) r), which is how the variance of a sum of n_i images grows where they correlate by r. The
 * jackknife's variance is too large on average where sizes differ, so that the r of 1/20 that is taken here comes nearest to what was promised
 * over simulated patients (docs/statistics.md), and that of the images would be too careful.
 *
 * <p>Of patients of one size the factor is the usual sqrt(m / (m - 1)) and the degrees of freedom are m - 1.
 */
final class PatientJackknife {
    private static final double CORRELATION = 0.05;

    /** With less Student's distribution would say nothing at all. */
    private static final double FEWEST_DEGREES = 1;

    private double patients;
    private double images;
    private double squares;
    private double parts;
    private double squaresOfParts;

    /** Of patients with all their cases. */
    static PatientJackknife of(NumberedPatients numbers) {
        int[] sizes = new int[numbers.count()];
        for (int patient : numbers.ofCases()) {
            sizes[patient]++;
        }
        PatientJackknife all = new PatientJackknife();
        for (int size : sizes) {
            all.add(size, 1);
        }
        return all;
    }

    /** Adds patients of one size; none where that is 0. */
    void add(double size, double ofThatSize) {
        if (size > 0) {
            patients += ofThatSize;
            images += size * ofThatSize;
            squares += size * size * ofThatSize;
            double part = size * (1 + (size - 1) * CORRELATION);
            parts += part * ofThatSize;
            squaresOfParts += part * part * ofThatSize;
        }
    }

    /** How many patients there are. */
    double patients() {
        return patients;
    }

    /**
     * What the sum of a patient's deviations counts times.
     *
     * @param size the patient's images, fewer than there are
     */
    double factor(double size) {
        return Math.sqrt((patients - 1) / patients) * images / (images - size);
    }

    /** How many patients of one size would weigh as evenly, (sum n_i)^2 / sum n_i^2 (Kish 1965, Survey Sampling). */
    double effectivePatients() {
        return images * images / squares;
    }

    /** How well a variance by these patients is known, 1 or more. */
    double degreesOfFreedom() {
        return Math.max(FEWEST_DEGREES, parts * parts / squaresOfParts - 1);
    }

    /**
     * How well the sum of two variances is known.
     *
     * @param one 0 or more, not 0 where the other is
     * @param ofOne the patients that it is by
     */
    static double degreesOfFreedom(double one, PatientJackknife ofOne, double other, PatientJackknife ofOther) {
        return degreesOfFreedom(one, ofOne.degreesOfFreedom(), other, ofOther.degreesOfFreedom());
    }

    /**
     * The same of variances that are known that well.
     *
     * @param ofOne degrees of freedom, 1 or more
     */
    static double degreesOfFreedom(double one, double ofOne, double other, double ofOther) {
        return (one + other) * (one + other) / (one * one / ofOne + other * other / ofOther);
    }
}
