package org.foldwise.learning.metrics.comparison;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PairedDeLong;
import org.foldwise.learning.metrics.PatientBootstrap;
import org.foldwise.learning.metrics.PatientBootstrap.Difference;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.foldwise.learning.metrics.ScoredCase;
import org.jspecify.annotations.Nullable;

/**
 * Two models on the same images, with patients as what was sampled. The areas under the ROC curve are compared by {@link
 * PairedDeLong} over patients as well as by leaving patients out; the other figures by leaving patients out, calibration errors by resampling.
 * What takes every image for a patient of its own
 * is beside it, for comparison with publications and where patients have one image each.
 *
 * @param areas the areas and the test of their difference; absent where they cannot be compared
 * @param areasOverImages the same with each image as its own cluster; absent likewise
 * @param noAreasBecause why areas cannot be compared; absent where they were
 * @param first every figure of the first model
 * @param second every figure of the second
 * @param differences of each, the first model's less the second's; no interval and no p value where there are too few
 *     patients
 * @param decisions who is right where, at each model's own threshold
 * @param rightDecisions the same of images, whoever's they are
 */
public record ModelComparison(
        @Nullable PairedDeLong areas,
        @Nullable PairedDeLong areasOverImages,
        @Nullable String noAreasBecause,
        Map<Figure, Estimate> first,
        Map<Figure, Estimate> second,
        Map<Figure, Difference> differences,
        ClusteredMcNemar decisions,
        RightDecisions rightDecisions) {
    public ModelComparison {
        if ((areas == null) != (areasOverImages == null) || (areas == null) == (noAreasBecause == null)) {
            throw new IllegalArgumentException("there are either both tests of areas or a reason for none");
        }
        first = Map.copyOf(first);
        second = Map.copyOf(second);
        differences = Map.copyOf(differences);
    }

    /**
     * A model's scores and the threshold of its decisions.
     *
     * @param cases its scored cases
     * @param threshold what scores as high is called positive
     */
    public record Scored(List<ScoredCase> cases, double threshold) {
        public Scored {
            cases = List.copyOf(cases);
        }

        private Set<String> right() {
            Set<String> right = new HashSet<>();
            for (ScoredCase scored : cases) {
                if (scored.positive() == scored.probability() >= threshold) {
                    right.add(scored.image());
                }
            }
            return right;
        }
    }

    /**
     * Compares two models.
     *
     * @throws IllegalArgumentException unless both scored the same images, of the same patients and classes
     */
    public static ModelComparison of(Scored first, Scored second, BootstrapSpec spec) {
        requireSame(first.cases(), second.cases());
        String few = RecipeComparison.tooFewPatients(first.cases());
        Set<String> rightOfFirst = first.right();
        Set<String> rightOfSecond = second.right();
        PatientBootstrap ofFirst = PatientBootstrap.of(first.cases(), first.threshold(), spec);
        PatientBootstrap ofSecond = PatientBootstrap.of(second.cases(), second.threshold(), spec);
        Map<Figure, Estimate> figuresOfFirst = new EnumMap<>(Figure.class);
        Map<Figure, Estimate> figuresOfSecond = new EnumMap<>(Figure.class);
        Map<Figure, Difference> differences = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            figuresOfFirst.put(figure, ofFirst.estimate(figure));
            figuresOfSecond.put(figure, ofSecond.estimate(figure));
            differences.put(figure, ofFirst.difference(figure, ofSecond));
        }
        return new ModelComparison(
                few == null ? PairedDeLong.ofPatients(first.cases(), second.cases()) : null,
                few == null ? PairedDeLong.ofImages(first.cases(), second.cases()) : null,
                few,
                figuresOfFirst,
                figuresOfSecond,
                differences,
                ClusteredMcNemar.of(first.cases(), rightOfFirst, rightOfSecond),
                RightDecisions.of(first.cases(), rightOfFirst, rightOfSecond));
    }

    private static void requireSame(List<ScoredCase> first, List<ScoredCase> second) {
        Map<String, ScoredCase> ofFirst = new HashMap<>();
        first.forEach(one -> ofFirst.put(one.image(), one));
        Set<String> ofSecond = new HashSet<>();
        for (ScoredCase other : second) {
            ofSecond.add(other.image());
            ScoredCase twin = ofFirst.get(other.image());
            if (twin != null
                    && (twin.positive() != other.positive() || !twin.patient().equals(other.patient()))) {
                throw new IllegalArgumentException(
                        "image '" + other.image() + "' has another class or patient in the other model's scores");
            }
        }
        if (!ofFirst.keySet().equals(ofSecond)) {
            throw new IllegalArgumentException("two models are compared on the same images, had " + ofFirst.size()
                    + " and " + ofSecond.size() + " with differences");
        }
    }
}
