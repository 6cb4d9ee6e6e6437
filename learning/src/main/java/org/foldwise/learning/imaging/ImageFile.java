package org.foldwise.learning.imaging;

import java.util.List;
import org.foldwise.learning.imaging.dicom.VoiWindow;
import org.jspecify.annotations.Nullable;

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

    /** Told about the frames of a file, one after the other. */
    interface Reader {
        void decoded(int frame, PixelImage pixels);

        void unreadable(int frame, UnreadableImageException defect);
    }

    /**
     * Decodes some of the frames, going on after one that cannot be decoded.
     *
     * @param frames each from 0 to less than the header's frames
     * @param window shows their modality values; null for the file's own shades
     */
    default void decode(List<Integer> frames, @Nullable VoiWindow window, Reader reader) {
        for (int frame : frames) {
            PixelImage pixels;
            try {
                pixels = window == null ? decode(frame) : decode(frame, window);
            } catch (UnreadableImageException e) {
                reader.unreadable(frame, e);
                continue;
            }
            reader.decoded(frame, pixels);
        }
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
