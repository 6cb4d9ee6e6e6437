package org.foldwise.learning.metrics.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.ErrorReview;
import org.foldwise.learning.metrics.LabelDoubts;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.ClassErrorReview.Mistake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassErrorReviewTest {
    private static final Decision MOST_PROBABLE = new Decision.MostProbable();

    private static ClassifiedCase classified(String image, int truth, double... probabilities) {
        return new ClassifiedCase(
                image,
                new PatientId("p-" + image),
                truth,
                java.util.Arrays.stream(probabilities).boxed().toList());
    }

    /** The example of figure 1 of Northcutt, Jiang and Chuang (2021): 240 of 400 dogs, foxes and cows are given their class. */
    @Test
    void theConfidentJointIsThatOfThePublishedExample() {
        int[][] counts = {{100, 40, 20}, {56, 60, 0}, {32, 12, 80}};
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int given = 0; given < 3; given++) {
            for (int likely = 0; likely < 3; likely++) {
                for (int i = 0; i < counts[given][likely]; i++) {
                    double[] probabilities = {0.1, 0.1, 0.1};
                    probabilities[likely] = 0.8;
                    cases.add(classified(given + "-" + likely + "-" + i, given, probabilities));
                }
            }
        }
        Collections.shuffle(cases, new Random(1));

        ClassDoubts doubts = Objects.requireNonNull(ClassErrorReview.of(
                        new ScoredImages.Multiclass(List.of("dog", "fox", "cow"), cases), MOST_PROBABLE, true)
                .doubts());

        assertThat(doubts.counts()).containsExactly(List.of(100, 40, 20), List.of(56, 60, 0), List.of(32, 12, 80));
        double[][] published = {{0.25, 0.1, 0.05}, {0.14, 0.15, 0}, {0.08, 0.03, 0.2}};
        for (int given = 0; given < 3; given++) {
            for (int likely = 0; likely < 3; likely++) {
                assertThat(doubts.joint().get(given).get(likely)).isCloseTo(published[given][likely], within(1e-12));
            }
        }
        assertThat(doubts.estimatedErrors()).isCloseTo(160, within(1e-9));
        assertThat(doubts.classes().get(0))
                .isEqualTo(new ClassDoubts.OfClass(
                        "dog", 160, doubts.classes().get(0).confidence(), 160, 60));
        assertThat(doubts.classes().get(0).confidence()).isCloseTo((100 * 0.8 + 60 * 0.1) / 160, within(1e-12));
    }

    /** Confidences: of A (0.9 + 0.5) / 2 = 0.7, of B (0.6 + 0.2) / 2 = 0.4, of C 0.6. */
    @Test
    void anImageIsCountedUnderTheMostProbableOfItsLikelyClasses() {
        List<ClassifiedCase> cases = List.of(
                classified("a", 0, 0.9, 0.05, 0.05),
                classified("b", 0, 0.5, 0.45, 0.05),
                classified("c", 1, 0.2, 0.6, 0.2),
                classified("d", 1, 0.6, 0.2, 0.2),
                classified("e", 2, 0.3, 0.1, 0.6));

        ClassDoubts doubts = ClassDoubts.of(new ScoredImages.Multiclass(List.of("A", "B", "C"), cases));

        assertThat(doubts.classes()).extracting(ClassDoubts.OfClass::confidence).satisfies(confidences -> {
            assertThat(confidences.get(0)).isCloseTo(0.7, within(1e-12));
            assertThat(confidences.get(1)).isCloseTo(0.4, within(1e-12));
            assertThat(confidences.get(2)).isCloseTo(0.6, within(1e-12));
        });
        // b: 0.45 for B is more than is usual of B, and 0.5 for A less than is usual of A; d is likely of nothing
        assertThat(doubts.counts()).containsExactly(List.of(1, 1, 0), List.of(0, 1, 0), List.of(0, 0, 1));
        assertThat(doubts.doubts()).singleElement().satisfies(doubt -> {
            assertThat(doubt.image()).isEqualTo("b");
            assertThat(doubt.patient()).isEqualTo("p-b");
            assertThat(doubt.given()).isEqualTo("A");
            assertThat(doubt.suggested()).isEqualTo("B");
            assertThat(doubt.margin()).isCloseTo(0.05, within(1e-12));
        });
        assertThat(doubts.estimatedErrors()).isCloseTo(2 * 0.5, within(1e-12));
        // 2, 2 and 1 images are given the classes, and each has counted ones
        assertThat(doubts.joint().get(0)).containsExactly(0.2, 0.2, 0.0);
        assertThat(doubts.joint().get(1)).containsExactly(0.0, 0.4, 0.0);
        assertThat(doubts.joint().get(2)).containsExactly(0.0, 0.0, 0.2);
    }

    /** A third class that nobody is given takes part in nothing. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void twoClassesSayWhatTheBinaryTaskSays(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredCase> binary = new ArrayList<>();
        List<ClassifiedCase> cases = new ArrayList<>();
        List<LabelledCase> labelled = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            boolean positive = random.nextInt(3) == 0;
            double probability = Math.min(1, random.nextDouble() * 0.8 + (positive ? 0.2 : 0));
            ScoredCase one = new ScoredCase("i" + i, new PatientId("p" + i / 2), positive, probability);
            binary.add(one);
            cases.add(new ClassifiedCase(
                    one.image(), one.patient(), positive ? 1 : 0, List.of(1 - probability, probability, 0.0)));
            labelled.add(new LabelledCase(
                    one.image(), one.patient(), List.of(positive, !positive), List.of(probability, 1 - probability)));
        }
        LabelDoubts expected = LabelDoubts.of(binary);
        ErrorReview expectedReview = ErrorReview.of(binary, 0.5, true);

        ClassErrorReview ofClasses = ClassErrorReview.of(
                new ScoredImages.Multiclass(List.of("-", "+", "never"), cases), MOST_PROBABLE, true);
        ClassErrorReview ofLabels = ClassErrorReview.of(
                new ScoredImages.Multilabel(List.of("+", "-"), labelled),
                new Decision.LabelThresholds(List.of(ThresholdChoice.fixed(0.5), ThresholdChoice.fixed(0.5))),
                true);

        ClassDoubts doubts = Objects.requireNonNull(ofClasses.doubts());
        assertThat(doubts.classes().get(0).doubted()).isEqualTo(expected.doubtedNegatives());
        assertThat(doubts.classes().get(1).doubted()).isEqualTo(expected.doubtedPositives());
        assertThat(doubts.classes().get(1).confidence()).isCloseTo(expected.positiveConfidence(), within(1e-12));
        assertThat(doubts.classes().get(2).confidence()).isNull();
        assertThat(doubts.estimatedErrors()).isCloseTo(expected.estimatedErrors(), within(1e-9));
        assertThat(doubts.doubts())
                .extracting(ClassDoubts.Doubt::image)
                .containsExactlyElementsOf(
                        expected.doubts().stream().map(LabelDoubts.Doubt::image).toList());
        assertThat(ofClasses.worst())
                .extracting(Mistake::image)
                .containsExactlyElementsOf(expectedReview.worst().stream()
                        .map(ErrorReview.Mistake::image)
                        .toList());
        ClassErrorReview.OfClass positive = ofClasses.classes().get(1);
        assertThat(positive.falsePositives()).isEqualTo((int) expectedReview.falsePositives());
        assertThat(positive.falseNegatives()).isEqualTo((int) expectedReview.falseNegatives());
        assertThat(positive.worst())
                .containsExactlyElementsOf(expectedReview.worst().stream()
                        .limit(ClassErrorReview.LONGEST_OF_CLASS)
                        .toList());
        assertThat(positive.doubts()).isNull();

        ClassErrorReview.OfClass label = ofLabels.classes().get(0);
        assertThat(label.falsePositives()).isEqualTo((int) expectedReview.falsePositives());
        assertThat(label.worst()).isEqualTo(positive.worst());
        assertThat(label.doubts()).isEqualTo(LabelDoubts.of(binary, ClassErrorReview.LONGEST_OF_CLASS));
        assertThat(ofLabels.doubts()).isNull();
        assertThat(ReportJson.read(ClassErrorReview.class, ReportJson.write(ofClasses)))
                .isEqualTo(ofClasses);
        assertThat(ReportJson.read(ClassErrorReview.class, ReportJson.write(ofLabels)))
                .isEqualTo(ofLabels);
    }

    @Test
    void theWorstAreThoseWithTheLowestProbabilityOfTheTruth() {
        SplittableRandom random = new SplittableRandom(9);
        List<LabelledCase> cases = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            cases.add(new LabelledCase(
                    "i" + i,
                    new PatientId("p" + i / 3),
                    List.of(random.nextBoolean(), random.nextInt(4) == 0, false),
                    List.of(random.nextDouble(), random.nextDouble(), random.nextDouble())));
        }
        List<Double> thresholds = List.of(0.3, 0.5, 0.7);
        record Wrong(String image, int label, double loss) {}
        List<Wrong> wrong = new ArrayList<>();
        for (LabelledCase one : cases) {
            for (int k = 0; k < 3; k++) {
                boolean shown = one.truth().get(k);
                double probability = one.probabilities().get(k);
                if (shown != (probability >= thresholds.get(k))) {
                    wrong.add(new Wrong(one.image(), k, -Math.log(shown ? probability : 1 - probability)));
                }
            }
        }
        wrong.sort(Comparator.comparingDouble(Wrong::loss).reversed());

        ClassErrorReview review = ClassErrorReview.of(
                new ScoredImages.Multilabel(List.of("a", "b", "c"), cases),
                new Decision.LabelThresholds(
                        thresholds.stream().map(ThresholdChoice::fixed).toList()),
                false);

        assertThat(review.worst())
                .hasSize(ErrorReview.LONGEST_LIST)
                .extracting(Mistake::image)
                .containsExactlyElementsOf(wrong.stream()
                        .limit(ErrorReview.LONGEST_LIST)
                        .map(Wrong::image)
                        .toList());
        for (int k = 0; k < 3; k++) {
            int label = k;
            assertThat(review.classes().get(k).falsePositives()
                            + review.classes().get(k).falseNegatives())
                    .isEqualTo((int)
                            wrong.stream().filter(one -> one.label() == label).count());
            assertThat(review.classes().get(k).worst())
                    .extracting(ErrorReview.Mistake::image)
                    .containsExactlyElementsOf(wrong.stream()
                            .filter(one -> one.label() == label)
                            .limit(ClassErrorReview.LONGEST_OF_CLASS)
                            .map(Wrong::image)
                            .toList());
            assertThat(review.classes().get(k).doubts()).isNull();
        }
    }

    /** Of 2000 images of three classes 5 % are given another class; those doubted are these, and about as many. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void findsClassesThatWereTurnedOver(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ClassifiedCase> cases = new ArrayList<>();
        Set<String> turned = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            // one class is rare
            int truth = i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2;
            double[] raw = new double[3];
            double sum = 0;
            for (int k = 0; k < 3; k++) {
                raw[k] = Math.exp(random.nextGaussian() + (k == truth ? 5 : 0));
                sum += raw[k];
            }
            boolean wrong = random.nextDouble() < 0.05;
            if (wrong) {
                turned.add("i" + i);
            }
            int given = wrong ? (truth + 1 + random.nextInt(2)) % 3 : truth;
            cases.add(classified("i" + i, given, raw[0] / sum, raw[1] / sum, raw[2] / sum));
        }

        ClassDoubts doubts = ClassDoubts.of(new ScoredImages.Multiclass(List.of("a", "b", "c"), cases));

        assertThat(doubts.doubts()).hasSize(ErrorReview.LONGEST_LIST);
        assertThat(doubts.doubts()).allMatch(doubt -> turned.contains(doubt.image()));
        assertThat(doubts.estimatedErrors()).isCloseTo(turned.size(), within(0.25 * turned.size()));
        assertThat(doubts.joint().stream()
                        .flatMap(List::stream)
                        .mapToDouble(share -> share)
                        .sum())
                .isCloseTo(1, within(1e-12));
    }
}
