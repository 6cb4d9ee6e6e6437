package org.foldwise.registry.dataset;

/**
 * What the worker has measured on an image; grey values are 0 to 255.
 *
 * @param name of the image within the dataset
 * @param mean grey value
 * @param deviation standard deviation of the grey values
 * @param entropy of the grey values, in bits
 * @param sharpness variance of the Laplacian
 * @param blackShare share of pixels at 0
 * @param whiteShare share of pixels at 255
 * @param border the widest frame as a share of the image's side
 * @param pictureHash what the picture looks like, in bits
 */
public record MeasuredImage(
        String name,
        double mean,
        double deviation,
        double entropy,
        double sharpness,
        double blackShare,
        double whiteShare,
        double border,
        long pictureHash) {}
