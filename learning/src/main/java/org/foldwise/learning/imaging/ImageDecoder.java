package org.foldwise.learning.imaging;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.foldwise.learning.imaging.dicom.DicomMetadata;
import org.foldwise.learning.imaging.dicom.VoiWindow;

/**
 * Reads PNG, JPEG, TIFF, WebP, DICOM and NIfTI files strictly: what other readers repair in silence (missing rows, wrong checksums, a scan cut in half)
 * is refused, because a half-grey film is worse than none. Immutable and safe for use by several threads.
 *
 * <p>Decoded images are upright and have 8 bits a sample. Sixteen-bit samples are divided by 257 and rounded, fewer bits are
 * spread over 0 to 255, palettes are expanded, alpha is composited on black. Colour profiles and gamma are not applied: the
 * stored values count. Grey DICOM and NIfTI values become shades as {@code docs/formats.md} says: by the file's own window
 * where it has one, and unless a preprocessing brings another. A file of several frames or slices stands for the one in the middle unless another is asked for. The only exception any bytes can cause is {@link UnreadableImageException}.
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

    /**
     * The upright pixels of one frame, with the header of the file.
     *
     * @param frame from 0 to less than the header's frames
     */
    public DecodedImage decode(byte[] file, int frame) {
        ImageFile image = open(file);
        return new DecodedImage(image.decode(frame), image.header());
    }

    /**
     * The upright pixels that a preprocessing begins with: its window decides what is shown, where it has one.
     *
     * @throws UnreadableImageException also by {@link ImageDefect#NO_MODALITY_VALUES}: if it has one, and the image no values
     */
    public DecodedImage decode(byte[] file, Preprocessing preprocessing) {
        Preprocessing.Step.Window window = preprocessing.window();
        if (window == null) {
            return decode(file);
        }
        ImageFile image = open(file);
        ImageHeader header = image.header();
        VoiWindow shown = new VoiWindow(window.centre(), window.width(), VoiWindow.Function.LINEAR);
        return new DecodedImage(image.decode(header.frames() / 2, shown), header);
    }

    /** What a DICOM file says of patient, examination and device, as far as it may be known; nothing for other formats. */
    public Optional<DicomMetadata> dicomMetadata(byte[] file) {
        return open(file) instanceof DicomImageFile dicom ? Optional.of(dicom.metadata()) : Optional.empty();
    }

    /**
     * Refuses a file that says it holds burned-in text, or does not say that it is de-identified. Formats other than DICOM have no
     * word for either and pass.
     */
    public void requireDeidentified(byte[] file) {
        DicomMetadata dicom = dicomMetadata(file).orElse(null);
        if (dicom == null) {
            return;
        }
        if (Boolean.TRUE.equals(dicom.burnedInAnnotation())) {
            throw new UnreadableImageException(
                    ImageDefect.NOT_DEIDENTIFIED,
                    "the file says that its pixels hold text (Burned In Annotation), and the dataset takes none of the kind");
        }
        if (!Boolean.TRUE.equals(dicom.patientIdentityRemoved())) {
            throw new UnreadableImageException(
                    ImageDefect.NOT_DEIDENTIFIED,
                    "the file does not say that the patient's identity was removed (Patient Identity Removed), and the dataset"
                            + " takes only files that do");
        }
    }

    /** Refuses a file that is not DICOM by its first bytes. */
    public static void requireDicom(byte[] file) {
        if (formatOf(file) != ImageFormat.DICOM) {
            throw new UnreadableImageException(
                    ImageDefect.UNSUPPORTED_FORMAT, "only DICOM files are taken here, and this is of another format");
        }
    }

    /**
     * The file as it may be kept: DICOM without what its header says of the patient, other formats as they are. It decodes to the
     * same pixels.
     */
    public byte[] stripped(byte[] file) {
        return open(file) instanceof DicomImageFile dicom ? dicom.stripped() : file;
    }

    /** The format, by the first bytes alone. */
    public static ImageFormat formatOf(byte[] file) {
        return FileSignature.requireSupported(file);
    }

    private ImageFile open(byte[] file) {
        limits.requireFileSize(file.length);
        return switch (FileSignature.requireSupported(file)) {
            case PNG -> PngFile.open(file, limits);
            case JPEG -> JpegFile.open(file, limits);
            case TIFF -> TiffFile.open(file, limits);
            case WEBP -> WebpFile.open(file, limits);
            case DICOM -> DicomImageFile.open(file, limits);
            case NIFTI -> NiftiFile.open(file, limits);
        };
    }
}
