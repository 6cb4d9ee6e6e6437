package org.foldwise.learning.provenance;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What came of training a run once more from what its provenance names.
 *
 * @param comparisons of digests: {@code weights}, {@code validationPredictions}, and of a cross-validation's fold
 *     {@code heldOutPredictions}
 * @param epochs number of epochs of the run
 * @param replayedEpochs number of epochs of the replay
 * @param firstDifferentEpoch index of the first epoch whose figures differ, or that only one of the two has; absent where all are
 *     equal
 * @param environment what of the environment was not the same
 */
public record ReplayReport(
        List<Comparison> comparisons,
        int epochs,
        int replayedEpochs,
        @Nullable Integer firstDifferentEpoch,
        List<Difference> environment) {
    public ReplayReport {
        comparisons = List.copyOf(comparisons);
        environment = List.copyOf(environment);
    }

    /**
     * Two digests of what should be the same.
     *
     * @param of what
     * @param stored the run's
     * @param replayed the replay's
     */
    public record Comparison(String of, Digest stored, Digest replayed) {
        /** Whether they are equal, bit by bit. */
        public boolean agrees() {
            return stored.equals(replayed);
        }
    }

    /**
     * Something that decides a computation's last bits.
     *
     * @param of what
     * @param stored the run's; absent where it had none
     * @param replayed the replay's; absent where it had none
     */
    public record Difference(String of, @Nullable String stored, @Nullable String replayed) {}

    /** Whether everything is equal, bit by bit. */
    public boolean agrees() {
        return firstDifferentEpoch == null && comparisons.stream().allMatch(Comparison::agrees);
    }

    /** What of two environments is not the same: versions of libraries, device, threads, precision, and by what was computed. */
    public static List<Difference> environment(Provenance stored, Provenance replayed) {
        List<Difference> differences = new ArrayList<>();
        Set<String> libraries = new TreeSet<>(stored.libraries().keySet());
        libraries.addAll(replayed.libraries().keySet());
        for (String library : libraries) {
            add(
                    differences,
                    library,
                    stored.libraries().get(library),
                    replayed.libraries().get(library));
        }
        add(differences, "device", stored.device(), replayed.device());
        add(differences, "threads", String.valueOf(stored.threads()), String.valueOf(replayed.threads()));
        add(differences, "precision", stored.precision(), replayed.precision());
        add(differences, "trainingPath", pathOf(stored), pathOf(replayed));
        add(differences, "predictionPrecision", stored.predictionPrecision(), replayed.predictionPrecision());
        return differences;
    }

    private static String pathOf(Provenance provenance) {
        return Objects.requireNonNullElse(provenance.trainingPath(), "kernels");
    }

    private static void add(
            List<Difference> differences, String of, @Nullable String stored, @Nullable String replayed) {
        if (!Objects.equals(stored, replayed)) {
            differences.add(new Difference(of, stored, replayed));
        }
    }
}
