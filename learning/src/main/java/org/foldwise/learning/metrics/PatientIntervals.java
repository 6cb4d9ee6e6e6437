package org.foldwise.learning.metrics;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.jspecify.annotations.Nullable;

/**
 * The interval of each figure of a report, by the method that fits it: shares of images by {@link PatientProportion}, the area
 * under the ROC curve by {@link DeLong} over patients and where it is 0 or 1 by {@link SeparationInterval}, as an average precision of 1, all else by {@link
 * PatientBootstrap}, accelerated and expanded. F1 is 2 J / (1 + J) of the
 * share J of true positives among images that are positive or called positive, and takes its interval from that share's.
 *
 * <p>No figure gets an interval of width 0: where all resamples agree there is none, as resampling then says nothing. Neither does a
 * figure that hangs on a class which one patient alone has images of: nothing tells how another patient's would have scored. An area of
 * 0 or 1 keeps its own, which follows from the numbers of patients and not from how they differ.
 */
final class PatientIntervals {
    /** What {@link Interval#method()} says where the ends of recall and specificity are combined. */
    static final String COMBINED_METHOD = "patientClusteredWilsonCombined";

    private final List<ScoredCase> cases;
    private final Predicate<ScoredCase> called;
    private final NumberedPatients numbers;
    private final BootstrapSpec spec;
    private @Nullable PatientBootstrap bootstrap;

    PatientIntervals(List<ScoredCase> cases, double threshold, BootstrapSpec spec) {
        this(cases, one -> one.probability() >= threshold, spec);
    }

    /** Intervals where decisions do not hang on a threshold: {@code called} says what is called positive. */
    PatientIntervals(List<ScoredCase> cases, Predicate<ScoredCase> called, BootstrapSpec spec) {
        this(
                cases,
                called,
                NumberedPatients.of(cases.stream().map(ScoredCase::patient).toList()),
                spec);
    }

    /**
     * The same of cases whose patients were numbered before.
     *
     * @param cases in the order of images
     * @param numbers whose they are, in that order
     */
    PatientIntervals(
            List<ScoredCase> cases, Predicate<ScoredCase> called, NumberedPatients numbers, BootstrapSpec spec) {
        this.cases = cases;
        this.called = called;
        this.numbers = numbers;
        this.spec = spec;
    }

    /** Drawn when first needed: most figures do without. */
    PatientBootstrap bootstrap() {
        if (bootstrap == null) {
            bootstrap = PatientBootstrap.of(cases, called, numbers, spec);
        }
        return bootstrap;
    }

    /** Whose the cases are. */
    NumberedPatients numbers() {
        return numbers;
    }

    /** Nominal coverage. */
    double level() {
        return spec.level();
    }

    int singleClassResamples() {
        return bootstrap().singleClassResamples();
    }

    /** A figure with the interval of its resamples. */
    Estimate resampled(Figure figure, Estimate point) {
        return with(resamples(figure, point), point);
    }

    Estimate prevalence(Estimate point) {
        return with(share(one -> true, ScoredCase::positive), point);
    }

    Estimate accuracy(Estimate point) {
        return with(share(one -> true, one -> one.positive() == calledPositive(one)), point);
    }

    Estimate precision(Estimate point) {
        return with(share(this::calledPositive, ScoredCase::positive), point);
    }

    Estimate negativePredictiveValue(Estimate point) {
        return with(share(one -> !calledPositive(one), one -> !one.positive()), point);
    }

    Estimate recall(Estimate point) {
        return with(ofRecall(), point);
    }

    Estimate specificity(Estimate point) {
        return with(ofSpecificity(), point);
    }

    Estimate f1(Estimate point) {
        Optional<Interval> jaccard =
                share(one -> one.positive() || calledPositive(one), one -> one.positive() && calledPositive(one));
        return with(f1(jaccard), point);
    }

    private static Optional<Interval> f1(Optional<Interval> jaccard) {
        return jaccard.map(share -> new Interval(f1(share.lower()), f1(share.upper()), share.level(), share.method()));
    }

    /** F1 of both classes averaged, with intervals. */
    F1Averages f1Averages(ConfusionMatrix confusion) {
        F1Averages points = F1Averages.of(confusion);
        return new F1Averages(
                macroF1(points.macro(), confusion),
                resampled(Figure.WEIGHTED_F1, points.weighted()),
                accuracy(points.micro()));
    }

    /**
     * Resampled; where all resamples agree, as of decisions that are all right, and where a class comes from one patient only, a {@link
     * DependentMean} of both classes' F1.
     */
    private Estimate macroF1(Estimate point, ConfusionMatrix confusion) {
        Estimate resampled = resampled(Figure.MACRO_F1, point);
        if (point.value() == null || resampled.interval() != null) {
            return resampled;
        }
        Optional<Interval> ofNegatives =
                share(one -> !one.positive() || !calledPositive(one), one -> !one.positive() && !calledPositive(one));
        Estimate negatives = with(f1(ofNegatives), confusion.mirrored().f1());
        return point.with(Optional.ofNullable(
                DependentMean.of(List.of(negatives, f1(confusion.f1()))).interval()));
    }

    /** By {@link DeLong} over patients, resampled where these all say the same; none where a class comes from one patient only. */
    Estimate rocAuc(Estimate point) {
        Double area = point.value();
        if (area == null) {
            return point;
        }
        if (area == 0 || area == 1) {
            return with(ofSeparation(area), point);
        }
        if (patients(ScoredCase::positive) < 2 || patients(one -> !one.positive()) < 2) {
            return point;
        }
        Optional<Interval> interval = DeLong.ofPatients(cases).studentLogit(spec.level());
        return interval.isPresent() ? with(interval, point) : resampled(Figure.ROC_AUC, point);
    }

    /** Resampled; where it is 1, so that all resamples agree, by {@link SeparationInterval#ofAveragePrecision}. */
    Estimate averagePrecision(Estimate point) {
        Double value = point.value();
        if (value == null || value != 1) {
            return resampled(Figure.AVERAGE_PRECISION, point);
        }
        int positivePatients = patients(ScoredCase::positive);
        int negativePatients = patients(one -> !one.positive());
        double prevalence = (double) cases.stream().filter(ScoredCase::positive).count() / cases.size();
        return negativePatients == 0 || numbers.count() < 2
                ? point
                : point.with(Optional.of(SeparationInterval.ofAveragePrecision(
                        positivePatients, negativePatients, prevalence, spec.level())));
    }

    /**
     * The ends of recall and specificity combined as of independent figures ({@link IndependentMean}), of a patient with images of both classes
     * as well: what moves scores up helps the one and harms the other, so that the interval is rather too wide there. Resamples hide what is
     * uncertain where few patients show a class.
     */
    Estimate balancedAccuracy(Estimate point) {
        if (point.value() == null) {
            return point;
        }
        ConfusionMatrix confusion = ConfusionMatrix.of(cases, called);
        return with(
                IndependentMean.interval(List.of(recall(confusion.recall()), specificity(confusion.specificity())))
                        .map(ends -> new Interval(ends.lower(), ends.upper(), ends.level(), COMBINED_METHOD)),
                point);
    }

    private static Estimate with(Optional<Interval> interval, Estimate point) {
        return point.value() == null ? point : new Estimate(point.value(), interval.orElse(null), null);
    }

    /** Accelerated and expanded where that can be computed; calibration errors, whose resamples lie above them, by the deviations of their bins. */
    private Optional<Interval> resamples(Figure figure, Estimate point) {
        if (figure == Figure.EXPECTED_CALIBRATION_ERROR || figure == Figure.MAXIMUM_CALIBRATION_ERROR) {
            return bootstrap().calibrationInterval(figure, point.valueOr(Double.NaN));
        }
        return bootstrap()
                .expandedInterval(figure)
                .or(() -> bootstrap().interval(figure))
                .filter(interval -> interval.upper() - interval.lower() > PatientBootstrap.ROUNDING);
    }

    private Optional<Interval> share(Predicate<ScoredCase> of, Predicate<ScoredCase> counted) {
        int[] images = new int[numbers.count()];
        int[] ofThem = new int[numbers.count()];
        for (int i = 0; i < cases.size(); i++) {
            ScoredCase one = cases.get(i);
            if (of.test(one)) {
                images[numbers.of(i)]++;
                ofThem[numbers.of(i)] += counted.test(one) ? 1 : 0;
            }
        }
        return PatientProportion.interval(ofThem, images, spec.level());
    }

    private Optional<Interval> ofRecall() {
        return share(ScoredCase::positive, this::calledPositive);
    }

    private Optional<Interval> ofSpecificity() {
        return share(one -> !one.positive(), one -> !calledPositive(one));
    }

    private static double f1(double jaccard) {
        return 2 * jaccard / (1 + jaccard);
    }

    private boolean calledPositive(ScoredCase scored) {
        return called.test(scored);
    }

    private Optional<Interval> ofSeparation(double area) {
        int positivePatients = patients(ScoredCase::positive);
        int negativePatients = patients(one -> !one.positive());
        return numbers.count() < 2
                ? Optional.empty()
                : Optional.of(SeparationInterval.of(positivePatients, negativePatients, area, spec.level()));
    }

    /** How many patients have such a case. */
    int patients(Predicate<ScoredCase> with) {
        boolean[] counts = new boolean[numbers.count()];
        int patients = 0;
        for (int i = 0; i < cases.size(); i++) {
            if (!counts[numbers.of(i)] && with.test(cases.get(i))) {
                counts[numbers.of(i)] = true;
                patients++;
            }
        }
        return patients;
    }
}
