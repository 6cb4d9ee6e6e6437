package org.foldwise.learning.metrics;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cases that a person should look at: those a model was surest of and wrong about, and those whose label it doubts.
 *
 * @param falsePositives number of negative cases called positive
 * @param falseNegatives number of positive cases called negative
 * @param worst the most confident mistakes, the surest first, at most {@link #LONGEST_LIST}
 * @param doubts about labels; absent unless every case was scored by a model that had not learned from it
 */
public record ErrorReview(long falsePositives, long falseNegatives, List<Mistake> worst, @Nullable LabelDoubts doubts) {
    /** As many as somebody will look at. */
    public static final int LONGEST_LIST = 50;

    public ErrorReview {
        worst = List.copyOf(worst);
    }

    /**
     * A wrong decision.
     *
     * @param image its name
     * @param patient whose image it is
     * @param positive its label
     * @param probability of the positive class
     * @param wrongProbability which the model gave to the class that is not its label; in [0, 1]
     */
    public record Mistake(String image, String patient, boolean positive, double probability, double wrongProbability) {
        private static Mistake of(ScoredCase scored) {
            return new Mistake(
                    scored.image(),
                    scored.patient().value(),
                    scored.positive(),
                    scored.probability(),
                    scored.positive() ? 1 - scored.probability() : scored.probability());
        }
    }

    /**
     * The review of scored cases, whatever their order.
     *
     * @param cases at least one, with different image names
     * @param threshold what scores as high is called positive
     * @param outOfFold whether every case was scored by a model that had not learned from its patient, as in a cross-validation;
     *     then doubts about labels are looked for
     */
    public static ErrorReview of(List<ScoredCase> cases, double threshold, boolean outOfFold) {
        ConfusionMatrix confusion = ConfusionMatrix.at(threshold, cases);
        List<Mistake> worst = surest(
                cases.stream()
                        .filter(scored -> scored.positive() != scored.probability() >= threshold)
                        .toList(),
                LONGEST_LIST);
        boolean bothClasses = confusion.positives() > 0 && confusion.negatives() > 0;
        return new ErrorReview(
                confusion.falsePositives(),
                confusion.falseNegatives(),
                worst,
                outOfFold && bothClasses ? LabelDoubts.of(cases) : null);
    }

    /**
     * Mistakes, those with the highest probability of the wrong class first.
     *
     * @param wrong cases that were decided wrongly
     * @param longest how many at most
     */
    public static List<Mistake> surest(List<ScoredCase> wrong, int longest) {
        return wrong.stream()
                .map(Mistake::of)
                .sorted(Comparator.comparingDouble(Mistake::wrongProbability)
                        .reversed()
                        .thenComparing(Mistake::image))
                .limit(longest)
                .toList();
    }
}
