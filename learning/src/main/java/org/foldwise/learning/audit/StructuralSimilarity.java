package org.foldwise.learning.audit;

import org.foldwise.learning.imaging.PixelImage;

/**
 * The structural similarity of two images (Wang, Bovik, Sheikh and Simoncelli 2004, Image Quality Assessment: From Error Visibility to
 * Structural Similarity), the mean over windows of 8 x 8 pixels, each 4 pixels from the last:
 *
 * <pre>{@code
 * (2 m1 m2 + C1) (2 s12 + C2) / ((m1^2 + m2^2 + C1) (s1^2 + s2^2 + C2)),  C1 = (0.01 255)^2, C2 = (0.03 255)^2
 * }</pre>
 *
 * with means m, variances s^2 and covariance s12 of a window, n in the denominators.
 */
final class StructuralSimilarity {
    private static final int WINDOW = 8;
    private static final int STEP = 4;
    private static final double C1 = 0.01 * 255 * (0.01 * 255);
    private static final double C2 = 0.03 * 255 * (0.03 * 255);

    private StructuralSimilarity() {}

    /** In [-1, 1]; 1 for equal images. Colours count by their luminance. Images below 8 pixels are one window. */
    static double of(PixelImage one, PixelImage other) {
        if (one.width() != other.width() || one.height() != other.height()) {
            throw new IllegalArgumentException("two images must be of one size, were " + one + " and " + other);
        }
        byte[] first = one.withChannels(1).samples();
        byte[] second = other.withChannels(1).samples();
        int width = one.width();
        int windowWidth = Math.min(WINDOW, width);
        int windowHeight = Math.min(WINDOW, one.height());
        double sum = 0;
        int windows = 0;
        for (int top = 0; top + windowHeight <= one.height(); top += STEP) {
            for (int left = 0; left + windowWidth <= width; left += STEP) {
                sum += window(first, second, width, left, top, windowWidth, windowHeight);
                windows++;
            }
        }
        return sum / windows;
    }

    private static double window(
            byte[] first, byte[] second, int width, int left, int top, int windowWidth, int windowHeight) {
        double sumOne = 0;
        double sumOther = 0;
        double squaresOne = 0;
        double squaresOther = 0;
        double products = 0;
        for (int y = top; y < top + windowHeight; y++) {
            for (int x = left; x < left + windowWidth; x++) {
                double a = first[y * width + x] & 0xFF;
                double b = second[y * width + x] & 0xFF;
                sumOne += a;
                sumOther += b;
                squaresOne += a * a;
                squaresOther += b * b;
                products += a * b;
            }
        }
        double n = (double) windowWidth * windowHeight;
        double meanOne = sumOne / n;
        double meanOther = sumOther / n;
        double varianceOne = squaresOne / n - meanOne * meanOne;
        double varianceOther = squaresOther / n - meanOther * meanOther;
        double covariance = products / n - meanOne * meanOther;
        return (2 * meanOne * meanOther + C1)
                * (2 * covariance + C2)
                / ((meanOne * meanOne + meanOther * meanOther + C1) * (varianceOne + varianceOther + C2));
    }
}
