package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.foldwise.learning.metrics.clinical.DecisionCurve;
import org.foldwise.learning.metrics.comparison.ClusteredMcNemar;
import org.foldwise.learning.metrics.comparison.McNemar;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.MulticlassReport;
import org.foldwise.learning.metrics.scored.MultilabelReport;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.junit.jupiter.api.Test;

/**
 * Areas, curves, resamples, shares, McNemar's test, net benefit, calibration and whole reports at 200,000 images. The scores lie on a grid
 * of thousandths, so that counts of images by score and class, which know nothing of sorting and of ranks, give figures a second time;
 * intervals are held against what formulas say of so many cases. Of whole reports every figure lies in its range and, where it has an
 * interval, within that.
 */
class LargeCohortTest {
    private static final int IMAGES = 200_000;
    private static final int PATIENTS = 60_000;
    private static final int GRID = 1000;
    private static final double LEVEL = 0.95;
    /** Of one report on a slow machine with others at work. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static final BootstrapSpec FEW = new BootstrapSpec(100, 1, LEVEL);
    private static final double NORMAL = NormalDistribution.of(0, 1).inverseSurvivalProbability(0.025);

    /** Patients have three or four images, of both classes; a third of a score is the patient's. */
    private static final List<ScoredCase> COHORT = cohort(PATIENTS, 3);
    /** Each patient has one image. */
    private static final List<ScoredCase> SINGLE = cohort(IMAGES, 4);

    private static List<ScoredCase> cohort(int patients, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] shared = random.doubles(patients).toArray();
        List<ScoredCase> cases = new ArrayList<>(IMAGES);
        for (int i = 0; i < IMAGES; i++) {
            int patient = i % patients;
            boolean positive = random.nextDouble() < 0.2 + 0.2 * shared[patient];
            double score = (shared[patient] + 2 * random.nextDouble()) / 4 + (positive ? 0.25 : 0);
            cases.add(new ScoredCase(
                    "i%06d".formatted(i),
                    new PatientId("p%06d".formatted(patient)),
                    positive,
                    Math.rint(score * GRID) / GRID));
        }
        return cases;
    }

    private static int step(ScoredCase scored) {
        return (int) Math.rint(scored.probability() * GRID);
    }

    /** How many images of the class have each score. */
    private static long[] counts(List<ScoredCase> cases, boolean positive) {
        long[] counts = new long[GRID + 1];
        cases.stream().filter(one -> one.positive() == positive).forEach(one -> counts[step(one)]++);
        return counts;
    }

    /** Of a score the share of other images that lie below it, half of those that lie on it. */
    private static double[] below(long[] others) {
        double all = Arrays.stream(others).sum();
        double[] below = new double[others.length];
        long sum = 0;
        for (int i = 0; i < others.length; i++) {
            below[i] = (sum + others[i] / 2.0) / all;
            sum += others[i];
        }
        return below;
    }

    /** Obuchowski (1997), in her words, from the counts. */
    @Test
    void theClusteredAreaHasTheVarianceOfItsFormula() {
        long[] positives = counts(COHORT, true);
        long[] negatives = counts(COHORT, false);
        double[] x = below(negatives);
        double[] y = Arrays.stream(below(positives)).map(share -> 1 - share).toArray();
        double m = Arrays.stream(positives).sum();
        double n = Arrays.stream(negatives).sum();
        double area = 0;
        for (int i = 0; i <= GRID; i++) {
            area += positives[i] * x[i] / m;
        }
        Map<PatientId, double[]> sums = new HashMap<>();
        for (ScoredCase one : COHORT) {
            double[] ofPatient = sums.computeIfAbsent(one.patient(), absent -> new double[4]);
            int kind = one.positive() ? 0 : 2;
            ofPatient[kind]++;
            ofPatient[kind + 1] += one.positive() ? x[step(one)] : y[step(one)];
        }
        double ofPositives = 0;
        double ofNegatives = 0;
        double ofBoth = 0;
        int withPositives = 0;
        int withNegatives = 0;
        for (double[] ofPatient : sums.values()) {
            double first = ofPatient[1] - ofPatient[0] * area;
            double second = ofPatient[3] - ofPatient[2] * area;
            ofPositives += first * first;
            ofNegatives += second * second;
            ofBoth += first * second;
            withPositives += ofPatient[0] > 0 ? 1 : 0;
            withNegatives += ofPatient[2] > 0 ? 1 : 0;
        }
        double variance = withPositives / (withPositives - 1.0) * ofPositives / (m * m)
                + withNegatives / (withNegatives - 1.0) * ofNegatives / (n * n)
                + 2.0 * PATIENTS / (PATIENTS - 1.0) * ofBoth / (m * n);

        DeLong found = DeLong.ofPatients(COHORT);

        assertThat(found.area()).isCloseTo(area, within(1e-12));
        assertThat(found.variance()).isCloseTo(variance, within(1e-6 * variance));
        assertThat(RocCurve.area(COHORT).value()).isCloseTo(area, within(1e-12));
        Interval interval = found.studentLogit(LEVEL).orElseThrow();
        assertThat(interval.upper() - interval.lower())
                .isCloseTo(2 * NORMAL * Math.sqrt(variance), within(1e-3 * Math.sqrt(variance)));

        // DeLong, DeLong and Clarke-Pearson (1988), each image by itself
        double centre = area;
        double between = IntStream.rangeClosed(0, GRID)
                .mapToDouble(i -> positives[i] * Math.pow(x[i] - centre, 2) / (m * (m - 1))
                        + negatives[i] * Math.pow(y[i] - centre, 2) / (n * (n - 1)))
                .sum();
        assertThat(DeLong.ofImages(COHORT).variance()).isCloseTo(between, within(1e-9 * between));
    }

    @Test
    void theCurvesHaveTheCountsAndTheAreasThatFollow() {
        long[] positives = counts(COHORT, true);
        long[] negatives = counts(COHORT, false);
        double m = Arrays.stream(positives).sum();
        double n = Arrays.stream(negatives).sum();
        Map<Double, double[]> rates = new HashMap<>();
        double averagePrecision = 0;
        double hits = 0;
        double alarms = 0;
        for (int i = GRID; i >= 0; i--) {
            if (positives[i] + negatives[i] > 0) {
                hits += positives[i];
                alarms += negatives[i];
                averagePrecision += positives[i] / m * hits / (hits + alarms);
                rates.put(i / (double) GRID, new double[] {hits / m, alarms / n, hits / (hits + alarms)});
            }
        }

        RocCurve roc = RocCurve.of(COHORT);
        PrecisionRecallCurve precisionRecall = PrecisionRecallCurve.of(COHORT);

        assertThat(roc.points()).hasSize(1 + rates.size());
        double area = 0;
        for (int i = 1; i < roc.points().size(); i++) {
            RocCurve.Point before = roc.points().get(i - 1);
            RocCurve.Point point = roc.points().get(i);
            area += (point.falsePositiveRate() - before.falsePositiveRate())
                    * (point.truePositiveRate() + before.truePositiveRate())
                    / 2;
            double[] expected = rates.get(point.threshold());
            assertThat(point.truePositiveRate()).isCloseTo(expected[0], within(1e-15));
            assertThat(point.falsePositiveRate()).isCloseTo(expected[1], within(1e-15));
        }
        assertThat(area).isCloseTo(RocCurve.area(COHORT).value(), within(1e-12));
        assertThat(PrecisionRecallCurve.averagePrecision(COHORT).value()).isCloseTo(averagePrecision, within(1e-12));
        for (PrecisionRecallCurve.Point point : precisionRecall.points()) {
            double[] expected = point.threshold() == null ? null : rates.get(point.threshold());
            if (expected != null) {
                assertThat(point.recall()).isCloseTo(expected[0], within(1e-15));
                assertThat(point.precision()).isCloseTo(expected[2], within(1e-15));
            }
        }
        double[] atHalf = rates.get(0.5);
        ThresholdCurve.Point half =
                ThresholdCurve.of(COHORT, List.of(0.5), LEVEL).points().get(0);
        assertThat(half.recall().value()).isCloseTo(atHalf[0], within(1e-15));
        assertThat(half.specificity().value()).isCloseTo(1 - atHalf[1], within(1e-15));
        assertThat(half.precision().value()).isCloseTo(atHalf[2], within(1e-15));
        Ranges.require(half);
    }

    /** Of means of independent images resampling must come to what the formula of a mean says. */
    @Test
    void resamplesAreAsWideAsTheFormulaOfAMean() {
        BootstrapSpec spec = new BootstrapSpec(400, 5, LEVEL);
        PatientBootstrap bootstrap = PatientBootstrap.of(SINGLE, 0.5, spec);
        double[] errors = SINGLE.stream()
                .mapToDouble(one -> Math.pow(one.probability() - (one.positive() ? 1 : 0), 2))
                .toArray();
        double mean = Arrays.stream(errors).average().orElseThrow();
        double deviation = Math.sqrt(Arrays.stream(errors)
                        .map(error -> (error - mean) * (error - mean))
                        .sum()
                / (IMAGES - 1.0));
        double half = NORMAL * deviation / Math.sqrt(IMAGES);

        assertThat(bootstrap.estimate(Figure.BRIER_SCORE).value()).isCloseTo(mean, within(1e-12));
        for (Interval interval : List.of(
                bootstrap.interval(Figure.BRIER_SCORE).orElseThrow(),
                bootstrap.acceleratedInterval(Figure.BRIER_SCORE).orElseThrow(),
                bootstrap.expandedInterval(Figure.BRIER_SCORE).orElseThrow())) {
            // the ends of 400 resamples are off by about a tenth of the half width
            assertThat(interval.lower()).as(interval.method()).isCloseTo(mean - half, within(0.3 * half));
            assertThat(interval.upper()).as(interval.method()).isCloseTo(mean + half, within(0.3 * half));
        }
        Interval ofArea = bootstrap.acceleratedInterval(Figure.ROC_AUC).orElseThrow();
        DeLong area = DeLong.ofImages(SINGLE);
        double halfOfArea = NORMAL * area.standardError();
        assertThat(ofArea.lower()).isCloseTo(area.area() - halfOfArea, within(0.3 * halfOfArea));
        assertThat(ofArea.upper()).isCloseTo(area.area() + halfOfArea, within(0.3 * halfOfArea));
    }

    /** The ends that published formulas give: Wilson's in closed form, Clopper's and Pearson's of none and of all by a power. */
    @Test
    void sharesOfManyCasesHaveTheirIntervals() {
        double z2 = NORMAL * NORMAL;
        for (long count : new long[] {0, 1, 17, 100_000, 199_999, IMAGES}) {
            double share = count / (double) IMAGES;
            Interval wilson = new Proportion(count, IMAGES).wilson(LEVEL).interval();
            double half = NORMAL * Math.sqrt(IMAGES * share * (1 - share) + z2 / 4) / (IMAGES + z2);
            double centre = (count + z2 / 2) / (IMAGES + z2);
            assertThat(wilson.lower()).isCloseTo(Math.max(0, centre - half), within(1e-15));
            assertThat(wilson.upper()).isCloseTo(Math.min(1, centre + half), within(1e-15));
            Interval exact = new Proportion(count, IMAGES).clopperPearson(LEVEL).interval();
            assertThat(exact.lower()).isBetween(0.0, share);
            assertThat(exact.upper()).isBetween(share, 1.0);
        }
        Interval none = new Proportion(0, IMAGES).clopperPearson(LEVEL).interval();
        assertThat(none.lower()).isZero();
        assertThat(none.upper()).isCloseTo(-Math.expm1(Math.log(0.025) / IMAGES), within(1e-14));
        Interval all = new Proportion(IMAGES, IMAGES).clopperPearson(LEVEL).interval();
        assertThat(all.upper()).isEqualTo(1);
        assertThat(all.lower()).isCloseTo(Math.exp(Math.log(0.025) / IMAGES), within(1e-12));
        // of rare events it is that of Poisson's distribution: 1 event, exact ends 0.025318 and 5.571643
        Interval one = new Proportion(1, IMAGES).clopperPearson(LEVEL).interval();
        assertThat(one.lower() * IMAGES).isCloseTo(0.025318, within(1e-6));
        assertThat(one.upper() * IMAGES).isCloseTo(5.571643, within(1e-4));
        Interval half = new Proportion(100_000, IMAGES).clopperPearson(LEVEL).interval();
        assertThat(half.upper() - half.lower()).isCloseTo(2 * NORMAL * 0.5 / Math.sqrt(IMAGES), within(1.2 / IMAGES));
    }

    @Test
    void clusteredSharesOfSingleImagesAreWilsons() {
        Interval clustered = PatientProportion.of(SINGLE, one -> true, ScoredCase::positive)
                .interval(LEVEL)
                .orElseThrow();
        long positives = SINGLE.stream().filter(ScoredCase::positive).count();
        Interval wilson = new Proportion(positives, IMAGES).wilson(LEVEL).interval();

        // a variance over patients has n - 1 in the denominator, and Student's quantile is that of 199,999
        assertThat(clustered.lower()).isCloseTo(wilson.lower(), within(1e-7));
        assertThat(clustered.upper()).isCloseTo(wilson.upper(), within(1e-7));
    }

    @Test
    void mcNemarOfManyDisagreementsIsItsNormalApproximation() {
        McNemar even = new McNemar(50_000, 50_000);
        assertThat(even.exactPValue()).isEqualTo(1.0);
        assertThat(even.midPValue().value()).isCloseTo(1, within(0.01));

        McNemar some = new McNemar(50_500, 49_500);
        double z = 1000 / Math.sqrt(100_000);
        double normal = 2 * NormalDistribution.of(0, 1).survivalProbability(z);
        assertThat(some.midPValue().value()).isCloseTo(normal, within(1e-5));
        assertThat(some.exactPValue())
                .isCloseTo(
                        2 * NormalDistribution.of(0, 1).survivalProbability((1000 - 1) / Math.sqrt(100_000)),
                        within(1e-5));
        assertThat(some.chiSquared().statistic().value()).isCloseTo(z * z, within(1e-9));

        McNemar all = new McNemar(IMAGES, 0);
        assertThat(all.exactPValue()).isBetween(0.0, 1e-300);
        assertThat(all.midPValue().value()).isBetween(0.0, 1e-300);

        List<ClusteredMcNemar.Patient> patients = IntStream.range(0, IMAGES)
                .mapToObj(i -> new ClusteredMcNemar.Patient(i < 50_500 ? 1 : 0, i >= 100_000 && i < 149_500 ? 1 : 0, 1))
                .toList();
        double clustered =
                new ClusteredMcNemar(patients).obuchowski().statistic().value();
        // over single images the variance has the squared mean taken off, which matters as little as 1 in 100,000
        assertThat(clustered).isCloseTo(z * z, within(1e-3 * z * z));
    }

    @Test
    void netBenefitIsWhatItsCountsSay() {
        List<Double> thresholds = List.of(0.1, 0.3, 0.5, 0.8);
        DecisionCurve curve = DecisionCurve.of(COHORT, thresholds, LEVEL);

        assertThat(curve.points()).hasSize(4);
        for (DecisionCurve.Point point : curve.points()) {
            double odds = point.threshold() / (1 - point.threshold());
            Map<PatientId, double[]> sums = new HashMap<>();
            double hits = 0;
            double alarms = 0;
            for (ScoredCase one : COHORT) {
                boolean called = one.probability() >= point.threshold();
                hits += called && one.positive() ? 1 : 0;
                alarms += called && !one.positive() ? 1 : 0;
                double benefit = called ? one.positive() ? 1 : -odds : 0;
                double[] ofPatient = sums.computeIfAbsent(one.patient(), absent -> new double[2]);
                ofPatient[0] += benefit;
                ofPatient[1]++;
            }
            double benefit = (hits - odds * alarms) / IMAGES;
            assertThat(point.model().value()).isCloseTo(benefit, within(1e-12));
            double squares = sums.values().stream()
                    .mapToDouble(ofPatient -> Math.pow(ofPatient[0] - ofPatient[1] * benefit, 2))
                    .sum();
            double half = NORMAL * Math.sqrt(squares) / IMAGES;
            Interval interval = point.model().interval();
            assertThat(interval).isNotNull();
            // of as many images shares are nearly normal; none counts for more images than there are
            assertThat(interval.upper() - interval.lower()).isCloseTo(2 * half, within(0.1 * half));
        }
    }

    @Test
    void calibrationErrorsAreThoseOfTheBins() {
        double[] probabilities = new double[10];
        double[] shown = new double[10];
        double[] sizes = new double[10];
        for (ScoredCase one : COHORT) {
            // (lower, upper], the first with 0
            int bin = Math.max(0, (step(one) + GRID / 10 - 1) / (GRID / 10) - 1);
            probabilities[bin] += one.probability();
            shown[bin] += one.positive() ? 1 : 0;
            sizes[bin]++;
        }
        double expected = 0;
        double largest = 0;
        for (int i = 0; i < 10; i++) {
            double gap = sizes[i] == 0 ? 0 : Math.abs(probabilities[i] - shown[i]) / sizes[i];
            expected += gap * sizes[i] / IMAGES;
            largest = Math.max(largest, gap);
        }

        Calibration calibration = Calibration.of(COHORT);

        assertThat(calibration.expectedCalibrationError()).isCloseTo(expected, within(1e-12));
        assertThat(calibration.maximumCalibrationError()).isCloseTo(largest, within(1e-12));
    }

    /** The isotonic fit at a score is the largest, over where a stretch begins, of the smallest mean, over where it ends. */
    @Test
    void theIsotonicFitIsTheMaximumOfMinima() {
        int grid = 125;
        SplittableRandom random = new SplittableRandom(6);
        List<ScoredCase> cases = new ArrayList<>();
        double[] shown = new double[grid + 1];
        double[] sizes = new double[grid + 1];
        for (int i = 0; i < IMAGES; i++) {
            int step = random.nextInt(grid + 1);
            double score = step / (double) grid;
            boolean positive = random.nextDouble() < 0.2 + 0.5 * score + 0.1 * Math.sin(20 * score);
            cases.add(new ScoredCase("i" + i, new PatientId("p" + i), positive, score));
            shown[step] += positive ? 1 : 0;
            sizes[step]++;
        }

        Recalibration.Isotonic fit = Recalibration.Isotonic.fit(cases);

        for (int k = 0; k <= grid; k++) {
            double largest = 0;
            for (int from = 0; from <= k; from++) {
                double smallest = 1;
                double hits = 0;
                double all = 0;
                for (int to = from; to <= grid; to++) {
                    hits += shown[to];
                    all += sizes[to];
                    if (to >= k) {
                        smallest = Math.min(smallest, hits / all);
                    }
                }
                largest = Math.max(largest, smallest);
            }
            assertThat(fit.apply(k / (double) grid)).as("at %d", k).isCloseTo(largest, within(1e-9));
        }
    }

    /** Perfect separation, one class alone, one score for all: every figure is in its range or says why there is none. */
    @Test
    void theEdgesOfManyImagesStayWithinTheirRanges() {
        BootstrapSpec spec = new BootstrapSpec(100, 1, LEVEL);
        List<ScoredCase> perfect = relabelled((i, positive) -> positive ? 0.9 + i % 100 / 1000.0 : i % 500 / 1000.0);
        EvaluationReport separated = EvaluationReport.of(perfect, 0.7, spec);
        Ranges.require(separated);
        assertThat(separated.rocAuc().value()).isEqualTo(1.0);
        Interval area = separated.rocAuc().interval();
        assertThat(area).isNotNull();
        assertThat(area.upper()).isEqualTo(1);
        assertThat(area.lower()).isBetween(0.999, 1.0).isLessThan(1.0);
        assertThat(separated.averagePrecision().value()).isEqualTo(1.0);
        assertThat(separated.recall().interval().lower()).isBetween(0.999, 0.99999999);
        assertThat(separated.specificity().interval().upper()).isEqualTo(1);
        assertThat(separated.f1().value()).isEqualTo(1.0);

        EvaluationReport wrong = EvaluationReport.of(relabelled((i, positive) -> positive ? 0.1 : 0.9), 0.7, spec);
        Ranges.require(wrong);
        assertThat(wrong.rocAuc().value()).isEqualTo(0.0);
        assertThat(wrong.rocAuc().interval().upper()).isBetween(1e-9, 0.001);

        EvaluationReport constant = EvaluationReport.of(relabelled((i, positive) -> 0.25), 0.7, spec);
        Ranges.require(constant);
        assertThat(constant.rocAuc().value()).isEqualTo(0.5);
        assertThat(constant.precision().undefinedBecause()).isNotNull();

        List<ScoredCase> positives = COHORT.stream()
                .map(one -> new ScoredCase(one.image(), one.patient(), true, one.probability()))
                .toList();
        EvaluationReport oneClass = EvaluationReport.of(positives, 0.5, spec);
        Ranges.require(oneClass);
        assertThat(oneClass.rocAuc().undefinedBecause()).isNotNull();
        assertThat(oneClass.specificity().undefinedBecause()).isNotNull();
        assertThat(oneClass.recall().interval()).isNotNull();
    }

    /** A score by an image's place and class. */
    @FunctionalInterface
    private interface Score {
        double of(int image, boolean positive);
    }

    private static List<ScoredCase> relabelled(Score score) {
        return IntStream.range(0, IMAGES)
                .mapToObj(i -> new ScoredCase(
                        COHORT.get(i).image(),
                        COHORT.get(i).patient(),
                        COHORT.get(i).positive(),
                        score.of(i, COHORT.get(i).positive())))
                .toList();
    }

    /**
     * A report of 7 classes, of patients with one image each. The scores lie on a grid, so that counts by class and score give the area
     * of each pair of classes a second time.
     */
    @Test
    void aReportOfSevenClassesIsMadeInTimeAndWithinItsRanges() {
        int classes = 7;
        SplittableRandom random = new SplittableRandom(11);
        long[][][] counts = new long[classes][classes][GRID + 1];
        List<ClassifiedCase> cases = new ArrayList<>(IMAGES);
        for (int i = 0; i < IMAGES; i++) {
            int truth = random.nextInt(classes);
            int[] steps = steps(random, classes, truth);
            List<Double> probabilities = new ArrayList<>(classes);
            for (int k = 0; k < classes; k++) {
                counts[truth][k][steps[k]]++;
                probabilities.add(steps[k] / (double) GRID);
            }
            cases.add(new ClassifiedCase(
                    "i%06d".formatted(i), new PatientId("p%06d".formatted(i)), truth, probabilities));
        }

        MulticlassReport report = (MulticlassReport) assertTimeout(
                LONGEST,
                () -> TaskReport.of(
                        new ScoredImages.Multiclass(names(classes), cases), new Decision.MostProbable(), FEW));

        Ranges.require(report);
        double pairs = 0;
        for (int one = 0; one < classes; one++) {
            for (int other = 0; other < classes; other++) {
                if (one != other) {
                    double[] below = below(counts[other][one]);
                    double shown = Arrays.stream(counts[one][one]).sum();
                    for (int step = 0; step <= GRID; step++) {
                        pairs += counts[one][one][step] * below[step] / shown;
                    }
                }
            }
        }
        assertThat(report.oneVersusOneRocAuc().value()).isCloseTo(pairs / (classes * (classes - 1)), within(1e-9));
        assertThat(report.oneVersusOneRocAuc().interval()).isNotNull();
        assertThat(report.classes())
                .allSatisfy(one -> assertThat(one.rocAuc().interval()).isNotNull());
    }

    /** Thousandths with a sum of 1000, more of them for the true class. */
    private static int[] steps(SplittableRandom random, int classes, int truth) {
        int[] steps = new int[classes];
        int left = GRID;
        for (int k = 0; k < classes; k++) {
            steps[k] = random.nextInt(30) + (k == truth ? random.nextInt(200) : 0);
            left -= steps[k];
        }
        // 6 * 29 + 228 is below 1000
        steps[random.nextInt(classes)] += left;
        return steps;
    }

    private static List<String> names(int classes) {
        return IntStream.range(0, classes).mapToObj("class%02d"::formatted).toList();
    }

    @Test
    void aReportOfFourteenLabelsIsMadeInTimeAndWithinItsRanges() {
        int labels = 14;
        SplittableRandom random = new SplittableRandom(12);
        long[][][] counts = new long[2][labels][GRID + 1];
        List<LabelledCase> cases = new ArrayList<>(IMAGES);
        for (int i = 0; i < IMAGES; i++) {
            List<Boolean> truth = new ArrayList<>(labels);
            List<Double> probabilities = new ArrayList<>(labels);
            for (int k = 0; k < labels; k++) {
                boolean shown = random.nextInt(100) < 2 + 2 * k;
                int step = random.nextInt(GRID * 3 / 4) + (shown ? GRID / 4 : 0);
                truth.add(shown);
                probabilities.add(step / (double) GRID);
                counts[shown ? 1 : 0][k][step]++;
            }
            cases.add(new LabelledCase(
                    "i%06d".formatted(i), new PatientId("p%06d".formatted(i % PATIENTS)), truth, probabilities));
        }
        Decision decision = new Decision.LabelThresholds(Collections.nCopies(labels, ThresholdChoice.fixed(0.5)));

        MultilabelReport report = (MultilabelReport) assertTimeout(
                LONGEST, () -> TaskReport.of(new ScoredImages.Multilabel(names(labels), cases), decision, FEW));

        Ranges.require(report);
        double mean = 0;
        for (int k = 0; k < labels; k++) {
            double[] below = below(counts[0][k]);
            double shown = Arrays.stream(counts[1][k]).sum();
            double area = 0;
            for (int step = 0; step <= GRID; step++) {
                area += counts[1][k][step] * below[step] / shown;
            }
            assertThat(report.classes().get(k).rocAuc().value()).isCloseTo(area, within(1e-9));
            mean += area / labels;
        }
        assertThat(report.meanRocAuc().value()).isCloseTo(mean, within(1e-9));
        assertThat(report.meanRocAuc().interval()).isNotNull();
    }
}
