package org.foldwise.learning.quality;

/**
 * What stays of {@link ImageMeasures} once a dataset is frozen; no thumbnail, but the bits that say what it looks like. Grey values are 0
 * to 255.
 *
 * @param format of the file and its samples, in a word
 * @param width in pixels
 * @param height in pixels
 * @param fileBytes size of the file
 * @param mean grey value
 * @param deviation standard deviation of the grey values
 * @param entropy of the grey values, in bits
 * @param sharpness variance of the Laplacian
 * @param blackShare share of pixels at 0
 * @param whiteShare share of pixels at 255
 * @param border the widest frame as a share of the image's side
 * @param pictureHash as {@link ImageMeasures#pictureHash}
 */
public record KeptMeasures(
        String format,
        int width,
        int height,
        long fileBytes,
        double mean,
        double deviation,
        double entropy,
        double sharpness,
        double blackShare,
        double whiteShare,
        double border,
        long pictureHash) {
    public KeptMeasures {
        if (width < 1 || height < 1 || fileBytes < 1) {
            throw new IllegalArgumentException("width, height and fileBytes must be 1 or more, were " + width + ", "
                    + height + " and " + fileBytes);
        }
    }
}
