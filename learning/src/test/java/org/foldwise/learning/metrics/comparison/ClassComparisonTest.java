package org.foldwise.learning.metrics.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PairedDeLong;
import org.foldwise.learning.metrics.PatientBootstrap.Difference;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.foldwise.learning.metrics.PrecisionRecallCurve;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.WeightedRanks;
import org.foldwise.learning.metrics.comparison.ClassRecipeComparison.CrossValidated;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.MulticlassReport;
import org.foldwise.learning.metrics.scored.MultilabelReport;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.foldwise.learning.metrics.scored.TaskSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassComparisonTest {
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(200, 1, 0.95);
    private static final double THRESHOLD = 0.4375;

    /** The same images in every call, two a patient, scored with that much noise. */
    private static List<ScoredImages> ofClasses(int folds, double noise, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredImages> heldOut = new ArrayList<>();
        for (int fold = 0; fold < folds; fold++) {
            List<ClassifiedCase> cases = new ArrayList<>();
            for (int i = 0; i < 45; i++) {
                int truth = i % 4 == 3 ? 0 : i % 4;
                double[] raw = new double[3];
                double sum = 0;
                for (int k = 0; k < 3; k++) {
                    raw[k] = Math.exp(noise * random.nextDouble() + (k == truth ? 1 : 0));
                    sum += raw[k];
                }
                cases.add(new ClassifiedCase(
                        fold + "-" + i,
                        new PatientId(fold + "p" + i / 2),
                        truth,
                        List.of(raw[0] / sum, raw[1] / sum, raw[2] / sum)));
            }
            heldOut.add(new ScoredImages.Multiclass(List.of("bcc", "mel", "nv"), cases));
        }
        return heldOut;
    }

    private static List<ScoredImages> ofLabels(int folds, double noise, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredImages> heldOut = new ArrayList<>();
        for (int fold = 0; fold < folds; fold++) {
            List<LabelledCase> cases = new ArrayList<>();
            for (int i = 0; i < 45; i++) {
                // nobody has the last
                List<Boolean> truth = List.of(i % 2 == 0, i % 3 == 0, i % 5 == 0, false);
                List<Double> probabilities = truth.stream()
                        .map(shown -> 1 / (1 + Math.exp(-noise * (random.nextDouble() - 0.5) - (shown ? 0.5 : -0.5))))
                        .toList();
                cases.add(new LabelledCase(fold + "-" + i, new PatientId(fold + "p" + i / 2), truth, probabilities));
            }
            heldOut.add(new ScoredImages.Multilabel(List.of("a", "b", "c", "never"), cases));
        }
        return heldOut;
    }

    private static Decision decision(ScoredImages images) {
        return images instanceof ScoredImages.Multilabel
                ? new Decision.LabelThresholds(images.classes().stream()
                        .map(name -> ThresholdChoice.fixed(0.45))
                        .toList())
                : new Decision.MostProbable();
    }

    private static CrossValidated recipe(List<ScoredImages> heldOut) {
        return new CrossValidated(TaskSummary.of(heldOut, 1, decision(heldOut.get(0)), BOOTSTRAP), heldOut, 1);
    }

    private static double area(ClassRecipeComparison comparison) {
        return comparison.overFolds().difference().value();
    }

    @Test
    void theFiguresAreThoseOfTheReport() {
        ScoredImages classes = ScoredImages.together(ofClasses(3, 3, 1));
        MulticlassReport several = (MulticlassReport) TaskReport.of(classes, decision(classes), BOOTSTRAP);
        Map<ClassFigure, Estimate> ofClasses =
                ClassFigures.of(classes, decision(classes)).ofAll();
        assertThat(ofClasses.get(ClassFigure.MEAN_ROC_AUC).value())
                .isCloseTo(several.meanRocAuc().value(), within(1e-12));
        assertThat(ofClasses.get(ClassFigure.MEAN_AVERAGE_PRECISION).value())
                .isCloseTo(several.meanAveragePrecision().value(), within(1e-12));
        assertThat(ofClasses.get(ClassFigure.MEAN_F1).value())
                .isCloseTo(several.meanF1().value(), within(1e-12));
        assertThat(ofClasses.get(ClassFigure.ACCURACY).value())
                .isCloseTo(several.accuracy().value(), within(1e-12));
        assertThat(ofClasses.get(ClassFigure.BALANCED_ACCURACY).value())
                .isCloseTo(several.balancedAccuracy().value(), within(1e-12));

        ScoredImages labels = ScoredImages.together(ofLabels(3, 3, 2));
        MultilabelReport labelled = (MultilabelReport) TaskReport.of(labels, decision(labels), BOOTSTRAP);
        Map<ClassFigure, Estimate> ofLabels =
                ClassFigures.of(labels, decision(labels)).ofAll();
        assertThat(ofLabels.get(ClassFigure.MEAN_ROC_AUC).value())
                .isCloseTo(labelled.meanRocAuc().value(), within(1e-12));
        assertThat(ofLabels.get(ClassFigure.MEAN_F1).value())
                .isCloseTo(labelled.meanF1().value(), within(1e-12));
        assertThat(ofLabels.get(ClassFigure.ACCURACY).value())
                .isCloseTo(labelled.subsetAccuracy().value(), within(1e-12));
        assertThat(ofLabels.get(ClassFigure.BALANCED_ACCURACY).value())
                .isCloseTo(
                        IntStream.range(0, 3)
                                .mapToDouble(k -> labelled.classes()
                                        .get(k)
                                        .confusion()
                                        .balancedAccuracy()
                                        .value())
                                .average()
                                .orElseThrow(),
                        within(1e-12));
    }

    /** Means that hang on a class of one patient differ by so much, and nobody knows how far that can be believed. */
    @Test
    void aClassOfOnePatientIsComparedWithoutAnInterval() {
        ScoredImages first = ofOnePatientWithTheLastClass(2);
        ScoredImages second = ofOnePatientWithTheLastClass(6);

        ClassModelComparison comparison = ClassModelComparison.of(
                new ClassModelComparison.Scored(first, decision(first)),
                new ClassModelComparison.Scored(second, decision(second)),
                BOOTSTRAP);

        for (ClassFigure figure : ClassFigure.values()) {
            Difference difference = comparison.differences().get(figure);
            assertThat(difference.estimate().value()).as(figure.name()).isNotNull();
            assertThat(difference.estimate().interval() != null)
                    .as(figure.name())
                    .isEqualTo(figure == ClassFigure.ACCURACY);
            assertThat(difference.pValue() != null).as(figure.name()).isEqualTo(figure == ClassFigure.ACCURACY);
        }
    }

    private static ScoredImages ofOnePatientWithTheLastClass(double noise) {
        ScoredImages.Multiclass images =
                (ScoredImages.Multiclass) ofClasses(1, noise, 4).get(0);
        return new ScoredImages.Multiclass(
                images.classes(),
                images.cases().stream()
                        .map(one -> new ClassifiedCase(
                                one.image(),
                                one.patient(),
                                one.image().equals("0-2") ? 2 : Math.min(one.truth(), 1),
                                one.probabilities()))
                        .toList());
    }

    /** A case of weight 3 is three cases, and one of weight 0 is none. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void weightsCountCases(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredCase> cases = new ArrayList<>();
        List<ScoredCase> repeated = new ArrayList<>();
        int[] weights = new int[60];
        for (int i = 0; i < weights.length; i++) {
            // few distinct scores, so that many are tied
            ScoredCase one =
                    new ScoredCase("i" + i, new PatientId("p" + i), random.nextInt(3) == 0, random.nextInt(10) / 10.0);
            cases.add(one);
            weights[i] = random.nextInt(4);
            for (int j = 0; j < weights[i]; j++) {
                repeated.add(new ScoredCase(one.image() + "/" + j, one.patient(), one.positive(), one.probability()));
            }
        }
        double[] figures = WeightedRanks.of(cases).areaAndAveragePrecision(weights);
        assertThat(figures[0]).isCloseTo(RocCurve.area(repeated).value(), within(1e-12));
        assertThat(figures[1])
                .isCloseTo(PrecisionRecallCurve.averagePrecision(repeated).value(), within(1e-12));
    }

    /** A binary task that is told as two labels, each the opposite of the other. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void twoOppositeLabelsSayWhatTheBinaryTaskSays(long seed) {
        List<RecipeComparison.CrossValidated> binary = new ArrayList<>();
        List<CrossValidated> labels = new ArrayList<>();
        for (double noise : new double[] {1.2, 2.0}) {
            SplittableRandom random = new SplittableRandom(seed + (noise > 1.5 ? 100 : 0));
            List<List<ScoredCase>> cases = new ArrayList<>();
            List<ScoredImages> heldOut = new ArrayList<>();
            for (int fold = 0; fold < 4; fold++) {
                List<ScoredCase> ofFold = new ArrayList<>();
                List<LabelledCase> labelled = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    boolean positive = i % 3 == 0;
                    double probability = 1 / (1 + Math.exp(-noise * random.nextGaussian() - (positive ? 0.7 : -0.7)));
                    ScoredCase one =
                            new ScoredCase(fold + "-" + i, new PatientId(fold + "p" + i / 2), positive, probability);
                    ofFold.add(one);
                    labelled.add(new LabelledCase(
                            one.image(),
                            one.patient(),
                            List.of(positive, !positive),
                            List.of(probability, 1 - probability)));
                }
                cases.add(ofFold);
                heldOut.add(new ScoredImages.Multilabel(List.of("ill", "well"), labelled));
            }
            binary.add(new RecipeComparison.CrossValidated(
                    CrossValidationSummary.of(cases, ThresholdChoice.fixed(THRESHOLD), BOOTSTRAP), cases));
            Decision decision = new Decision.LabelThresholds(
                    List.of(ThresholdChoice.fixed(THRESHOLD), ThresholdChoice.fixed(1 - THRESHOLD)));
            labels.add(new CrossValidated(TaskSummary.of(heldOut, 1, decision, BOOTSTRAP), heldOut, 1));
        }

        RecipeComparison expected = RecipeComparison.of(binary.get(0), binary.get(1), 1 / 3.0);
        ClassRecipeComparison found = ClassRecipeComparison.of(labels.get(0), labels.get(1), 1 / 3.0);

        ResampledTTest overFolds = found.overFolds();
        assertThat(overFolds.difference().value())
                .isCloseTo(expected.overFolds().difference().value(), within(1e-12));
        assertThat(overFolds.t().value()).isCloseTo(expected.overFolds().t().value(), within(1e-9));
        assertThat(overFolds.pValue().value())
                .isCloseTo(expected.overFolds().pValue().value(), within(1e-9));
        ModelComparison models = expected.overPatients();
        ClassModelComparison several = found.overPatients();
        assertThat(several.classes().get(0).areas()).isEqualTo(models.areas());
        assertThat(several.classes().get(1).areas().difference())
                .isCloseTo(models.areas().difference(), within(1e-12));
        assertThat(several.classes().get(1).areas().varianceOfDifference())
                .isCloseTo(models.areas().varianceOfDifference(), within(1e-12));
        Difference area = several.differences().get(ClassFigure.MEAN_ROC_AUC);
        Estimate expectedArea = models.areas().difference(0.95);
        double width = expectedArea.interval().upper() - expectedArea.interval().lower();
        assertThat(area.estimate().value()).isCloseTo(expectedArea.value(), within(1e-12));
        // but for a factor of what positives and negatives of a patient have in common
        assertThat(area.estimate().interval().lower())
                .isCloseTo(expectedArea.interval().lower(), within(0.02 * width));
        assertThat(area.estimate().interval().upper())
                .isCloseTo(expectedArea.interval().upper(), within(0.02 * width));
        assertThat(area.estimate().interval().method()).isEqualTo("patientMeanPairedDeLong");
        assertThat(area.pValue()).isCloseTo(models.areas().pValue().valueOr(Double.NaN), within(0.02));
        Difference balanced = several.differences().get(ClassFigure.BALANCED_ACCURACY);
        Difference expectedBalanced = models.differences().get(Figure.BALANCED_ACCURACY);
        assertThat(balanced.estimate().value())
                .isCloseTo(expectedBalanced.estimate().value(), within(1e-12));
        assertThat(balanced.estimate().interval().lower())
                .isCloseTo(expectedBalanced.estimate().interval().lower(), within(1e-12));
        assertThat(several.decisions().difference(0.95))
                .isEqualTo(models.decisions().difference(0.95));
        assertThat(several.decisions().obuchowski())
                .isEqualTo(models.decisions().obuchowski());
        for (ClassModelComparison.OfClass label : several.classes()) {
            assertThat(label.decisions().obuchowski())
                    .isEqualTo(models.decisions().obuchowski());
        }
        // the interval of the mean over folds as well
        TaskSummary summary = labels.get(0).summary();
        Estimate mean = binary.get(0).summary().meanRocAuc();
        assertThat(summary.meanRocAuc().value()).isCloseTo(mean.value(), within(1e-12));
        assertThat(summary.meanRocAuc().interval().lower())
                .isCloseTo(mean.interval().lower(), within(1e-12));
        assertThat(summary.meanRocAuc().interval().upper())
                .isCloseTo(mean.interval().upper(), within(1e-12));
        assertThat(summary.meanRocAuc().interval().method()).isEqualTo("correctedResampledT");
    }

    @Test
    void eachClassIsComparedOnItsOwnAndThePValuesAreAdjusted() {
        for (boolean isLabels : new boolean[] {true, false}) {
            List<ScoredImages> good = isLabels ? ofLabels(4, 2, 1) : ofClasses(4, 2, 1);
            List<ScoredImages> poor = isLabels ? ofLabels(4, 8, 2) : ofClasses(4, 6, 2);

            ClassRecipeComparison comparison = ClassRecipeComparison.of(recipe(good), recipe(poor), 1 / 3.0);

            ClassModelComparison models = comparison.overPatients();
            ScoredImages one = ScoredImages.together(good);
            ScoredImages other = ScoredImages.together(poor);
            List<Estimate> raw = new ArrayList<>();
            for (int k = 0; k < 3; k++) {
                ClassModelComparison.OfClass ofClass = models.classes().get(k);
                assertThat(ofClass.name()).isEqualTo(one.classes().get(k));
                assertThat(ofClass.areas()).isEqualTo(PairedDeLong.ofPatients(one.against(k), other.against(k)));
                assertThat(ofClass.pValue()).isEqualTo(ofClass.areas().pValue());
                raw.add(ofClass.pValue());
                if (isLabels) {
                    assertThat(ofClass.decisions()).isEqualTo(decisions(one, other, k));
                } else {
                    assertThat(ofClass.decisions()).isNull();
                }
            }
            assertThat(models.classes().subList(0, 3).stream().map(ClassModelComparison.OfClass::adjustedPValue))
                    .containsExactlyElementsOf(Holm.adjusted(raw));
            assertThat(models.areasTested()).isEqualTo(3);
            // whoever calls what nobody has is wrong about it, so the last label takes part here
            assertThat(models.decisionsTested()).isEqualTo(isLabels ? 4 : 0);
            if (isLabels) {
                assertThat(models.classes().get(3).areas()).isNull();
                assertThat(models.classes().get(3).adjustedPValue().undefinedBecause())
                        .contains("positive images come from 0 patients");
            }
            assertThat(area(comparison)).isPositive();
            assertThat(models.differences()
                            .get(ClassFigure.MEAN_ROC_AUC)
                            .estimate()
                            .interval()
                            .lower())
                    .isPositive();
            for (int fold = 0; fold < 4; fold++) {
                assertThat(comparison.folds().get(fold).first())
                        .isEqualTo(TaskReport.of(good.get(fold), decision(good.get(fold)), BOOTSTRAP)
                                .meanRocAuc());
            }
        }
    }

    /** Counted one by one. */
    private static ClusteredMcNemar decisions(ScoredImages one, ScoredImages other, int label) {
        Map<PatientId, int[]> counts = new java.util.LinkedHashMap<>();
        Map<String, ScoredCase> ofOther = new HashMap<>();
        other.against(label).forEach(scored -> ofOther.put(scored.image(), scored));
        for (ScoredCase scored : one.against(label)) {
            int[] patient = counts.computeIfAbsent(scored.patient(), absent -> new int[3]);
            boolean first = scored.positive() == scored.probability() >= 0.45;
            boolean second = scored.positive() == ofOther.get(scored.image()).probability() >= 0.45;
            patient[0] += first && !second ? 1 : 0;
            patient[1] += !first && second ? 1 : 0;
            patient[2]++;
        }
        return new ClusteredMcNemar(counts.values().stream()
                .map(patient -> new ClusteredMcNemar.Patient(patient[0], patient[1], patient[2]))
                .toList());
    }

    @Test
    void turnsItsSignWithTheOrderOfTheRecipesAndIsNothingOfARecipeWithItself() {
        CrossValidated first = recipe(ofClasses(4, 2, 3));
        CrossValidated second = recipe(ofClasses(4, 5, 4));

        ClassRecipeComparison one = ClassRecipeComparison.of(first, second, 0.5);
        ClassRecipeComparison other = ClassRecipeComparison.of(second, first, 0.5);
        ClassRecipeComparison same = ClassRecipeComparison.of(first, first, 0.5);

        for (int i = 0; i < one.figures().size(); i++) {
            FigureOverFolds figure = one.figures().get(i);
            assertThat(figure.test().difference().value())
                    .isCloseTo(-other.figures().get(i).test().difference().value(), within(1e-12));
            assertThat(figure.first()).isEqualTo(other.figures().get(i).second());
            assertThat(same.figures().get(i).test().pValue().value()).isEqualTo(1.0);
            assertThat(same.figures().get(i).adjustedPValue().value()).isEqualTo(1.0);
        }
        for (ClassFigure figure : ClassFigure.values()) {
            assertThat(one.overPatients().differences().get(figure).estimate().value())
                    .isCloseTo(
                            -other.overPatients()
                                    .differences()
                                    .get(figure)
                                    .estimate()
                                    .value(),
                            within(1e-12));
            assertThat(same.overPatients().differences().get(figure).estimate().value())
                    .isEqualTo(0.0);
            assertThat(same.overPatients().differences().get(figure).pValue())
                    .as("all resamples agree")
                    .isNull();
        }
        assertThat(same.overPatients().decisions().obuchowski().pValue().undefinedBecause())
                .contains("right on the same images");
        assertThat(same.overPatients().classes().get(0).adjustedPValue().value())
                .isEqualTo(1.0);
    }

    /** Of repeats only the first one's images are pooled, in which each counts once. */
    @Test
    void ofRepeatsEveryFoldCountsAndEachImageOnce() {
        List<ScoredImages> heldOut = new ArrayList<>(ofClasses(3, 2, 1));
        heldOut.addAll(ofClasses(3, 2, 7));
        CrossValidated recipe =
                new CrossValidated(TaskSummary.of(heldOut, 2, new Decision.MostProbable(), BOOTSTRAP), heldOut, 2);
        List<ScoredImages> others = new ArrayList<>(ofClasses(3, 4, 2));
        others.addAll(ofClasses(3, 4, 8));
        CrossValidated other =
                new CrossValidated(TaskSummary.of(others, 2, new Decision.MostProbable(), BOOTSTRAP), others, 2);

        ClassRecipeComparison comparison = ClassRecipeComparison.of(recipe, other, 0.5);

        assertThat(comparison.folds()).hasSize(6);
        assertThat(comparison.overPatients().decisions().patients().stream()
                        .mapToInt(ClusteredMcNemar.Patient::images)
                        .sum())
                .isEqualTo(3 * 45);
    }

    @Test
    void refusesOtherFoldsAndOtherImages() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassRecipeComparison.of(recipe(ofClasses(3, 1, 1)), recipe(ofClasses(4, 1, 1)), 0.5))
                .withMessageContaining("3 and 4");
        ScoredImages one = ofClasses(1, 1, 1).get(0);
        ScoredImages fewer = one.only(image -> !image.equals("0-7"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassModelComparison.of(
                        new ClassModelComparison.Scored(one, decision(one)),
                        new ClassModelComparison.Scored(fewer, decision(fewer)),
                        BOOTSTRAP))
                .withMessageContaining("45 and 44");
    }

    /** As R's p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") has it, with a test that was not made among them. */
    @Test
    void adjustsPValuesAsHolmDid() {
        List<Estimate> adjusted = Holm.adjusted(List.of(
                Estimate.of(0.01),
                Estimate.of(0.04),
                Estimate.undefined("too few patients"),
                Estimate.of(0.03),
                Estimate.of(0.005)));

        double[] expected = {0.03, 0.06, 0, 0.06, 0.02};
        for (int i : new int[] {0, 1, 3, 4}) {
            assertThat(adjusted.get(i).value()).isCloseTo(expected[i], within(1e-12));
        }
        assertThat(adjusted.get(2).undefinedBecause()).isEqualTo("too few patients");
        assertThat(Holm.adjusted(List.of(Estimate.of(0.7), Estimate.of(0.6))))
                .extracting(Estimate::value)
                .containsExactly(1.0, 1.0);
    }
}
