package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.foldwise.learning.dataset.PatientId;

/** How the probabilities of a patient's images become the patient's. */
public enum PatientAggregation {
    /** The highest. Grows with the number of images even where nothing is to be seen. */
    MAX {
        @Override
        public double combine(double[] probabilities) {
            double highest = 0;
            for (double probability : probabilities) {
                highest = Math.max(highest, probability);
            }
            return highest;
        }
    },
    /** Their mean. A lesion on one of many images is diluted. */
    MEAN {
        @Override
        public double combine(double[] probabilities) {
            double sum = 0;
            for (double probability : probabilities) {
                sum += probability;
            }
            return Math.min(1, sum / probabilities.length);
        }
    },
    /**
     * The probability that one image at least is positive, 1 - (1 - p1) (1 - p2) ..., as if images were independent (Pearl 1988,
     * Probabilistic Reasoning in Intelligent Systems, 4.3). They are not, so it is too high in general.
     *
     * <p>Of many images it comes so near to 1 that a double holds nothing of what is left, and patients who differ would tie. So where with
     * s = -log(1 - p1) - log(1 - p2) - ... less than exp(-20) is left, which is 2.1e-9 and less than a float tells from 1, the result is
     *
     * <pre>{@code
     * 1 - exp(-20) * 20 / s
     * }</pre>
     *
     * which goes on from there, rises with s, is 1 only where an image's probability is, and is too low by less than 2.1e-9.
     */
    NOISY_OR {
        private static final double FARTHEST = 20;

        @Override
        public double combine(double[] probabilities) {
            double logarithm = 0;
            for (double probability : probabilities) {
                logarithm -= Math.log1p(-probability);
            }
            return logarithm <= FARTHEST ? -Math.expm1(-logarithm) : 1 - Math.exp(-FARTHEST) * (FARTHEST / logarithm);
        }
    };

    /**
     * The patient's probability, in [0, 1].
     *
     * @param probabilities of the patient's images, one at least, each in [0, 1]
     */
    public abstract double combine(double[] probabilities);

    /**
     * One case for each patient, in the order of ids; it bears the patient's id in place of an image's name.
     *
     * @param positive whether a patient counts as positive
     */
    public List<ScoredCase> perPatient(List<ScoredCase> cases, Predicate<PatientId> positive) {
        Map<PatientId, List<ScoredCase>> imagesOf = new TreeMap<>();
        cases.forEach(scored -> imagesOf.computeIfAbsent(scored.patient(), absent -> new ArrayList<>())
                .add(scored));
        List<ScoredCase> patients = new ArrayList<>();
        imagesOf.forEach((patient, images) -> patients.add(new ScoredCase(
                patient.value(),
                patient,
                positive.test(patient),
                // sorted, so that sums do not depend on the order of the images
                combine(images.stream()
                        .mapToDouble(ScoredCase::probability)
                        .sorted()
                        .toArray()))));
        return List.copyOf(patients);
    }
}
