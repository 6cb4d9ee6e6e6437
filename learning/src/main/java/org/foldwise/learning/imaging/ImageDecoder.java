package org.foldwise.learning.imaging;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads PNG and JPEG files strictly: what other readers repair in silence (missing rows, wrong checksums, a scan cut in half)
 * is refused, because a half-grey film is worse than none. Immutable and safe for use by several threads.
 *
 * <p>Decoded images are upright and have 8 bits a sample. Sixteen-bit samples are divided by 257 and rounded, fewer bits are
 * spread over 0 to 255, palettes are expanded, alpha is composited on black. Colour profiles and gamma are not applied: the
 * stored values count. The only exception any bytes can cause is {@link UnreadableImageException}.
 */
public final class ImageDecoder {
    /**
     * What decoding means, for the fingerprints of what is made from decoded images. The number grows when any file would come to
     * other pixels than before.
     */
    static final String RULES =
            "decoder 1, upright by Exif, 8 bits, stored values without profile or gamma, alpha on black";

    private final ImageLimits limits;

    public ImageDecoder(ImageLimits limits) {
        this.limits = limits;
    }

    /** Checks the file's whole structure and says what it holds, without decoding pixels. */
    public ImageHeader inspect(byte[] file) {
        return open(file).header();
    }

    /**
     * As {@link #inspect(byte[])}, reading no more from the stream than the limits allow. The stream is left open.
     *
     * @throws IOException if the stream fails, which says nothing about the image
     */
    public ImageHeader inspect(InputStream file) throws IOException {
        return inspect(file.readNBytes(limits.maximumBytes() + 1));
    }

    /** The upright pixels with their header. */
    public DecodedImage decode(byte[] file) {
        ImageFile image = open(file);
        return new DecodedImage(image.decode(), image.header());
    }

    private ImageFile open(byte[] file) {
        limits.requireFileSize(file.length);
        return switch (FileSignature.requireSupported(file)) {
            case PNG -> PngFile.open(file, limits);
            case JPEG -> JpegFile.open(file, limits);
        };
    }
}
