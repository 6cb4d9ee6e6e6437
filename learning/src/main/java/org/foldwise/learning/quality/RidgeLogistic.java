package org.foldwise.learning.quality;

/**
 * Logistic regression with a penalty on the squared weights: minimises the sum of the log losses plus {@code ridge} / 2 times the sum of
 * the squared weights of the standardised features, the intercept left free, by Newton's method (le Cessie and van Houwelingen 1992,
 * Ridge Estimators in Logistic Regression). Features are standardised by the images it is fitted to. Immutable.
 */
final class RidgeLogistic {
    private static final int MOST_STEPS = 50;
    private static final double CONVERGED_BELOW = 1e-8;
    private static final double CONSTANT_BELOW = 1e-12;
    /** Beyond this a logit is certain in double precision and its weight in the next step vanishes. */
    private static final double LEAST_WEIGHT = 1e-12;

    private final double[] means;
    private final double[] scales;
    /** Of the standardised features; the intercept comes last. */
    private final double[] weights;

    private RidgeLogistic(double[] means, double[] scales, double[] weights) {
        this.means = means;
        this.scales = scales;
        this.weights = weights;
    }

    /**
     * Fits the model.
     *
     * @param features n x d, finite
     * @param positive n, both classes present
     * @param members which of the n rows are used
     * @param ridge above 0, which keeps the weights finite where classes can be separated
     */
    static RidgeLogistic fit(double[][] features, boolean[] positive, int[] members, double ridge) {
        int d = features[members[0]].length;
        double[] means = new double[d];
        double[] scales = new double[d];
        for (int j = 0; j < d; j++) {
            double sum = 0;
            for (int member : members) {
                sum += features[member][j];
            }
            means[j] = sum / members.length;
            double squares = 0;
            for (int member : members) {
                double deviation = features[member][j] - means[j];
                squares += deviation * deviation;
            }
            double deviation = Math.sqrt(squares / members.length);
            scales[j] = deviation > CONSTANT_BELOW * (1 + Math.abs(means[j])) ? 1 / deviation : 0;
        }
        RidgeLogistic model = new RidgeLogistic(means, scales, new double[d + 1]);
        double[][] rows = new double[members.length][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = model.standardised(features[members[i]]);
        }
        model.descend(rows, positive, members, ridge);
        return model;
    }

    private void descend(double[][] rows, boolean[] positive, int[] members, double ridge) {
        int d = weights.length - 1;
        for (int step = 0; step < MOST_STEPS; step++) {
            double[] gradient = new double[d + 1];
            double[][] hessian = new double[d + 1][d + 1];
            for (int i = 0; i < rows.length; i++) {
                double[] row = rows[i];
                double probability = probabilityOf(row);
                double residual = (positive[members[i]] ? 1 : 0) - probability;
                double weight = Math.max(LEAST_WEIGHT, probability * (1 - probability));
                for (int j = 0; j <= d; j++) {
                    gradient[j] += residual * row[j];
                    double scaled = weight * row[j];
                    double[] line = hessian[j];
                    for (int k = 0; k <= j; k++) {
                        line[k] += scaled * row[k];
                    }
                }
            }
            for (int j = 0; j < d; j++) {
                gradient[j] -= ridge * weights[j];
                hessian[j][j] += ridge;
            }
            double[] change = solved(hessian, gradient);
            double largest = 0;
            for (double one : change) {
                largest = Math.max(largest, Math.abs(one));
            }
            // a full step may overshoot far from the optimum; a bounded one cannot
            double damping = Math.min(1, 5 / Math.max(1e-300, largest));
            for (int j = 0; j <= d; j++) {
                weights[j] += damping * change[j];
            }
            if (largest < CONVERGED_BELOW) {
                return;
            }
        }
    }

    /** Solves a positive definite system, of which the lower triangle is given, by Cholesky's decomposition. */
    static double[] solved(double[][] lower, double[] right) {
        int n = right.length;
        double[][] root = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = lower[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= root[i][k] * root[j][k];
                }
                root[i][j] = i == j ? Math.sqrt(Math.max(1e-12, sum)) : sum / root[j][j];
            }
        }
        double[] solution = right.clone();
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                solution[i] -= root[i][k] * solution[k];
            }
            solution[i] /= root[i][i];
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) {
                solution[i] -= root[k][i] * solution[k];
            }
            solution[i] /= root[i][i];
        }
        return solution;
    }

    /** The standardised features, and 1 for the intercept. */
    private double[] standardised(double[] features) {
        double[] row = new double[features.length + 1];
        for (int j = 0; j < features.length; j++) {
            row[j] = (features[j] - means[j]) * scales[j];
        }
        row[features.length] = 1;
        return row;
    }

    private double probabilityOf(double[] row) {
        double logit = 0;
        for (int j = 0; j < row.length; j++) {
            logit += weights[j] * row[j];
        }
        return 1 / (1 + Math.exp(-logit));
    }

    /** The probability of the positive class, in [0, 1]. */
    double probability(double[] features) {
        return probabilityOf(standardised(features));
    }

    /**
     * How the features speak for the positive class, 0.5 for those of the average image, in [0, 1]: the probability without the
     * intercept. Scores of models that were fitted to other shares of the classes can be compared by it.
     */
    double tendency(double[] features) {
        double[] row = standardised(features);
        row[features.length] = 0;
        return probabilityOf(row);
    }

    /** The weights of the standardised features; the intercept comes last. */
    double[] weights() {
        return weights.clone();
    }
}
