package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What several models say of the same images together: the mean of their probabilities. */
public final class EnsembleMean {
    private EnsembleMean() {}

    /**
     * The mean probability of every image, in the order of the first member's cases.
     *
     * @param members one or more lists of cases, of the same images
     * @throws IllegalArgumentException if the members speak of different images, or differently of one
     */
    public static List<ScoredCase> of(List<List<ScoredCase>> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("an ensemble has 1 member or more, had none");
        }
        List<Map<String, ScoredCase>> byImage =
                members.stream().map(EnsembleMean::byImage).toList();
        List<ScoredCase> means = new ArrayList<>();
        for (ScoredCase first : members.get(0)) {
            double sum = 0;
            for (Map<String, ScoredCase> member : byImage) {
                ScoredCase scored = member.get(first.image());
                if (scored == null
                        || member.size() != byImage.get(0).size()
                        || scored.positive() != first.positive()
                        || !scored.patient().equals(first.patient())) {
                    throw new IllegalArgumentException(
                            "the members of an ensemble must score the same images, and differ in '" + first.image()
                                    + "'");
                }
                sum += scored.probability();
            }
            means.add(new ScoredCase(first.image(), first.patient(), first.positive(), sum / members.size()));
        }
        return List.copyOf(means);
    }

    private static Map<String, ScoredCase> byImage(List<ScoredCase> cases) {
        Map<String, ScoredCase> byImage = new HashMap<>();
        for (ScoredCase scored : cases) {
            if (byImage.put(scored.image(), scored) != null) {
                throw new IllegalArgumentException("image '" + scored.image() + "' is scored twice");
            }
        }
        return byImage;
    }
}
