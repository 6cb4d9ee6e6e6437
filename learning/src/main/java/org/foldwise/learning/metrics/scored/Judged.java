package org.foldwise.learning.metrics.scored;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.DependentMean;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.IndependentMean;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.OneVersusRest;

/**
 * The classes that some cases show and others do not: which these are follows from the truth alone, so that averages over them
 * speak of the same classes whatever a model decides.
 */
final class Judged {
    /** What {@link Interval#method()} says of the wider of two. */
    static final String WIDER_METHOD = "patientBootstrapOrRootOfSquares";

    private final List<String> classes;
    private final List<ConfusionMatrix> matrices;
    private final List<Integer> indices;

    private Judged(List<String> classes, List<ConfusionMatrix> matrices, List<Integer> indices) {
        this.classes = classes;
        this.matrices = matrices;
        this.indices = indices;
    }

    /**
     * Those of some classes.
     *
     * @param classes their names
     * @param matrices each class against all others
     */
    static Judged of(List<String> classes, List<ConfusionMatrix> matrices) {
        List<Integer> indices = new ArrayList<>();
        for (int k = 0; k < matrices.size(); k++) {
            if (matrices.get(k).positives() > 0 && matrices.get(k).negatives() > 0) {
                indices.add(k);
            }
        }
        return new Judged(classes, matrices, indices);
    }

    /** How many there are. */
    int size() {
        return indices.size();
    }

    /** Which they are. */
    List<Integer> indices() {
        return indices;
    }

    /** A figure of decisions of all classes. */
    private List<Estimate> each(Function<ConfusionMatrix, Estimate> figure) {
        return matrices.stream().map(figure).toList();
    }

    /** The mean of a figure of all classes over the judged ones; undefined where there is none, or one of theirs is undefined. */
    Estimate mean(List<Estimate> figures) {
        return mean(figures, index -> 1);
    }

    /** The same with each class weighing as many as the cases that show it. */
    Estimate weightedMean(List<Estimate> figures) {
        return mean(figures, index -> matrices.get(index).positives());
    }

    private Estimate mean(List<Estimate> figures, IntToDoubleFunction weightOf) {
        double sum = 0;
        double weights = 0;
        for (int index : indices) {
            Double value = figures.get(index).value();
            if (value == null) {
                return Estimate.undefined(
                        "'" + classes.get(index) + "': " + figures.get(index).undefinedBecause());
            }
            sum += weightOf.applyAsDouble(index) * value;
            weights += weightOf.applyAsDouble(index);
        }
        return indices.isEmpty()
                ? Estimate.undefined("there is no class that some cases show and others do not")
                : Estimate.of(sum / weights);
    }

    /**
     * A mean over the judged classes with an interval: the wider, at each end, of that of resamples and of an {@link IndependentMean} of the classes'
     * own. Resamples know what the classes' figures have in common; but a class that is called a few times and always rightly is 1 in each of
     * them, as if nothing about it were uncertain. None where a class has none of its own. Where resamples all agree, and where one patient
     * alone shows a class, or does not, there is that of a {@link DependentMean} at most.
     *
     * @param figure of all classes, with their intervals
     * @param ofJudged the judged classes
     */
    Estimate withInterval(
            Estimate mean, Optional<Interval> resampled, List<Estimate> figure, List<OneVersusRest> ofJudged) {
        if (mean.value() == null) {
            return mean;
        }
        List<Estimate> each = each(figure, indices);
        boolean hasPatients = ofJudged.stream().allMatch(OneVersusRest::hasPatients);
        if (!hasPatients || resampled.isEmpty()) {
            return mean.with(Optional.ofNullable(DependentMean.of(each).interval()));
        }
        return mean.with(IndependentMean.interval(each).map(ofClasses -> wider(resampled.get(), ofClasses)));
    }

    /**
     * The same of a mean weighted by how many cases show each class, which counts all images and keeps the interval of its resamples where a class
     * has none of its own.
     */
    Estimate withIntervalOfWeighted(Estimate mean, Optional<Interval> resampled, List<Estimate> figure) {
        List<Long> weights =
                indices.stream().map(index -> matrices.get(index).positives()).toList();
        return mean.with(resampled.map(ofResamples -> IndependentMean.interval(each(figure, indices), weights)
                .map(ofClasses -> wider(ofResamples, ofClasses))
                .orElse(ofResamples)));
    }

    private static List<Estimate> each(List<Estimate> figure, List<Integer> indices) {
        return indices.stream().map(figure::get).toList();
    }

    private static Interval wider(Interval ofResamples, Interval ofClasses) {
        return new Interval(
                Math.min(ofResamples.lower(), ofClasses.lower()),
                Math.max(ofResamples.upper(), ofClasses.upper()),
                ofClasses.level(),
                WIDER_METHOD);
    }

    /** The mean of a figure of decisions over the judged classes. */
    Estimate meanOf(Function<ConfusionMatrix, Estimate> figure) {
        return mean(each(figure));
    }

    /** The same with each class weighing as many as the cases that show it. */
    Estimate weightedMeanOf(Function<ConfusionMatrix, Estimate> figure) {
        return weightedMean(each(figure));
    }
}
