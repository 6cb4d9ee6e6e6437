package org.foldwise.learning.imaging;

/**
 * An image with what its file said about it.
 *
 * @param pixels upright, 8 bits a sample, without alpha
 * @param header of the file
 */
public record DecodedImage(PixelImage pixels, ImageHeader header) {}
