package org.foldwise.learning.metrics.multilabel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.foldwise.learning.metrics.Averages;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;

/** How decisions on several findings and truth go together, each finding at its own threshold. */
public final class LabelDecisions {
    private final List<ConfusionMatrix> ofLabels;
    private final List<ConfusionMatrix> ofImages;

    private LabelDecisions(List<ConfusionMatrix> ofLabels, List<ConfusionMatrix> ofImages) {
        this.ofLabels = ofLabels;
        this.ofImages = ofImages;
    }

    /**
     * Decisions at thresholds.
     *
     * @param thresholds of each finding; what scores as high is called positive
     * @param cases at least one, each with as many findings
     */
    public static LabelDecisions at(List<Double> thresholds, List<LabelledCase> cases) {
        LabelledCase.requireLabels(thresholds.size(), cases);
        long[][] labels = new long[thresholds.size()][4];
        List<ConfusionMatrix> images = new ArrayList<>();
        for (LabelledCase one : cases) {
            long[] image = new long[4];
            for (int k = 0; k < labels.length; k++) {
                int cell = (one.truth().get(k) ? 2 : 0) + (one.probabilities().get(k) >= thresholds.get(k) ? 1 : 0);
                labels[k][cell]++;
                image[cell]++;
            }
            images.add(matrix(image));
        }
        List<ConfusionMatrix> ofLabels = new ArrayList<>();
        for (long[] label : labels) {
            ofLabels.add(matrix(label));
        }
        return new LabelDecisions(List.copyOf(ofLabels), List.copyOf(images));
    }

    /** The same threshold for all findings. */
    public static LabelDecisions at(double threshold, List<LabelledCase> cases) {
        int labels = cases.isEmpty() ? 0 : cases.get(0).truth().size();
        return at(Collections.nCopies(labels, threshold), cases);
    }

    /** The matrix of each finding. */
    public List<ConfusionMatrix> ofLabels() {
        return ofLabels;
    }

    /** A figure of each finding, such as {@code ConfusionMatrix::precision}, with macro and weighted average. */
    public Averages eachLabel(Function<ConfusionMatrix, Estimate> figure) {
        return each(ofLabels, figure, ConfusionMatrix::positives);
    }

    /**
     * A figure of each image over its findings. Its macro average is what scikit-learn calls {@code average="samples"}, with {@link
     * Averages#withUndefinedAs} for {@code zero_division}: precision is undefined where an image is called nothing, recall where
     * it shows nothing.
     */
    public Averages eachImage(Function<ConfusionMatrix, Estimate> figure) {
        return each(ofImages, figure, matrix -> 1L);
    }

    /** All findings of all images in one matrix: figures of it are micro averages. */
    public ConfusionMatrix micro() {
        long[] sums = new long[4];
        for (ConfusionMatrix matrix : ofLabels) {
            sums[0] += matrix.trueNegatives();
            sums[1] += matrix.falsePositives();
            sums[2] += matrix.falseNegatives();
            sums[3] += matrix.truePositives();
        }
        return matrix(sums);
    }

    /** The share of images with all findings right. */
    public double subsetAccuracy() {
        long right = ofImages.stream()
                .filter(image -> image.falsePositives() + image.falseNegatives() == 0)
                .count();
        return (double) right / ofImages.size();
    }

    /** The share of wrong decisions over all findings of all images. */
    public double hammingLoss() {
        ConfusionMatrix all = micro();
        return (double) (all.falsePositives() + all.falseNegatives()) / all.cases();
    }

    private static Averages each(
            List<ConfusionMatrix> matrices,
            Function<ConfusionMatrix, Estimate> figure,
            Function<ConfusionMatrix, Long> support) {
        return new Averages(
                matrices.stream().map(figure).toList(),
                matrices.stream().map(support).toList());
    }

    private static ConfusionMatrix matrix(long[] counts) {
        return new ConfusionMatrix(counts[0], counts[1], counts[2], counts[3]);
    }
}
