package org.foldwise.learning.metrics.recalibration;

/**
 * Platt's sigmoid by Newton's method with halved steps (Lin, Lin and Weng 2007, A Note on Platt's Probabilistic Outputs for Support
 * Vector Machines). The smoothed targets lie inside (0, 1), so the loss always has its minimum unless all scores are the same.
 */
final class PlattFit {
    private static final int STEPS = 200;
    private static final double SETTLED = 1e-15;

    private final double[] scores;
    private final double[] targets;

    private PlattFit(double[] scores, double[] targets) {
        this.scores = scores;
        this.targets = targets;
    }

    static Recalibration.Platt of(double[] scores, boolean[] positive) {
        if (scores.length == 0 || scores.length != positive.length) {
            throw new IllegalArgumentException(
                    "a sigmoid needs scores and as many classes, had " + scores.length + " and " + positive.length);
        }
        long positives = 0;
        boolean differ = false;
        for (int i = 0; i < scores.length; i++) {
            positives += positive[i] ? 1 : 0;
            differ |= scores[i] != scores[0];
        }
        if (!differ) {
            throw new IllegalArgumentException("a sigmoid needs two different scores, all were " + scores[0]);
        }
        long negatives = scores.length - positives;
        if (positives == 0 || negatives == 0) {
            throw new IllegalArgumentException(
                    "a sigmoid needs positive and negative cases, had " + positives + " and " + negatives);
        }
        double[] targets = new double[scores.length];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = positive[i] ? (positives + 1.0) / (positives + 2.0) : 1.0 / (negatives + 2.0);
        }
        double[] best = new PlattFit(scores, targets)
                .minimise(new double[] {0, Math.log((negatives + 1.0) / (positives + 1.0))});
        return new Recalibration.Platt(best[0], best[1]);
    }

    private double[] minimise(double[] start) {
        double[] at = start;
        double loss = loss(at);
        for (int step = 0; step < STEPS; step++) {
            double[] move = newtonStep(at);
            double share = 1;
            double[] next = {at[0] + move[0], at[1] + move[1]};
            double reached = loss(next);
            while (!(reached <= loss) && share > SETTLED) {
                share /= 2;
                next = new double[] {at[0] + share * move[0], at[1] + share * move[1]};
                reached = loss(next);
            }
            if (!(reached <= loss)) {
                // rounding of the loss hides what is left of the step: Newton's full step is the better last one
                return new double[] {at[0] + move[0], at[1] + move[1]};
            }
            boolean settled = Math.abs(next[0] - at[0]) <= SETTLED * Math.abs(at[0])
                    && Math.abs(next[1] - at[1]) <= SETTLED * Math.abs(at[1]);
            at = next;
            loss = reached;
            if (settled) {
                break;
            }
        }
        return at;
    }

    private double[] newtonStep(double[] at) {
        double gradientA = 0;
        double gradientB = 0;
        double aa = 0;
        double ab = 0;
        double bb = 0;
        for (int i = 0; i < scores.length; i++) {
            double q = Logistic.sigmoid(at[0] * scores[i] + at[1]);
            double residual = q - (1 - targets[i]);
            gradientA += residual * scores[i];
            gradientB += residual;
            double weight = q * (1 - q);
            aa += weight * scores[i] * scores[i];
            ab += weight * scores[i];
            bb += weight;
        }
        double determinant = aa * bb - ab * ab;
        return new double[] {
            -(bb * gradientA - ab * gradientB) / determinant, -(aa * gradientB - ab * gradientA) / determinant
        };
    }

    private double loss(double[] at) {
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            double z = at[0] * scores[i] + at[1];
            sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - (1 - targets[i]) * z;
        }
        return sum;
    }
}
