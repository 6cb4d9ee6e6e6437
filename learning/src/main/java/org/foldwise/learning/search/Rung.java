package org.foldwise.learning.search;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of a search at which candidates are trained on all inner folds and compared. A grid and a random search have one.
 *
 * @param index 0 for the first
 * @param epochs how long candidates are trained; absent where that is the candidate's own matter
 * @param candidates how many there are
 */
public record Rung(int index, @Nullable Integer epochs, int candidates) {
    /**
     * The rungs of a search. Of a successive halving, the last trains as long as the plan says, so that what is chosen there was
     * compared as it will be trained. With R epochs of the plan, n candidates and L the greatest number for which {@code eta^L <= n} and
     * {@code R / eta^L >= minimumEpochs}, rung i of 0..L has {@code n / eta^i} candidates for {@code R / eta^(L - i)} epochs, both
     * rounded down.
     *
     * @param planEpochs the most epochs that the plan allows
     * @throws IllegalArgumentException if even the first rung would have to be longer than the plan, or there would be one rung only
     */
    public static List<Rung> of(SearchSpec spec, int planEpochs) {
        if (!(spec instanceof SearchSpec.Halving halving)) {
            return List.of(new Rung(0, null, Math.toIntExact(spec.candidates())));
        }
        int last = 0;
        long divisor = 1;
        while (divisor * halving.eta() <= halving.count()
                && planEpochs / (divisor * halving.eta()) >= halving.minimumEpochs()) {
            divisor *= halving.eta();
            last++;
        }
        if (last == 0) {
            throw new IllegalArgumentException("minimumEpochs must leave room for a rung below the plan's " + planEpochs
                    + " epochs, and count must be eta or more: a halving of " + halving.count() + " candidates from "
                    + halving.minimumEpochs() + " epochs on by " + halving.eta() + " has one rung only");
        }
        List<Rung> rungs = new ArrayList<>();
        int candidates = halving.count();
        for (int i = 0; i <= last; i++) {
            rungs.add(new Rung(i, Math.toIntExact(planEpochs / divisor), candidates));
            divisor /= halving.eta();
            candidates /= halving.eta();
        }
        return List.copyOf(rungs);
    }
}
