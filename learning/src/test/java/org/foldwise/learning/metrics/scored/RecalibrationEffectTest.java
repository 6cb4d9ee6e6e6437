package org.foldwise.learning.metrics.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.ClusteredCohorts;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.multiclass.ClassScores;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.recalibration.ClassRecalibration;
import org.foldwise.learning.metrics.recalibration.LabelRecalibration;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.RecalibrationEffect.Change;
import org.foldwise.learning.metrics.scored.RecalibrationEffect.Figure;
import org.junit.jupiter.api.Test;

/** The effect says of each side what the report of that side says, interval by interval. */
class RecalibrationEffectTest {
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(200, 7, 0.95);
    private static final List<String> CLASSES = List.of("a", "b", "c");

    private static ScoredImages.Multiclass several(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            double[] powers = new double[3];
            int truth = random.nextInt(3);
            double sum = 0;
            for (int k = 0; k < 3; k++) {
                powers[k] = Math.exp(2 * random.nextGaussian() + (k == truth ? 2 : 0));
                sum += powers[k];
            }
            cases.add(new ClassifiedCase(
                    "i" + i,
                    new PatientId("p" + i / 3),
                    truth,
                    List.of(powers[0] / sum, powers[1] / sum, powers[2] / sum)));
        }
        return new ScoredImages.Multiclass(CLASSES, cases);
    }

    private static Map<Figure, Change> byFigure(RecalibrationEffect effect) {
        Map<Figure, Change> changes = new EnumMap<>(Figure.class);
        effect.figures().forEach(one -> changes.put(one.figure(), one.change()));
        return changes;
    }

    private static void assertAlike(Estimate ours, Estimate reported) {
        assertThat(ours.value()).isCloseTo(reported.value(), within(1e-12));
        assertThat(ours.interval().lower()).isCloseTo(reported.interval().lower(), within(1e-12));
        assertThat(ours.interval().upper()).isCloseTo(reported.interval().upper(), within(1e-12));
        assertThat(ours.interval().method()).isEqualTo(reported.interval().method());
    }

    @Test
    void ofTwoClassesItAgreesWithBothReports() {
        ScoredImages.Binary raw = new ScoredImages.Binary(
                List.of("healthy", "ill"), new ClusteredCohorts(60, true, 1.5).draw(new SplittableRandom(3)));
        Decision.AtThreshold decision =
                new Decision.AtThreshold(ThresholdChoice.fixed(0.5), new Recalibration.Platt(-0.7, 0.2));
        Map<Figure, Change> effect = byFigure(RecalibrationEffect.of(raw, decision, BOOTSTRAP));
        EvaluationReport before = EvaluationReport.of(raw.cases(), 0.5, BOOTSTRAP);
        EvaluationReport after =
                EvaluationReport.of(((ScoredImages.Binary) decision.recalibrated(raw)).cases(), 0.5, BOOTSTRAP);

        assertThat(effect)
                .containsOnlyKeys(Figure.LOG_LOSS, Figure.BRIER_SCORE, Figure.CALIBRATION_ERROR, Figure.ROC_AUC);
        assertAlike(effect.get(Figure.ROC_AUC).before(), before.rocAuc());
        assertAlike(effect.get(Figure.ROC_AUC).after(), after.rocAuc());
        // a sigmoid keeps the order
        assertThat(effect.get(Figure.ROC_AUC).difference()).isEqualTo(Estimate.of(0));
        assertAlike(effect.get(Figure.LOG_LOSS).before(), before.logLoss());
        assertAlike(effect.get(Figure.LOG_LOSS).after(), after.logLoss());
        assertAlike(effect.get(Figure.BRIER_SCORE).before(), before.brierScore());
        assertAlike(effect.get(Figure.BRIER_SCORE).after(), after.brierScore());
        assertAlike(effect.get(Figure.CALIBRATION_ERROR).before(), before.expectedCalibrationError());
        assertAlike(effect.get(Figure.CALIBRATION_ERROR).after(), after.expectedCalibrationError());
    }

    /** An isotonic map ties cases that were in order, and the area before is that of the network's own probabilities. */
    @Test
    void anIsotonicMapChangesTheAreaByItsTies() {
        SplittableRandom random = new SplittableRandom(4);
        Recalibration.Isotonic map = Recalibration.Isotonic.fit(new ClusteredCohorts(30, true, 1.5).draw(random));
        ScoredImages.Binary raw =
                new ScoredImages.Binary(List.of("healthy", "ill"), new ClusteredCohorts(60, true, 1.5).draw(random));
        Decision.AtThreshold decision = new Decision.AtThreshold(ThresholdChoice.fixed(0.5), map);
        RecalibrationEffect effect = RecalibrationEffect.of(raw, decision, BOOTSTRAP);
        Change area = byFigure(effect).get(Figure.ROC_AUC);

        assertAlike(
                area.before(), EvaluationReport.of(raw.cases(), 0.5, BOOTSTRAP).rocAuc());
        assertAlike(
                area.after(),
                EvaluationReport.of(map.apply(raw.cases()), 0.5, BOOTSTRAP).rocAuc());
        assertThat(area.difference().value())
                .isNotZero()
                .isCloseTo(area.after().value() - area.before().value(), within(1e-12));
        assertThat(area.difference().interval()).isNotNull();
        assertThat(ReportJson.read(RecalibrationEffect.class, ReportJson.write(effect)))
                .isEqualTo(effect);
    }

    @Test
    void effectsFromBeforeAreasWereKeptStayReadable() {
        String change = "{\"before\": %1$s, \"after\": %1$s, \"difference\": %1$s}"
                .formatted("{\"value\": 0.5, \"interval\": null, \"undefinedBecause\": null}");
        RecalibrationEffect effect = ReportJson.read(
                RecalibrationEffect.class,
                """
                {"images": 4, "patients": 2, "figures": [{"figure": "logLoss", "change": %1$s}],
                 "classes": [{"name": "a", "calibrationError": %1$s}],
                 "bootstrap": {"resamples": 100, "seed": 1, "level": 0.95}}
                """
                        .formatted(change));

        assertThat(effect.classes().get(0).rocAuc()).isNull();
    }

    @Test
    void ofSeveralClassesItAgreesWithBothReports() {
        ScoredImages.Multiclass raw = several(5);
        Decision decision = new Decision.MostProbable(
                new ClassRecalibration(List.of(
                        new Recalibration.Platt(-0.5, 0.1),
                        new Recalibration.Platt(-0.9, -0.2),
                        new Recalibration.Platt(-0.4, 0.3))),
                new PredictionSets.None());
        ScoredImages.Multiclass recalibrated = (ScoredImages.Multiclass) decision.recalibrated(raw);
        RecalibrationEffect effect = RecalibrationEffect.of(raw, decision, BOOTSTRAP);
        Map<Figure, Change> changes = byFigure(effect);
        MulticlassReport before = (MulticlassReport) TaskReport.of(raw, decision, BOOTSTRAP);
        MulticlassReport after = (MulticlassReport) TaskReport.of(recalibrated, decision, BOOTSTRAP);

        assertThat(changes).containsOnlyKeys(Figure.values());
        assertAlike(changes.get(Figure.LOG_LOSS).before(), before.logLoss());
        assertAlike(changes.get(Figure.LOG_LOSS).after(), after.logLoss());
        assertAlike(changes.get(Figure.BRIER_SCORE).after(), after.brierScore());
        assertAlike(changes.get(Figure.ROC_AUC).before(), before.meanRocAuc());
        assertAlike(changes.get(Figure.ROC_AUC).after(), after.meanRocAuc());
        assertThat(changes.get(Figure.ROC_AUC).difference().interval()).isNotNull();
        assertThat(changes.get(Figure.ACCURACY).before().value())
                .isCloseTo(before.accuracy().value(), within(1e-12));
        assertThat(changes.get(Figure.ACCURACY).after().value())
                .isCloseTo(after.accuracy().value(), within(1e-12));
        assertThat(changes.get(Figure.TOP_CALIBRATION_ERROR).after().value())
                .isCloseTo(
                        ClassScores.of(3, recalibrated.cases())
                                .topLabelCalibration()
                                .expectedCalibrationError(),
                        within(1e-12));
        double sum = 0;
        for (int k = 0; k < CLASSES.size(); k++) {
            Change ofClass = effect.classes().get(k).calibrationError();
            assertAlike(ofClass.before(), before.classes().get(k).expectedCalibrationError());
            assertAlike(ofClass.after(), after.classes().get(k).expectedCalibrationError());
            assertThat(ofClass.difference().value())
                    .isCloseTo(ofClass.after().value() - ofClass.before().value(), within(1e-12));
            sum += ofClass.after().value();
            assertAlike(
                    effect.classes().get(k).rocAuc().before(),
                    before.classes().get(k).rocAuc());
            assertAlike(
                    effect.classes().get(k).rocAuc().after(),
                    after.classes().get(k).rocAuc());
        }
        assertThat(changes.get(Figure.CALIBRATION_ERROR).after().value()).isCloseTo(sum / 3, within(1e-12));
        assertThat(effect.patients()).isEqualTo(40);
        assertThat(ReportJson.read(RecalibrationEffect.class, ReportJson.write(effect)))
                .isEqualTo(effect);
    }

    @Test
    void ofLabelsEachKeepsItsOwn() {
        List<LabelledCase> cases = new ArrayList<>();
        for (ClassifiedCase one : several(6).cases()) {
            cases.add(new LabelledCase(
                    one.image(),
                    one.patient(),
                    List.of(one.truth() == 0, one.truth() == 1),
                    one.probabilities().subList(0, 2)));
        }
        Collections.shuffle(cases, new Random(1));
        ScoredImages.Multilabel raw = new ScoredImages.Multilabel(List.of("left", "top"), cases);
        Decision decision = new Decision.LabelThresholds(
                List.of(ThresholdChoice.fixed(0.5), ThresholdChoice.fixed(0.5)),
                new LabelRecalibration(List.of(new Recalibration.Temperature(2), new Recalibration.Kept("too few"))),
                new PredictionSets.None());
        RecalibrationEffect effect = RecalibrationEffect.of(raw, decision, BOOTSTRAP);
        List<ClassReport> after =
                TaskReport.of(decision.recalibrated(raw), decision, BOOTSTRAP).classes();

        assertAlike(
                effect.classes().get(0).calibrationError().after(), after.get(0).expectedCalibrationError());
        Change kept = effect.classes().get(1).calibrationError();
        assertThat(kept.after()).isEqualTo(kept.before());
        assertThat(kept.difference().value()).isZero();
        double brier =
                (after.get(0).brierScore().value() + after.get(1).brierScore().value()) / 2;
        assertThat(byFigure(effect).get(Figure.BRIER_SCORE).after().value()).isCloseTo(brier, within(1e-12));
        // less is better, and too sure probabilities were drawn together
        assertThat(byFigure(effect).get(Figure.LOG_LOSS).difference().value()).isNegative();
    }
}
