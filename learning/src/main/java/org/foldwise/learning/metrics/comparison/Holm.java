package org.foldwise.learning.metrics.comparison;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.foldwise.learning.metrics.Estimate;

/**
 * P values adjusted for having made several tests, so that the probability of any false alarm among them stays below the level at
 * which they are read (Holm 1979, A Simple Sequentially Rejective Multiple Test Procedure). Holds however the tests depend on each
 * other.
 */
public final class Holm {
    private Holm() {}

    /**
     * The adjusted p values: with m tests and p values in rising order, {@code max over j <= i of min(1, (m - j + 1) p_j)}.
     *
     * @param pValues in any order; those undefined are of tests that were not made, and stay as they are
     * @return as many, in the same order
     */
    public static List<Estimate> adjusted(List<Estimate> pValues) {
        int[] rising = IntStream.range(0, pValues.size())
                .filter(i -> pValues.get(i).hasValue())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> pValues.get(i).valueOr(1)))
                .mapToInt(i -> i)
                .toArray();
        Estimate[] adjusted = pValues.toArray(Estimate[]::new);
        double highest = 0;
        for (int i = 0; i < rising.length; i++) {
            highest = Math.max(
                    highest,
                    Math.min(1, (rising.length - i) * pValues.get(rising[i]).valueOr(1)));
            adjusted[rising[i]] = Estimate.of(highest);
        }
        return new ArrayList<>(Arrays.asList(adjusted));
    }
}
