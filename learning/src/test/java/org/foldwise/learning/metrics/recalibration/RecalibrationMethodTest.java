package org.foldwise.learning.metrics.recalibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.multiclass.ClassScores;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecalibrationMethodTest {
    private static final long SEED = 5;

    /** Probabilities that are too sure by a factor of three in their logits, and too high. */
    private static List<ScoredCase> overconfident() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            double logit = random.nextDouble(-3, 3);
            boolean positive = random.nextDouble() < Logistic.sigmoid(logit);
            cases.add(new ScoredCase("i" + i, new PatientId("p" + i), positive, Logistic.sigmoid(3 * logit + 1)));
        }
        return cases;
    }

    private static double logLoss(List<ScoredCase> cases) {
        return cases.stream()
                .mapToDouble(one -> -Math.log(one.positive() ? one.probability() : 1 - one.probability()))
                .average()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void everyMethodButNoneMakesProbabilitiesBetter(RecalibrationMethod method) {
        List<ScoredCase> cases = overconfident();
        double before = logLoss(cases);
        double after = logLoss(method.fit(cases).apply(cases));
        if (method == RecalibrationMethod.NONE) {
            assertThat(after).isEqualTo(before);
        } else {
            assertThat(after).as("seed %d", SEED).isLessThan(before - 0.1);
        }
    }

    @Test
    void saysWhyNothingFits() {
        List<ScoredCase> separated = List.of(
                new ScoredCase("a", new PatientId("a"), false, 0.2),
                new ScoredCase("b", new PatientId("b"), true, 0.9));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecalibrationMethod.TEMPERATURE.fit(separated))
                .withMessageStartingWith("these cases allow no recalibration: no temperature is best");
        List<ScoredCase> reversed = List.of(
                new ScoredCase("a", new PatientId("a"), false, 0.9),
                new ScoredCase("b", new PatientId("b"), true, 0.2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecalibrationMethod.PLATT.fit(reversed))
                .withMessageStartingWith("these cases allow no recalibration: ");
    }

    private static final List<String> CLASSES = List.of("a", "b", "c");

    /** Softmax probabilities that are too sure by a factor of three in their logits. */
    private static List<ClassifiedCase> overconfidentOfClasses() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            double[] logits = random.doubles(3, -1.5, 1.5).toArray();
            List<Double> truth = softmax(logits, 1);
            double draw = random.nextDouble();
            int is = draw < truth.get(0) ? 0 : draw < truth.get(0) + truth.get(1) ? 1 : 2;
            cases.add(new ClassifiedCase("i" + i, new PatientId("p" + i), is, softmax(logits, 3)));
        }
        return cases;
    }

    private static List<Double> softmax(double[] logits, double factor) {
        double sum = Arrays.stream(logits).map(z -> Math.exp(factor * z)).sum();
        return Arrays.stream(logits).mapToObj(z -> Math.exp(factor * z) / sum).toList();
    }

    @ParameterizedTest
    @EnumSource
    void everyMethodButNoneMakesProbabilitiesOfClassesBetter(RecalibrationMethod method) {
        List<ClassifiedCase> cases = overconfidentOfClasses();
        ScoredImages.Multiclass images = new ScoredImages.Multiclass(CLASSES, cases);
        Decision decision = Decision.choose(images, null, method);
        ScoredImages.Multiclass recalibrated = (ScoredImages.Multiclass) decision.recalibrated(images);

        double before = ClassScores.of(3, cases).logLoss();
        double after = ClassScores.of(3, recalibrated.cases()).logLoss();
        if (method == RecalibrationMethod.NONE) {
            assertThat(decision).isEqualTo(new Decision.MostProbable());
            assertThat(recalibrated).isEqualTo(images);
        } else {
            assertThat(after).as("seed %d", SEED).isLessThan(before - 0.1);
            assertThat(ClassScores.of(3, recalibrated.cases())
                            .topLabelCalibration()
                            .expectedCalibrationError())
                    .isLessThan(0.05)
                    .isLessThan(ClassScores.of(3, cases).topLabelCalibration().expectedCalibrationError() / 3);
        }
        if (method == RecalibrationMethod.TEMPERATURE) {
            assertThat(((Recalibration.Temperature) decision.recalibration()).temperature())
                    .isCloseTo(3, within(0.2));
            assertThat(recalibrated.cases().stream().map(ClassifiedCase::predicted))
                    .isEqualTo(cases.stream().map(ClassifiedCase::predicted).toList());
        }
    }

    @Test
    void namesTheClassesThatNoMapFits() {
        List<ClassifiedCase> cases = List.of(
                new ClassifiedCase("1", new PatientId("1"), 0, List.of(0.2, 0.5, 0.3)),
                new ClassifiedCase("2", new PatientId("2"), 1, List.of(0.6, 0.3, 0.1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecalibrationMethod.PLATT.fitToClasses(CLASSES, cases))
                .withMessageStartingWith("these cases allow no recalibration: 'a': a must be 0 or less")
                .withMessageContaining("'b': a must be 0 or less")
                .withMessageEndingWith("'c': some images must show it and others not");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecalibrationMethod.ISOTONIC.fitToClasses(CLASSES, cases))
                .withMessage("these cases allow no recalibration: 'c': some images must show it and others not");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecalibrationMethod.TEMPERATURE.fitToClasses(CLASSES, cases))
                .withMessageContaining("say nothing of the classes");
    }

    /** A label is a binary question of its own; one that allows no answer keeps its probabilities and says why. */
    @Test
    void eachLabelIsRecalibratedByItself() {
        List<ScoredCase> first = overconfident();
        List<LabelledCase> cases = new ArrayList<>();
        for (ScoredCase one : first) {
            cases.add(new LabelledCase(
                    one.image(),
                    one.patient(),
                    List.of(one.positive(), false),
                    List.of(one.probability(), 1 - one.probability())));
        }
        List<String> labels = List.of("mass", "rare");
        ScoredImages.Multilabel images = new ScoredImages.Multilabel(labels, cases);
        Decision decision = Decision.choose(images, new ThresholdRule.Fixed(0.5), RecalibrationMethod.PLATT);
        LabelRecalibration recalibration = (LabelRecalibration) decision.recalibration();

        assertThat(recalibration.labels().get(0)).isEqualTo(RecalibrationMethod.PLATT.fit(images.against(0)));
        assertThat(recalibration.labels().get(1))
                .isEqualTo(new Recalibration.Kept("some images must show it and others not"));
        ScoredImages recalibrated = decision.recalibrated(images);
        assertThat(recalibrated.against(1)).isEqualTo(images.against(1));
        assertThat(logLoss(recalibrated.against(0))).isLessThan(logLoss(images.against(0)) - 0.1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecalibrationMethod.PLATT.fitToLabels(List.of("rare"), List.of(images.against(1))))
                .withMessageContaining("'rare': some images must show it");
    }

    /** All classes get the same where every map says 0; otherwise their shares of the sum. */
    @Test
    void classesShareTheSumOfWhatTheirMapsSay() {
        Recalibration.Isotonic line = new Recalibration.Isotonic(
                List.of(new Recalibration.Isotonic.Knot(0.4, 0), new Recalibration.Isotonic.Knot(0.8, 1)));
        ClassRecalibration recalibration = new ClassRecalibration(List.of(line, line, line));

        assertThat(recalibration.applyToOutputs(List.of(0.4, 0.35, 0.25))).containsExactly(1.0 / 3, 1.0 / 3, 1.0 / 3);
        assertThat(recalibration.applyToOutputs(List.of(0.5, 0.5, 0.0))).containsExactly(0.5, 0.5, 0.0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClassRecalibration(List.of(line, line, new Recalibration.Platt(-1, 0))))
                .withMessageContaining("all be sigmoids or all be isotonic");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LabelRecalibration(List.of(new Recalibration.Kept("too few"))))
                .withMessageContaining("one a map");
    }

    /** The threshold is one of recalibrated probabilities, and the same cases lie above it. */
    @Test
    void theThresholdIsChosenOnWhatBecomesOfProbabilities() {
        ScoredImages.Binary images = new ScoredImages.Binary(List.of("healthy", "ill"), overconfident());
        ThresholdRule rule = new ThresholdRule.MaximumF1();
        Decision.AtThreshold raw = (Decision.AtThreshold) Decision.choose(images, rule);
        Decision.AtThreshold platt = (Decision.AtThreshold) Decision.choose(images, rule, RecalibrationMethod.PLATT);
        ScoredImages.Binary recalibrated = (ScoredImages.Binary) platt.recalibrated(images);

        assertThat(raw.recalibrated(images)).isEqualTo(images);
        assertThat(platt.choice().threshold()).isNotEqualTo(raw.choice().threshold());
        for (int i = 0; i < images.size(); i++) {
            assertThat(recalibrated.cases().get(i).probability()
                            >= platt.choice().threshold())
                    .isEqualTo(
                            images.cases().get(i).probability() >= raw.choice().threshold());
        }
    }
}
