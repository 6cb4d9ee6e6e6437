package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.json.ReportJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorReviewTest {
    private static ScoredCase scored(String image, boolean positive, double probability) {
        return new ScoredCase(image, new PatientId("p-" + image), positive, probability);
    }

    /** Mean of positives (0.9 + 0.8 + 0.1) / 3 = 0.6; of negatives' complements (0.8 + 0.9 + 0.05 + 0.55) / 4 = 0.575. */
    private static final List<ScoredCase> CASES = List.of(
            scored("a", true, 0.9),
            scored("b", true, 0.8),
            scored("c", true, 0.1),
            scored("d", false, 0.2),
            scored("e", false, 0.1),
            scored("f", false, 0.95),
            scored("g", false, 0.45));

    @Test
    void namesTheSurestMistakesFirst() {
        ErrorReview review = ErrorReview.of(CASES, 0.4, false);

        assertThat(review.falsePositives()).isEqualTo(2);
        assertThat(review.falseNegatives()).isEqualTo(1);
        assertThat(review.worst()).extracting(ErrorReview.Mistake::image).containsExactly("f", "c", "g");
        assertThat(review.worst())
                .extracting(ErrorReview.Mistake::wrongProbability)
                .containsExactly(0.95, 0.9, 0.45);
        assertThat(review.worst().get(0).patient()).isEqualTo("p-f");
        assertThat(review.doubts()).isNull();
    }

    /** g is likely of neither class, so it is not counted; 1 of 3 and 1 of 3 are doubted. */
    @Test
    void doubtsLabelsAsConfidentLearningDoes() {
        LabelDoubts doubts =
                Objects.requireNonNull(ErrorReview.of(CASES, 0.4, true).doubts());

        assertThat(doubts.positiveConfidence()).isCloseTo(0.6, within(1e-12));
        assertThat(doubts.negativeConfidence()).isCloseTo(0.575, within(1e-12));
        assertThat(doubts.doubts()).extracting(LabelDoubts.Doubt::image).containsExactly("f", "c");
        assertThat(doubts.doubts().get(0).margin()).isCloseTo(-0.9, within(1e-12));
        assertThat(doubts.doubtedPositives()).isEqualTo(1);
        assertThat(doubts.doubtedNegatives()).isEqualTo(1);
        assertThat(doubts.estimatedErrors()).isCloseTo(3 / 3.0 + 4 / 3.0, within(1e-12));
        ErrorReview review = ErrorReview.of(CASES, 0.4, true);
        assertThat(ReportJson.read(ErrorReview.class, ReportJson.write(review))).isEqualTo(review);
    }

    /** Of 2000 labels 5 % are turned over; those doubted are mostly these, and about as many. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void findsLabelsThatWereTurnedOver(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredCase> cases = new ArrayList<>();
        Set<String> turned = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            boolean truth = i % 4 == 0;
            boolean wrong = random.nextDouble() < 0.05;
            double score = 1 / (1 + Math.exp(-((truth ? 3 : -3) + random.nextGaussian())));
            String image = "i" + i;
            if (wrong) {
                turned.add(image);
            }
            cases.add(scored(image, truth != wrong, score));
        }

        LabelDoubts doubts = LabelDoubts.of(cases);

        assertThat(doubts.doubts()).hasSize(ErrorReview.LONGEST_LIST);
        assertThat(doubts.doubts().stream().filter(doubt -> turned.contains(doubt.image())))
                .hasSize(ErrorReview.LONGEST_LIST);
        assertThat(doubts.estimatedErrors()).isCloseTo(turned.size(), within(0.25 * turned.size()));
    }

    @Test
    void doubtsNothingWhereOneClassIsMissing() {
        List<ScoredCase> positives = CASES.subList(0, 3);

        assertThat(ErrorReview.of(positives, 0.5, true).doubts()).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelDoubts.of(positives))
                .withMessageContaining("negative");
    }
}
