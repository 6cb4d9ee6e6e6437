package org.foldwise.learning.metrics.scored;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.foldwise.learning.metrics.ErrorReview;
import org.foldwise.learning.metrics.LabelDoubts;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.jspecify.annotations.Nullable;

/**
 * Images whose class, of several exclusive ones, may be wrong, after Northcutt, Jiang and Chuang (2021), Confident Learning: Estimating
 * Uncertainty in Dataset Labels. A class is likely for an image if its probability reaches the mean that it has among the images given
 * that class; an image is counted under the most probable of its likely classes, and doubted if that is not the class it was given. Images
 * without a likely class are not counted. With two classes these are the {@link LabelDoubts} of a binary task.
 *
 * <p>A doubt is a reason to look, not a correction: rare classes are doubted by models that have not learned them.
 *
 * @param classes what each class comes to, in the order of the classes
 * @param counts the confident joint: numbers of counted images by the class given (rows) and the one they are counted under (columns)
 * @param joint how given and true classes are estimated to go together over all images: the rows of {@code counts} scaled to the
 *     numbers of images given each class, then all to a sum of 1; a class without counted images has a row of zeros
 * @param estimatedErrors how many images are estimated to be given a wrong class: the doubted share of the counted images of each
 *     class, times all images given it
 * @param doubts the doubted images, the surest first, at most {@link ErrorReview#LONGEST_LIST}
 */
public record ClassDoubts(
        List<OfClass> classes,
        List<List<Integer>> counts,
        List<List<Double>> joint,
        double estimatedErrors,
        List<Doubt> doubts) {
    public ClassDoubts {
        classes = List.copyOf(classes);
        counts = counts.stream().map(List::copyOf).toList();
        joint = joint.stream().map(List::copyOf).toList();
        doubts = List.copyOf(doubts);
    }

    /**
     * The images given one class.
     *
     * @param name of the class
     * @param images number of images given it
     * @param confidence mean probability of the class among them, from which on it is likely; absent where there are none
     * @param counted number of them with a likely class
     * @param doubted number of them counted under another class
     */
    public record OfClass(String name, int images, @Nullable Double confidence, int counted, int doubted) {}

    /**
     * An image whose class is doubted.
     *
     * @param image its name
     * @param patient whose image it is
     * @param given the class it was given
     * @param suggested the class it is counted under
     * @param givenProbability of the class given
     * @param suggestedProbability of the class suggested
     * @param margin probability of the class given less that of the one suggested, in [-1, 1]; the lower the surer. Above 0 where the
     *     class given is the more probable, and yet less so than is usual of it
     */
    public record Doubt(
            String image,
            String patient,
            String given,
            String suggested,
            double givenProbability,
            double suggestedProbability,
            double margin) {}

    /**
     * Doubts from out-of-fold predictions.
     *
     * @param images at least one, each scored by a model that had not learned from its patient
     */
    public static ClassDoubts of(ScoredImages.Multiclass images) {
        int size = images.classes().size();
        int[] given = new int[size];
        double[] sums = new double[size];
        // a fixed order, so that sums round alike whatever the order given
        List<ClassifiedCase> cases = images.cases().stream()
                .sorted(Comparator.comparing(ClassifiedCase::image))
                .toList();
        for (ClassifiedCase one : cases) {
            given[one.truth()]++;
            sums[one.truth()] += one.probabilities().get(one.truth());
        }
        int[][] counts = new int[size][size];
        List<Doubt> doubts = new ArrayList<>();
        for (ClassifiedCase one : cases) {
            int likely = mostProbableLikely(one, given, sums);
            if (likely < 0) {
                continue;
            }
            counts[one.truth()][likely]++;
            if (likely != one.truth()) {
                double ofGiven = one.probabilities().get(one.truth());
                double ofSuggested = one.probabilities().get(likely);
                doubts.add(new Doubt(
                        one.image(),
                        one.patient().value(),
                        images.classes().get(one.truth()),
                        images.classes().get(likely),
                        ofGiven,
                        ofSuggested,
                        ofGiven - ofSuggested));
            }
        }
        List<OfClass> classes = new ArrayList<>();
        double errors = 0;
        double countable = 0;
        for (int k = 0; k < size; k++) {
            int counted = sum(counts[k]);
            int doubted = counted - counts[k][k];
            classes.add(new OfClass(
                    images.classes().get(k), given[k], given[k] == 0 ? null : sums[k] / given[k], counted, doubted));
            errors += counted == 0 ? 0 : (double) given[k] * doubted / counted;
            countable += counted == 0 ? 0 : given[k];
        }
        List<List<Integer>> table = new ArrayList<>();
        List<List<Double>> joint = new ArrayList<>();
        for (int k = 0; k < size; k++) {
            int counted = sum(counts[k]);
            List<Integer> row = new ArrayList<>();
            List<Double> shares = new ArrayList<>();
            for (int count : counts[k]) {
                row.add(count);
                shares.add(counted == 0 ? 0 : (double) count / counted * given[k] / countable);
            }
            table.add(row);
            joint.add(shares);
        }
        return new ClassDoubts(
                classes,
                table,
                joint,
                errors,
                doubts.stream()
                        .sorted(Comparator.comparingDouble(Doubt::margin).thenComparing(Doubt::image))
                        .limit(ErrorReview.LONGEST_LIST)
                        .toList());
    }

    /** The index of the most probable of an image's likely classes, the first of equal ones; below 0 where none is likely. */
    private static int mostProbableLikely(ClassifiedCase one, int[] given, double[] sums) {
        int best = -1;
        for (int k = 0; k < given.length; k++) {
            double probability = one.probabilities().get(k);
            boolean isLikely = given[k] > 0 && probability >= sums[k] / given[k];
            if (isLikely && (best < 0 || probability > one.probabilities().get(best))) {
                best = k;
            }
        }
        return best;
    }

    private static int sum(int[] row) {
        int sum = 0;
        for (int one : row) {
            sum += one;
        }
        return sum;
    }
}
