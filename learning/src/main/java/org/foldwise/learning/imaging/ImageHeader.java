package org.foldwise.learning.imaging;

/**
 * What a file says about its image without its pixels being decoded.
 *
 * @param format by the file's first bytes
 * @param width in pixels, upright
 * @param height in pixels, upright
 * @param channels 1 or 3 after decoding: alpha is composited on black, a palette is expanded, a palette of greys stays grey,
 *     a printer's inks become red, green and blue
 * @param bitsPerSample as stored, 1 to 64; decoded samples always have 8
 * @param exifOrientation 1 to 8 as stored, 1 where nothing is said; decoded images are upright
 * @param hasTextMetadata whether the file carries metadata that may hold free text, and with it a patient's name
 * @param hasTrailingData whether bytes follow the image's end, such as a second file hidden behind it
 * @param frames number of images of this size: frames of DICOM, slices of NIfTI, pages of TIFF; 1 elsewhere
 * @param quantisationStep how coarsely a JPEG file stores brightness: the mean of the 64 steps of its first component's quantisation table
 *     (ITU-T T.81, B.2.4.1), 1 to 65535, which its writer's quality decides and no picture; 0 where there is none, and of other formats
 * @param isProgressive whether a JPEG file stores the whole picture coarsely first, and then its details
 * @param chromaSubsampling how many pixels share a colour in a JPEG file, as its writer has chosen: 1, 2, 4 or more, rounded down; 0 where
 *     it has no colour, and of other formats
 */
public record ImageHeader(
        ImageFormat format,
        int width,
        int height,
        int channels,
        int bitsPerSample,
        int exifOrientation,
        boolean hasTextMetadata,
        boolean hasTrailingData,
        int frames,
        double quantisationStep,
        boolean isProgressive,
        int chromaSubsampling) {
    /** Of a file that is no JPEG file. */
    public ImageHeader(
            ImageFormat format,
            int width,
            int height,
            int channels,
            int bitsPerSample,
            int exifOrientation,
            boolean hasTextMetadata,
            boolean hasTrailingData,
            int frames) {
        this(
                format,
                width,
                height,
                channels,
                bitsPerSample,
                exifOrientation,
                hasTextMetadata,
                hasTrailingData,
                frames,
                0,
                false,
                0);
    }

    static ImageHeader of(
            ImageFormat format,
            int storedWidth,
            int storedHeight,
            int channels,
            int bitsPerSample,
            EmbeddedMetadata metadata,
            boolean hasTrailingData) {
        boolean swapped = metadata.orientation().swapsSides();
        return new ImageHeader(
                format,
                swapped ? storedHeight : storedWidth,
                swapped ? storedWidth : storedHeight,
                channels,
                bitsPerSample,
                metadata.orientation().exifValue(),
                metadata.mayHoldText(),
                hasTrailingData,
                1);
    }

    ImageHeader withFrames(int count) {
        return new ImageHeader(
                format,
                width,
                height,
                channels,
                bitsPerSample,
                exifOrientation,
                hasTextMetadata,
                hasTrailingData,
                count,
                quantisationStep,
                isProgressive,
                chromaSubsampling);
    }

    /**
     * The same of a JPEG file.
     *
     * @param step as {@link #quantisationStep}
     * @param progressive as {@link #isProgressive}
     * @param subsampling as {@link #chromaSubsampling}
     */
    public ImageHeader ofJpeg(double step, boolean progressive, int subsampling) {
        return new ImageHeader(
                format,
                width,
                height,
                channels,
                bitsPerSample,
                exifOrientation,
                hasTextMetadata,
                hasTrailingData,
                frames,
                step,
                progressive,
                subsampling);
    }
}
