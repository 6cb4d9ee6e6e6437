package org.foldwise.learning.metrics.recalibration;

/**
 * Platt's sigmoid by Newton's method with halved steps (Lin, Lin and Weng 2007, A Note on Platt's Probabilistic Outputs for Support
 * Vector Machines). The smoothed targets lie inside (0, 1), so the loss always has its minimum unless all scores are the same.
 */
final class PlattFit {
    private static final int STEPS = 200;
    private static final double SMALLEST_SHARE = 1e-9;

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
        return polished(descended(start));
    }

    /** As far down as the loss tells, which close to its minimum is the same over a stretch of 1e-8. */
    private double[] descended(double[] start) {
        double[] at = start;
        double loss = loss(at);
        for (int step = 0; step < STEPS; step++) {
            double[] move = newtonStep(at);
            double share = 1;
            double[] next = moved(at, move, share);
            double reached = loss(next);
            while (!(reached < loss) && share > SMALLEST_SHARE) {
                share /= 2;
                next = moved(at, move, share);
                reached = loss(next);
            }
            if (!(reached < loss)) {
                break;
            }
            at = next;
            loss = reached;
        }
        return at;
    }

    /** Whole steps as long as they bring the gradient closer to zero, which it is at the minimum down to rounding. */
    private double[] polished(double[] start) {
        double[] at = start;
        double steepness = steepness(at);
        for (int step = 0; step < STEPS; step++) {
            double[] next = moved(at, newtonStep(at), 1);
            double reached = steepness(next);
            if (!(reached < steepness)) {
                break;
            }
            at = next;
            steepness = reached;
        }
        return at;
    }

    private static double[] moved(double[] at, double[] move, double share) {
        return new double[] {at[0] + share * move[0], at[1] + share * move[1]};
    }

    private double steepness(double[] at) {
        double[] slope = slope(at);
        return Math.max(Math.abs(slope[0]), Math.abs(slope[1]));
    }

    /** The loss's derivatives by a and by b. */
    private double[] slope(double[] at) {
        double byA = 0;
        double byB = 0;
        for (int i = 0; i < scores.length; i++) {
            double residual = Logistic.sigmoid(at[0] * scores[i] + at[1]) - (1 - targets[i]);
            byA += residual * scores[i];
            byB += residual;
        }
        return new double[] {byA, byB};
    }

    private double[] newtonStep(double[] at) {
        double[] slope = slope(at);
        double aa = 0;
        double ab = 0;
        double bb = 0;
        for (double score : scores) {
            double q = Logistic.sigmoid(at[0] * score + at[1]);
            double weight = q * (1 - q);
            aa += weight * score * score;
            ab += weight * score;
            bb += weight;
        }
        double determinant = aa * bb - ab * ab;
        return new double[] {
            -(bb * slope[0] - ab * slope[1]) / determinant, -(aa * slope[1] - ab * slope[0]) / determinant
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
