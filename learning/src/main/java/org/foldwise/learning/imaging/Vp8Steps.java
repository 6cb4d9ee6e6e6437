package org.foldwise.learning.imaging;

/**
 * By what the coefficients of a segment of a VP8 frame are multiplied (RFC 6386, section 14.1): the first of a block, and the others.
 */
record Vp8Steps(
        int luminanceMean, int luminanceDetail, int meansMean, int meansDetail, int chromaMean, int chromaDetail) {
    private static final int LARGEST_INDEX = 127;
    private static final int LARGEST_CHROMA_MEAN = 117;

    /**
     * The steps of a segment.
     *
     * @param base the segment's index
     * @param deltas what is added to it: mean of luminance, mean and details of means, mean and details of chroma
     */
    static Vp8Steps of(int base, int[] deltas) {
        return new Vp8Steps(
                Vp8Tables.meanStep(index(base + deltas[0], LARGEST_INDEX)),
                Vp8Tables.detailStep(index(base, LARGEST_INDEX)),
                2 * Vp8Tables.meanStep(index(base + deltas[1], LARGEST_INDEX)),
                Math.max(8, Vp8Tables.detailStep(index(base + deltas[2], LARGEST_INDEX)) * 155 / 100),
                Vp8Tables.meanStep(index(base + deltas[3], LARGEST_CHROMA_MEAN)),
                Vp8Tables.detailStep(index(base + deltas[4], LARGEST_INDEX)));
    }

    private static int index(int wanted, int largest) {
        return Math.max(0, Math.min(largest, wanted));
    }
}
