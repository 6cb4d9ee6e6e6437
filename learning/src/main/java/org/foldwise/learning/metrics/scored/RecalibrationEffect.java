package org.foldwise.learning.metrics.scored;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Calibration;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.MeanAreas;
import org.foldwise.learning.metrics.OneVersusRest;
import org.foldwise.learning.metrics.PairedDeLong;
import org.foldwise.learning.metrics.PatientResamples;
import org.foldwise.learning.metrics.PatientResamples.WeightedFigures;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.jspecify.annotations.Nullable;

/**
 * What a recalibration makes of figures of images that it was not fitted to: the network's probabilities before, the recalibrated ones
 * after. Intervals take the patient as what was sampled, and the same patients are drawn for both sides: accelerated and expanded, of calibration
 * errors by the deviations of their bins, of changes by the jackknife, and of changes of calibration errors by percentiles. Areas have the intervals that reports give them, and changes of areas those of {@link PairedDeLong}
 * and {@link MeanAreas}. The areas before are those to hold a promise to that was made before a recalibration.
 *
 * @param images how many
 * @param patients whose they are
 * @param figures in the order of {@link Figure}, those that the task has
 * @param classes the calibration error and the area of each class or label against everything else, in their order; of a binary task
 *     none, as its figures are those of its positive class
 * @param bootstrap how intervals were computed
 */
public record RecalibrationEffect(
        int images, int patients, List<OfFigure> figures, List<OfClass> classes, BootstrapSpec bootstrap) {
    /** Of a figure that is not found by bins. */
    private static final int NO_BINS = -1;

    public RecalibrationEffect {
        figures = List.copyOf(figures);
        classes = List.copyOf(classes);
    }

    /** What a recalibration can change. Of accuracy and area more is better, of the others less. */
    public enum Figure {
        /** Mean negative logarithm of the probability of what was true; of labels their mean. */
        LOG_LOSS,
        /** Mean squared error of the probabilities; of exclusive classes summed over them, in [0, 2]; of labels their mean. */
        BRIER_SCORE,
        /** Mean gap between probability and share over 10 bins; of several classes, or labels, their mean. */
        CALIBRATION_ERROR,
        /** Of exclusive classes that of the highest probability, as the chance of being right (Guo et al. 2017). */
        TOP_CALIBRATION_ERROR,
        /** Of exclusive classes the share of images whose class has the highest probability. */
        ACCURACY,
        /**
         * Area under the ROC curve; of several classes, or labels, the mean over the judged ones. A strictly rising map leaves that of two
         * classes and of labels as it is, an isotonic one ties cases. Not in effects that were stored before it was.
         */
        ROC_AUC
    }

    /** What became of a figure. */
    public record OfFigure(Figure figure, Change change) {}

    /**
     * What became of a class.
     *
     * @param rocAuc of its area; undefined where no image shows it, or every image does; absent in effects that were stored before it was kept
     */
    public record OfClass(String name, Change calibrationError, @Nullable Change rocAuc) {}

    /**
     * A figure on both sides.
     *
     * @param before of the network's probabilities
     * @param after of the recalibrated ones
     * @param difference after less before
     */
    public record Change(Estimate before, Estimate after, Estimate difference) {}

    /**
     * Compares the two sides.
     *
     * @param raw at least one image, with the network's probabilities
     * @param decision whose recalibration was fitted to others
     */
    public static RecalibrationEffect of(ScoredImages raw, Decision decision, BootstrapSpec bootstrap) {
        Side before = Side.of(raw);
        Side after = Side.of(decision.recalibrated(raw));
        boolean isBinary = raw.task() == Task.BINARY;
        PatientResamples beforehand = before.resampled(isBinary, bootstrap);
        PatientResamples afterwards = after.resampled(isBinary, bootstrap);
        List<Figure> resampled = resampled(raw.task());
        int ofClasses = resampled.size();
        // after the figures come the errors of the classes, and then the deviations of the bins
        int deviations = ofClasses + before.classes.size();
        List<OfFigure> figures = new ArrayList<>();
        for (int i = 0; i < ofClasses; i++) {
            int deviation =
                    switch (resampled.get(i)) {
                        case CALIBRATION_ERROR -> deviations;
                        case TOP_CALIBRATION_ERROR -> deviations + 1 + before.classes.size();
                        default -> NO_BINS;
                    };
            figures.add(new OfFigure(resampled.get(i), change(i, deviation, beforehand, afterwards)));
        }
        Areas areas = new Areas(before.classes, after.classes, isBinary ? List.of("") : raw.classes(), bootstrap);
        figures.add(new OfFigure(Figure.ROC_AUC, isBinary ? areas.of(0) : areas.mean()));
        List<OfClass> classes = new ArrayList<>();
        for (int k = 0; k < raw.classes().size() && !isBinary; k++) {
            classes.add(new OfClass(
                    raw.classes().get(k),
                    change(ofClasses + k, deviations + 1 + k, beforehand, afterwards),
                    areas.of(k)));
        }
        return new RecalibrationEffect(
                raw.size(), (int) raw.patients().stream().distinct().count(), figures, classes, bootstrap);
    }

    private static List<Figure> resampled(Task task) {
        List<Figure> ofEveryTask = List.of(Figure.LOG_LOSS, Figure.BRIER_SCORE, Figure.CALIBRATION_ERROR);
        return task == Task.MULTICLASS
                ? Stream.concat(ofEveryTask.stream(), Stream.of(Figure.TOP_CALIBRATION_ERROR, Figure.ACCURACY))
                        .toList()
                : ofEveryTask;
    }

    private static Change change(int figure, int deviation, PatientResamples before, PatientResamples after) {
        return new Change(
                estimate(figure, deviation, before),
                estimate(figure, deviation, after),
                (deviation == NO_BINS
                                ? after.difference(figure, before, Double.POSITIVE_INFINITY)
                                : after.percentileDifference(figure, before))
                        .estimate());
    }

    private static Estimate estimate(int figure, int deviation, PatientResamples side) {
        return Estimate.of(side.point(figure))
                .with(
                        deviation == NO_BINS
                                ? side.interval(figure)
                                : side.intervalOfCalibrationError(figure, deviation));
    }

    /** The areas of both sides, of each class against everything else. */
    private static final class Areas {
        private final List<OneVersusRest> before;
        private final List<OneVersusRest> after;
        private final List<List<ScoredCase>> casesBefore;
        private final List<List<ScoredCase>> casesAfter;
        private final double level;

        Areas(
                List<List<ScoredCase>> before,
                List<List<ScoredCase>> after,
                List<String> names,
                BootstrapSpec bootstrap) {
            this.casesBefore = before;
            this.casesAfter = after;
            this.before = each(before, names, bootstrap);
            this.after = each(after, names, bootstrap);
            this.level = bootstrap.level();
        }

        private static List<OneVersusRest> each(
                List<List<ScoredCase>> classes, List<String> names, BootstrapSpec bootstrap) {
            // an area hangs on no threshold
            return IntStream.range(0, names.size())
                    .mapToObj(
                            k -> OneVersusRest.at(ThresholdChoice.fixed(0.5), names.get(k), classes.get(k), bootstrap))
                    .toList();
        }

        Change of(int k) {
            Estimate first = before.get(k).rocAuc();
            Estimate second = after.get(k).rocAuc();
            return new Change(
                    first,
                    second,
                    first.hasValue() && before.get(k).hasPatients()
                            ? PairedDeLong.ofPatients(casesAfter.get(k), casesBefore.get(k))
                                    .difference(level)
                            : less(second, first));
        }

        Change mean() {
            List<Integer> judged = IntStream.range(0, before.size())
                    .filter(k -> before.get(k).rocAuc().hasValue())
                    .boxed()
                    .toList();
            Estimate first =
                    OneVersusRest.meanRocAuc(judged.stream().map(before::get).toList());
            Estimate second =
                    OneVersusRest.meanRocAuc(judged.stream().map(after::get).toList());
            Optional<Interval> interval = MeanAreas.difference(
                            judged.stream().map(casesAfter::get).toList(),
                            judged.stream().map(casesBefore::get).toList(),
                            level)
                    .map(difference -> difference.estimate().interval());
            return new Change(first, second, less(second, first).with(interval));
        }

        private static Estimate less(Estimate second, Estimate first) {
            Double one = first.value();
            Double other = second.value();
            return one == null || other == null
                    ? Estimate.undefined(String.valueOf(first.undefinedBecause()))
                    : Estimate.of(other - one);
        }
    }

    /** Probabilities, and whether what they speak of is there, by bins. */
    private static final class Binned {
        private final int[] bins;
        private final double[] gaps;
        private final double[] sumsOfAll;

        Binned(List<ScoredCase> cases) {
            bins = cases.stream()
                    .mapToInt(one -> Calibration.bin(one.probability()))
                    .toArray();
            gaps = cases.stream()
                    .mapToDouble(one -> one.probability() - (one.positive() ? 1 : 0))
                    .toArray();
            int[] once = new int[gaps.length];
            Arrays.fill(once, 1);
            sumsOfAll = sums(once);
        }

        /** Of each bin the sum of the gaps. */
        private double[] sums(int[] weights) {
            double[] sums = new double[Calibration.BINS];
            for (int i = 0; i < gaps.length; i++) {
                sums[bins[i]] += weights[i] * gaps[i];
            }
            return sums;
        }

        /** The cases of a bin over all cases, times its gap, is the distance of its sum of gaps from 0 over all cases. */
        double error(int[] weights, double images) {
            double error = 0;
            for (double sum : sums(weights)) {
                error += Math.abs(sum) / images;
            }
            return error;
        }

        /** The same of the distances of these sums from those of the cases as they are. */
        double deviation(int[] weights, double images) {
            double[] sums = sums(weights);
            double deviation = 0;
            for (int bin = 0; bin < sums.length; bin++) {
                deviation += Math.abs(sums[bin] / images - sumsOfAll[bin] / gaps.length);
            }
            return deviation;
        }
    }

    /**
     * The figures of probabilities, then the calibration error of each class. Then how far the bins are from those of all images: on average
     * over the classes, of each class, and of exclusive classes of their decisions.
     */
    private static final class Side implements WeightedFigures {
        private final List<PatientId> patients;
        private final double[] losses;
        private final double[] squares;
        private final List<List<ScoredCase>> classes;
        private final List<Binned> binned;
        /** Of exclusive classes the decisions as cases of their own, otherwise none. */
        private final List<ScoredCase> decisions;

        private final Binned decided;

        private Side(List<List<ScoredCase>> classes, List<ScoredCase> decisions) {
            List<ScoredCase> first = classes.get(0);
            this.patients = first.stream().map(ScoredCase::patient).toList();
            this.losses = new double[first.size()];
            this.squares = new double[first.size()];
            this.classes = classes;
            this.binned = classes.stream().map(Binned::new).toList();
            this.decisions = decisions;
            this.decided = new Binned(decisions);
        }

        PatientResamples resampled(boolean ofTwoClasses, BootstrapSpec bootstrap) {
            return ofTwoClasses
                    ? PatientResamples.ofTwoClasses(
                            patients, i -> classes.get(0).get(i).positive(), this, bootstrap)
                    : PatientResamples.of(patients, this, bootstrap);
        }

        /** Every list in the order of the images' names, so that sums round alike whatever the order given. */
        static Side of(ScoredImages images) {
            List<List<ScoredCase>> classes = new ArrayList<>();
            for (int k = images.task() == Task.BINARY ? 1 : 0;
                    k < images.classes().size();
                    k++) {
                classes.add(sorted(images.against(k)));
            }
            Side side = new Side(
                    classes, images instanceof ScoredImages.Multiclass several ? decisions(several) : List.of());
            for (List<ScoredCase> ofClass : classes) {
                for (int i = 0; i < side.losses.length; i++) {
                    double probability = ofClass.get(i).probability();
                    boolean positive = ofClass.get(i).positive();
                    double error = probability - (positive ? 1 : 0);
                    if (images.task() == Task.MULTICLASS) {
                        side.losses[i] += positive ? loss(probability) : 0;
                        side.squares[i] += error * error;
                    } else {
                        side.losses[i] += loss(positive ? probability : 1 - probability) / classes.size();
                        side.squares[i] += error * error / classes.size();
                    }
                }
            }
            return side;
        }

        private static double loss(double probability) {
            return -Math.log(Math.max(Math.ulp(1.0), probability));
        }

        private static List<ScoredCase> decisions(ScoredImages.Multiclass images) {
            List<ScoredCase> decisions = new ArrayList<>();
            for (ClassifiedCase one : images.cases()) {
                decisions.add(new ScoredCase(
                        one.image(),
                        one.patient(),
                        one.predicted() == one.truth(),
                        one.probabilities().get(one.predicted())));
            }
            return sorted(decisions);
        }

        private static List<ScoredCase> sorted(List<ScoredCase> cases) {
            return cases.stream()
                    .sorted(Comparator.comparing(ScoredCase::image))
                    .toList();
        }

        @Override
        public double[] of(int[] weights) {
            double images = 0;
            double loss = 0;
            double square = 0;
            for (int i = 0; i < losses.length; i++) {
                images += weights[i];
                loss += weights[i] * losses[i];
                square += weights[i] * squares[i];
            }
            double all = images;
            double[] errors = new double[binned.size()];
            double sum = 0;
            for (int k = 0; k < errors.length; k++) {
                errors[k] = binned.get(k).error(weights, images);
                sum += errors[k];
            }
            List<Double> figures = new ArrayList<>(List.of(loss / images, square / images, sum / errors.length));
            if (!decisions.isEmpty()) {
                double right = 0;
                for (int i = 0; i < weights.length; i++) {
                    right += decisions.get(i).positive() ? weights[i] : 0;
                }
                figures.addAll(List.of(decided.error(weights, images), right / images));
            }
            for (double error : errors) {
                figures.add(error);
            }
            List<Double> deviations =
                    binned.stream().map(one -> one.deviation(weights, all)).toList();
            figures.add(deviations.stream().mapToDouble(one -> one).average().orElse(0));
            figures.addAll(deviations);
            if (!decisions.isEmpty()) {
                figures.add(decided.deviation(weights, all));
            }
            return figures.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }
}
