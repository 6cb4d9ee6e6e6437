package org.foldwise.learning.metrics.multiclass;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.PatientAggregation;

/**
 * One image of a known class among exclusive ones, and the probability that a model gave to each.
 *
 * @param image the image's name within its cohort
 * @param patient whose image it is
 * @param truth index of its class
 * @param probabilities of the classes, two at least, each in [0, 1], with a sum of 1 within 1e-4
 */
public record ClassifiedCase(String image, PatientId patient, int truth, List<Double> probabilities) {
    /** What float32 outputs may miss a sum of 1 by, and more. */
    private static final double SUM_TOLERANCE = 1e-4;

    public ClassifiedCase {
        probabilities = List.copyOf(probabilities);
        double sum = 0;
        for (double probability : probabilities) {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException(
                        "a probability of image '" + image + "' must be in [0, 1], was " + probability);
            }
            sum += probability;
        }
        if (probabilities.size() < 2 || Math.abs(sum - 1) > SUM_TOLERANCE) {
            throw new IllegalArgumentException("the " + probabilities.size() + " probabilities of image '" + image
                    + "' must be 2 or more with a sum of 1, which was " + sum);
        }
        if (truth < 0 || truth >= probabilities.size()) {
            throw new IllegalArgumentException(
                    "the class of image '" + image + "' must be 0 to " + (probabilities.size() - 1) + ", was " + truth);
        }
    }

    /** The class with the highest probability, the first of equal ones. */
    public int predicted() {
        int best = 0;
        for (int i = 1; i < probabilities.size(); i++) {
            if (probabilities.get(i) > probabilities.get(best)) {
                best = i;
            }
        }
        return best;
    }

    /**
     * One case for each patient, in the order of ids; it bears the patient's id in place of an image's name. Each class's
     * probabilities are combined, then scaled to a sum of 1.
     *
     * @param truthOf the class that a patient counts as
     */
    public static List<ClassifiedCase> perPatient(
            List<ClassifiedCase> cases, PatientAggregation aggregation, ToIntFunction<PatientId> truthOf) {
        Map<PatientId, List<ClassifiedCase>> imagesOf = new TreeMap<>();
        cases.forEach(one -> imagesOf.computeIfAbsent(one.patient(), absent -> new ArrayList<>())
                .add(one));
        List<ClassifiedCase> patients = new ArrayList<>();
        imagesOf.forEach(
                (patient, images) -> patients.add(combined(patient, truthOf.applyAsInt(patient), images, aggregation)));
        return List.copyOf(patients);
    }

    private static ClassifiedCase combined(
            PatientId patient, int truth, List<ClassifiedCase> images, PatientAggregation aggregation) {
        int classes = images.get(0).probabilities().size();
        double[] combined = new double[classes];
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            int index = k;
            combined[k] = aggregation.combine(images.stream()
                    .mapToDouble(one -> one.probabilities().get(index))
                    .sorted()
                    .toArray());
            sum += combined[k];
        }
        List<Double> probabilities = new ArrayList<>();
        for (double one : combined) {
            probabilities.add(one / sum);
        }
        return new ClassifiedCase(patient.value(), patient, truth, probabilities);
    }
}
