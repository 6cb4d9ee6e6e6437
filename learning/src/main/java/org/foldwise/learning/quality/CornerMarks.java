package org.foldwise.learning.quality;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * In which corners the images of a cohort have marks: letters and other bright strokes, or flat rectangles. Where rectangles are about as
 * frequent in the middle they are what the images show, and no marks, but for those that go with something as the others do not.
 */
final class CornerMarks {
    /** There are to be so many times more images with rectangles in corners than in the middle, or so many times more of those asked for. */
    private static final int MORE_THAN_IN_THE_MIDDLE = 2;
    /** More of those asked for also by so many standard deviations than in the middle: each is drawn, and there are four corners. */
    private static final int CLEARLY_MORE = 3;

    private final List<ImageMeasures> measures;
    private final boolean arePatchesMarks;

    /** @param measures of all images of the cohort */
    CornerMarks(List<ImageMeasures> measures) {
        this.measures = measures;
        long inCorners =
                measures.stream().filter(ImageMeasures::isPatchedInACorner).count();
        long inTheMiddle =
                measures.stream().filter(ImageMeasures::isPatchedInTheMiddle).count();
        this.arePatchesMarks = inCorners > MORE_THAN_IN_THE_MIDDLE * inTheMiddle;
    }

    /** Whether an image, by its place in the cohort, has a mark in a corner. */
    boolean has(int image, Mark corner) {
        ImageMeasures measured = measures.get(image);
        return measured.has(corner) || (arePatchesMarks && measured.isPatched(corner));
    }

    /** Whether an image has one in any corner. */
    boolean hasAny(int image) {
        return Mark.CORNERS.stream().anyMatch(corner -> has(image, corner));
    }

    /** Whether rectangles in corners are marks, whatever they go with. */
    boolean arePatchesMarks() {
        return arePatchesMarks;
    }

    /**
     * Whether rectangles in a corner, or in any, go with something by more than those in the middle do. A lesion that is a rectangle, or
     * nuclei that look like some, may lie anywhere: there are more of them in the middle of the ill as well.
     *
     * @param positive which images have it, by their place in the cohort
     */
    boolean doPatchesGoWith(IntPredicate positive) {
        Surplus middle = surplus(positive, image -> measures.get(image).isPatchedInTheMiddle());
        return surplus(positive, image -> measures.get(image).isPatchedInACorner())
                        .exceeds(middle)
                || Mark.CORNERS.stream().anyMatch(corner -> surplus(
                                positive, image -> measures.get(image).isPatched(corner))
                        .exceeds(middle));
    }

    /**
     * How many more rectangles images have that are positive than the others.
     *
     * @param rectangles on an image; what lies by chance is nowhere on some images by Poisson's law, which tells how many there are
     * @param deviations of shares of images that have any, by the normal approximation
     */
    private record Surplus(double rectangles, double deviations) {
        /** Less where there are more counts as well. */
        boolean exceeds(Surplus middle) {
            double side = Math.signum(deviations);
            return side * rectangles > MORE_THAN_IN_THE_MIDDLE * side * middle.rectangles
                    && side * (deviations - middle.deviations) > CLEARLY_MORE;
        }
    }

    private Surplus surplus(IntPredicate positive, IntPredicate patched) {
        int[] images = new int[2];
        int[] with = new int[2];
        IntStream.range(0, measures.size()).forEach(image -> {
            int side = positive.test(image) ? 0 : 1;
            images[side]++;
            with[side] += patched.test(image) ? 1 : 0;
        });
        double share = (double) (with[0] + with[1]) / measures.size();
        double variance = share * (1 - share) * (1.0 / images[0] + 1.0 / images[1]);
        double difference = (double) with[0] / images[0] - (double) with[1] / images[1];
        return new Surplus(
                rectangles(images[0], with[0]) - rectangles(images[1], with[1]),
                variance > 0 ? difference / Math.sqrt(variance) : 0);
    }

    private static double rectangles(int images, int with) {
        return -Math.log((images - with + 0.5) / (images + 1));
    }
}
