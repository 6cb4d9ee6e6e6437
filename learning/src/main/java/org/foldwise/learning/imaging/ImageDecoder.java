package org.foldwise.learning.imaging;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import org.foldwise.learning.imaging.dicom.DicomMetadata;
import org.foldwise.learning.imaging.dicom.VoiWindow;
import org.jspecify.annotations.Nullable;

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
     * What decoding means, for the fingerprints of what is made from decoded images. The {@linkplain ImageRules#NUMBER number} grows when
     * any file would come to other pixels than before.
     */
    static final String RULES = "decoder " + ImageRules.NUMBER
            + ", upright by Exif, 8 bits, stored values without profile or gamma, alpha on black";

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
     * @throws NoSuchFrameException if the file has fewer
     */
    public DecodedImage decode(byte[] file, int frame) {
        ImageFile image = open(file);
        requireFrame(image, frame);
        return new DecodedImage(image.decode(frame), image.header());
    }

    /**
     * The upright pixels that a preprocessing begins with: its window decides what is shown, where it has one.
     *
     * @throws UnreadableImageException also by {@link ImageDefect#NO_MODALITY_VALUES}: if it has one, and the image no values
     */
    public DecodedImage decode(byte[] file, Preprocessing preprocessing) {
        return decode(file, preprocessing, null);
    }

    /**
     * The same of one frame.
     *
     * @param frame from 0 to less than the header's frames; null for the one in the middle
     * @throws NoSuchFrameException if the file has fewer
     * @throws UnreadableImageException also by {@link ImageDefect#NO_MODALITY_VALUES}: if it has a window, and the image no values
     */
    public DecodedImage decode(byte[] file, Preprocessing preprocessing, @Nullable Integer frame) {
        ImageFile image = open(file);
        ImageHeader header = image.header();
        int number = frame == null ? header.frames() / 2 : frame;
        requireFrame(image, number);
        VoiWindow window = window(preprocessing);
        return new DecodedImage(window == null ? image.decode(number) : image.decode(number, window), header);
    }

    /** Told about frames of a file, one after the other. What it throws ends the reading. */
    public interface FrameReader {
        /** The upright pixels of a frame, with the header of the file. */
        void decoded(int frame, DecodedImage image);

        /** A frame cannot be decoded; others may. */
        void unreadable(int frame, UnreadableImageException defect);
    }

    /**
     * Decodes some frames of a file, opening it once; of a compressed volume as many at a time as some memory allows. Of the frames no more
     * than one is held for the reader at a time.
     *
     * @param frames each from 0 to less than the header's frames, in ascending order
     * @param preprocessing whose window decides what is shown, where it has one; null for the file's own shades
     * @throws UnreadableImageException if the file cannot be opened
     * @throws NoSuchFrameException if the file has fewer frames
     */
    public void decode(byte[] file, List<Integer> frames, @Nullable Preprocessing preprocessing, FrameReader reader) {
        ImageFile image = open(file);
        ImageHeader header = image.header();
        frames.forEach(frame -> requireFrame(image, frame));
        image.decode(frames, preprocessing == null ? null : window(preprocessing), new ImageFile.Reader() {
            @Override
            public void decoded(int frame, PixelImage pixels) {
                reader.decoded(frame, new DecodedImage(pixels, header));
            }

            @Override
            public void unreadable(int frame, UnreadableImageException defect) {
                reader.unreadable(frame, defect);
            }
        });
    }

    /**
     * Refuses a file of which one of the frames that are taken cannot be decoded, or more are taken than may be.
     *
     * @param most frames
     * @param count how many are taken of so many
     * @param taken which are taken of so many, in ascending order; asked for only where they are not too many
     * @return the file's header
     */
    public ImageHeader requireFrames(byte[] file, int most, IntUnaryOperator count, IntFunction<List<Integer>> taken) {
        ImageFile image = open(file);
        ImageHeader header = image.header();
        if (count.applyAsInt(header.frames()) > most) {
            throw new UnreadableImageException(
                    ImageDefect.TOO_LARGE,
                    count.applyAsInt(header.frames()) + " of its " + header.frames() + " frames would be taken, and "
                            + most + " are the most of a file: take fewer of each, or divide the file");
        }
        image.decode(taken.apply(header.frames()), null, new ImageFile.Reader() {
            @Override
            public void decoded(int frame, PixelImage pixels) {
                // that it can be decoded is all that matters here
            }

            @Override
            public void unreadable(int frame, UnreadableImageException defect) {
                throw header.frames() == 1
                        ? defect
                        : new UnreadableImageException(
                                defect.defect(), "frame " + frame + ": " + defect.getMessage(), defect);
            }
        });
        return header;
    }

    private static void requireFrame(ImageFile image, int frame) {
        int frames = image.header().frames();
        if (frame < 0 || frame >= frames) {
            throw new NoSuchFrameException(frame, frames);
        }
    }

    private static @Nullable VoiWindow window(Preprocessing preprocessing) {
        Preprocessing.Step.Window window = preprocessing.window();
        return window == null ? null : new VoiWindow(window.centre(), window.width(), VoiWindow.Function.LINEAR);
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

    /** Refuses a file that is not DICOM by its first bytes, where others are not taken. */
    public static void requireDicom(byte[] file) {
        requireDicom(file, "only DICOM files are taken here, and this is of another format");
    }

    /** Refuses a file that is not DICOM by its first bytes, where others are taken but its name says that it is. */
    public static void requireDicomAsCalled(byte[] file) {
        requireDicom(
                file,
                "its name is one that only DICOM files have, and this is of another format; give it the suffix of its format");
    }

    private static void requireDicom(byte[] file, String refusal) {
        if (formatOf(file) != ImageFormat.DICOM) {
            throw new UnreadableImageException(ImageDefect.UNSUPPORTED_FORMAT, refusal);
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
