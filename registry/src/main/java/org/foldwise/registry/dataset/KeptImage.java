package org.foldwise.registry.dataset;

/**
 * What is kept of an image beside the image, patient and label.
 *
 * @param measures as the worker took them
 * @param width in pixels
 * @param height in pixels
 * @param channels of the file
 * @param bitDepth bits of a sample
 * @param sizeBytes of the file
 * @param mediaType of the file, such as {@code image/png}
 */
public record KeptImage(
        MeasuredImage measures, int width, int height, int channels, int bitDepth, long sizeBytes, String mediaType) {}
