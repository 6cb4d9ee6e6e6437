package org.foldwise.learning.provenance;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
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
    private static final String FOLDWISE = "foldwise";

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

    /**
     * What of two environments is not the same: versions of libraries, device, threads, precision, and by what was computed. Of a
     * training that went on elsewhere than it had begun, all values are named in their order, such as {@code 2, then 4}.
     */
    public static List<Difference> environment(Provenance stored, Provenance replayed) {
        List<Difference> differences = new ArrayList<>();
        Set<String> libraries = new TreeSet<>(librariesOf(stored));
        libraries.addAll(librariesOf(replayed));
        for (String library : libraries) {
            add(differences, library, versionOf(library, stored), versionOf(library, replayed));
        }
        add(
                differences,
                "device",
                along(stored, Environment::device, stored.device()),
                along(replayed, Environment::device, replayed.device()));
        add(differences, "threads", threadsOf(stored), threadsOf(replayed));
        add(differences, "precision", stored.precision(), replayed.precision());
        add(differences, "trainingPath", pathOf(stored), pathOf(replayed));
        add(differences, "predictionPrecision", stored.predictionPrecision(), replayed.predictionPrecision());
        return differences;
    }

    private static Set<String> librariesOf(Provenance provenance) {
        Set<String> libraries = new TreeSet<>(provenance.libraries().keySet());
        List<Environment> environments = provenance.environments();
        if (environments != null) {
            environments.forEach(
                    environment -> libraries.addAll(environment.libraries().keySet()));
        }
        return libraries;
    }

    /** Foldwise's own version is known of the last environment alone. */
    private static @Nullable String versionOf(String library, Provenance provenance) {
        String last = provenance.libraries().get(library);
        return library.equals(FOLDWISE)
                ? last
                : along(provenance, environment -> environment.libraries().get(library), last);
    }

    private static @Nullable String threadsOf(Provenance provenance) {
        return along(
                provenance, environment -> String.valueOf(environment.threads()), String.valueOf(provenance.threads()));
    }

    /** The values that something had, one after the other; the last one where it had no other. */
    private static @Nullable String along(
            Provenance provenance, Function<Environment, @Nullable String> value, @Nullable String last) {
        List<Environment> environments = provenance.environments();
        if (environments == null) {
            return last;
        }
        List<String> values = new ArrayList<>();
        for (Environment environment : environments) {
            String next = Objects.requireNonNullElse(value.apply(environment), "none");
            if (values.isEmpty() || !values.get(values.size() - 1).equals(next)) {
                values.add(next);
            }
        }
        return values.size() == 1 ? last : String.join(", then ", values);
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
