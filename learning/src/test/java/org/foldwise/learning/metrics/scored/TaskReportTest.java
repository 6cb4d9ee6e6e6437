package org.foldwise.learning.metrics.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PatientBootstrap;
import org.foldwise.learning.metrics.PatientResamples;
import org.foldwise.learning.metrics.Ranges;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.ValidationFigures;
import org.foldwise.learning.metrics.multiclass.ClassMatrix;
import org.foldwise.learning.metrics.multiclass.ClassScores;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelDecisions;
import org.foldwise.learning.metrics.multilabel.LabelScores;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.ClassAverages.Average;
import org.junit.jupiter.api.Test;

class TaskReportTest {
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(200, 3, 0.95);
    private static final List<String> CLASSES = List.of("bcc", "mel", "nv");

    private static ScoredImages.Multiclass several(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            int truth = i % 3;
            double[] raw = new double[3];
            for (int k = 0; k < 3; k++) {
                raw[k] = Math.exp(random.nextDouble() * 3 + (k == truth ? 1 : 0));
            }
            double sum = raw[0] + raw[1] + raw[2];
            cases.add(new ClassifiedCase(
                    String.format("film%02d", i),
                    new PatientId("p" + i / 2),
                    truth,
                    List.of(raw[0] / sum, raw[1] / sum, raw[2] / sum)));
        }
        return new ScoredImages.Multiclass(CLASSES, cases);
    }

    private static ScoredImages.Multilabel labelled(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<LabelledCase> cases = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            List<Boolean> truth = List.of(random.nextInt(3) == 0, random.nextInt(4) == 0, false);
            List<Double> probabilities = new ArrayList<>();
            for (int k = 0; k < 3; k++) {
                probabilities.add(Math.min(1, random.nextDouble() * 0.7 + (truth.get(k) ? 0.3 : 0)));
            }
            cases.add(new LabelledCase(String.format("film%02d", i), new PatientId("p" + i / 2), truth, probabilities));
        }
        return new ScoredImages.Multilabel(List.of("Effusion", "Mass", "Hernia"), cases);
    }

    /** Every patient of every class is told right and for certain; classes differ in size. */
    @Test
    void perfectClassesStayWithinTheirRangesHoweverMany() {
        for (int classes = 3; classes <= 40; classes++) {
            List<ClassifiedCase> cases = new ArrayList<>();
            List<LabelledCase> labelled = new ArrayList<>();
            for (int truth = 0; truth < classes; truth++) {
                for (int i = 0; i < 2 + truth % 5; i++) {
                    int shown = truth;
                    String image = "film%02d-%d".formatted(truth, i);
                    List<Double> probabilities = IntStream.range(0, classes)
                            .mapToObj(k -> k == shown ? 1.0 : 0.0)
                            .toList();
                    cases.add(new ClassifiedCase(image, new PatientId("p" + image), truth, probabilities));
                    labelled.add(new LabelledCase(
                            image,
                            new PatientId("p" + image),
                            probabilities.stream().map(one -> one == 1).toList(),
                            probabilities));
                }
            }
            List<String> names =
                    IntStream.range(0, classes).mapToObj("class%02d"::formatted).toList();
            BootstrapSpec few = new BootstrapSpec(100, 1, 0.95);

            MulticlassReport report = (MulticlassReport)
                    TaskReport.of(new ScoredImages.Multiclass(names, cases), new Decision.MostProbable(), few);
            MultilabelReport ofLabels = (MultilabelReport) TaskReport.of(
                    new ScoredImages.Multilabel(names, labelled),
                    new Decision.LabelThresholds(Collections.nCopies(classes, ThresholdChoice.fixed(0.5))),
                    few);

            Ranges.require(report);
            Ranges.require(ofLabels);
            requireUncertainOne(report.meanRocAuc());
            for (ClassAverages averages : List.of(report.averages(), ofLabels.averages())) {
                for (Average average : List.of(averages.rocAuc(), averages.averagePrecision())) {
                    for (Estimate estimate : List.of(average.macro(), average.weighted(), average.micro())) {
                        requireUncertainOne(estimate);
                    }
                }
            }
            requireUncertainOne(report.oneVersusOneRocAuc());
        }
    }

    private static void requireUncertainOne(Estimate estimate) {
        assertThat(estimate.value()).isEqualTo(1.0);
        assertThat(estimate.interval()).isNotNull();
        assertThat(estimate.interval().upper()).isEqualTo(1.0);
        assertThat(estimate.interval().lower()).isBetween(0.0, 0.999);
    }

    @Test
    void aReportOfClassesHoldsTheFiguresOfItsParts() {
        ScoredImages.Multiclass images = several(1);
        ClassMatrix matrix = ClassMatrix.of(3, images.cases());
        ClassScores scores = ClassScores.of(3, images.cases());

        MulticlassReport report = (MulticlassReport) TaskReport.of(images, new Decision.MostProbable(), BOOTSTRAP);

        assertThat(report.confusion()).isEqualTo(matrix);
        assertThat(report.images()).isEqualTo(90);
        assertThat(report.patients()).isEqualTo(45);
        assertThat(report.judgedClasses()).isEqualTo(3);
        assertThat(report.accuracy().value()).isEqualTo(matrix.accuracy().value());
        assertThat(report.balancedAccuracy().value())
                .isCloseTo(matrix.balancedAccuracy().value(), within(1e-15));
        assertThat(report.meanRocAuc().value())
                .isCloseTo(scores.oneVersusRestRocAuc().macro().value(), within(1e-15));
        assertThat(report.meanAveragePrecision().value())
                .isCloseTo(scores.oneVersusRestAveragePrecision().macro().value(), within(1e-15));
        assertThat(report.logLoss().value()).isEqualTo(scores.logLoss());
        assertThat(report.brierScore().value()).isEqualTo(scores.brierScore());
        for (Estimate estimate : List.of(
                report.accuracy(),
                report.balancedAccuracy(),
                report.meanF1(),
                report.matthewsCorrelation(),
                report.kappa(),
                report.meanRocAuc(),
                report.meanAveragePrecision(),
                report.logLoss(),
                report.brierScore())) {
            assertThat(estimate.interval()).isNotNull();
            assertThat(estimate.interval().lower()).isLessThan(estimate.value());
            assertThat(estimate.interval().upper()).isGreaterThan(estimate.value());
        }
        for (int k = 0; k < 3; k++) {
            ClassReport ofClass = report.classes().get(k);
            EvaluationReport binary = EvaluationReport.of(scores.against(k), 0.5, BOOTSTRAP);
            assertThat(ofClass.confusion()).isEqualTo(matrix.against(k));
            assertThat(ofClass.rocAuc()).isEqualTo(binary.rocAuc());
            assertThat(ofClass.averagePrecision()).isEqualTo(binary.averagePrecision());
            assertThat(ofClass.brierScore()).isEqualTo(binary.brierScore());
            assertThat(ofClass.recall().value())
                    .isEqualTo(matrix.against(k).recall().value());
            assertThat(ofClass.recall().interval()).isNotNull();
            assertThat(ofClass.threshold()).isNull();
            assertThat(ofClass.calibrationLine()).isEqualTo(binary.calibrationLine());
            assertThat(ofClass.maximumCalibrationError()).isEqualTo(binary.maximumCalibrationError());
            assertThat(ofClass.logLoss()).isEqualTo(binary.logLoss());
            for (Estimate estimate : List.of(
                    ofClass.accuracy(), ofClass.balancedAccuracy(), ofClass.matthewsCorrelation(), ofClass.kappa())) {
                assertThat(estimate.value())
                        .isBetween(
                                estimate.interval().lower(), estimate.interval().upper());
            }
            assertThat(ofClass.kappa().value())
                    .isEqualTo(matrix.against(k).kappa().value());
        }
    }

    /** Weights of its own for each class, and all pairs at once: by the definitions, from the parts. */
    @Test
    void averagesOfLabelsAreThoseOfTheirDecisions() {
        ScoredImages.Multilabel images = labelled(7);
        Decision.LabelThresholds decision = new Decision.LabelThresholds(
                List.of(ThresholdChoice.fixed(0.4), ThresholdChoice.fixed(0.5), ThresholdChoice.fixed(0.6)));
        LabelDecisions decisions = LabelDecisions.at(decision.thresholds(), images.cases());
        LabelScores scores = LabelScores.of(3, images.cases());

        MultilabelReport report = (MultilabelReport) TaskReport.of(images, decision, BOOTSTRAP);

        ClassAverages averages = report.averages();
        assertThat(averages.f1().macro()).isEqualTo(report.meanF1());
        assertThat(averages.f1().micro()).isEqualTo(report.microF1());
        assertThat(averages.rocAuc().macro()).isEqualTo(report.meanRocAuc());
        // nobody has a hernia, whose recall has no weight; false alarms of it count in the micro average alone
        assertThat(averages.recall().weighted().value())
                .isCloseTo(
                        decisions.eachLabel(ConfusionMatrix::recall).weighted().value(), within(1e-15));
        assertThat(averages.precision().weighted().value())
                .isCloseTo(
                        decisions
                                .eachLabel(ConfusionMatrix::precision)
                                .weighted()
                                .value(),
                        within(1e-15));
        assertThat(averages.precision().micro().value())
                .isEqualTo(decisions.micro().precision().value());
        assertThat(averages.precision().macro().value())
                .isGreaterThan(averages.precision().micro().value());
        assertThat(averages.rocAuc().micro().value())
                .isEqualTo(scores.microRocAuc().value());
        for (Estimate estimate : List.of(
                averages.precision().macro(),
                averages.precision().weighted(),
                averages.precision().micro(),
                averages.recall().macro(),
                averages.recall().weighted(),
                averages.recall().micro(),
                averages.f1().weighted(),
                averages.rocAuc().micro())) {
            assertThat(estimate.interval()).isNotNull();
            assertThat(estimate.value())
                    .isBetween(estimate.interval().lower(), estimate.interval().upper());
        }
    }

    @Test
    void aMeanThatIsUndefinedNamesTheClassThatItHangsOn() {
        Decision.LabelThresholds decision = new Decision.LabelThresholds(
                List.of(ThresholdChoice.fixed(0.4), ThresholdChoice.fixed(1), ThresholdChoice.fixed(0.6)));

        MultilabelReport report = (MultilabelReport) TaskReport.of(labelled(1), decision, BOOTSTRAP);

        assertThat(report.averages().precision().macro().undefinedBecause())
                .isEqualTo("'Mass': no case is called positive");
    }

    @Test
    void aReportOfLabelsHoldsForEachWhatABinaryReportSays() {
        ScoredImages.Multilabel images = labelled(1);
        LabelScores scores = LabelScores.of(3, images.cases());
        Decision.LabelThresholds decision = new Decision.LabelThresholds(
                List.of(ThresholdChoice.fixed(0.4), ThresholdChoice.fixed(0.5), ThresholdChoice.fixed(0.6)));

        MultilabelReport report = (MultilabelReport) TaskReport.of(images, decision, BOOTSTRAP);

        // nobody has a hernia: there is nothing to be right about, and the averages are over the other two
        assertThat(report.judgedClasses()).isEqualTo(2);
        assertThat(report.classes().get(2).rocAuc().value()).isNull();
        assertThat(report.classes().get(2).rocAuc().undefinedBecause()).isNotBlank();
        double areas = 0;
        for (int k = 0; k < 3; k++) {
            EvaluationReport binary =
                    EvaluationReport.of(scores.ofLabel(k), decision.choices().get(k), BOOTSTRAP);
            ClassReport ofLabel = report.classes().get(k);
            assertThat(ofLabel.threshold()).isEqualTo(decision.choices().get(k));
            assertThat(ofLabel.confusion()).isEqualTo(binary.confusion());
            assertThat(ofLabel.rocAuc()).isEqualTo(binary.rocAuc());
            assertThat(ofLabel.f1()).isEqualTo(binary.f1());
            assertThat(ofLabel.specificity()).isEqualTo(binary.specificity());
            assertThat(ofLabel.expectedCalibrationError()).isEqualTo(binary.expectedCalibrationError());
            areas += binary.rocAuc().valueOr(0) / 2;
        }
        assertThat(report.meanRocAuc().value()).isCloseTo(areas, within(1e-15));
        assertThat(report.meanF1().interval()).isNotNull();
        assertThat(report.subsetAccuracy().interval()).isNotNull();
        assertThat(report.imagesWithoutLabel()).isEqualTo((int) images.cases().stream()
                .filter(one -> !one.truth().contains(true))
                .count());
    }

    /** Where every decision is right resamples all agree, and each mean takes the interval of its classes. */
    @Test
    void meansOfPerfectDecisionsAreAsUncertainAsThoseOfTheirClasses() {
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int truth = i % 3;
            List<Double> probabilities =
                    IntStream.range(0, 3).mapToObj(k -> k == truth ? 0.8 : 0.1).toList();
            cases.add(new ClassifiedCase("i" + i, new PatientId("p" + i / 2), truth, probabilities));
        }

        MulticlassReport report = (MulticlassReport)
                TaskReport.of(new ScoredImages.Multiclass(CLASSES, cases), new Decision.MostProbable(), BOOTSTRAP);

        for (Estimate mean : List.of(
                report.meanRocAuc(),
                report.meanF1(),
                report.balancedAccuracy(),
                report.averages().precision().macro())) {
            assertThat(mean.value()).isEqualTo(1.0);
            assertThat(mean.interval()).isNotNull();
            assertThat(mean.interval().upper()).isEqualTo(1);
            assertThat(mean.interval().lower()).isBetween(0.5, 0.99);
        }
        double lower = report.classes().stream()
                .mapToDouble(one -> one.f1().interval().lower())
                .average()
                .orElseThrow();
        assertThat(report.meanF1().interval().lower()).isCloseTo(lower, within(1e-12));
        assertThat(report.meanF1().interval().method()).isEqualTo("meanOfIntervals");
    }

    /** The class's figures that hang on it have none, nor have the means; what counts all images has. */
    @Test
    void aClassOfOnePatientTakesIntervalsFromTheMeansThatHangOnIt() {
        List<ClassifiedCase> cases = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 90; i++) {
            int truth = i < 2 ? 2 : i % 4 / 2;
            double[] raw = new double[3];
            for (int k = 0; k < 3; k++) {
                raw[k] = Math.exp(random.nextDouble() * 3 + (k == truth ? 1 : 0));
            }
            double sum = raw[0] + raw[1] + raw[2];
            cases.add(new ClassifiedCase(
                    "i" + i, new PatientId("p" + i / 2), truth, List.of(raw[0] / sum, raw[1] / sum, raw[2] / sum)));
        }

        MulticlassReport report = (MulticlassReport)
                TaskReport.of(new ScoredImages.Multiclass(CLASSES, cases), new Decision.MostProbable(), BOOTSTRAP);

        assertThat(report.judgedClasses()).isEqualTo(3);
        ClassReport rare = report.classes().get(2);
        for (Estimate estimate : List.of(
                rare.rocAuc(),
                rare.averagePrecision(),
                rare.recall(),
                rare.balancedAccuracy(),
                rare.matthewsCorrelation(),
                report.meanRocAuc(),
                report.meanAveragePrecision(),
                report.balancedAccuracy(),
                report.averages().rocAuc().weighted(),
                report.averages().averagePrecision().weighted(),
                report.oneVersusOneRocAuc())) {
            assertThat(estimate.value()).isNotNull();
            assertThat(estimate.interval()).isNull();
        }
        assertThat(report.meanF1().interval().method()).isEqualTo("meanOfIntervals");
        for (Estimate estimate : List.of(
                report.accuracy(),
                report.logLoss(),
                report.brierScore(),
                report.matthewsCorrelation(),
                report.averages().precision().weighted(),
                report.averages().recall().weighted(),
                report.averages().f1().weighted(),
                report.classes().get(0).rocAuc(),
                rare.f1(),
                rare.specificity())) {
            assertThat(estimate.interval()).isNotNull();
        }
    }

    @Test
    void weightedAreasAndPrecisionsHaveIntervals() {
        MulticlassReport report = (MulticlassReport) TaskReport.of(several(2), new Decision.MostProbable(), BOOTSTRAP);

        double area = 0;
        double images = 0;
        for (ClassReport one : report.classes()) {
            area += one.images() * one.rocAuc().valueOr(0);
            images += one.images();
        }
        Estimate weighted = report.averages().rocAuc().weighted();
        assertThat(weighted.value()).isCloseTo(area / images, within(1e-12));
        assertThat(weighted.interval().method()).isEqualTo("patientMeanDeLongCombined");
        assertThat(weighted.value())
                .isBetween(weighted.interval().lower(), weighted.interval().upper());
        Estimate precision = report.averages().averagePrecision().weighted();
        assertThat(precision.interval().method()).isEqualTo("patientBootstrapExpandedBca");
        assertThat(precision.value())
                .isBetween(precision.interval().lower(), precision.interval().upper());
    }

    /** The standard error that follows from the interval is that of leaving out one patient after the other. */
    @Test
    void theMeanOverPairsOfClassesIsAsUncertainAsWithoutEachPatient() {
        SplittableRandom random = new SplittableRandom(8);
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int patient = 0; patient < 150; patient++) {
            double own = random.nextGaussian();
            for (int i = 0; i <= patient % 3; i++) {
                int truth = patient % 4 == 3 ? 0 : patient % 4;
                double[] raw = new double[3];
                double sum = 0;
                for (int k = 0; k < 3; k++) {
                    raw[k] = Math.exp(0.7 * own * (k - 1) + random.nextGaussian() + (k == truth ? 1 : 0));
                    sum += raw[k];
                }
                cases.add(new ClassifiedCase(
                        "i" + cases.size(),
                        new PatientId("p" + patient),
                        truth,
                        List.of(raw[0] / sum, raw[1] / sum, raw[2] / sum)));
            }
        }
        MulticlassReport report = (MulticlassReport)
                TaskReport.of(new ScoredImages.Multiclass(CLASSES, cases), new Decision.MostProbable(), BOOTSTRAP);
        double area = report.oneVersusOneRocAuc().value();
        double squares = 0;
        for (int patient = 0; patient < 150; patient++) {
            PatientId left = new PatientId("p" + patient);
            double without = overPairs(
                    cases.stream().filter(one -> !one.patient().equals(left)).toList());
            squares += (without - area) * (without - area);
        }

        assertThat(area).isCloseTo(overPairs(cases), within(1e-12));
        double standardError = Math.sqrt(squares * 149 / 150);
        Interval interval = report.oneVersusOneRocAuc().interval();
        assertThat(interval.method()).isEqualTo("patientMeanDeLongCombined");
        double width = Math.log(interval.upper() / (1 - interval.upper()))
                - Math.log(interval.lower() / (1 - interval.lower()));
        // Student's quantile for some 100 degrees of freedom
        assertThat(width * area * (1 - area) / (2 * 1.98)).isCloseTo(standardError, within(0.04 * standardError));
    }

    /** Hand and Till (2001), by all pairs of images. */
    private static double overPairs(List<ClassifiedCase> cases) {
        double sum = 0;
        for (int one = 0; one < 3; one++) {
            for (int other = 0; other < 3; other++) {
                double above = 0;
                double pairs = 0;
                for (ClassifiedCase first : cases) {
                    for (ClassifiedCase second : cases) {
                        if (one != other && first.truth() == one && second.truth() == other) {
                            double difference = first.probabilities().get(one)
                                    - second.probabilities().get(one);
                            above += (Math.signum(difference) + 1) / 2;
                            pairs++;
                        }
                    }
                }
                sum += one == other ? 0 : above / pairs / 6;
            }
        }
        return sum;
    }

    @Test
    void whatIsWrittenIsReadBackAndTheOrderOfImagesChangesNothing() {
        ScoredImages.Multiclass images = several(2);
        List<ClassifiedCase> shuffled = new ArrayList<>(images.cases());
        Collections.shuffle(shuffled, new Random(1));
        TaskReport report = TaskReport.of(images, new Decision.MostProbable(), BOOTSTRAP);

        assertThat(TaskReport.of(
                        new ScoredImages.Multiclass(CLASSES, shuffled), new Decision.MostProbable(), BOOTSTRAP))
                .isEqualTo(report);
        assertThat(ReportJson.read(MulticlassReport.class, ReportJson.write(report)))
                .isEqualTo(report);
        TaskSummary summary = TaskSummary.of(report);
        assertThat(ReportJson.read(TaskSummary.class, ReportJson.write(summary)))
                .isEqualTo(summary);
    }

    @Test
    void aCrossValidationIsSummarisedByFoldAndPooled() {
        ScoredImages.Multiclass all = several(4);
        List<ScoredImages> folds = List.of(
                new ScoredImages.Multiclass(CLASSES, all.cases().subList(0, 30)),
                new ScoredImages.Multiclass(CLASSES, all.cases().subList(30, 60)),
                new ScoredImages.Multiclass(CLASSES, all.cases().subList(60, 90)));

        TaskSummary summary = TaskSummary.of(folds, 1, new Decision.MostProbable(), BOOTSTRAP);

        double[] areas = summary.foldAverages().stream()
                .mapToDouble(fold -> fold.rocAuc().value())
                .toArray();
        double mean = (areas[0] + areas[1] + areas[2]) / 3;
        assertThat(summary.meanRocAuc().value()).isCloseTo(mean, within(1e-15));
        assertThat(summary.standardDeviationRocAuc().value())
                .isCloseTo(
                        Math.sqrt(IntStream.range(0, 3)
                                        .mapToDouble(i -> (areas[i] - mean) * (areas[i] - mean))
                                        .sum()
                                / 2),
                        within(1e-15));
        assertThat(summary.multiclass()).isEqualTo(TaskReport.of(all, new Decision.MostProbable(), BOOTSTRAP));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskSummary.of(List.of(folds.get(0), all), 1, new Decision.MostProbable(), BOOTSTRAP))
                .withMessageContaining("two folds");
    }

    /** Of labels the share of images with every label right has a name of its own, also in results that were stored under another. */
    @Test
    void foldsOfLabelsHaveASubsetAccuracyAndNoAccuracy() {
        ScoredImages.Multilabel all = labelled(4);
        List<ScoredImages> folds = List.of(
                new ScoredImages.Multilabel(all.classes(), all.cases().subList(0, 40)),
                new ScoredImages.Multilabel(all.classes(), all.cases().subList(40, 80)));
        Decision decision = new Decision.LabelThresholds(Collections.nCopies(3, ThresholdChoice.fixed(0.5)));

        TaskSummary summary = TaskSummary.of(folds, 1, decision, BOOTSTRAP);

        assertThat(summary.foldAverages().get(1).subsetAccuracy())
                .isEqualTo(((MultilabelReport) TaskReport.of(folds.get(1), decision, BOOTSTRAP)).subsetAccuracy());
        assertThat(summary.figures().stream().map(figure -> figure.figure()))
                .contains("subsetAccuracy")
                .doesNotContain("accuracy");
        String written = ReportJson.write(summary);
        int report = written.indexOf("\"multilabel\"");
        String older = written.substring(0, report)
                        .replaceAll("\"accuracy\"\\s*:\\s*null\\s*,", "")
                        .replace("\"subsetAccuracy\"", "\"accuracy\"")
                + written.substring(report);
        assertThat(older.substring(0, older.indexOf("\"multilabel\"")))
                .contains("\"accuracy\"")
                .doesNotContain("ubsetAccuracy");
        TaskSummary read = ReportJson.read(TaskSummary.class, older);
        assertThat(read).isEqualTo(summary);
    }

    @Test
    void ofSeveralRepeatsAllFoldsAreAveragedAndTheFirstIsPooled() {
        ScoredImages.Multiclass all = several(4);
        ScoredImages first = new ScoredImages.Multiclass(CLASSES, all.cases().subList(0, 60));
        ScoredImages second = new ScoredImages.Multiclass(CLASSES, all.cases().subList(60, 90));
        Decision decision = new Decision.MostProbable();

        TaskSummary summary = TaskSummary.of(List.of(first, second, second, first), 2, decision, BOOTSTRAP);

        assertThat(summary.foldAverages()).hasSize(4);
        assertThat(summary.foldAverages().get(3).rocAuc())
                .isEqualTo(summary.foldAverages().get(0).rocAuc());
        assertThat(summary.multiclass()).isEqualTo(TaskReport.of(all, decision, BOOTSTRAP));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskSummary.of(List.of(first, first, second, second), 2, decision, BOOTSTRAP))
                .withMessageContaining("two folds");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskSummary.of(List.of(first, second, first), 2, decision, BOOTSTRAP))
                .withMessageContaining("3 folds in 2 repeats");
    }

    @Test
    void thresholdsAreChosenForEachLabelByItself() {
        ScoredImages.Multilabel images = labelled(5);
        ScoredImages.Multilabel common = new ScoredImages.Multilabel(
                List.of("Effusion", "Mass"),
                images.cases().stream()
                        .map(one -> new LabelledCase(
                                one.image(),
                                one.patient(),
                                one.truth().subList(0, 2),
                                one.probabilities().subList(0, 2)))
                        .toList());
        LabelScores scores = LabelScores.of(2, common.cases());

        Decision decision = Decision.choose(common, new ThresholdRule.Youden());

        assertThat(((Decision.LabelThresholds) decision).choices())
                .containsExactly(
                        new ThresholdRule.Youden().choose(scores.ofLabel(0)),
                        new ThresholdRule.Youden().choose(scores.ofLabel(1)));
        ThresholdChoice ofHernia = ((Decision.LabelThresholds) Decision.choose(images, new ThresholdRule.MaximumF1()))
                .choices()
                .get(2);
        assertThat(ofHernia.threshold()).isEqualTo(0.5);
        assertThat(ofHernia.reached().undefinedBecause())
                .isEqualTo("no threshold could be chosen, and one half is taken:"
                        + " a threshold by F1 needs positive cases, had none");
        ScoredImages.Multilabel without = new ScoredImages.Multilabel(
                List.of("Hernia", "Mass"),
                images.cases().stream()
                        .map(one -> new LabelledCase(
                                one.image(),
                                one.patient(),
                                List.of(false, false),
                                one.probabilities().subList(0, 2)))
                        .toList());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Decision.choose(without, new ThresholdRule.MaximumF1()))
                .withMessageContaining("'Hernia'")
                .withMessageContaining("'Mass'");
        assertThatIllegalArgumentException().isThrownBy(() -> Decision.choose(several(1), new ThresholdRule.Youden()));
        assertThat(Decision.choose(several(1), null)).isEqualTo(new Decision.MostProbable());
    }

    /** Both resample alike, so the same figure has the same interval to the last bit. */
    @Test
    void resamplesPatientsAsTheBinaryReportDoes() {
        List<ScoredCase> cases = LabelScores.of(3, labelled(6).cases()).ofLabel(0);
        PatientBootstrap binary = PatientBootstrap.of(cases, 0.5, BOOTSTRAP);

        Optional<Interval> ours = PatientResamples.ofTwoClasses(
                        cases.stream().map(ScoredCase::patient).toList(),
                        i -> cases.get(i).positive(),
                        weights -> {
                            double sum = 0;
                            double count = 0;
                            for (int i = 0; i < weights.length; i++) {
                                double error = cases.get(i).probability()
                                        - (cases.get(i).positive() ? 1 : 0);
                                sum += weights[i] * error * error;
                                count += weights[i];
                            }
                            return new double[] {sum / count};
                        },
                        BOOTSTRAP)
                .interval(0);

        Interval theirs =
                binary.expandedInterval(PatientBootstrap.Figure.BRIER_SCORE).orElseThrow();
        assertThat(ours.orElseThrow().lower()).isCloseTo(theirs.lower(), within(1e-12));
        assertThat(ours.orElseThrow().upper()).isCloseTo(theirs.upper(), within(1e-12));
        assertThat(ours.orElseThrow().method()).isEqualTo(theirs.method());
    }

    @Test
    void figuresOfResamplesAreThoseOfTheMatrix() {
        for (long seed = 0; seed < 5; seed++) {
            ScoredImages.Multiclass images = several(seed);
            ClassMatrix matrix = ClassMatrix.of(3, images.cases());
            WeightedMatrix weighted = new WeightedMatrix(3, List.of(0, 1, 2));
            images.cases().forEach(one -> weighted.add(one.truth(), one.predicted(), 1));

            assertThat(weighted.meanRecall())
                    .isCloseTo(matrix.balancedAccuracy().value(), within(1e-15));
            assertThat(weighted.matthewsCorrelation())
                    .isCloseTo(matrix.matthewsCorrelation().value(), within(1e-14));
            assertThat(weighted.kappa())
                    .isCloseTo(matrix.kappa(ClassMatrix.KappaWeights.NONE).value(), within(1e-14));
            assertThat(weighted.meanF1())
                    .isCloseTo(matrix.each(one -> one.f1()).macro().value(), within(1e-15));
        }
    }

    /** Three images of classes 0, 1, 1 and none of class 2: the averages are over the two that are there. */
    @Test
    void figuresOfAnEpochAreMeansOverJudgedClasses() {
        ScoredImages.Multiclass images = new ScoredImages.Multiclass(
                CLASSES,
                List.of(
                        new ClassifiedCase("a", new PatientId("a"), 0, List.of(0.5, 0.3, 0.2)),
                        new ClassifiedCase("b", new PatientId("b"), 1, List.of(0.1, 0.8, 0.1)),
                        new ClassifiedCase("c", new PatientId("c"), 1, List.of(0.6, 0.2, 0.2))));

        ValidationFigures figures = images.figures(0.7);

        assertThat(figures.loss()).isEqualTo(0.7);
        // class 0: 0.5 beats 0.1 and loses against 0.6; class 1: 0.8 beats 0.3, 0.2 does not
        assertThat(figures.rocAuc()).isCloseTo(0.5, within(1e-15));
        assertThat(figures.balancedAccuracy()).isCloseTo((1 + 0.5) / 2, within(1e-15));
        assertThat(figures.called(Task.MULTICLASS, ValidationFigures.ClassFigures::f1))
                .isCloseTo((2.0 / 3 + 2.0 / 3) / 2, within(1e-15));
        assertThat(figures.classes().get(2).judged()).isFalse();
        assertThat(figures.classes().get(2).rocAuc()).isNull();
    }
}
