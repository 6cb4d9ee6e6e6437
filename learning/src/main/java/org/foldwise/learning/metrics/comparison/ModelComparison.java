package org.foldwise.learning.metrics.comparison;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.PairedDeLong;
import org.foldwise.learning.metrics.PatientBootstrap;
import org.foldwise.learning.metrics.PatientBootstrap.Difference;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.foldwise.learning.metrics.ScoredCase;

/**
 * Two models on the same images, with patients as what was sampled. The areas under the ROC curve are compared by {@link
 * PairedDeLong} over patients as well as by resampling; the other figures by resampling.
 *
 * @param areas the areas and the test of their difference
 * @param differences of each figure, the first model's less the second's; no interval and no p value where there are too few
 *     patients
 * @param decisions who is right where, at each model's own threshold
 */
public record ModelComparison(PairedDeLong areas, Map<Figure, Difference> differences, ClusteredMcNemar decisions) {
    public ModelComparison {
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

        private boolean isRight(ScoredCase scored) {
            return scored.positive() == scored.probability() >= threshold;
        }
    }

    /**
     * Compares two models.
     *
     * @throws IllegalArgumentException unless both scored the same images, of the same patients and classes, and each class comes
     *     from 2 patients at least
     */
    public static ModelComparison of(Scored first, Scored second, BootstrapSpec spec) {
        PairedDeLong areas = PairedDeLong.ofPatients(first.cases(), second.cases());
        PatientBootstrap ofFirst = PatientBootstrap.of(first.cases(), first.threshold(), spec);
        PatientBootstrap ofSecond = PatientBootstrap.of(second.cases(), second.threshold(), spec);
        Map<Figure, Difference> differences = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            differences.put(figure, ofFirst.difference(figure, ofSecond));
        }
        return new ModelComparison(areas, differences, decisions(first, second));
    }

    private static ClusteredMcNemar decisions(Scored first, Scored second) {
        Map<String, Boolean> firstIsRight = new LinkedHashMap<>();
        first.cases().forEach(scored -> firstIsRight.put(scored.image(), first.isRight(scored)));
        Map<PatientId, int[]> counts = new LinkedHashMap<>();
        for (ScoredCase scored : second.cases()) {
            int[] patient = counts.computeIfAbsent(scored.patient(), absent -> new int[3]);
            boolean firstRight = firstIsRight.getOrDefault(scored.image(), false);
            boolean secondRight = second.isRight(scored);
            patient[0] += firstRight && !secondRight ? 1 : 0;
            patient[1] += secondRight && !firstRight ? 1 : 0;
            patient[2]++;
        }
        return new ClusteredMcNemar(counts.values().stream()
                .map(patient -> new ClusteredMcNemar.Patient(patient[0], patient[1], patient[2]))
                .toList());
    }
}
