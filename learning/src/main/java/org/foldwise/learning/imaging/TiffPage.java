package org.foldwise.learning.imaging;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * How the pixels of one page of a TIFF file are stored, checked against the limits and the file's length: as many strips or tiles as
 * the page's sides ask for, each within the file, uncompressed ones with exactly the bytes that they need.
 */
final class TiffPage {
    private static final int REDUCED = 1;
    private static final int MASK = 4;
    private static final int TRANSPARENCY = 4;
    private static final int MAXIMUM_SAMPLES = 16;
    private static final int MAXIMUM_BITS = 16;
    /** Tiles have sides of a multiple of this (section 15). */
    private static final int TILE_UNIT = 16;

    private static final int HORIZONTAL = 2;
    private static final int ASSOCIATED_ALPHA = 1;
    private static final int UNASSOCIATED_ALPHA = 2;

    /** What a sample stands for. */
    enum Photometric {
        WHITE_IS_ZERO(1),
        BLACK_IS_ZERO(1),
        RGB(3),
        PALETTE(1);

        private final int colours;

        Photometric(int colours) {
            this.colours = colours;
        }

        /** Samples of a pixel without any extra ones. */
        int colours() {
            return colours;
        }
    }

    private final TiffDirectory directory;
    private final ByteOrder order;
    private final boolean reduced;
    private final int width;
    private final int height;
    private final int samplesPerPixel;
    private final int bits;
    private final Photometric photometric;
    private final TiffPacking packing;
    private final boolean predicted;
    private final boolean planar;
    private final boolean hasAlpha;
    private final boolean tiled;
    private final int chunkWidth;
    private final int chunkHeight;
    private final byte[] palette;
    private final List<FileSpan> chunks = new ArrayList<>();
    private final Orientation orientation;

    TiffPage(ByteBuffer file, TiffDirectory directory, ImageLimits limits) {
        this.directory = directory;
        this.order = file.order();
        long kind = directory.number(TiffDirectory.NEW_SUBFILE_TYPE, 0);
        this.reduced = (kind & REDUCED) != 0;
        limits.requireDimensions(
                directory.required(TiffDirectory.IMAGE_WIDTH), directory.required(TiffDirectory.IMAGE_LENGTH));
        this.width = (int) directory.required(TiffDirectory.IMAGE_WIDTH);
        this.height = (int) directory.required(TiffDirectory.IMAGE_LENGTH);
        long samples = directory.number(TiffDirectory.SAMPLES_PER_PIXEL, 1);
        if (samples < 1 || samples > MAXIMUM_SAMPLES) {
            throw TiffFile.unsupported("it has " + samples + " samples a pixel");
        }
        this.samplesPerPixel = (int) samples;
        this.photometric = photometric(directory, kind);
        if (samplesPerPixel < photometric.colours()) {
            throw TiffFile.corrupt("it has " + samplesPerPixel + " samples a pixel");
        }
        this.bits = storedBits();
        this.packing = TiffPacking.of(directory.number(TiffDirectory.COMPRESSION, 1));
        this.predicted = isPredicted();
        this.planar = isPlanar();
        this.hasAlpha = namesAlpha();
        if (directory.number(TiffDirectory.FILL_ORDER, 1) != 1) {
            throw TiffFile.unsupported("the bits of its bytes are reversed");
        }
        this.palette = photometric == Photometric.PALETTE ? palette() : new byte[0];
        this.tiled = directory.has(TiffDirectory.TILE_OFFSETS) || directory.has(TiffDirectory.TILE_WIDTH);
        if (tiled) {
            long tileWidth = directory.required(TiffDirectory.TILE_WIDTH);
            long tileHeight = directory.required(TiffDirectory.TILE_LENGTH);
            limits.requireDimensions(tileWidth, tileHeight);
            if (tileWidth % TILE_UNIT != 0 || tileHeight % TILE_UNIT != 0) {
                throw TiffFile.corrupt("its tiles have " + tileWidth + " x " + tileHeight + " pixels");
            }
            this.chunkWidth = (int) tileWidth;
            this.chunkHeight = (int) tileHeight;
            limits.requireDimensions((long) across() * chunkWidth, (long) down() * chunkHeight);
        } else {
            long rows = directory.number(TiffDirectory.ROWS_PER_STRIP, height);
            if (rows < 1) {
                throw TiffFile.corrupt("its strips have no rows");
            }
            this.chunkWidth = width;
            this.chunkHeight = (int) Math.min(rows, height);
        }
        this.orientation = Orientation.ofExif((int) directory.number(TiffDirectory.ORIENTATION, 1));
        readChunks(file.limit());
    }

    private static Photometric photometric(TiffDirectory directory, long kind) {
        long photometric = directory.required(TiffDirectory.PHOTOMETRIC_INTERPRETATION);
        if (photometric == TRANSPARENCY || (kind & MASK) != 0) {
            throw TiffFile.unsupported("a page is a mask for another");
        }
        return switch ((int) photometric) {
            case 0 -> Photometric.WHITE_IS_ZERO;
            case 1 -> Photometric.BLACK_IS_ZERO;
            case 2 -> Photometric.RGB;
            case 3 -> Photometric.PALETTE;
            case 5 -> throw TiffFile.unsupported("its colours are those of a printer (CMYK)");
            case 6 -> throw TiffFile.unsupported("its colours are luminance and chroma (YCbCr)");
            default ->
                throw TiffFile.unsupported(
                        "only grey, RGB and palettes are read, not photometric interpretation " + photometric);
        };
    }

    private int storedBits() {
        int format = directory.perSample(TiffDirectory.SAMPLE_FORMAT, samplesPerPixel, 1);
        if (format == 3) {
            throw TiffFile.unsupported("its samples are floating-point numbers");
        }
        if (format != 1) {
            throw TiffFile.unsupported("its samples are no unsigned whole numbers");
        }
        int stored = directory.perSample(TiffDirectory.BITS_PER_SAMPLE, samplesPerPixel, 1);
        boolean isWhole = stored == 8 || stored == MAXIMUM_BITS;
        int most = photometric == Photometric.PALETTE ? 8 : MAXIMUM_BITS;
        if (stored < 1 || stored > most || (!isWhole && samplesPerPixel > 1)) {
            throw TiffFile.unsupported("it has " + samplesPerPixel + " samples of " + stored + " bits a pixel");
        }
        return stored;
    }

    private boolean isPredicted() {
        long predictor = directory.number(TiffDirectory.PREDICTOR, 1);
        boolean known = predictor == 1 || (predictor == HORIZONTAL && (bits == 8 || bits == MAXIMUM_BITS));
        if (!known) {
            throw TiffFile.unsupported("it has predictor " + predictor + " for samples of " + bits + " bits");
        }
        // a predictor means something for packings by strings alone (TIFF 6.0, section 14)
        return predictor == HORIZONTAL && packing.predicts();
    }

    private boolean isPlanar() {
        long configuration = directory.number(TiffDirectory.PLANAR_CONFIGURATION, 1);
        if (configuration != 1 && configuration != 2) {
            throw TiffFile.corrupt("it has planar configuration " + configuration);
        }
        return configuration == 2 && samplesPerPixel > 1;
    }

    /** Colours of associated alpha are on black already; extra samples of unsaid meaning count for nothing. */
    private boolean namesAlpha() {
        int extra = samplesPerPixel - photometric.colours();
        long[] kinds = directory.few(TiffDirectory.EXTRA_SAMPLES, MAXIMUM_SAMPLES);
        if (kinds.length > extra) {
            throw TiffFile.corrupt("it names more extra samples than it has");
        }
        for (int i = 0; i < kinds.length; i++) {
            if (kinds[i] == UNASSOCIATED_ALPHA) {
                if (i > 0 || planar || photometric == Photometric.PALETTE) {
                    throw TiffFile.unsupported("its alpha lies apart from its colours");
                }
                return true;
            }
            if (kinds[i] > ASSOCIATED_ALPHA) {
                throw TiffFile.corrupt("an extra sample is of kind " + kinds[i]);
            }
        }
        return false;
    }

    /** One or three samples a colour; a palette of greys stays grey. */
    private byte[] palette() {
        int colours = 1 << bits;
        long[] values = directory.numbers(TiffDirectory.COLOR_MAP, 3 * colours);
        byte[] interleaved = new byte[3 * colours];
        boolean grey = true;
        for (int colour = 0; colour < colours; colour++) {
            for (int channel = 0; channel < 3; channel++) {
                interleaved[3 * colour + channel] = (byte) (values[channel * colours + colour] >> 8);
            }
            grey &= interleaved[3 * colour] == interleaved[3 * colour + 1]
                    && interleaved[3 * colour] == interleaved[3 * colour + 2];
        }
        if (!grey) {
            return interleaved;
        }
        byte[] greys = new byte[colours];
        for (int colour = 0; colour < colours; colour++) {
            greys[colour] = interleaved[3 * colour];
        }
        return greys;
    }

    private void readChunks(int fileLength) {
        int count = across() * down() * planes();
        long[] offsets = directory.numbers(tiled ? TiffDirectory.TILE_OFFSETS : TiffDirectory.STRIP_OFFSETS, count);
        long[] lengths =
                directory.numbers(tiled ? TiffDirectory.TILE_BYTE_COUNTS : TiffDirectory.STRIP_BYTE_COUNTS, count);
        for (int i = 0; i < count; i++) {
            if (offsets[i] + lengths[i] > fileLength) {
                throw TiffFile.truncated();
            }
            if (offsets[i] < TiffFile.HEADER_LENGTH) {
                throw TiffFile.corrupt("a strip or tile lies at byte " + offsets[i]);
            }
            packing.requireLength(lengths[i], (long) rowBytes() * rowsOf(i / across() % down()));
            chunks.add(new FileSpan((int) offsets[i], (int) lengths[i]));
        }
    }

    /** Whether the page is a smaller version of another. */
    boolean isReduced() {
        return reduced;
    }

    /** Whether both have pixels of the same shape and kind. */
    boolean isLike(TiffPage other) {
        return width == other.width
                && height == other.height
                && channels() == other.channels()
                && bits == other.bits
                && orientation == other.orientation;
    }

    ByteOrder order() {
        return order;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    int channels() {
        return photometric == Photometric.PALETTE ? palette.length >> bits : photometric.colours();
    }

    int bits() {
        return bits;
    }

    Photometric photometric() {
        return photometric;
    }

    TiffPacking packing() {
        return packing;
    }

    boolean predicted() {
        return predicted;
    }

    boolean hasAlpha() {
        return hasAlpha;
    }

    byte[] paletteSamples() {
        return palette;
    }

    Orientation orientation() {
        return orientation;
    }

    int chunkWidth() {
        return chunkWidth;
    }

    int chunkHeight() {
        return chunkHeight;
    }

    /** Strips or tiles side by side. */
    int across() {
        return (width + chunkWidth - 1) / chunkWidth;
    }

    /** Strips or tiles one below the other. */
    int down() {
        return (height + chunkHeight - 1) / chunkHeight;
    }

    /** 1, or the samples of a pixel where each kind lies apart. */
    int planes() {
        return planar ? samplesPerPixel : 1;
    }

    /** Samples side by side in a row of a strip or tile, for each pixel. */
    int samplesInRow() {
        return planar ? 1 : samplesPerPixel;
    }

    /** Bytes of a row of a strip or tile, unpacked. */
    int rowBytes() {
        return (chunkWidth * samplesInRow() * bits + 7) / 8;
    }

    /** Rows that a strip or tile holds; tiles reach beyond the page's edge, strips do not. */
    int rowsOf(int chunkRow) {
        return tiled ? chunkHeight : Math.min(chunkHeight, height - chunkRow * chunkHeight);
    }

    /** Where the strips or tiles lie: from left to right, from top to bottom, plane by plane. */
    List<FileSpan> chunks() {
        return chunks;
    }
}
