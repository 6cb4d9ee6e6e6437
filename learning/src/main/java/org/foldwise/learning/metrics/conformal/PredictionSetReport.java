package org.foldwise.learning.metrics.conformal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PatientProportion;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;

/**
 * What prediction sets do on other images than they were calibrated on. A set of one class is an answer; a larger or an empty one is an
 * abstention. Coverage is a mean over patients, of whom none weighs more than another, because it is promised for an image drawn from a
 * new patient; other shares are of images. All intervals take the patient as what was sampled.
 *
 * @param coverage that is promised, in (0, 1)
 * @param level nominal coverage of the intervals, in (0, 1)
 * @param images how many were judged
 * @param patients whose they are
 * @param covered the chance that the set of an image of a patient holds the truth
 * @param answered share of the images whose set holds one class
 * @param several share of the images whose set holds several
 * @param empty share of the images whose set is empty
 * @param meanSize mean number of classes in a set
 * @param rightWhereAnswered share of the answers that are right
 * @param decidedRightlyElsewhere share of the images without an answer whose decision is right nevertheless: what abstaining gives up
 * @param otherThanDecided share of the answers that name another class than the decision does
 * @param classes the same for the images of each class, in order
 */
public record PredictionSetReport(
        double coverage,
        double level,
        int images,
        int patients,
        Estimate covered,
        Estimate answered,
        Estimate several,
        Estimate empty,
        Estimate meanSize,
        Estimate rightWhereAnswered,
        Estimate decidedRightlyElsewhere,
        Estimate otherThanDecided,
        List<OfClass> classes)
        implements SetReport {
    public PredictionSetReport {
        classes = List.copyOf(classes);
    }

    /**
     * The images of a class.
     *
     * @param name the class
     * @param images how many show it
     * @param patients whose they are
     * @param covered the chance that the set of such an image of a patient holds the class
     * @param answered share of them whose set holds one class; a class that gets fewer answers is served worse
     * @param rightWhereAnswered share of these answers that are right
     */
    public record OfClass(
            String name, int images, int patients, Estimate covered, Estimate answered, Estimate rightWhereAnswered) {}

    @Override
    public List<OfClass> byClass() {
        return classes;
    }

    private record Answered(ClassifiedCase one, Set<Integer> set, int decided) {
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
     * @param classes their names, in order
     * @param cases with the probabilities that the sets were calibrated for
     * @param decided the class that is decided for, whatever the set
     * @param level nominal coverage of the intervals, in (0, 1)
     */
    public static PredictionSetReport of(
            ConformalSets sets,
            List<String> classes,
            List<ClassifiedCase> cases,
            ToIntFunction<ClassifiedCase> decided,
            double level) {
        if (classes.size() != sets.limits().size()) {
            throw new IllegalArgumentException("there are limits of "
                    + sets.limits().size() + " classes, and " + classes.size() + " names of classes");
        }
        List<Answered> all = cases.stream()
                .map(one -> new Answered(one, sets.set(one.probabilities()), decided.applyAsInt(one)))
                .toList();
        List<OfClass> ofClasses = new ArrayList<>();
        for (int k = 0; k < classes.size(); k++) {
            int index = k;
            ofClasses.add(ofClass(
                    classes.get(k),
                    all.stream().filter(each -> each.one().truth() == index).toList(),
                    level));
        }
        List<Answered> answers = all.stream().filter(Answered::answers).toList();
        List<Answered> others = all.stream().filter(each -> !each.answers()).toList();
        return new PredictionSetReport(
                sets.coverage(),
                level,
                all.size(),
                patients(all),
                covered(all, level),
                share(all, level, Answered::answers),
                share(all, level, each -> each.set().size() > 1),
                share(all, level, each -> each.set().isEmpty()),
                meanSize(all),
                among(answers, "no image is answered", level, Answered::covers),
                among(
                        others,
                        "every image is answered",
                        level,
                        each -> each.decided() == each.one().truth()),
                among(answers, "no image is answered", level, each -> !each.set()
                        .contains(each.decided())),
                ofClasses);
    }

    private static OfClass ofClass(String name, List<Answered> all, double level) {
        return new OfClass(
                name,
                all.size(),
                patients(all),
                covered(all, level),
                share(all, level, Answered::answers),
                among(
                        all.stream().filter(Answered::answers).toList(),
                        all.isEmpty() ? "there are no cases" : "no image of the class is answered",
                        level,
                        Answered::covers));
    }

    private static int patients(List<Answered> of) {
        return (int) of.stream().map(each -> each.one().patient()).distinct().count();
    }

    private static Estimate covered(List<Answered> of, double level) {
        return PatientProportion.among(of, each -> each.one().patient(), Answered::covers)
                .meanOverPatients(level);
    }

    private static Estimate share(List<Answered> of, double level, Predicate<Answered> counted) {
        return PatientProportion.among(of, each -> each.one().patient(), counted)
                .estimate(level);
    }

    private static Estimate among(
            List<Answered> of, String undefinedBecause, double level, Predicate<Answered> counted) {
        return of.isEmpty() ? Estimate.undefined(undefinedBecause) : share(of, level, counted);
    }

    private static Estimate meanSize(List<Answered> all) {
        return all.isEmpty()
                ? Estimate.undefined("there are no cases")
                : Estimate.of((double)
                                all.stream().mapToInt(each -> each.set().size()).sum()
                        / all.size());
    }
}
