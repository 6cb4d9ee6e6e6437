package org.foldwise.learning.pretrained;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * How published weights fit a network's backbone, all differences at once. Names are those of the published weights.
 *
 * @param missing what the backbone needs and the weights lack
 * @param unexpected what the weights have and the backbone does not
 * @param mismatches what both have, in another shape or type
 * @param dropped the published classifier, in whose place the network has a head of its own
 */
public record WeightsFit(
        List<String> missing, List<String> unexpected, List<Mismatch> mismatches, List<String> dropped) {
    private static final int SHOWN = 10;

    /**
     * A tensor of the wrong shape or type.
     *
     * @param expected the network's type and shape
     * @param actual the weights'
     */
    public record Mismatch(String name, String expected, String actual) {
        @Override
        public String toString() {
            return name + " (is " + actual + ", should be " + expected + ")";
        }
    }

    public WeightsFit {
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
        mismatches = List.copyOf(mismatches);
        dropped = List.copyOf(dropped);
    }

    /** Whether the backbone can take the weights. */
    public boolean isComplete() {
        return missing.isEmpty() && unexpected.isEmpty() && mismatches.isEmpty();
    }

    /** How many differences there are. */
    public int count() {
        return missing.size() + unexpected.size() + mismatches.size();
    }

    /** The differences in words, of each kind the first ten; empty if there are none. */
    public String differences() {
        List<String> parts = new ArrayList<>();
        describe(parts, "missing", missing);
        describe(parts, "unexpected", unexpected);
        describe(
                parts,
                "of another shape or type",
                mismatches.stream().map(Mismatch::toString).toList());
        return String.join("; ", parts);
    }

    private static void describe(List<String> parts, String kind, List<String> names) {
        if (names.isEmpty()) {
            return;
        }
        StringJoiner joiner = new StringJoiner(", ", names.size() + " " + kind + ": ", "");
        names.stream().limit(SHOWN).forEach(joiner::add);
        if (names.size() > SHOWN) {
            joiner.add("...");
        }
        parts.add(joiner.toString());
    }
}
