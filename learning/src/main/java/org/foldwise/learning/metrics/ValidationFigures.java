package org.foldwise.learning.metrics;

import java.util.List;
import java.util.function.Function;
import org.foldwise.learning.dataset.Task;
import org.jspecify.annotations.Nullable;

/**
 * What the validation images say of a network after an epoch: quick figures without intervals, to follow a training by. A figure
 * is absent where it is undefined, by the same rules as in an {@link EvaluationReport}.
 *
 * <p>Of more than two exclusive classes, and of labels, a figure is the mean over the judged ones, those that some of the validation
 * images show and others do not: {@link ClassFigures#judged}. Which these are does not change from epoch to epoch. The mean is
 * absent where the figure of a judged one is.
 *
 * @param loss mean of what the training minimises
 * @param rocAuc area under the ROC curve; absent unless both classes are present
 * @param averagePrecision area under the precision-recall curve by steps; absent without positives
 * @param accuracy share of decisions that are right, of labels the mean of each label's; absent in epochs that were stored before it was
 *     counted
 * @param balancedAccuracy mean of the classes' recalls, of each label's recall and specificity, by decisions; absent unless both
 *     are present
 * @param matthewsCorrelation correlation of decisions and truth, of exclusive classes of all of them at once; absent where all
 *     decisions or all truths are the same
 * @param classes figures of each class, of a binary task first the negative, then the positive one
 */
public record ValidationFigures(
        double loss,
        @Nullable Double rocAuc,
        @Nullable Double averagePrecision,
        @Nullable Double accuracy,
        @Nullable Double balancedAccuracy,
        @Nullable Double matthewsCorrelation,
        List<ClassFigures> classes) {
    /** A case is called positive when its probability is at or above this. */
    public static final double THRESHOLD = 0.5;

    public ValidationFigures {
        classes = List.copyOf(classes);
    }

    /**
     * One class against all others, by decisions at {@link #THRESHOLD}; of several exclusive classes by the highest probability.
     *
     * @param name of the class
     * @param support number of its images
     * @param precision share of its images among those called so; absent where none is
     * @param recall share of its images that are called so; absent without any
     * @param specificity share of other images that are not called so; absent without any
     * @param f1 harmonic mean of precision and recall, 0 where nothing is found; absent where no image is of the class nor called
     *     so
     * @param rocAuc area under its ROC curve; absent where it is not judged, and in a binary task, where it is that of both
     */
    public record ClassFigures(
            String name,
            long support,
            @Nullable Double precision,
            @Nullable Double recall,
            @Nullable Double specificity,
            @Nullable Double f1,
            @Nullable Double rocAuc) {
        /** Figures of one of two classes, which share the area under the ROC curve. */
        public ClassFigures(
                String name,
                long support,
                @Nullable Double precision,
                @Nullable Double recall,
                @Nullable Double specificity,
                @Nullable Double f1) {
            this(name, support, precision, recall, specificity, f1, null);
        }

        /** Whether some images are of the class and others are not. */
        public boolean judged() {
            return recall != null && specificity != null;
        }

        private static ClassFigures of(String name, ConfusionMatrix matrix) {
            return of(name, matrix, null);
        }

        /** Figures of decisions, with an area under the ROC curve. */
        public static ClassFigures of(String name, ConfusionMatrix matrix, @Nullable Double rocAuc) {
            return new ClassFigures(
                    name,
                    matrix.positives(),
                    matrix.precision().value(),
                    matrix.recall().value(),
                    matrix.specificity().value(),
                    matrix.f1().value(),
                    rocAuc);
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
                positive.accuracy().value(),
                positive.balancedAccuracy().value(),
                positive.matthewsCorrelation().value(),
                List.of(
                        ClassFigures.of(classes.get(0), positive.mirrored()),
                        ClassFigures.of(classes.get(1), positive)));
    }

    /** A figure of the positive class of a binary task; of any other task the mean over the judged classes. */
    public @Nullable Double called(Task task, Function<ClassFigures, @Nullable Double> figure) {
        return task == Task.BINARY ? figure.apply(positive()) : mean(classes, figure);
    }

    /** The mean of a figure over judged classes; absent where there is none or the figure of one of them is. */
    public static @Nullable Double mean(List<ClassFigures> classes, Function<ClassFigures, @Nullable Double> figure) {
        double sum = 0;
        int judged = 0;
        for (ClassFigures one : classes) {
            if (one.judged()) {
                Double value = figure.apply(one);
                if (value == null) {
                    return null;
                }
                sum += value;
                judged++;
            }
        }
        return judged == 0 ? (Double) null : Double.valueOf(sum / judged);
    }

    /** The figures of a binary task's positive class. */
    public ClassFigures positive() {
        return classes.get(1);
    }
}
