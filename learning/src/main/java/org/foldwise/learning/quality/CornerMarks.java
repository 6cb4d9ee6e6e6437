package org.foldwise.learning.quality;

import java.util.List;

/**
 * In which corners the images of a cohort have marks: letters and other bright strokes, or flat rectangles. Where rectangles are about as
 * frequent in the middle they are what the images show, and no marks.
 */
final class CornerMarks {
    /** There are to be so many times more images with rectangles in corners than with rectangles in the middle. */
    private static final int MORE_THAN_IN_THE_MIDDLE = 2;

    private final List<ImageMeasures> measures;
    private final boolean arePatchesMarks;

    /** @param measures of all images of the cohort */
    CornerMarks(List<ImageMeasures> measures) {
        this.measures = measures;
        long inCorners = measures.stream()
                .filter(image -> Mark.CORNERS.stream().anyMatch(image::isPatched))
                .count();
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
}
