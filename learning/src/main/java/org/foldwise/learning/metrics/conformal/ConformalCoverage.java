package org.foldwise.learning.metrics.conformal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PatientProportion;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;

/**
 * What prediction sets do on other cases than they were calibrated on. Shares are of images, with intervals over patients. A set of
 * one class is an answer; a larger or an empty one is an abstention.
 *
 * @param covered share of the images whose set holds the truth
 * @param coveredOfClass the same for the images of each class
 * @param answered share of the images whose set holds one class
 * @param answeredOfClass the same for the images of each class
 * @param rightWhereAnswered share of the answers that are right
 * @param empty share of the images whose set is empty
 * @param meanSize mean number of classes in a set
 */
public record ConformalCoverage(
        Estimate covered,
        List<Estimate> coveredOfClass,
        Estimate answered,
        List<Estimate> answeredOfClass,
        Estimate rightWhereAnswered,
        Estimate empty,
        Estimate meanSize) {
    public ConformalCoverage {
        coveredOfClass = List.copyOf(coveredOfClass);
        answeredOfClass = List.copyOf(answeredOfClass);
    }

    private record Answered(ClassifiedCase one, Set<Integer> set) {
        boolean covers() {
            return set.contains(one.truth());
        }

        boolean answers() {
            return set.size() == 1;
        }
    }

    /**
     * Looks at the sets of cases.
     *
     * @param level nominal coverage of the intervals, in (0, 1)
     */
    public static ConformalCoverage of(ConformalSets sets, List<ClassifiedCase> cases, double level) {
        List<Answered> all = cases.stream()
                .map(one -> new Answered(one, sets.set(one.probabilities())))
                .toList();
        List<Estimate> coveredOfClass = new ArrayList<>();
        List<Estimate> answeredOfClass = new ArrayList<>();
        for (int k = 0; k < sets.limits().size(); k++) {
            int index = k;
            List<Answered> ofClass =
                    all.stream().filter(each -> each.one().truth() == index).toList();
            coveredOfClass.add(share(ofClass, level, Answered::covers));
            answeredOfClass.add(share(ofClass, level, Answered::answers));
        }
        List<Answered> answers = all.stream().filter(Answered::answers).toList();
        double size = all.stream().mapToInt(each -> each.set().size()).average().orElse(0);
        return new ConformalCoverage(
                share(all, level, Answered::covers),
                coveredOfClass,
                share(all, level, Answered::answers),
                answeredOfClass,
                share(answers, level, Answered::covers),
                share(all, level, each -> each.set().isEmpty()),
                all.isEmpty() ? Estimate.undefined("there are no cases") : Estimate.of(size));
    }

    private static Estimate share(List<Answered> of, double level, Predicate<Answered> counted) {
        return PatientProportion.among(of, each -> each.one().patient(), counted)
                .estimate(level);
    }
}
