package org.foldwise.learning.metrics;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Logistic recalibration: the slope and the intercept of the regression of truth on the logarithm of the predicted odds (Cox
 * 1958, Two Further Applications of a Model for Binary Regression; Van Calster et al. 2016, A Calibration Hierarchy for Risk
 * Models Was Defined). Perfect is slope 1 and intercept 0; a slope below 1 says that probabilities are too extreme.
 *
 * <p>Intervals take patients as clusters: the robust variance, corrected for few clusters (Mancl and DeRouen 2001, A Covariance
 * Estimator for GEE with Improved Small-Sample Properties), and Student's distribution with two degrees of freedom less than
 * there are patients with images of the rarer class (one for the intercept at slope 1), and fewer where these have unequal numbers of images of
 * it ({@link PatientJackknife}). Probabilities between 0 and 1 are first clipped to
 * [2.22e-16, 1 - 2.22e-16]. Takes a number of passes over the cases, each linear.
 *
 * <p>The odds of exactly 0 and of exactly 1 have no finite logarithm, and no stand-in for it is taken, as the slope would then measure the
 * stand-in. A case with such a probability that is right is as likely as can be at every slope above 0 and every intercept, and says
 * nothing; the line is that of the other cases. One that is wrong is impossible at all of them, and there is no line.
 *
 * <p>A line that hangs on one patient has no interval: where the others hold less than a hundredth of the information on it, what it would
 * be without that patient cannot be told.
 *
 * @param slope undefined where one class is missing, all probabilities are the same, or they separate the classes; where a probability of
 *     exactly 0 or 1 is wrong; and where some are right and the other cases lack a class or have no slope above 0
 * @param intercept of the same regression; undefined where the slope is
 * @param interceptAtSlopeOne calibration in the large: the intercept where the slope is held at 1; undefined where one class is
 *     missing, among the cases whose probability is not exactly 0 or 1 too, where such a probability is wrong, and where the likelihood is
 *     flat
 */
public record CalibrationLine(Estimate slope, Estimate intercept, Estimate interceptAtSlopeOne) {
    /** What {@link Interval#method()} says of these intervals. */
    public static final String METHOD = "patientSandwich";

    private static final double CLIP = Math.ulp(1.0);
    private static final int STEPS = 100;
    private static final double CONVERGED = 1e-13;
    /** Of the information of all patients, which all but one must hold for an interval. */
    private static final double LEAST_OF_OTHERS = 0.01;
    /** A smaller variance, of the square of the value or of 1, is rounding. */
    private static final double SMALLEST_VARIANCE = 1e-18;
    /** Of the score in the mean over the cases, which is 0 at the maximum. */
    private static final double LEVEL_GROUND = 1e-6;

    /** On an intercept, of all cases together, each of which has 1/4 at most: with less the likelihood is flat. */
    private static final double LEAST_INFORMATION = 1e-6;

    private static final String ONE_CLASS = "needs positive and negative cases";
    private static final String WRONG = "a probability of exactly 0 or 1 is wrong, which no line makes possible";
    private static final String ONE_CLASS_LEFT =
            "needs positive and negative cases of probabilities other than exactly 0 and 1";
    private static final String NOT_ABOVE_ZERO =
            "probabilities other than exactly 0 and 1 have no slope above 0, and these, which are right, allow no other";
    private static final String FLAT = "the likelihood is too flat for its maximum to be found";

    /**
     * Fits the line.
     *
     * @param level nominal coverage of the intervals, in (0, 1)
     */
    public static CalibrationLine of(List<ScoredCase> cases, double level) {
        List<ScoredCase> ordered =
                cases.stream().sorted(Comparator.comparing(ScoredCase::image)).toList();
        return of(
                ordered,
                NumberedPatients.of(ordered.stream().map(ScoredCase::patient).toList()),
                level);
    }

    /**
     * The same of cases whose patients were numbered before.
     *
     * @param ordered by image
     */
    static CalibrationLine of(List<ScoredCase> ordered, NumberedPatients numbers, double level) {
        long positives = ordered.stream().filter(ScoredCase::positive).count();
        if (positives == 0 || positives == ordered.size()) {
            return none(ONE_CLASS);
        }
        if (ordered.stream().anyMatch(one -> isCertain(one) && one.positive() != (one.probability() == 1))) {
            return none(WRONG);
        }
        List<ScoredCase> others =
                ordered.stream().filter(one -> !isCertain(one)).toList();
        if (others.size() == ordered.size()) {
            return of(new Regression(ordered, numbers), level, Double.NEGATIVE_INFINITY);
        }
        if (others.stream().map(ScoredCase::positive).distinct().count() < 2) {
            return none(ONE_CLASS_LEFT);
        }
        NumberedPatients ofOthers =
                NumberedPatients.of(others.stream().map(ScoredCase::patient).toList());
        return of(new Regression(others, ofOthers), level, 0);
    }

    private static boolean isCertain(ScoredCase one) {
        return one.probability() == 0 || one.probability() == 1;
    }

    private static CalibrationLine none(String because) {
        Estimate undefined = Estimate.undefined(because);
        return new CalibrationLine(undefined, undefined, undefined);
    }

    /** @param least which the slope must be above */
    private static CalibrationLine of(Regression data, double level, double least) {
        Estimate inTheLarge = data.interceptAtSlopeOne(level);
        String reason = data.whyNoSlope();
        if (!reason.isEmpty()) {
            return new CalibrationLine(Estimate.undefined(reason), Estimate.undefined(reason), inTheLarge);
        }
        double[] line = data.fit();
        if (!data.isMaximum(line)) {
            Estimate lost = Estimate.undefined(FLAT);
            return new CalibrationLine(lost, lost, inTheLarge);
        }
        if (!(line[1] > least)) {
            Estimate lost = Estimate.undefined(NOT_ABOVE_ZERO);
            return new CalibrationLine(lost, lost, inTheLarge);
        }
        double[] variances = data.variances(line);
        Optional<Interval> ofSlope = data.interval(line[1], variances[1], 2, level);
        Optional<Interval> ofIntercept = data.interval(line[0], variances[0], 2, level);
        return new CalibrationLine(
                Estimate.of(line[1]).with(ofSlope), Estimate.of(line[0]).with(ofIntercept), inTheLarge);
    }

    /** The logarithm of the odds, after clipping; finite. */
    static double logit(double probability) {
        double clipped = Math.max(CLIP, Math.min(1 - CLIP, probability));
        return Math.log(clipped / (1 - clipped));
    }

    /** Cases as numbers, with the patient of each. */
    private static final class Regression {
        private final double[] logits;
        private final boolean[] positive;
        private final int[] patientOf;
        private final int patients;

        Regression(List<ScoredCase> cases, NumberedPatients numbers) {
            int n = cases.size();
            logits = new double[n];
            positive = new boolean[n];
            patientOf = numbers.ofCases();
            patients = numbers.count();
            for (int i = 0; i < n; i++) {
                ScoredCase scored = cases.get(i);
                logits[i] = logit(scored.probability());
                positive[i] = scored.positive();
            }
        }

        /** Why the likelihood has no maximum; empty where it has one. */
        String whyNoSlope() {
            double lowestPositive = Double.POSITIVE_INFINITY;
            double highestPositive = Double.NEGATIVE_INFINITY;
            double lowestNegative = Double.POSITIVE_INFINITY;
            double highestNegative = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < logits.length; i++) {
                if (positive[i]) {
                    lowestPositive = Math.min(lowestPositive, logits[i]);
                    highestPositive = Math.max(highestPositive, logits[i]);
                } else {
                    lowestNegative = Math.min(lowestNegative, logits[i]);
                    highestNegative = Math.max(highestNegative, logits[i]);
                }
            }
            if (Math.min(lowestPositive, lowestNegative) == Math.max(highestPositive, highestNegative)) {
                return "all probabilities are the same";
            }
            return lowestPositive >= highestNegative || lowestNegative >= highestPositive
                    ? "the probabilities separate the classes, so that no slope is the best"
                    : "";
        }

        /** Intercept and slope; the likelihood is concave and has its maximum. */
        double[] fit() {
            return polished(climbed());
        }

        /**
         * By Newton's method with halved steps, as far as the likelihood tells, which close to its maximum is the same over a stretch of
         * 1e-8. It begins at slope 0, where every case has the same information: at slope 1 those whose probability is 0 or 1 have none
         * that could lead away from there.
         */
        private double[] climbed() {
            long positives =
                    IntStream.range(0, logits.length).filter(i -> positive[i]).count();
            double[] line = {Math.log((double) positives / (logits.length - positives)), 0};
            double likelihood = logLikelihood(line);
            for (int step = 0; step < STEPS; step++) {
                double[] move = newtonStep(line);
                double share = 1;
                double[] next = {line[0] + move[0], line[1] + move[1]};
                double reached = logLikelihood(next);
                while (!(reached >= likelihood) && share > CONVERGED) {
                    share /= 2;
                    next = new double[] {line[0] + share * move[0], line[1] + share * move[1]};
                    reached = logLikelihood(next);
                }
                boolean settled = Math.abs(next[0] - line[0]) <= CONVERGED * Math.max(1, Math.abs(line[0]))
                        && Math.abs(next[1] - line[1]) <= CONVERGED * Math.max(1, Math.abs(line[1]));
                if (reached >= likelihood) {
                    line = next;
                    likelihood = reached;
                }
                if (settled || share <= CONVERGED) {
                    break;
                }
            }
            return line;
        }

        /** Whole steps as long as they bring the score closer to zero, which it is at the maximum down to rounding. */
        private double[] polished(double[] start) {
            double[] line = start;
            double steepness = steepness(line);
            for (int step = 0; step < STEPS; step++) {
                double[] move = newtonStep(line);
                double[] next = {line[0] + move[0], line[1] + move[1]};
                double reached = steepness(next);
                if (!(reached < steepness)) {
                    break;
                }
                line = next;
                steepness = reached;
            }
            return line;
        }

        boolean isMaximum(double[] line) {
            return steepness(line) <= LEVEL_GROUND * logits.length;
        }

        private double steepness(double[] line) {
            double[] score = score(line);
            return Math.max(Math.abs(score[0]), Math.abs(score[1]));
        }

        /** The log-likelihood's derivatives by intercept and slope. */
        private double[] score(double[] line) {
            double[] score = new double[2];
            for (int i = 0; i < logits.length; i++) {
                double residual = (positive[i] ? 1 : 0) - sigmoid(line[0] + line[1] * logits[i]);
                score[0] += residual;
                score[1] += residual * logits[i];
            }
            return score;
        }

        private double[] newtonStep(double[] line) {
            double[] information = new double[3];
            for (double logit : logits) {
                double p = sigmoid(line[0] + line[1] * logit);
                add(information, p * (1 - p), logit);
            }
            return solve(information, score(line));
        }

        private double logLikelihood(double[] line) {
            double sum = 0;
            for (int i = 0; i < logits.length; i++) {
                double z = line[0] + line[1] * logits[i];
                sum -= softplus(positive[i] ? -z : z);
            }
            return sum;
        }

        /** Variances of intercept and slope; infinite where the line hangs on one patient. */
        double[] variances(double[] line) {
            // about the centre of the information, where a determinant loses no digits
            double centre = centre(line);
            double[] all = new double[3];
            double[][] ofPatient = new double[patients][3];
            double[][] score = new double[patients][2];
            for (int i = 0; i < logits.length; i++) {
                double p = sigmoid(line[0] + line[1] * logits[i]);
                double residual = (positive[i] ? 1 : 0) - p;
                add(all, p * (1 - p), logits[i] - centre);
                add(ofPatient[patientOf[i]], p * (1 - p), logits[i] - centre);
                score[patientOf[i]][0] += residual;
                score[patientOf[i]][1] += residual * (logits[i] - centre);
            }
            double[] variances = new double[2];
            for (int patient = 0; patient < patients; patient++) {
                // (I - A_i A^-1)^-1 s_i = A (A - A_i)^-1 s_i, and A^-1 of that is (A - A_i)^-1 s_i
                double[] others = {
                    all[0] - ofPatient[patient][0], all[1] - ofPatient[patient][1], all[2] - ofPatient[patient][2]
                };
                if (!(determinant(others) > LEAST_OF_OTHERS * determinant(all))) {
                    return new double[] {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
                }
                double[] influence = solve(others, score[patient]);
                double onIntercept = influence[0] - centre * influence[1];
                variances[0] += onIntercept * onIntercept;
                variances[1] += influence[1] * influence[1];
            }
            return variances;
        }

        private double centre(double[] line) {
            double information = 0;
            double weighted = 0;
            for (double logit : logits) {
                double p = sigmoid(line[0] + line[1] * logit);
                information += p * (1 - p);
                weighted += p * (1 - p) * logit;
            }
            return weighted / information;
        }

        Estimate interceptAtSlopeOne(double level) {
            double low = -2 * Math.abs(logit(0));
            double high = -low;
            // the score falls in the intercept
            for (int halving = 0; halving < 2 * STEPS && high - low > CONVERGED; halving++) {
                double middle = (low + high) / 2;
                double score = 0;
                for (int i = 0; i < logits.length; i++) {
                    score += (positive[i] ? 1 : 0) - sigmoid(middle + logits[i]);
                }
                if (score > 0) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            double intercept = (low + high) / 2;
            double information = 0;
            double[] informationOf = new double[patients];
            double[] scoreOf = new double[patients];
            for (int i = 0; i < logits.length; i++) {
                double p = sigmoid(intercept + logits[i]);
                information += p * (1 - p);
                informationOf[patientOf[i]] += p * (1 - p);
                scoreOf[patientOf[i]] += (positive[i] ? 1 : 0) - p;
            }
            if (information < LEAST_INFORMATION) {
                return Estimate.undefined(FLAT);
            }
            double variance = 0;
            for (int patient = 0; patient < patients; patient++) {
                double ofOthers = information - informationOf[patient];
                double influence = ofOthers > LEAST_OF_OTHERS * information
                        ? scoreOf[patient] / ofOthers
                        : Double.POSITIVE_INFINITY;
                variance += influence * influence;
            }
            return Estimate.of(intercept).with(interval(intercept, variance, 1, level));
        }

        /** None for too few patients, where they all say the same, or where leaving one out leaves too little to be estimated from. */
        Optional<Interval> interval(double value, double variance, int parameters, double level) {
            PatientJackknife ofPositives = patientsWith(true);
            PatientJackknife ofNegatives = patientsWith(false);
            double degreesOfFreedom = Math.min(ofPositives.degreesOfFreedom(), ofNegatives.degreesOfFreedom());
            if (Math.min(ofPositives.patients(), ofNegatives.patients()) <= parameters
                    || !(variance > SMALLEST_VARIANCE * Math.max(1, value * value)
                            && variance < Double.POSITIVE_INFINITY)) {
                return Optional.empty();
            }
            // of patients of one size there is one less than patients, for the mean; with a slope another one goes
            double left = Math.max(1, degreesOfFreedom - (parameters - 1));
            double half = Quantiles.student(level, left) * Math.sqrt(variance);
            return Optional.of(new Interval(value - half, value + half, level, METHOD));
        }

        /** By how many images of a class the patients have. */
        private PatientJackknife patientsWith(boolean wanted) {
            int[] sizes = new int[patients];
            for (int i = 0; i < logits.length; i++) {
                sizes[patientOf[i]] += positive[i] == wanted ? 1 : 0;
            }
            PatientJackknife all = new PatientJackknife();
            for (int size : sizes) {
                all.add(size, 1);
            }
            return all;
        }

        private static void add(double[] information, double weight, double logit) {
            information[0] += weight;
            information[1] += weight * logit;
            information[2] += weight * logit * logit;
        }

        /** Solves the symmetric equations with rows (m0, m1) and (m1, m2). */
        private static double[] solve(double[] matrix, double[] right) {
            double determinant = determinant(matrix);
            return new double[] {
                (matrix[2] * right[0] - matrix[1] * right[1]) / determinant,
                (matrix[0] * right[1] - matrix[1] * right[0]) / determinant
            };
        }

        private static double determinant(double[] matrix) {
            return matrix[0] * matrix[2] - matrix[1] * matrix[1];
        }

        private static double sigmoid(double z) {
            return 1 / (1 + Math.exp(-z));
        }

        private static double softplus(double z) {
            return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
        }
    }
}
