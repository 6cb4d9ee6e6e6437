package org.foldwise.learning.metrics.conformal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PatientProportion;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;

/**
 * Answering only where the highest probability reaches a least confidence (Chow 1970, On Optimum Recognition Error and Reject
 * Tradeoff; El-Yaniv and Wiener 2010, On the Foundations of Noise-Free Selective Classification).
 *
 * @param confidence least highest probability of an answer, in [0, 1]
 * @param answered share of the images that get an answer, with an interval over patients
 * @param answeredOfClass the same for the images of each class: a class that gets fewer answers is served worse
 * @param wrongWhereAnswered share of the answers that are wrong
 */
public record Abstention(
        double confidence, Estimate answered, List<Estimate> answeredOfClass, Estimate wrongWhereAnswered) {
    public Abstention {
        answeredOfClass = List.copyOf(answeredOfClass);
    }

    /**
     * What a least confidence leads to.
     *
     * @param classes how many there are
     * @param cases at least one
     * @param level nominal coverage of the intervals, in (0, 1)
     */
    public static Abstention at(double confidence, int classes, List<ClassifiedCase> cases, double level) {
        List<Estimate> ofClass = new ArrayList<>();
        for (int k = 0; k < classes; k++) {
            int index = k;
            ofClass.add(PatientProportion.among(
                            cases.stream().filter(one -> one.truth() == index).toList(),
                            ClassifiedCase::patient,
                            one -> confidence(one) >= confidence)
                    .estimate(level));
        }
        return new Abstention(
                confidence,
                PatientProportion.among(cases, ClassifiedCase::patient, one -> confidence(one) >= confidence)
                        .estimate(level),
                ofClass,
                PatientProportion.among(
                                cases.stream()
                                        .filter(one -> confidence(one) >= confidence)
                                        .toList(),
                                ClassifiedCase::patient,
                                one -> one.predicted() != one.truth())
                        .estimate(level));
    }

    /**
     * The lowest confidence at which the upper end of the interval of the share of wrong answers is not above {@code mostWrong}, among
     * those that leave answers of enough patients. Empty where there is none. Being the best of many candidates it looks better here
     * than it is: its share of wrong answers must be told on other cases.
     *
     * @param mostWrong the share of wrong answers allowed, in (0, 1)
     * @param patients how many patients must have answers at least, 2 or more
     */
    public static Optional<Abstention> choose(
            double mostWrong, int patients, int classes, List<ClassifiedCase> cases, double level) {
        if (!(mostWrong > 0 && mostWrong < 1) || patients < 2) {
            throw new IllegalArgumentException(
                    "mostWrong must be in (0, 1) and patients 2 or more, were " + mostWrong + " and " + patients);
        }
        double[] candidates = cases.stream()
                .mapToDouble(Abstention::confidence)
                .distinct()
                .sorted()
                .toArray();
        List<ClassifiedCase> falling = cases.stream()
                .sorted(Comparator.comparingDouble((ClassifiedCase one) -> -confidence(one))
                        .thenComparing(ClassifiedCase::image))
                .toList();
        PatientProportion wrong = new PatientProportion();
        int next = 0;
        Double chosen = null;
        for (int i = candidates.length - 1; i >= 0; i--) {
            while (next < falling.size() && confidence(falling.get(next)) >= candidates[i]) {
                ClassifiedCase one = falling.get(next++);
                wrong.add(one.patient(), one.predicted() != one.truth());
            }
            // the share itself first: it is cheap, and never above the upper end
            boolean possible = wrong.patients() >= patients && wrong.share() <= mostWrong;
            if (possible && wrong.interval(level).orElseThrow().upper() <= mostWrong) {
                chosen = candidates[i];
            }
        }
        return Optional.ofNullable(chosen).map(confidence -> at(confidence, classes, cases, level));
    }

    private static double confidence(ClassifiedCase one) {
        return one.probabilities().get(one.predicted());
    }
}
