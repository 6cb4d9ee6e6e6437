package org.foldwise.learning.metrics;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Predictive values at a prevalence other than that of the cases, by Bayes' theorem from recall and specificity:
 *
 * <pre>{@code
 * PPV = r q / (r q + (1 - s) (1 - q)),  NPV = s (1 - q) / (s (1 - q) + (1 - r) q)
 * }</pre>
 *
 * for recall r, specificity s and prevalence q. Intervals are symmetric on the logit scale (Mercaldo, Lau and Zhou 2007, Confidence
 * Intervals for Predictive Values with an Emphasis to Case-Control Studies), with a variance over patients instead of cases, each class by
 * its own {@linkplain PatientJackknife jackknife}, and Student's distribution with Satterthwaite's degrees of freedom: three patients who
 * are positive say little of recall, however many are negative. Where one of the four counts is 0, which leaves a variance of 0 or an
 * infinite logit, recall and specificity are first drawn towards one half by half of z^2 cases (as in the same paper), and of patients of one
 * size each counts once. None where fewer than 2 patients have cases of a class.
 *
 * @param prevalence the one asked for
 * @param positive share of true ones among those called positive
 * @param negative share of true ones among those called negative
 */
public record PredictiveValues(double prevalence, Estimate positive, Estimate negative) {
    private static final String METHOD = "patientLogit";

    /** Those of screening, of a ward, and of a clinic that is sent suspicions. */
    private static final List<Double> TABLE = List.of(0.001, 0.01, 0.05, 0.1, 0.2, 0.5);

    public PredictiveValues {
        requirePrevalence(prevalence);
    }

    private static void requirePrevalence(double prevalence) {
        if (!(prevalence > 0 && prevalence < 1)) {
            throw new IllegalArgumentException("prevalence must be in (0, 1), was " + prevalence);
        }
    }

    /**
     * Predictive values.
     *
     * @param threshold what scores as high is called positive
     * @param prevalence in (0, 1)
     * @param level nominal coverage of the intervals, in (0, 1)
     */
    public static PredictiveValues of(List<ScoredCase> cases, double threshold, double prevalence, double level) {
        return of(cases, one -> one.probability() >= threshold, List.of(prevalence), level)
                .get(0);
    }

    /**
     * Predictive values at 0.1 %, 1 %, 5 %, 10 %, 20 % and 50 %, and at the share of positives that the cases have unless that is 0 or 1, in
     * rising order.
     *
     * @param called what is called positive
     * @param level nominal coverage of the intervals, in (0, 1)
     */
    public static List<PredictiveValues> table(List<ScoredCase> cases, Predicate<ScoredCase> called, double level) {
        return table(cases, called, numbered(cases), level);
    }

    /** The same of cases whose patients were numbered before. */
    static List<PredictiveValues> table(
            List<ScoredCase> cases, Predicate<ScoredCase> called, NumberedPatients numbers, double level) {
        SortedSet<Double> prevalences = new TreeSet<>(TABLE);
        double found = (double) cases.stream().filter(ScoredCase::positive).count() / cases.size();
        if (found > 0 && found < 1) {
            prevalences.add(found);
        }
        return of(cases, called, numbers, List.copyOf(prevalences), level);
    }

    /**
     * Predictive values at several prevalences, in their order.
     *
     * @param called what is called positive
     * @param prevalences each in (0, 1)
     * @param level nominal coverage of the intervals, in (0, 1)
     */
    public static List<PredictiveValues> of(
            List<ScoredCase> cases, Predicate<ScoredCase> called, List<Double> prevalences, double level) {
        return of(cases, called, numbered(cases), prevalences, level);
    }

    private static NumberedPatients numbered(List<ScoredCase> cases) {
        return NumberedPatients.of(cases.stream().map(ScoredCase::patient).toList());
    }

    private static List<PredictiveValues> of(
            List<ScoredCase> cases,
            Predicate<ScoredCase> called,
            NumberedPatients numbers,
            List<Double> prevalences,
            double level) {
        prevalences.forEach(PredictiveValues::requirePrevalence);
        ConfusionMatrix confusion = ConfusionMatrix.of(cases, called);
        Double recall = confusion.recall().value();
        Double specificity = confusion.specificity().value();
        if (recall == null || specificity == null) {
            Estimate undefined = Estimate.undefined("needs positive and negative cases");
            return prevalences.stream()
                    .map(prevalence -> new PredictiveValues(prevalence, undefined, undefined))
                    .toList();
        }
        long[][] counts = new long[numbers.count()][4];
        for (int i = 0; i < cases.size(); i++) {
            ScoredCase scored = cases.get(i);
            counts[numbers.of(i)][(scored.positive() ? 2 : 0) + (called.test(scored) ? 1 : 0)]++;
        }
        Patients patients = new Patients(List.of(counts), confusion, recall, specificity);
        return prevalences.stream()
                .map(prevalence -> of(prevalence, recall, specificity, patients, level))
                .toList();
    }

    private static PredictiveValues of(
            double prevalence, double recall, double specificity, Patients patients, double level) {
        double odds = prevalence / (1 - prevalence);
        // the negative predictive value is the positive one with the classes exchanged
        return new PredictiveValues(
                prevalence,
                recall == 0 && specificity == 1
                        ? Estimate.undefined("no case is called positive")
                        : estimate(recall, 1 - specificity, odds, patients.intervalOfPositive(odds, level)),
                specificity == 0 && recall == 1
                        ? Estimate.undefined("no case is called negative")
                        : estimate(specificity, 1 - recall, 1 / odds, patients.intervalOfNegative(1 / odds, level)));
    }

    private static Estimate estimate(double hits, double alarms, double odds, Optional<Interval> interval) {
        // the odds of the least prevalence that a number holds, or of all but it, come to 0 or infinity in a product
        double value = hits == 0 ? 0 : hits / (hits + alarms / odds);
        return Estimate.of(value)
                .with(interval.map(one ->
                        new Interval(Math.min(one.lower(), value), Math.max(one.upper(), value), one.level(), METHOD)));
    }

    /** Counts by patient: negatives called negative and positive, then positives. */
    private record Patients(List<long[]> counts, ConfusionMatrix confusion, double recall, double specificity) {
        Optional<Interval> intervalOfPositive(double odds, double level) {
            if (isDegenerate()) {
                return adjusted(2, recall, 0, specificity, odds, level);
            }
            return robust(Math.log(recall / (1 - specificity) * odds), 1 / recall, 1 / (1 - specificity), level);
        }

        Optional<Interval> intervalOfNegative(double odds, double level) {
            if (isDegenerate()) {
                return adjusted(0, specificity, 2, recall, odds, level);
            }
            return robust(Math.log(specificity / (1 - recall) * odds), 1 / (1 - recall), 1 / specificity, level);
        }

        private boolean isDegenerate() {
            return confusion.truePositives() == 0
                    || confusion.falseNegatives() == 0
                    || confusion.trueNegatives() == 0
                    || confusion.falsePositives() == 0;
        }

        /** A linear combination of recall and specificity; both push the logarithm of the odds the same way. */
        private Optional<Interval> robust(double logit, double ofRecall, double ofSpecificity, double level) {
            PatientJackknife withPositives = patientsWith(2);
            PatientJackknife withNegatives = patientsWith(0);
            if (withPositives.patients() < 2 || withNegatives.patients() < 2) {
                return Optional.empty();
            }
            double variance = 0;
            double varianceOfRecall = 0;
            double varianceOfSpecificity = 0;
            for (long[] patient : counts) {
                double positives = patient[2] + patient[3];
                double negatives = patient[0] + patient[1];
                double byRecall = (patient[3] - recall * positives)
                        / confusion.positives()
                        * withPositives.factor(positives)
                        * ofRecall;
                double bySpecificity = (patient[0] - specificity * negatives)
                        / confusion.negatives()
                        * withNegatives.factor(negatives)
                        * ofSpecificity;
                variance += (byRecall + bySpecificity) * (byRecall + bySpecificity);
                varianceOfRecall += byRecall * byRecall;
                varianceOfSpecificity += bySpecificity * bySpecificity;
            }
            // where all patients say the same rounding leaves something
            if (Math.sqrt(variance) <= PatientBootstrap.ROUNDING) {
                return Optional.empty();
            }
            double degreesOfFreedom = PatientJackknife.degreesOfFreedom(
                    varianceOfRecall, withPositives, varianceOfSpecificity, withNegatives);
            return Optional.of(interval(logit, variance, degreesOfFreedom, level));
        }

        private Optional<Interval> adjusted(
                int hitColumn, double hits, int otherColumn, double others, double odds, double level) {
            PatientJackknife withHits = patientsWith(hitColumn);
            PatientJackknife withOthers = patientsWith(otherColumn);
            if (withHits.patients() < 2 || withOthers.patients() < 2) {
                return Optional.empty();
            }
            double z = Quantiles.normal(level);
            double ofHits = withHits.effectivePatients();
            double ofOthers = withOthers.effectivePatients();
            double drawnHits = (hits * ofHits + z * z / 2) / (ofHits + z * z);
            double drawnAlarms = 1 - (others * ofOthers + z * z / 2) / (ofOthers + z * z);
            double variance = (1 - drawnHits) / drawnHits / (ofHits + z * z)
                    + (1 - drawnAlarms) / drawnAlarms / (ofOthers + z * z);
            // follows from the shares, not from how patients differ, so their number hardly matters
            return Optional.of(
                    interval(Math.log(drawnHits / drawnAlarms * odds), variance, counts.size() - 1.0, level));
        }

        /** The patients who have positives (column 2) or negatives (column 0). */
        private PatientJackknife patientsWith(int column) {
            PatientJackknife patients = new PatientJackknife();
            counts.forEach(patient -> patients.add((double) patient[column] + patient[column + 1], 1));
            return patients;
        }

        private static Interval interval(double logit, double variance, double degreesOfFreedom, double level) {
            double half = Quantiles.student(level, degreesOfFreedom) * Math.sqrt(variance);
            return Interval.aroundLogit(logit, half, level, METHOD);
        }
    }
}
