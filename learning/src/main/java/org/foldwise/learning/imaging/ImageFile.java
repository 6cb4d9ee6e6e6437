package org.foldwise.learning.imaging;

import org.foldwise.learning.imaging.dicom.VoiWindow;

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

    /**
     * The upright pixels of a frame, its modality values shown by a window.
     *
     * @param frame from 0 to less than the header's frames
     * @throws UnreadableImageException if it has no modality values
     */
    default PixelImage decode(int frame, VoiWindow window) {
        throw withoutModalityValues(header());
    }

    /** The refusal of an image that has none. */
    static UnreadableImageException withoutModalityValues(ImageHeader header) {
        return new UnreadableImageException(
                ImageDefect.NO_MODALITY_VALUES,
                "a window of the modality's values is to be shown, and a " + header.format() + " image of "
                        + (header.channels() == 1 ? "1 channel" : header.channels() + " channels")
                        + " has none: only grey DICOM and NIfTI images do");
    }
}
