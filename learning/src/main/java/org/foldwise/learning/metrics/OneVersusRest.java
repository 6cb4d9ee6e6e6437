package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.jspecify.annotations.Nullable;

/** The cases of one class against all others, or of one label, and the resamples of their patients. For one thread at a time. */
public final class OneVersusRest {
    private static final String NONE_JUDGED = "there is no class that some cases show and others do not";

    private final String name;
    private final List<ScoredCase> cases;
    private final @Nullable ThresholdChoice threshold;
    private final Predicate<ScoredCase> called;
    private final ConfusionMatrix confusion;
    private final PatientIntervals intervals;

    private OneVersusRest(
            String name,
            List<ScoredCase> cases,
            @Nullable ThresholdChoice threshold,
            Predicate<ScoredCase> called,
            NumberedPatients numbers,
            BootstrapSpec bootstrap) {
        this.name = name;
        this.cases = cases;
        this.threshold = threshold;
        this.called = called;
        this.confusion = ConfusionMatrix.of(cases, called);
        this.intervals = new PatientIntervals(cases, called, numbers, bootstrap);
    }

    /** A label that is called where its probability is at or above a threshold that was chosen before, on other cases. */
    public static OneVersusRest at(
            ThresholdChoice threshold, String name, List<ScoredCase> cases, BootstrapSpec bootstrap) {
        List<ScoredCase> ordered = ordered(cases);
        return at(threshold, name, ordered, numbered(ordered), bootstrap);
    }

    /**
     * The same of cases whose patients were numbered before.
     *
     * @param cases in the order of images
     * @param numbers whose they are, in that order
     */
    public static OneVersusRest at(
            ThresholdChoice threshold,
            String name,
            List<ScoredCase> cases,
            NumberedPatients numbers,
            BootstrapSpec bootstrap) {
        return new OneVersusRest(
                name, cases, threshold, one -> one.probability() >= threshold.threshold(), numbers, bootstrap);
    }

    /** A class that {@code called} decides for. */
    public static OneVersusRest of(
            Predicate<ScoredCase> called, String name, List<ScoredCase> cases, BootstrapSpec bootstrap) {
        List<ScoredCase> ordered = ordered(cases);
        return of(called, name, ordered, numbered(ordered), bootstrap);
    }

    /**
     * The same of cases whose patients were numbered before.
     *
     * @param cases in the order of images
     * @param numbers whose they are, in that order
     */
    public static OneVersusRest of(
            Predicate<ScoredCase> called,
            String name,
            List<ScoredCase> cases,
            NumberedPatients numbers,
            BootstrapSpec bootstrap) {
        return new OneVersusRest(name, cases, null, called, numbers, bootstrap);
    }

    private static NumberedPatients numbered(List<ScoredCase> cases) {
        return NumberedPatients.of(cases.stream().map(ScoredCase::patient).toList());
    }

    /** A fixed order, so that sums round alike whatever the order given. */
    private static List<ScoredCase> ordered(List<ScoredCase> cases) {
        return cases.stream().sorted(Comparator.comparing(ScoredCase::image)).toList();
    }

    /** What there is to say of the class. */
    public ClassReport report() {
        Calibration calibration = Calibration.of(cases);
        return new ClassReport(
                name,
                confusion.positives(),
                patients(true),
                prevalence(),
                rocAuc(),
                averagePrecision(),
                intervals.resampled(Figure.BRIER_SCORE, Estimate.of(calibration.brierScore())),
                expectedCalibrationError(calibration),
                threshold,
                confusion,
                intervals.precision(confusion.precision()),
                recall(),
                specificity(),
                intervals.negativePredictiveValue(confusion.negativePredictiveValue()),
                intervals.f1(confusion.f1()),
                calibration.bins(),
                intervals.accuracy(confusion.accuracy()),
                intervals.balancedAccuracy(confusion.balancedAccuracy()),
                intervals.resampled(Figure.MATTHEWS_CORRELATION, confusion.matthewsCorrelation()),
                intervals.resampled(Figure.KAPPA, confusion.kappa()),
                intervals.resampled(Figure.LOG_LOSS, Estimate.of(calibration.logLoss())),
                maximumCalibrationError(calibration),
                CalibrationLine.of(cases, intervals.numbers(), intervals.level()),
                PredictiveValues.table(cases, called, intervals.numbers(), intervals.level()));
    }

    private Estimate expectedCalibrationError(Calibration calibration) {
        return intervals.resampled(
                Figure.EXPECTED_CALIBRATION_ERROR, Estimate.of(calibration.expectedCalibrationError()));
    }

    private Estimate maximumCalibrationError(Calibration calibration) {
        return intervals.resampled(
                Figure.MAXIMUM_CALIBRATION_ERROR, Estimate.of(calibration.maximumCalibrationError()));
    }

    /** F1 of what is called so and of what is not, averaged. */
    public F1Averages f1Averages() {
        return intervals.f1Averages(confusion);
    }

    /** Mean gap between probability and share of cases that show it over 10 bins. */
    public Estimate expectedCalibrationError() {
        return expectedCalibrationError(Calibration.of(cases));
    }

    /** The largest such gap. */
    public Estimate maximumCalibrationError() {
        return maximumCalibrationError(Calibration.of(cases));
    }

    /** Name of the class. */
    public String name() {
        return name;
    }

    /** Number of cases that show it. */
    public long images() {
        return confusion.positives();
    }

    /** Number of patients with a case that shows it, or else with one that does not. */
    public int patients(boolean showing) {
        return intervals.patients(one -> one.positive() == showing);
    }

    /** Whether cases that show it, and cases that do not, come from 2 patients at least: one says nothing of how another would differ. */
    public boolean hasPatients() {
        return Stream.of(true, false)
                .allMatch(showing -> cases.stream()
                                .filter(one -> one.positive() == showing)
                                .map(ScoredCase::patient)
                                .distinct()
                                .limit(2)
                                .count()
                        == 2);
    }

    /** Share of cases that show it. */
    public Estimate prevalence() {
        return intervals.prevalence(Estimate.of((double) confusion.positives() / cases.size()));
    }

    /** Area under the ROC curve. */
    public Estimate rocAuc() {
        return intervals.rocAuc(RocCurve.area(cases));
    }

    private Estimate averagePrecision() {
        return intervals.averagePrecision(PrecisionRecallCurve.averagePrecision(cases));
    }

    /** Share called so among the cases that show it. */
    public Estimate recall() {
        return intervals.recall(confusion.recall());
    }

    /** Share not called so among the cases that do not show it. */
    public Estimate specificity() {
        return intervals.specificity(confusion.specificity());
    }

    /**
     * The mean over classes of the area under the ROC curve, with the interval of {@link MeanAreas}; where it is 0 or 1, one from resamples
     * of all classes together, or a {@link DependentMean} of the classes' own where all resamples agree. Where one patient alone shows a
     * class, or does not, there is that mean at most, and none where the class has none.
     *
     * @param judged at least one, of the same images, each with images that show it and others that do not
     */
    public static Estimate meanRocAuc(List<OneVersusRest> judged) {
        return mean(Figure.ROC_AUC, judged, OneVersusRest::intervalOfMeanArea);
    }

    /**
     * The mean of average precision, with an interval from resamples of all classes together, or a {@link DependentMean} of the classes' own
     * where all resamples agree. Where one patient alone shows a class, or does not, there is that mean at most, and none where the class has
     * none.
     */
    public static Estimate meanAveragePrecision(List<OneVersusRest> judged) {
        return mean(Figure.AVERAGE_PRECISION, judged, ofAll -> ofPrecision(ofAll, equalWeights(ofAll)));
    }

    /**
     * The mean area weighted by how many cases show each class, with the interval of {@link MeanAreas}; none where one patient alone shows a
     * class, or does not.
     *
     * @param judged at least one, of the same images, each with images that show it and others that do not
     */
    public static Estimate weightedRocAuc(List<OneVersusRest> judged) {
        return weighted(Figure.ROC_AUC, judged, weights -> areas(judged, weights)
                .flatMap(MeanAreas::interval)
                .or(() -> resampled(Figure.ROC_AUC, judged, weights)));
    }

    /**
     * The interval of a mean over areas, each between two classes alone, by {@link MeanAreas}; none where fewer than 2 patients show a class.
     *
     * @param patients how many all images come from
     * @param pairs of each area its images with their scores; of many classes there are many, so each is asked for once and let go
     * @param level nominal coverage, in (0, 1)
     */
    public static Optional<Interval> intervalOfPairs(int patients, List<Supplier<JudgedCases>> pairs, double level) {
        return pairs.isEmpty()
                ? Optional.empty()
                : MeanAreas.mean(patients, pairs, level).flatMap(MeanAreas::interval);
    }

    /** The mean of average precision weighted likewise, with an interval from resamples of all classes together, or of the classes' own. */
    public static Estimate weightedAveragePrecision(List<OneVersusRest> judged) {
        return weighted(Figure.AVERAGE_PRECISION, judged, weights -> ofPrecision(judged, weights));
    }

    private static Estimate weighted(
            Figure figure, List<OneVersusRest> judged, Function<List<Long>, Optional<Interval>> intervalAtWeights) {
        if (judged.isEmpty()) {
            return Estimate.undefined(NONE_JUDGED);
        }
        List<Long> weights = judged.stream().map(OneVersusRest::images).toList();
        double shown = weights.stream().mapToLong(weight -> weight).sum();
        double sum = 0;
        for (int k = 0; k < judged.size(); k++) {
            sum += weights.get(k)
                    * (figure == Figure.ROC_AUC
                                    ? RocCurve.area(judged.get(k).cases)
                                    : PrecisionRecallCurve.averagePrecision(judged.get(k).cases))
                            .valueOr(0);
        }
        // divided once, so that a mean of ones is 1
        return Estimate.of(sum / shown).with(intervalAtWeights.apply(weights));
    }

    private static Estimate mean(
            Figure figure, List<OneVersusRest> judged, Function<List<OneVersusRest>, Optional<Interval>> interval) {
        double sum = 0;
        for (OneVersusRest one : judged) {
            Estimate estimate = figure == Figure.ROC_AUC
                    ? RocCurve.area(one.cases)
                    : PrecisionRecallCurve.averagePrecision(one.cases);
            Double value = estimate.value();
            if (value == null) {
                return Estimate.undefined("'" + one.name + "': " + estimate.undefinedBecause());
            }
            sum += value;
        }
        return judged.isEmpty()
                ? Estimate.undefined(NONE_JUDGED)
                : Estimate.of(sum / judged.size()).with(interval.apply(judged));
    }

    private static Optional<Interval> intervalOfMeanArea(List<OneVersusRest> judged) {
        return areas(judged, equalWeights(judged))
                .flatMap(MeanAreas::combined)
                .or(() -> resampled(Figure.ROC_AUC, judged))
                .or(() -> Optional.ofNullable(DependentMean.of(
                                judged.stream().map(OneVersusRest::rocAuc).toList())
                        .interval()));
    }

    private static Optional<Interval> resampled(Figure figure, List<OneVersusRest> judged) {
        return resampled(figure, judged, equalWeights(judged));
    }

    private static Optional<Interval> resampled(Figure figure, List<OneVersusRest> judged, List<Long> weights) {
        return PatientBootstrap.meanInterval(
                figure, judged.stream().map(one -> one.intervals.bootstrap()).toList(), weights);
    }

    private static Optional<Interval> ofPrecision(List<OneVersusRest> judged, List<Long> weights) {
        return resampled(Figure.AVERAGE_PRECISION, judged, weights)
                .map(resampled -> withPerfectClasses(resampled, judged, weights))
                .or(() -> Optional.ofNullable(DependentMean.of(
                                judged.stream()
                                        .map(OneVersusRest::averagePrecision)
                                        .toList(),
                                weights)
                        .interval()));
    }

    /**
     * An average precision of 1 is 1 in every resample, though few patients may have come to it by chance: how far its own interval goes below is
     * added to the lower side in root of squares, as {@link MeanAreas} does.
     */
    private static Interval withPerfectClasses(Interval resampled, List<OneVersusRest> judged, List<Long> weights) {
        double total = weights.stream().mapToLong(weight -> weight).sum();
        double mean = 0;
        double lowered = 0;
        for (int k = 0; k < judged.size(); k++) {
            Estimate one = judged.get(k).averagePrecisionIfPerfect();
            Interval own = one.interval();
            mean += weights.get(k) * one.valueOr(0);
            if (own != null) {
                lowered = Math.hypot(lowered, weights.get(k) / total * (1 - own.lower()));
            }
        }
        double below = Math.hypot(Math.max(0, mean / total - resampled.lower()), lowered);
        return lowered == 0
                ? resampled
                : new Interval(
                        Math.max(0, Math.min(resampled.lower(), mean / total - below)),
                        resampled.upper(),
                        resampled.level(),
                        resampled.method());
    }

    /** The average precision, with an interval where it is 1 alone: that of resamples takes time. */
    private Estimate averagePrecisionIfPerfect() {
        Estimate point = PrecisionRecallCurve.averagePrecision(cases);
        Double value = point.value();
        return value != null && value == 1 ? intervals.averagePrecision(point) : point;
    }

    private static List<Long> equalWeights(List<OneVersusRest> judged) {
        return Collections.nCopies(judged.size(), 1L);
    }

    private static Optional<MeanAreas> areas(List<OneVersusRest> judged, List<Long> weights) {
        NumberedPatients first = judged.get(0).intervals.numbers();
        List<Supplier<JudgedCases>> areas = new ArrayList<>();
        for (OneVersusRest one : judged) {
            NumberedPatients numbers = one.intervals.numbers();
            if (!numbers.ids().equals(first.ids())) {
                throw new IllegalArgumentException("classes are averaged on images of the same patients");
            }
            areas.add(() -> JudgedCases.of(one.cases, numbers.ofCases()));
        }
        return MeanAreas.mean(
                first.count(), areas, weights, judged.get(0).intervals.level());
    }

    /** Whether some cases show the class and others do not. */
    public boolean judged() {
        return confusion.positives() > 0 && confusion.negatives() > 0;
    }
}
