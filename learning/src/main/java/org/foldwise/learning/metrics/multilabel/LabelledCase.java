package org.foldwise.learning.metrics.multilabel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.PatientAggregation;

/**
 * One image, which of several findings it shows, and the probability that a model gave to each.
 *
 * @param image the image's name within its cohort
 * @param patient whose image it is
 * @param truth whether the image shows the finding of that index
 * @param probabilities of the findings, as many, each in [0, 1]
 */
public record LabelledCase(String image, PatientId patient, List<Boolean> truth, List<Double> probabilities) {
    public LabelledCase {
        truth = List.copyOf(truth);
        probabilities = List.copyOf(probabilities);
        if (truth.isEmpty() || truth.size() != probabilities.size()) {
            throw new IllegalArgumentException("image '" + image + "' must have as many probabilities as labels, had "
                    + probabilities.size() + " and " + truth.size());
        }
        for (double probability : probabilities) {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException(
                        "a probability of image '" + image + "' must be in [0, 1], was " + probability);
            }
        }
    }

    /**
     * One case for each patient, in the order of ids; it bears the patient's id in place of an image's name.
     *
     * @param truthOf whether a patient counts as having the finding of each index
     */
    public static List<LabelledCase> perPatient(
            List<LabelledCase> cases, PatientAggregation aggregation, Function<PatientId, List<Boolean>> truthOf) {
        Map<PatientId, List<LabelledCase>> imagesOf = new TreeMap<>();
        cases.forEach(one -> imagesOf.computeIfAbsent(one.patient(), absent -> new ArrayList<>())
                .add(one));
        List<LabelledCase> patients = new ArrayList<>();
        imagesOf.forEach((patient, images) -> {
            List<Double> probabilities = new ArrayList<>();
            for (int k = 0; k < images.get(0).truth().size(); k++) {
                int label = k;
                probabilities.add(aggregation.combine(images.stream()
                        .mapToDouble(one -> one.probabilities().get(label))
                        .sorted()
                        .toArray()));
            }
            patients.add(new LabelledCase(patient.value(), patient, truthOf.apply(patient), probabilities));
        });
        return List.copyOf(patients);
    }

    static void requireLabels(int labels, List<LabelledCase> cases) {
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("figures need cases, had none");
        }
        for (LabelledCase one : cases) {
            if (one.truth().size() != labels) {
                throw new IllegalArgumentException("image '" + one.image() + "' must have " + labels + " labels, had "
                        + one.truth().size());
            }
        }
    }
}
