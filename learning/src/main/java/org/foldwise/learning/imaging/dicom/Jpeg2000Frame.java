package org.foldwise.learning.imaging.dicom;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.foldwise.learning.imaging.dicom.CodedImage.Colours;

/**
 * One frame of JPEG 2000 (ITU-T T.800), whole or not at all: sizes as the header declares, every tile and packet there, the end
 * present. What a frame makes the decoder do is bounded by its pixels and bytes.
 */
final class Jpeg2000Frame {
    static final int PACKET_START = 0xFF91;
    static final int PACKET_HEADER_END = 0xFF92;

    private static final int START_AND_SIZES = 0xFF4FFF51;
    private static final int CODESTREAM_BOX = 0x6A703263;
    private static final int TILE = 0xFF90;
    private static final int TILE_DATA = 0xFF93;
    private static final int END = 0xFFD9;
    private static final int SIZES_LENGTH = 38;
    private static final int TILE_LENGTH = 12;
    private static final int MAXIMUM_DEPTH = 16;
    /** Capabilities beyond part 1, regions of interest, changes of progression, packet headers apart from their packets. */
    private static final Set<Integer> UNREAD = Set.of(0xFF50, 0xFF5E, 0xFF5F, 0xFF60, 0xFF61);

    /** One tile is usual. */
    private static final int MAXIMUM_TILES = 1024;
    /** Photographs at their most compressed have some hundred; a black film has many thousand. */
    private static final long MAXIMUM_PIXELS_PER_BYTE = 1 << 16;

    private final byte[] data;
    private final ByteBuffer bytes;
    private final PixelFormat format;
    private final int sizes;
    private final List<Integer> depths = new ArrayList<>();
    private final List<Boolean> signed = new ArrayList<>();
    private final Map<Integer, TileData> tiles = new TreeMap<>();
    private final Jpeg2000Parameters parameters;

    /** What the parts of a tile hold. */
    private record TileData(Jpeg2000Parameters parameters, ByteArrayOutputStream packets) {}

    private Jpeg2000Frame(byte[] data, PixelFormat format) {
        this.data = data;
        this.bytes = ByteBuffer.wrap(data);
        this.format = format;
        this.sizes = codestream() + 4;
        this.parameters = new Jpeg2000Parameters(format.samples());
    }

    static CodedImage decode(byte[] data, PixelFormat format) {
        Jpeg2000Frame frame = new Jpeg2000Frame(data, format);
        frame.readSizes();
        int across = frame.tilesAcross();
        int down = frame.tilesDown();
        if ((long) across * down > MAXIMUM_TILES) {
            throw UnreadableDicomException.unsupported("a frame has more than " + MAXIMUM_TILES + " tiles");
        }
        frame.readTiles(across * down);
        int[] samples = new int[format.columns() * format.rows() * format.samples()];
        Jpeg2000Work work = new Jpeg2000Work(data.length);
        frame.tiles.forEach((index, tile) -> frame.decode(tile, index % across, index / across, samples, work));
        boolean exact = frame.tiles.values().stream().allMatch(tile -> tile.parameters.areReversible());
        List<CodedDepth> depths = new ArrayList<>();
        for (int i = 0; i < format.samples(); i++) {
            depths.add(new CodedDepth(frame.depths.get(i), frame.signed.get(i), exact));
        }
        return new CodedImage(format.columns(), format.rows(), format.samples(), Colours.RGB, depths, samples);
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
            if (length == 1 && data.length - at >= 20) {
                length = bytes.getLong(at + 8);
                header = 16;
            }
            if (bytes.getInt(at + 4) == CODESTREAM_BOX && bytes.getInt(at + header) == START_AND_SIZES) {
                return at + header;
            }
            if (length < header || length > data.length - at) {
                break;
            }
            at += (int) length;
        }
        throw UnreadableDicomException.corrupt("a frame does not begin as JPEG 2000 does");
    }

    private void readSizes() {
        require(sizes, SIZES_LENGTH);
        long width = right() - originX();
        long height = bottom() - originY();
        int components = uint16(sizes + 36);
        if (width != format.columns() || height != format.rows() || components != format.samples()) {
            throw CodedImage.mismatch();
        }
        if (format.pixels() > data.length * MAXIMUM_PIXELS_PER_BYTE) {
            throw UnreadableDicomException.truncated("the coded data of a frame do");
        }
        require(sizes, SIZES_LENGTH + 3 * components);
        for (int at = sizes + SIZES_LENGTH; at < sizes + SIZES_LENGTH + 3 * components; at += 3) {
            int depth = (data[at] & 0x7F) + 1;
            if (depth > format.bitsAllocated() || depth > MAXIMUM_DEPTH || data[at + 1] != 1 || data[at + 2] != 1) {
                throw UnreadableDicomException.unsupported("its components differ in size or have " + depth + " bits");
            }
            depths.add(depth);
            signed.add(data[at] < 0);
        }
        if (tileWidth() == 0
                || tileHeight() == 0
                || tilesX() > originX()
                || tilesY() > originY()
                || tilesX() + tileWidth() <= originX()
                || tilesY() + tileHeight() <= originY()) {
            throw UnreadableDicomException.corrupt("its tiles do not cover a frame");
        }
    }

    private long right() {
        return uint32(sizes + 4);
    }

    private long bottom() {
        return uint32(sizes + 8);
    }

    private long originX() {
        return uint32(sizes + 12);
    }

    private long originY() {
        return uint32(sizes + 16);
    }

    private long tileWidth() {
        return uint32(sizes + 20);
    }

    private long tileHeight() {
        return uint32(sizes + 24);
    }

    private long tilesX() {
        return uint32(sizes + 28);
    }

    private long tilesY() {
        return uint32(sizes + 32);
    }

    private int tilesAcross() {
        return (int) ((right() - tilesX() + tileWidth() - 1) / tileWidth());
    }

    private int tilesDown() {
        return (int) ((bottom() - tilesY() + tileHeight() - 1) / tileHeight());
    }

    /** Walks the main header and all tile parts. */
    private void readTiles(int count) {
        int at = sizes - 2;
        while (true) {
            require(at, 2);
            if (uint16(at) == END) {
                break;
            }
            int end = endOfSegment(at, data.length);
            if (uint16(at) == TILE) {
                at = readTilePart(at, count);
            } else if (tiles.isEmpty()) {
                parameters.read(data, at, end);
                at = end;
            } else {
                throw UnreadableDicomException.corrupt("a JPEG 2000 tile is followed by something else than one");
            }
        }
        if (tiles.size() != count) {
            throw UnreadableDicomException.truncated("all tiles of a frame do");
        }
    }

    private int endOfSegment(int at, int limit) {
        if (limit - at < 4) {
            throw UnreadableDicomException.truncated("a JPEG 2000 segment does");
        }
        int marker = uint16(at);
        int length = uint16(at + 2);
        if (UNREAD.contains(marker)) {
            throw UnreadableDicomException.unsupported(
                    "a frame has the JPEG 2000 marker " + Integer.toHexString(marker));
        }
        if (marker < 0xFF50 || marker > TILE || length < 2) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 segment is followed by something else than a marker");
        }
        if (length > limit - at - 2) {
            throw UnreadableDicomException.truncated("a JPEG 2000 segment does");
        }
        return at + 2 + length;
    }

    private int readTilePart(int start, int count) {
        require(start, TILE_LENGTH);
        int index = uint16(start + 4);
        long length = uint32(start + 6);
        if (index >= count || (length != 0 && length < TILE_LENGTH + 2)) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 tile is not one");
        }
        if (length > data.length - start) {
            throw UnreadableDicomException.truncated("a tile of a frame does");
        }
        int end = length == 0 ? lastEnd(start) : start + (int) length;
        TileData tile = tiles.computeIfAbsent(index, i -> new TileData(parameters.copy(), new ByteArrayOutputStream()));
        int at = start + TILE_LENGTH;
        while (end - at >= 2 && uint16(at) != TILE_DATA) {
            int next = endOfSegment(at, end);
            tile.parameters.read(data, at, next);
            at = next;
        }
        if (end - at < 2) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 tile has no data");
        }
        tile.packets.write(data, at + 2, end - at - 2);
        return end;
    }

    /** A last tile of unsaid length goes on to the end marker, which may be followed by a byte of padding. */
    private int lastEnd(int start) {
        for (int end = data.length - 2; end > start && end > data.length - 4; end--) {
            if (uint16(end) == END) {
                return end;
            }
        }
        throw UnreadableDicomException.truncated("the end marker of a frame");
    }

    private void decode(TileData tile, int column, int row, int[] samples, Jpeg2000Work work) {
        long left = Math.max(originX(), tilesX() + column * tileWidth());
        long top = Math.max(originY(), tilesY() + row * tileHeight());
        long width = Math.min(right(), tilesX() + (column + 1) * tileWidth()) - left;
        long height = Math.min(bottom(), tilesY() + (row + 1) * tileHeight()) - top;
        new Jpeg2000Tile(
                        tile.parameters,
                        depths,
                        (int) (left - originX()),
                        (int) (top - originY()),
                        (int) width,
                        (int) height,
                        originX(),
                        originY(),
                        tile.packets)
                .decode(samples, format.columns(), signed, work);
    }

    private long uint32(int at) {
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
