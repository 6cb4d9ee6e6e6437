package org.foldwise.learning.metrics.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.PatientLabels;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.PatientAggregation;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PatientReportTest {
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(200, 3, 0.95);
    private static final List<String> CLASSES = List.of("HEALTHY", "ILL");

    /** Patients with 1 to 4 images, ill ones with higher scores; whether the rule says so is asked of {@link #labels}. */
    private static ScoredImages.Binary binary(long seed, int mostImages) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredCase> cases = new ArrayList<>();
        for (int patient = 0; patient < 60; patient++) {
            boolean ill = patient % 3 == 0;
            for (int image = 0; image < 1 + patient % mostImages; image++) {
                cases.add(new ScoredCase(
                        "i" + patient + "-" + image,
                        new PatientId("p" + patient),
                        ill && image == 0,
                        Math.min(1, random.nextDouble() * 0.8 + (ill ? 0.2 : 0))));
            }
        }
        return new ScoredImages.Binary(CLASSES, cases);
    }

    private static PatientLabels labels(Map<PatientId, List<String>> shown) {
        return new PatientLabels(new TreeMap<>(shown), new TreeSet<>());
    }

    private static Map<PatientId, List<String>> ill(int patients) {
        Map<PatientId, List<String>> shown = new TreeMap<>();
        for (int patient = 0; patient < patients; patient++) {
            shown.put(new PatientId("p" + patient), List.of(CLASSES.get(patient % 3 == 0 ? 1 : 0)));
        }
        return shown;
    }

    private static Decision.AtThreshold youden(ScoredImages.Binary images) {
        return (Decision.AtThreshold) Decision.choose(images, new ThresholdRule.Youden());
    }

    /** Aggregated by hand and reported as images of so many patients are. */
    @ParameterizedTest
    @EnumSource(PatientAggregation.class)
    void itsFiguresAreThoseOfTheAggregatedCases(PatientAggregation aggregation) {
        ScoredImages.Binary images = binary(1, 4);
        Map<PatientId, List<String>> shown = ill(60);
        PatientDecisions decisions = PatientDecisions.choose(images, shown, youden(images));

        PatientReport report =
                PatientReport.of(images, labels(shown), PatientLabelRule.ANY_POSITIVE, decisions, BOOTSTRAP);

        List<ScoredCase> patients = new ArrayList<>();
        for (int patient = 0; patient < 60; patient++) {
            PatientId id = new PatientId("p" + patient);
            double[] each = images.cases().stream()
                    .filter(one -> one.patient().equals(id))
                    .mapToDouble(ScoredCase::probability)
                    .sorted()
                    .toArray();
            patients.add(new ScoredCase(id.value(), id, patient % 3 == 0, aggregation.combine(each)));
        }
        ThresholdChoice threshold = new ThresholdRule.Youden().choose(patients);
        EvaluationReport byHand = EvaluationReport.of(patients, threshold, BOOTSTRAP);
        ClassReport found = report.by(aggregation).binary();
        assertThat(report.patients()).isEqualTo(60);
        assertThat(found.name()).isEqualTo("ILL");
        assertThat(found.patients()).isEqualTo(20);
        assertThat(found.threshold()).isEqualTo(threshold);
        assertThat(found.rocAuc()).isEqualTo(byHand.rocAuc());
        assertThat(found.confusion()).isEqualTo(byHand.confusion());
        assertThat(found.recall()).isEqualTo(byHand.recall());
        assertThat(found.matthewsCorrelation()).isEqualTo(byHand.matthewsCorrelation());
        assertThat(found.calibrationLine()).isEqualTo(byHand.calibrationLine());
        assertThat(found.rocAuc().interval()).isNotNull();
        assertThat(report.by(aggregation).f1Averages()).isEqualTo(byHand.f1Averages());
        assertThat(byHand.f1Averages().macro().interval()).isNotNull();
    }

    @Test
    void whereEachPatientHasOneImageItIsTheReportOfImages() {
        ScoredImages.Binary images = binary(2, 1);
        EvaluationReport ofImages =
                EvaluationReport.of(images.cases(), youden(images).choice(), BOOTSTRAP);

        PatientReport report = PatientReport.of(
                images,
                labels(ill(60)),
                PatientLabelRule.MAJORITY,
                PatientDecisions.choose(images, ill(60), youden(images)),
                BOOTSTRAP);

        for (PatientReport.Aggregated one : report.aggregations()) {
            assertThat(one.binary().rocAuc().value())
                    .isCloseTo(ofImages.rocAuc().value(), within(1e-12));
            assertThat(one.binary().confusion()).isEqualTo(ofImages.confusion());
            assertThat(one.binary().brierScore().value())
                    .isCloseTo(ofImages.brierScore().value(), within(1e-12));
        }
    }

    @Test
    void aFrozenThresholdIsAppliedToOthersAndSaysWhereItComesFrom() {
        ScoredImages.Binary validation = binary(3, 4);
        ScoredImages.Binary test = binary(4, 3);
        PatientReport ofValidation = PatientReport.of(
                validation,
                labels(ill(60)),
                PatientLabelRule.ANY_POSITIVE,
                PatientDecisions.choose(validation, ill(60), youden(validation)),
                BOOTSTRAP);
        PatientReport stored = ReportJson.read(PatientReport.class, ReportJson.write(ofValidation));
        assertThat(stored).isEqualTo(ofValidation);

        PatientReport ofTest = PatientReport.of(
                test, labels(ill(60)), PatientLabelRule.ANY_POSITIVE, PatientDecisions.frozen(stored), BOOTSTRAP);

        for (PatientAggregation aggregation : PatientAggregation.values()) {
            ThresholdChoice frozen = ofTest.by(aggregation).binary().threshold();
            assertThat(frozen.threshold())
                    .isEqualTo(ofValidation.by(aggregation).binary().threshold().threshold());
            assertThat(frozen.reached().undefinedBecause()).contains("validation patients");
        }
        // the highest of many images is higher than their mean
        assertThat(ofTest.by(PatientAggregation.MAX).binary().threshold().threshold())
                .isGreaterThan(
                        ofTest.by(PatientAggregation.MEAN).binary().threshold().threshold());
    }

    /** Every patient has an ill image: nobody is left whose specificity a rule could look at. */
    @Test
    void whereNoThresholdCanBeChosenThatOfTheImagesIsTakenAndSaid() {
        List<ScoredCase> cases = List.of(
                new ScoredCase("a", new PatientId("p0"), true, 0.9),
                new ScoredCase("b", new PatientId("p0"), false, 0.2),
                new ScoredCase("c", new PatientId("p3"), true, 0.7),
                new ScoredCase("d", new PatientId("p3"), false, 0.4));
        ScoredImages.Binary images = new ScoredImages.Binary(CLASSES, cases);
        Map<PatientId, List<String>> shown =
                Map.of(new PatientId("p0"), List.of("ILL"), new PatientId("p3"), List.of("ILL"));

        PatientDecisions decisions = PatientDecisions.choose(images, shown, youden(images));

        for (Decision decision : decisions.byAggregation().values()) {
            ThresholdChoice choice = ((Decision.AtThreshold) decision).choice();
            assertThat(choice.threshold()).isEqualTo(youden(images).choice().threshold());
            assertThat(choice.reached().undefinedBecause()).startsWith("the threshold is that of the images");
        }
        PatientReport report =
                PatientReport.of(images, labels(shown), PatientLabelRule.ANY_POSITIVE, decisions, BOOTSTRAP);
        assertThat(report.by(PatientAggregation.MEAN).binary().rocAuc().value()).isNull();
        assertThat(PatientDecisions.frozen(report)).isEqualTo(decisions);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PatientDecisions.choose(images, Map.of(), youden(images)))
                .withMessage("nothing is known of what a patient shows");
    }

    /** p0's images are of two classes; the label of the patient decides, and the mean of 0.6 and 0.2 is not the highest. */
    @Test
    void patientsOfSeveralClassesCountAsTheirLabel() {
        ScoredImages.Multiclass images = new ScoredImages.Multiclass(
                List.of("bcc", "mel", "nv"),
                List.of(
                        new ClassifiedCase("a", new PatientId("p0"), 0, List.of(0.6, 0.3, 0.1)),
                        new ClassifiedCase("b", new PatientId("p0"), 1, List.of(0.2, 0.7, 0.1)),
                        new ClassifiedCase("c", new PatientId("p1"), 2, List.of(0.1, 0.1, 0.8)),
                        new ClassifiedCase("d", new PatientId("p2"), 0, List.of(0.9, 0.05, 0.05))));
        PatientLabels labels = new PatientLabels(
                new TreeMap<>(Map.of(
                        new PatientId("p0"), List.of("mel"),
                        new PatientId("p1"), List.of("nv"),
                        new PatientId("p2"), List.of("bcc"),
                        new PatientId("elsewhere"), List.of("nv"))),
                new TreeSet<>(List.of(new PatientId("p0"), new PatientId("elsewhere"))));

        PatientReport report = PatientReport.of(
                images,
                labels,
                PatientLabelRule.MAJORITY,
                PatientDecisions.choose(images, labels.shown(), new Decision.MostProbable()),
                BOOTSTRAP);

        assertThat(report.patients()).isEqualTo(3);
        assertThat(report.conflicting()).isOne();
        MulticlassReport mean = report.by(PatientAggregation.MEAN).multiclass();
        assertThat(mean.images()).isEqualTo(3);
        assertThat(mean.accuracy().value()).isEqualTo(1);
        assertThat(mean.confusion().counts())
                .containsExactly(List.of(1L, 0L, 0L), List.of(0L, 1L, 0L), List.of(0L, 0L, 1L));
    }

    @Test
    void labelsOfPatientsHaveThresholdsOfTheirOwn() {
        SplittableRandom random = new SplittableRandom(9);
        List<LabelledCase> cases = new ArrayList<>();
        Map<PatientId, List<String>> shown = new TreeMap<>();
        for (int i = 0; i < 80; i++) {
            List<Boolean> truth = List.of(i % 4 < 2, i % 8 < 2);
            cases.add(new LabelledCase(
                    "i" + i,
                    new PatientId("p" + i / 2),
                    truth,
                    List.of(
                            random.nextDouble() * 0.7 + (truth.get(0) ? 0.3 : 0),
                            random.nextDouble() * 0.7 + (truth.get(1) ? 0.3 : 0))));
            shown.put(
                    new PatientId("p" + i / 2),
                    i % 8 < 2 ? List.of("Effusion", "Mass") : i % 4 < 2 ? List.of("Effusion") : List.of());
        }
        ScoredImages.Multilabel images = new ScoredImages.Multilabel(List.of("Effusion", "Mass"), cases);
        Decision decision = Decision.choose(images, new ThresholdRule.MaximumF1());

        PatientReport report = PatientReport.of(
                images,
                labels(shown),
                PatientLabelRule.ANY_POSITIVE,
                PatientDecisions.choose(images, shown, decision),
                BOOTSTRAP);

        MultilabelReport noisyOr = report.by(PatientAggregation.NOISY_OR).multilabel();
        List<ScoredCase> mass =
                images.perPatient(PatientAggregation.NOISY_OR, shown).against(1);
        assertThat(noisyOr.images()).isEqualTo(40);
        assertThat(noisyOr.imagesWithoutLabel()).isEqualTo(20);
        assertThat(noisyOr.classes().get(1).threshold()).isEqualTo(new ThresholdRule.MaximumF1().choose(mass));
        assertThat(noisyOr.classes().get(1).rocAuc())
                .isEqualTo(EvaluationReport.of(mass, 0.5, BOOTSTRAP).rocAuc());
        PatientDecisions ofImages = PatientDecisions.ofImages(decision, "there were none before");
        assertThat(((Decision.LabelThresholds) ofImages.byAggregation().get(PatientAggregation.MAX)).thresholds())
                .isEqualTo(((Decision.LabelThresholds) decision).thresholds());
    }
}
