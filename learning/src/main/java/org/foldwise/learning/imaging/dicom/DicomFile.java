package org.foldwise.learning.imaging.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.foldwise.learning.imaging.dicom.CodedImage.Colours;
import org.foldwise.learning.imaging.dicom.DataSetParser.Parsed;
import org.foldwise.learning.imaging.dicom.DataSetParser.PixelSpans;
import org.foldwise.learning.imaging.dicom.UnreadableDicomException.Reason;

/**
 * A DICOM file (PS3.10) whose header has been read and whose pixels have been found but not decoded. The only exception any
 * bytes can cause is {@link UnreadableDicomException}. Immutable and safe for use by several threads.
 */
public final class DicomFile {
    private static final int PREAMBLE = 128;
    private static final byte[] MAGIC = HexFormat.of().parseHex("4449434d");
    /** Bounds the memory of a frame; a digital breast tomosynthesis has some 25 million samples. */
    private static final long MAXIMUM_SAMPLES = 64L << 20;
    /** Deflate cannot pack tighter. */
    private static final long MAXIMUM_DEFLATION = 1032;

    /** How executables, archives and documents begin: a preamble must not be one of them. */
    private static final List<String> FOREIGN_STARTS = List.of(
            "4d5a", "7f454c46", "feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe", "2321", "504b", "25504446");

    private final Parsed parsed;
    private final DataSet data;
    private final TransferSyntax syntax;
    private final PixelFormat format;
    private final FrameSource source;
    private final byte[] bytes;

    private DicomFile(Parsed parsed, byte[] bytes, TransferSyntax syntax, PixelFormat format, FrameSource source) {
        this.parsed = parsed;
        this.data = parsed.data();
        this.bytes = bytes;
        this.syntax = syntax;
        this.format = format;
        this.source = source;
    }

    /** Whether the bytes begin as DICOM files do, with a preamble or, as some old ones, without. */
    public static boolean isDicom(byte[] file) {
        return hasPreamble(file) || beginsWithElement(file);
    }

    private static boolean hasPreamble(byte[] file) {
        return file.length >= PREAMBLE + MAGIC.length
                && Arrays.equals(file, PREAMBLE, PREAMBLE + MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /** An element of group 2 or 8, little endian, as no other format begins. */
    private static boolean beginsWithElement(byte[] file) {
        return file.length >= 12
                && (file[0] == 2 || file[0] == 8)
                && file[1] == 0
                && file[3] == 0
                && (file[2] & 0xFF) <= 0x18
                && (isExplicit(file)
                        || (file[4] <= 64 && file[4] >= 0 && file[5] == 0 && file[6] == 0 && file[7] == 0));
    }

    private static boolean isExplicit(byte[] file) {
        return file[4] >= 'A' && file[4] <= 'Z' && file[5] >= 'A' && file[5] <= 'Z';
    }

    /**
     * Reads the header.
     *
     * @param maximumBytes to which a deflated file may unpack
     */
    public static DicomFile open(byte[] file, int maximumBytes) {
        if (!isDicom(file)) {
            throw UnreadableDicomException.corrupt("it does not begin as DICOM files do");
        }
        requireHarmlessPreamble(file);
        int start = hasPreamble(file) ? PREAMBLE + MAGIC.length : 0;
        DataSet meta = new DataSet(file, ByteOrder.LITTLE_ENDIAN);
        int end = DataSetParser.parseMeta(file, start, meta);
        TransferSyntax syntax = syntax(file, start, end, meta);
        byte[] bytes = syntax == TransferSyntax.DEFLATED ? inflated(file, end, maximumBytes, false) : file;
        Parsed parsed = DataSetParser.parse(bytes, syntax == TransferSyntax.DEFLATED ? 0 : end, syntax);
        PixelSpans pixels = parsed.pixels();
        if (pixels == null) {
            throw new UnreadableDicomException(Reason.NO_IMAGE, "the DICOM file holds no image");
        }
        PixelFormat format = PixelFormat.of(parsed.data(), pixels.tag());
        if (format.pixels() * format.samples() > MAXIMUM_SAMPLES) {
            throw new UnreadableDicomException(
                    Reason.TOO_LARGE,
                    "the DICOM image declares " + format.columns() + " x " + format.rows() + " pixels of "
                            + format.samples() + " samples; at most " + MAXIMUM_SAMPLES + " samples are read");
        }
        if (format.samples() > 1 && !format.isSubsampled() && syntax.isUncoded()) {
            parsed.data().requireUnsigned(Tag.PLANAR_CONFIGURATION, "its planar configuration");
        }
        FrameSource source = syntax.isEncapsulated()
                ? FrameSource.ofFragments(bytes, pixels, format, syntax.coding())
                : FrameSource.ofNative(bytes, pixels, format);
        DicomFile dicom = new DicomFile(parsed, bytes, syntax, format, source);
        dicom.requireScale();
        // a Patient ID that is none is found before anybody asks for it
        dicom.metadata();
        return dicom;
    }

    private static void requireHarmlessPreamble(byte[] file) {
        String start = HexFormat.of().formatHex(file, 0, Math.min(4, file.length));
        if (FOREIGN_STARTS.stream().anyMatch(start::startsWith)) {
            throw UnreadableDicomException.corrupt("its preamble begins another kind of file");
        }
    }

    private static TransferSyntax syntax(byte[] file, int start, int end, DataSet meta) {
        String uid = meta.text(Tag.TRANSFER_SYNTAX);
        if (uid != null) {
            return TransferSyntax.ofUid(uid);
        }
        if (start > 0 || end > 0) {
            throw UnreadableDicomException.corrupt("it does not say its transfer syntax");
        }
        return isExplicit(file) ? TransferSyntax.EXPLICIT_LITTLE_ENDIAN : TransferSyntax.IMPLICIT_LITTLE_ENDIAN;
    }

    /** @param isFrame whether nothing may follow but a byte that makes the length even */
    private static byte[] inflated(byte[] packed, int start, int maximumBytes, boolean isFrame) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed, start, packed.length - start);
            byte[] unpacked = new byte[Math.min(maximumBytes, Math.max(1024, 4 * (packed.length - start)))];
            int length = 0;
            while (!inflater.finished()) {
                if (length == unpacked.length) {
                    if (length == maximumBytes) {
                        throw new UnreadableDicomException(
                                Reason.TOO_LARGE, "the DICOM file unpacks to more than " + maximumBytes + " bytes");
                    }
                    unpacked = Arrays.copyOf(unpacked, (int) Math.min(maximumBytes, 2L * length));
                }
                int count = inflater.inflate(unpacked, length, unpacked.length - length);
                if (count == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw UnreadableDicomException.truncated("its deflated data do");
                }
                length += count;
            }
            if (isFrame && inflater.getRemaining() > 1) {
                throw UnreadableDicomException.corrupt("a deflated frame goes on behind its end");
            }
            return Arrays.copyOf(unpacked, length);
        } catch (DataFormatException e) {
            throw new UnreadableDicomException(Reason.CORRUPT, "the DICOM file's deflated data cannot be unpacked", e);
        } finally {
            inflater.end();
        }
    }

    /** Contradictions of the grey scale are found before any pixel is decoded. */
    private void requireScale() {
        if (format.isGrey()) {
            GreyScale.of(data, format, 0);
        }
    }

    public int columns() {
        return format.columns();
    }

    public int rows() {
        return format.rows();
    }

    /** Number of frames, 1 or more. */
    public int frames() {
        return format.frames();
    }

    /** 1 for grey, 3 for colour and palettes. */
    public int channels() {
        return format.isGrey() ? 1 : 3;
    }

    int bitsAllocated() {
        return format.bitsAllocated();
    }

    /** Bits of a stored sample. */
    public int bitsStored() {
        return format.bitsStored();
    }

    /** Whether bytes follow the pixels that are no elements. */
    public boolean hasTrailingData() {
        return parsed.hasTrailingData();
    }

    /** Whether the header says more than what {@link #stripped()} keeps: names, dates, comments, private elements. */
    public boolean hasOtherElements() {
        return parsed.hasOthers();
    }

    /**
     * A file that shows the same and says nothing of the patient: what decides the pixels or describes how they were taken is
     * kept as it stands, everything else is left out, within kept sequences overwritten with zeros. Deflated data sets come out
     * unpacked. A stripped file stays as it is when it is stripped again.
     */
    public byte[] stripped() {
        byte[] blanked = bytes.clone();
        parsed.blanks().forEach(blank -> Arrays.fill(blanked, blank.offset(), blank.end(), (byte) 0));
        TransferSyntax written = syntax == TransferSyntax.DEFLATED ? TransferSyntax.EXPLICIT_LITTLE_ENDIAN : syntax;
        String uid = written.uid().length() % 2 == 0 ? written.uid() : written.uid() + "\0";
        int meta = 8 + uid.length();
        int length = PREAMBLE + MAGIC.length + 12 + meta;
        for (Span element : parsed.kept()) {
            length += element.length();
        }
        ByteBuffer file = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.position(PREAMBLE).put(MAGIC);
        file.putInt(0x00000002).put(new byte[] {'U', 'L', 4, 0}).putInt(meta);
        file.putInt(0x00100002).put(new byte[] {'U', 'I', (byte) uid.length(), 0});
        file.put(uid.getBytes(StandardCharsets.US_ASCII));
        for (Span element : parsed.kept()) {
            file.put(blanked, element.offset(), element.length());
        }
        return file.array();
    }

    /** The attributes that may leave the reader. */
    public DicomMetadata metadata() {
        return DicomMetadata.of(data, syntax, format);
    }

    /**
     * A frame as a viewer would show it.
     *
     * @return rows x columns x channels, unsigned, 0 black
     */
    public byte[] shades(int frame) {
        Decoded decoded = decode(frame);
        if (format.isGrey()) {
            return GreyScale.of(data, format, frame).shades(decoded.stored());
        }
        if (format.photometric() == PixelFormat.Photometric.PALETTE) {
            return ColourScale.ofPalette(decoded.stored(), format, data);
        }
        return ColourScale.shades(decoded.stored(), format, ColourScale.colours(format, decoded.colours()));
    }

    /**
     * A grey frame by another window than the file's own. Of a LUT or window that the file has for showing it nothing counts; what
     * makes its stored values those of the modality does, padding stays black, and MONOCHROME1 is turned round in the end.
     *
     * @param window of modality values
     * @return rows x columns, unsigned, 0 black
     */
    public byte[] shades(int frame, VoiWindow window) {
        return greyScale(frame).shownBy(window).shades(decode(frame).stored());
    }

    private GreyScale greyScale(int frame) {
        if (!format.isGrey()) {
            throw new IllegalStateException("colours have no modality values");
        }
        return GreyScale.of(data, format, frame);
    }

    /**
     * The values of a grey frame in the modality's unit, such as Hounsfield units, before any window; NaN where the file has no number.
     *
     * @return rows x columns
     */
    public float[] modalityValues(int frame) {
        GreyScale scale = greyScale(frame);
        StoredFrame stored = decode(frame).stored();
        float[] values = new float[stored.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) scale.modalityValue(stored.value(i));
        }
        return values;
    }

    /** The values of a frame as they are stored. */
    StoredFrame stored(int frame) {
        return decode(frame).stored();
    }

    private record Decoded(StoredFrame stored, Colours colours) {}

    private Decoded decode(int frame) {
        if (frame < 0 || frame >= format.frames()) {
            throw new IndexOutOfBoundsException("no frame " + frame + " of " + format.frames());
        }
        return switch (syntax.coding()) {
            case NATIVE -> new Decoded(nativeFrame(frame), Colours.UNSAID);
            case DEFLATE -> new Decoded(deflatedFrame(frame), Colours.UNSAID);
            case RLE -> {
                byte[] unpacked = RunLengths.unpack(source.compressed(frame), format);
                yield new Decoded(
                        new NativePixels(format.unpacked(), unpacked, ByteOrder.LITTLE_ENDIAN, false).read(0),
                        Colours.UNSAID);
            }
            case JPEG -> coded(JpegFrame.decode(source.compressed(frame), format));
            case JPEG_LS -> coded(JpegLsFrame.decode(source.compressed(frame), format));
            case JPEG_2000 -> coded(Jpeg2000Frame.decode(source.compressed(frame), format));
        };
    }

    private StoredFrame nativeFrame(int frame) {
        long firstBit = source.nativePixels().offset() * 8L
                + frame * (format.isSubsampled() ? format.frameBytes() * 8 : format.frameBits());
        return new NativePixels(format, source.bytes(), syntax.byteOrder(), source.words()).read(firstBit);
    }

    private StoredFrame deflatedFrame(int frame) {
        byte[] packed = source.compressed(frame);
        long needed = format.frameBytes();
        if (needed > packed.length * MAXIMUM_DEFLATION) {
            throw UnreadableDicomException.truncated("a deflated frame does");
        }
        byte[] unpacked = inflated(packed, 0, Math.toIntExact(needed + 8), true);
        if (unpacked.length < needed) {
            throw UnreadableDicomException.truncated("a deflated frame does");
        }
        return new NativePixels(format, unpacked, ByteOrder.LITTLE_ENDIAN, false).read(0);
    }

    private Decoded coded(CodedImage image) {
        int[] samples = image.requireShape(format);
        PixelFormat justified = format.justified();
        // streams of integers under this syntax may have been cut off at a rate, which nothing in them tells
        boolean mayBeCut = syntax == TransferSyntax.JPEG_2000;
        for (int channel = 0; channel < format.samples(); channel++) {
            CodedDepth depth = image.depth(channel);
            if (mayBeCut) {
                depth = new CodedDepth(depth.bits(), depth.signed(), false);
            }
            for (int i = channel; i < samples.length; i += format.samples()) {
                samples[i] = justified.valueOfCoded(samples[i], depth);
            }
        }
        return new Decoded(StoredFrame.of(format, samples), image.colours());
    }
}
