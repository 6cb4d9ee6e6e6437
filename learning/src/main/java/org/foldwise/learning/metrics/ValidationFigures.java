package org.foldwise.learning.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the validation images say of a network after an epoch: quick figures without intervals, to follow a training by. A figure
 * is absent where it is undefined, by the same rules as in an {@link EvaluationReport}.
 *
 * @param loss mean of what the training minimises
 * @param rocAuc area under the ROC curve; absent unless both classes are present
 * @param averagePrecision area under the precision-recall curve by steps; absent without positives
 * @param balancedAccuracy mean of the classes' recalls at {@link #THRESHOLD}; absent unless both are present
 * @param matthewsCorrelation correlation of decisions and truth; absent where all decisions or all truths are the same
 * @param classes figures of each class, of a binary task first the negative, then the positive one
 */
public record ValidationFigures(
        double loss,
        @Nullable Double rocAuc,
        @Nullable Double averagePrecision,
        @Nullable Double balancedAccuracy,
        @Nullable Double matthewsCorrelation,
        List<ClassFigures> classes) {
    /** A case is called positive when its probability is at or above this. */
    public static final double THRESHOLD = 0.5;

    public ValidationFigures {
        classes = List.copyOf(classes);
    }

    /**
     * One class against all others, by decisions at {@link #THRESHOLD}.
     *
     * @param name of the class
     * @param support number of its images
     * @param precision share of its images among those called so; absent where none is
     * @param recall share of its images that are called so; absent without any
     * @param specificity share of other images that are not called so; absent without any
     * @param f1 harmonic mean of precision and recall, 0 where nothing is found; absent where no image is of the class nor called
     *     so
     */
    public record ClassFigures(
            String name,
            long support,
            @Nullable Double precision,
            @Nullable Double recall,
            @Nullable Double specificity,
            @Nullable Double f1) {
        private static ClassFigures of(String name, ConfusionMatrix matrix) {
            return new ClassFigures(
                    name,
                    matrix.positives(),
                    matrix.precision().value(),
                    matrix.recall().value(),
                    matrix.specificity().value(),
                    matrix.f1().value());
        }
    }

    /**
     * The figures of a binary task.
     *
     * @param classes names of the negative and of the positive class
     */
    public static ValidationFigures of(double loss, List<ScoredCase> cases, List<String> classes) {
        if (classes.size() != 2) {
            throw new IllegalArgumentException("a binary task has 2 classes, had " + classes.size());
        }
        ConfusionMatrix positive = ConfusionMatrix.at(THRESHOLD, cases);
        return new ValidationFigures(
                loss,
                RocCurve.area(cases).value(),
                PrecisionRecallCurve.averagePrecision(cases).value(),
                positive.balancedAccuracy().value(),
                positive.matthewsCorrelation().value(),
                List.of(
                        ClassFigures.of(classes.get(0), positive.mirrored()),
                        ClassFigures.of(classes.get(1), positive)));
    }

    /** The figures of a binary task's positive class. */
    public ClassFigures positive() {
        return classes.get(1);
    }
}
