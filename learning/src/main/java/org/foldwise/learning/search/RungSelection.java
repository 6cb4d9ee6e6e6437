package org.foldwise.learning.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which candidates of a rung go on: those with the highest mean area over the inner folds, of equal ones the earlier candidate. What a
 * candidate's runs came to counts, and not the order in which they ended. A candidate that could not be trained or scored on every inner
 * fold has lost: a mean over fewer folds would not be comparable.
 */
public final class RungSelection {
    private RungSelection() {}

    /**
     * What a candidate came to.
     *
     * @param candidate its number
     * @param rocAucs areas under the ROC curve by inner fold, all of them unless it has lost
     * @param lostBecause why it has lost already; absent where it was trained and scored everywhere
     */
    public record Outcome(int candidate, List<Double> rocAucs, @Nullable String lostBecause) {
        public Outcome {
            rocAucs = List.copyOf(rocAucs);
            if (lostBecause == null && rocAucs.isEmpty()) {
                throw new IllegalArgumentException("a candidate that has not lost has an area for each inner fold");
            }
        }
    }

    /**
     * How a candidate stands.
     *
     * @param candidate its number
     * @param meanRocAuc mean area over the inner folds; absent where it has lost
     * @param standardDeviation sample standard deviation of the areas; absent where it has lost, or of one inner fold
     * @param lostBecause why it has lost without being compared; absent where it was compared
     * @param place 1 for the best
     * @param kept whether it goes on; at the last rung, whether it is chosen
     */
    public record Standing(
            int candidate,
            @Nullable Double meanRocAuc,
            @Nullable Double standardDeviation,
            @Nullable String lostBecause,
            int place,
            boolean kept) {}

    /**
     * The standings, the best first.
     *
     * @param keep how many go on, if so many were compared
     */
    public static List<Standing> of(List<Outcome> outcomes, int keep) {
        List<Outcome> ordered = outcomes.stream()
                .sorted(Comparator.comparingDouble(RungSelection::rank).thenComparingInt(Outcome::candidate))
                .toList();
        List<Standing> standings = new ArrayList<>();
        for (Outcome outcome : ordered) {
            boolean compared = outcome.lostBecause() == null;
            standings.add(new Standing(
                    outcome.candidate(),
                    compared ? (Double) mean(outcome.rocAucs()) : null,
                    compared ? standardDeviation(outcome.rocAucs()) : null,
                    outcome.lostBecause(),
                    standings.size() + 1,
                    compared && standings.size() < keep));
        }
        return List.copyOf(standings);
    }

    /** The lower, the better. */
    private static double rank(Outcome outcome) {
        return outcome.lostBecause() == null ? -mean(outcome.rocAucs()) : Double.POSITIVE_INFINITY;
    }

    private static double mean(List<Double> areas) {
        double sum = 0;
        for (double area : areas) {
            sum += area;
        }
        return sum / areas.size();
    }

    private static @Nullable Double standardDeviation(List<Double> areas) {
        if (areas.size() < 2) {
            return null;
        }
        double mean = mean(areas);
        double squares = 0;
        for (double area : areas) {
            squares += (area - mean) * (area - mean);
        }
        return Math.sqrt(squares / (areas.size() - 1));
    }
}
