package org.foldwise.learning.imaging;

/** A file whose structure has been checked and whose pixels have not been touched. */
sealed interface ImageFile permits PngFile, JpegFile, TiffFile, WebpFile, DicomImageFile, NiftiFile {
    ImageHeader header();

    /** The upright pixels; of several frames those of the one in the middle. */
    default PixelImage decode() {
        return decode(header().frames() / 2);
    }

    /**
     * The upright pixels of a frame.
     *
     * @param frame from 0 to less than the header's frames
     */
    PixelImage decode(int frame);
}
