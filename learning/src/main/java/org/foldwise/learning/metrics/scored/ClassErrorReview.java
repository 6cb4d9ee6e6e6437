package org.foldwise.learning.metrics.scored;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.foldwise.learning.metrics.ErrorReview;
import org.foldwise.learning.metrics.LabelDoubts;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.jspecify.annotations.Nullable;

/**
 * The images that a person should look at where there are several classes, or labels: those a model was surest of and wrong about,
 * those by class, and those whose class or label it doubts. The order is that of the loss of what was decided: the lower the
 * probability of the truth, the earlier.
 *
 * @param classes each class against everything else, in the order of the classes
 * @param worst of all classes together the wrong decisions with the lowest probability of the truth, at most {@link
 *     ErrorReview#LONGEST_LIST}; of exclusive classes each image once, of labels each wrong label of an image
 * @param doubts about classes, where they exclude each other, all of them together; absent of labels, each of which has its own, and
 *     unless every image was scored by a model that had not learned from its patient
 */
public record ClassErrorReview(List<OfClass> classes, List<Mistake> worst, @Nullable ClassDoubts doubts) {
    /** As many of each class, so that those of 14 can be looked through. */
    public static final int LONGEST_OF_CLASS = 15;

    public ClassErrorReview {
        classes = List.copyOf(classes);
        worst = List.copyOf(worst);
    }

    /**
     * The mistakes about one class, as those of a binary task.
     *
     * @param name of the class
     * @param falsePositives number of images called so that do not show it
     * @param falseNegatives number of images that show it and are not called so
     * @param worst the most confident of them, the surest first, at most {@link #LONGEST_OF_CLASS}
     * @param doubts about a label; absent of exclusive classes, of a label that no image or every one is given, and unless every
     *     image was scored by a model that had not learned from its patient
     */
    public record OfClass(
            String name,
            int falsePositives,
            int falseNegatives,
            List<ErrorReview.Mistake> worst,
            @Nullable LabelDoubts doubts) {
        public OfClass {
            worst = List.copyOf(worst);
        }
    }

    /**
     * A wrong decision.
     *
     * @param image its name
     * @param patient whose image it is
     * @param name of exclusive classes the one that the image is of, otherwise the label that was decided wrongly
     * @param shown whether the image shows it; always of exclusive classes
     * @param called of exclusive classes the one that the image was called; absent of labels
     * @param probability of the class or label {@code name}
     * @param wrongProbability which the model gave to what is not true of it: 1 less {@code probability} where it is shown,
     *     otherwise {@code probability}
     */
    public record Mistake(
            String image,
            String patient,
            String name,
            boolean shown,
            @Nullable String called,
            double probability,
            double wrongProbability) {}

    /**
     * The review of scored images, whatever their order.
     *
     * @param images at least one, with different names, not of a binary task
     * @param decision chosen before
     * @param outOfFold whether every image was scored by a model that had not learned from its patient, as in a cross-validation;
     *     then doubts about classes and labels are looked for
     */
    public static ClassErrorReview of(ScoredImages images, Decision decision, boolean outOfFold) {
        boolean isLabels = !images.task().isExclusive();
        List<OfClass> classes = new ArrayList<>();
        List<Mistake> mistakes = new ArrayList<>();
        for (int k = 0; k < images.classes().size(); k++) {
            String name = images.classes().get(k);
            List<ScoredCase> cases = images.against(k);
            Set<String> called = decision.called(images, k);
            List<ScoredCase> wrong = cases.stream()
                    .filter(one -> one.positive() != called.contains(one.image()))
                    .toList();
            int missed = (int) wrong.stream().filter(ScoredCase::positive).count();
            boolean isJudged =
                    cases.stream().map(ScoredCase::positive).distinct().count() == 2;
            classes.add(new OfClass(
                    name,
                    wrong.size() - missed,
                    missed,
                    ErrorReview.surest(wrong, LONGEST_OF_CLASS),
                    isLabels && outOfFold && isJudged ? LabelDoubts.of(cases, LONGEST_OF_CLASS) : null));
            if (isLabels) {
                ErrorReview.surest(wrong, ErrorReview.LONGEST_LIST).stream()
                        .map(one -> ofLabel(name, one))
                        .forEach(mistakes::add);
            }
        }
        if (images instanceof ScoredImages.Multiclass several) {
            several.cases().stream()
                    .filter(one -> one.predicted() != one.truth())
                    .map(one -> ofClass(images.classes(), one))
                    .forEach(mistakes::add);
        }
        return new ClassErrorReview(
                classes,
                mistakes.stream()
                        .sorted(Comparator.comparingDouble(Mistake::wrongProbability)
                                .reversed()
                                .thenComparing(Mistake::image)
                                .thenComparing(Mistake::name))
                        .limit(ErrorReview.LONGEST_LIST)
                        .toList(),
                outOfFold && images instanceof ScoredImages.Multiclass several ? ClassDoubts.of(several) : null);
    }

    private static Mistake ofLabel(String label, ErrorReview.Mistake mistake) {
        return new Mistake(
                mistake.image(),
                mistake.patient(),
                label,
                mistake.positive(),
                null,
                mistake.probability(),
                mistake.wrongProbability());
    }

    private static Mistake ofClass(List<String> names, ClassifiedCase one) {
        double probability = one.probabilities().get(one.truth());
        return new Mistake(
                one.image(),
                one.patient().value(),
                names.get(one.truth()),
                true,
                names.get(one.predicted()),
                probability,
                1 - probability);
    }
}
