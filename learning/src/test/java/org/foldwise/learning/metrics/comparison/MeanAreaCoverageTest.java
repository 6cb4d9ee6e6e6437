package org.foldwise.learning.metrics.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.OneVersusRest;
import org.foldwise.learning.metrics.PatientBootstrap.Difference;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often intervals of the mean area over labels hold the truth, over cohorts of clustered patients: that of one model, and that of the
 * difference of two equally good ones, with how often its p value is below 0.05. By default over few cohorts, to find gross mistakes;
 * {@code -Dfoldwise.coverage.cohorts=999} gives the table of docs/statistics.md, and from 1000 on there are as many draws.
 *
 * <p>A score is normal with variance 1: a quarter of it is the patient's, a quarter the patient's and the label's, and half the
 * image's; it is higher by a shift where the label is shown. So a label's area is known. Labels are not equally hard.
 */
class MeanAreaCoverageTest {
    private static final int FEW = 8;
    private static final int MANY = 999;
    private static final int STUDY = 1000;
    private static final int MOST_IMAGES = 8;
    private static final double LEVEL = 0.95;
    private static final double[] SHIFTS = {1.5, 1.2, 0.9};

    /** One method. */
    private static final class Row {
        private int covered;
        private int none;
        private double width;

        void add(@Nullable Interval interval, double truth) {
            if (interval == null) {
                none++;
                return;
            }
            covered += interval.lower() <= truth && truth <= interval.upper() ? 1 : 0;
            width += interval.upper() - interval.lower();
        }
    }

    /** The same images as two equally good models score them. */
    private record Cohort(List<LabelledCase> first, List<LabelledCase> second) {}

    private static Cohort draw(SplittableRandom random, int patients, boolean mixed, double prevalence) {
        List<LabelledCase> first = new ArrayList<>();
        List<LabelledCase> second = new ArrayList<>();
        double quarter = Math.sqrt(0.25);
        for (int i = 0; i < patients; i++) {
            PatientId patient = new PatientId(String.format("p%05d", i));
            double[] shared = new double[2 * SHIFTS.length];
            boolean[] ill = new boolean[SHIFTS.length];
            for (int model = 0; model < 2; model++) {
                double ofPatient = quarter * random.nextGaussian();
                for (int k = 0; k < SHIFTS.length; k++) {
                    shared[model * SHIFTS.length + k] = ofPatient + quarter * random.nextGaussian();
                }
            }
            for (int k = 0; k < SHIFTS.length; k++) {
                ill[k] = random.nextDouble() < prevalence;
            }
            int images = 1 + random.nextInt(MOST_IMAGES);
            for (int j = 0; j < images; j++) {
                List<Boolean> truth = new ArrayList<>();
                for (int k = 0; k < SHIFTS.length; k++) {
                    truth.add(mixed ? random.nextDouble() < prevalence : ill[k]);
                }
                String image = patient.value() + "-" + j;
                first.add(new LabelledCase(image, patient, truth, scores(random, shared, 0, truth)));
                second.add(new LabelledCase(image, patient, truth, scores(random, shared, SHIFTS.length, truth)));
            }
        }
        return new Cohort(first, second);
    }

    private static List<Double> scores(SplittableRandom random, double[] shared, int from, List<Boolean> truth) {
        List<Double> scores = new ArrayList<>();
        for (int k = 0; k < SHIFTS.length; k++) {
            double score = shared[from + k] + Math.sqrt(0.5) * random.nextGaussian() + (truth.get(k) ? SHIFTS[k] : 0);
            scores.add(1 / (1 + Math.exp(-score)));
        }
        return scores;
    }

    private static ScoredImages images(List<LabelledCase> cases) {
        return new ScoredImages.Multilabel(List.of("a", "b", "c"), cases);
    }

    private static @Nullable Interval ofMean(List<LabelledCase> cases, BootstrapSpec spec) {
        List<OneVersusRest> labels = new ArrayList<>();
        for (int k = 0; k < SHIFTS.length; k++) {
            List<ScoredCase> ofLabel = images(cases).against(k);
            if (ofLabel.stream().map(ScoredCase::positive).distinct().count() == 2) {
                labels.add(OneVersusRest.at(ThresholdChoice.fixed(0.5), "label", ofLabel, spec));
            }
        }
        return labels.size() < SHIFTS.length
                ? null
                : OneVersusRest.meanRocAuc(labels).interval();
    }

    private static List<LabelledCase> ignoringPatients(List<LabelledCase> cases) {
        return cases.stream()
                .map(one -> new LabelledCase(one.image(), new PatientId(one.image()), one.truth(), one.probabilities()))
                .toList();
    }

    @ParameterizedTest(name = "{0} patients, mixed labels {1}, prevalence {2}")
    @CsvSource({"60, false, 0.3", "100, false, 0.3", "100, true, 0.3", "100, false, 0.1"})
    void intervalsOfTheMeanAreaCoverAboutAsOftenAsPromised(int patients, boolean mixed, double prevalence) {
        int cohorts = Integer.getInteger("foldwise.coverage.cohorts", FEW);
        NormalDistribution normal = NormalDistribution.of(0, 1);
        double truth = IntStream.range(0, SHIFTS.length)
                .mapToDouble(k -> normal.cumulativeProbability(SHIFTS[k] / Math.sqrt(2)))
                .average()
                .orElseThrow();
        Decision decision = new Decision.LabelThresholds(IntStream.range(0, SHIFTS.length)
                .mapToObj(k -> ThresholdChoice.fixed(0.5))
                .toList());
        Map<String, Row> rows = new LinkedHashMap<>();
        for (String name : List.of("mean area", "mean area, by image", "difference", "difference, by image")) {
            rows.put(name, new Row());
        }
        int alarms = 0;
        int alarmsOfLabels = 0;
        int alarmsAdjusted = 0;
        Map<ClassFigure, Integer> alarmsOfMeans = new EnumMap<>(ClassFigure.class);
        SplittableRandom random = new SplittableRandom(11 + patients + (mixed ? 1 : 0));
        for (int i = 0; i < cohorts; i++) {
            Cohort cohort = draw(random, patients, mixed, prevalence);
            BootstrapSpec spec = new BootstrapSpec(cohorts < STUDY ? 200 : 1000, i, LEVEL);
            rows.get("mean area").add(ofMean(cohort.first(), spec), truth);
            rows.get("mean area, by image").add(ofMean(ignoringPatients(cohort.first()), spec), truth);
            ClassModelComparison models = compared(cohort.first(), cohort.second(), decision, spec);
            Difference difference = models.differences().get(ClassFigure.MEAN_ROC_AUC);
            rows.get("difference").add(difference.estimate().interval(), 0);
            models.differences()
                    .forEach((figure, found) -> alarmsOfMeans.merge(
                            figure, found.pValue() != null && found.pValue() < 0.05 ? 1 : 0, Integer::sum));
            Double pValue = difference.pValue();
            alarms += pValue != null && pValue < 0.05 ? 1 : 0;
            alarmsOfLabels +=
                    models.classes().stream().anyMatch(label -> label.pValue().valueOr(1) < 0.05) ? 1 : 0;
            alarmsAdjusted += models.classes().stream()
                            .anyMatch(label -> label.adjustedPValue().valueOr(1) < 0.05)
                    ? 1
                    : 0;
            rows.get("difference, by image")
                    .add(
                            compared(
                                            ignoringPatients(cohort.first()),
                                            ignoringPatients(cohort.second()),
                                            decision,
                                            spec)
                                    .differences()
                                    .get(ClassFigure.MEAN_ROC_AUC)
                                    .estimate()
                                    .interval(),
                            0);
        }
        String where = patients + " patients, " + (mixed ? "mixed" : "alike") + ", prevalence " + prevalence
                + ", mean area " + String.format(Locale.ROOT, "%.3f", truth);
        rows.forEach((name, row) -> System.out.printf(
                Locale.ROOT,
                "%s | %s | %.1f %% (%.3f) | none %d%n",
                where,
                name,
                100.0 * row.covered / cohorts,
                row.width / (cohorts - row.none),
                row.none));
        System.out.printf(
                Locale.ROOT,
                "%s | p below 0.05: mean %.1f %%, some label %.1f %%, some label adjusted %.1f %%%n",
                where,
                100.0 * alarms / cohorts,
                100.0 * alarmsOfLabels / cohorts,
                100.0 * alarmsAdjusted / cohorts);
        double slack = cohorts < MANY ? 0.33 : 0;
        alarmsOfMeans.forEach((figure, alarmsOfMean) -> {
            System.out.printf(
                    Locale.ROOT, "%s | p below 0.05: %s %.1f %%%n", where, figure, 100.0 * alarmsOfMean / cohorts);
            assertThat((double) alarmsOfMean / cohorts).as(figure.name()).isLessThan(0.08 + slack);
        });
        for (String name : List.of("mean area", "difference")) {
            assertThat((double) rows.get(name).covered / cohorts).as(name).isBetween(0.93 - slack, 0.97 + slack);
        }
        assertThat((double) alarms / cohorts).isLessThan(0.07 + slack);
        assertThat((double) alarmsAdjusted / cohorts).isLessThan(0.07 + slack);
        assertThat(alarmsAdjusted).isLessThanOrEqualTo(alarmsOfLabels);
        if (!mixed) {
            assertThat(rows.get("mean area, by image").covered).isLessThan(rows.get("mean area").covered);
        }
    }

    private static ClassModelComparison compared(
            List<LabelledCase> first, List<LabelledCase> second, Decision decision, BootstrapSpec spec) {
        return ClassModelComparison.of(
                new ClassModelComparison.Scored(images(first), decision),
                new ClassModelComparison.Scored(images(second), decision),
                spec);
    }
}
