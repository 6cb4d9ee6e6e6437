package org.foldwise.learning.imaging.dicom;

import com.github.jaiimageio.jpeg2000.impl.J2KImageReader;
import com.github.jaiimageio.jpeg2000.impl.J2KImageReaderSpi;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.foldwise.learning.imaging.dicom.CodedImage.Colours;

/**
 * One frame of JPEG 2000 (ITU-T T.800) by the JJ2000 decoder. Its markers are walked first: sizes as the header declares, every
 * tile there and complete, the end present. Colour transforms of the codestream are undone by the decoder.
 */
final class Jpeg2000Frame {
    private static final int START_AND_SIZES = 0xFF4FFF51;
    private static final int CODING_DEFAULTS = 0xFF52;
    private static final int TILE = 0xFF90;
    private static final int TILE_DATA = 0xFF93;
    private static final int END = 0xFFD9;
    private static final int SIZES_LENGTH = 38;
    /** One tile is usual. */
    private static final int MAXIMUM_TILES = 1024;
    /** Photographs at their most compressed have some hundred; a black film has many thousand. */
    private static final long MAXIMUM_PIXELS_PER_BYTE = 1 << 16;

    private final byte[] data;
    private final ByteBuffer bytes;
    private final PixelFormat format;

    private Jpeg2000Frame(byte[] data, PixelFormat format) {
        this.data = data;
        this.bytes = ByteBuffer.wrap(data);
        this.format = format;
    }

    static CodedImage decode(byte[] data, PixelFormat format) {
        Jpeg2000Frame frame = new Jpeg2000Frame(data, format);
        int start = frame.codestream();
        frame.requireWhole(start);
        Raster raster = frame.raster(start);
        int[] samples = raster.getPixels(
                raster.getMinX(), raster.getMinY(), raster.getWidth(), raster.getHeight(), (int[]) null);
        return new CodedImage(raster.getWidth(), raster.getHeight(), raster.getNumBands(), Colours.RGB, samples);
    }

    /** Where the codestream begins: at once, as it should, or in the box of a JP2 file. */
    private int codestream() {
        if (data.length >= 8 && bytes.getInt(0) == START_AND_SIZES) {
            return 0;
        }
        int at = 0;
        while (data.length - at >= 12) {
            long length = Integer.toUnsignedLong(bytes.getInt(at));
            int header = 8;
            if (length == 1 && data.length - at >= 16) {
                length = bytes.getLong(at + 8);
                header = 16;
            }
            if (bytes.getInt(at + 4) == 0x6A703263 && bytes.getInt(at + header) == START_AND_SIZES) {
                return at + header;
            }
            if (length < header || length > data.length - at) {
                break;
            }
            at += (int) length;
        }
        throw UnreadableDicomException.corrupt("a frame does not begin as JPEG 2000 does");
    }

    private void requireWhole(int start) {
        require(start, 6 + SIZES_LENGTH);
        int sizes = start + 4;
        long width = unsigned(sizes + 4) - unsigned(sizes + 12);
        long height = unsigned(sizes + 8) - unsigned(sizes + 16);
        int components = uint16(sizes + 36);
        if (width != format.columns() || height != format.rows() || components != format.samples()) {
            throw CodedImage.mismatch();
        }
        if (format.pixels() > data.length * MAXIMUM_PIXELS_PER_BYTE) {
            throw UnreadableDicomException.truncated("the coded data of a frame do");
        }
        require(sizes, 38 + 3 * components);
        for (int i = 0; i < components; i++) {
            int depth = (data[sizes + 38 + 3 * i] & 0x7F) + 1;
            if (depth > format.bitsAllocated()
                    || depth > 16
                    || data[sizes + 39 + 3 * i] != 1
                    || data[sizes + 40 + 3 * i] != 1) {
                throw UnreadableDicomException.unsupported("its components differ in size or have " + depth + " bits");
            }
        }
        requireTiles(start + 2, tiles(sizes));
    }

    private int tiles(int sizes) {
        long tileWidth = unsigned(sizes + 20);
        long tileHeight = unsigned(sizes + 24);
        long left = unsigned(sizes + 28);
        long top = unsigned(sizes + 32);
        if (tileWidth == 0 || tileHeight == 0 || left > unsigned(sizes + 12) || top > unsigned(sizes + 16)) {
            throw UnreadableDicomException.corrupt("its tiles do not cover a frame");
        }
        long across = (unsigned(sizes + 4) - left + tileWidth - 1) / tileWidth;
        long down = (unsigned(sizes + 8) - top + tileHeight - 1) / tileHeight;
        if (across < 1 || down < 1 || across * down > MAXIMUM_TILES) {
            throw UnreadableDicomException.unsupported("a frame has more than " + MAXIMUM_TILES + " tiles");
        }
        return (int) (across * down);
    }

    /** Walks the main header and all tile parts. */
    private void requireTiles(int start, int tiles) {
        BitSet seen = new BitSet();
        boolean coded = false;
        int at = start;
        while (true) {
            require(at, 2);
            int marker = uint16(at);
            if (marker == END) {
                break;
            }
            require(at, 4);
            int length = uint16(at + 2);
            if (marker < 0xFF50 || marker > 0xFF90 || length < 2) {
                throw UnreadableDicomException.corrupt(
                        "a JPEG 2000 segment is followed by something else than a marker");
            }
            coded |= marker == CODING_DEFAULTS;
            if (marker != TILE) {
                at += 2 + length;
                continue;
            }
            at = endOfTilePart(at, tiles, seen);
            if (at == data.length) {
                throw UnreadableDicomException.truncated("the end marker of a frame");
            }
        }
        if (!coded || seen.cardinality() != tiles) {
            throw UnreadableDicomException.truncated("all tiles of a frame do");
        }
    }

    private int endOfTilePart(int at, int tiles, BitSet seen) {
        require(at, 12);
        int tile = uint16(at + 4);
        long length = unsigned(at + 6);
        if (tile >= tiles || (length != 0 && length < 14)) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 tile is not one");
        }
        seen.set(tile);
        if (length == 0) {
            // it goes on to the end marker, which may be followed by a byte of padding
            int end = data.length - 2;
            while (end > at && end > data.length - 4 && uint16(end) != END) {
                end--;
            }
            return end > at && uint16(end) == END ? end : data.length;
        }
        if (length > data.length - at) {
            throw UnreadableDicomException.truncated("a tile of a frame does");
        }
        if (!hasTileData(at, (int) length)) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 tile has no data");
        }
        return at + (int) length;
    }

    private boolean hasTileData(int tilePart, int length) {
        int at = tilePart + 12;
        while (at + 2 <= tilePart + length) {
            if (uint16(at) == TILE_DATA) {
                return true;
            }
            if (at + 4 > tilePart + length) {
                return false;
            }
            at += 2 + uint16(at + 2);
        }
        return false;
    }

    /** The decoder signals broken data by exceptions of many kinds, plain errors among them. */
    private Raster raster(int start) {
        J2KImageReader reader = new J2KImageReader(new J2KImageReaderSpi());
        try (var input = new MemoryCacheImageInputStream(new ByteArrayInputStream(data, start, data.length - start))) {
            reader.setInput(input, true, true);
            return reader.readRaster(0, null);
        } catch (VirtualMachineError | LinkageError e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            throw new UnreadableDicomException(
                    UnreadableDicomException.Reason.CORRUPT, "the JPEG 2000 data of a frame cannot be decoded", e);
        } finally {
            reader.dispose();
        }
    }

    private long unsigned(int at) {
        return Integer.toUnsignedLong(bytes.getInt(at));
    }

    private int uint16(int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    private void require(int at, int count) {
        if (data.length - at < count) {
            throw UnreadableDicomException.truncated("the coded data of a frame do");
        }
    }
}
