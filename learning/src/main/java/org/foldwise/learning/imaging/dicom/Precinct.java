package org.foldwise.learning.imaging.dicom;

import java.util.ArrayList;
import java.util.List;

/** The code blocks of a resolution's part: what one packet of every layer tells of (ITU-T T.800, B.6 and B.9). */
final class Precinct {
    private final int component;
    private final int resolution;
    private final long x;
    private final long y;
    private final List<Grid> grids = new ArrayList<>();

    /** The code blocks of one sub-band. */
    private static final class Grid {
        private final int across;
        private final List<CodeBlock> blocks;
        private final int planes;
        private final TagTree inclusion;
        private final TagTree missingPlanes;

        private Grid(int across, List<CodeBlock> blocks, int planes) {
            this.across = across;
            this.blocks = List.copyOf(blocks);
            this.planes = planes;
            this.inclusion = new TagTree(across, blocks.size() / across);
            this.missingPlanes = new TagTree(across, blocks.size() / across);
        }
    }

    /** @param x of its left on the reference grid, not left of the tile; as {@code y} of its top */
    Precinct(int component, int resolution, long x, long y) {
        this.component = component;
        this.resolution = resolution;
        this.x = x;
        this.y = y;
    }

    /**
     * Adds a sub-band's blocks, row by row.
     *
     * @param planes that a block of the band may have
     */
    void add(int across, List<CodeBlock> blocks, int planes) {
        if (!blocks.isEmpty()) {
            grids.add(new Grid(across, blocks, planes));
        }
    }

    int component() {
        return component;
    }

    int resolution() {
        return resolution;
    }

    long x() {
        return x;
    }

    long y() {
        return y;
    }

    /** Reads a packet: header and body. */
    void readPacket(int layer, PacketBits packet) {
        List<CodeBlock> told = new ArrayList<>();
        packet.skip(Jpeg2000Frame.PACKET_START, 6);
        if (packet.bit() == 1) {
            for (Grid grid : grids) {
                readHeader(grid, layer, packet, told);
            }
        }
        packet.align();
        packet.skip(Jpeg2000Frame.PACKET_HEADER_END, 2);
        told.forEach(block -> block.take(packet));
    }

    private void readHeader(Grid grid, int layer, PacketBits packet, List<CodeBlock> told) {
        for (int i = 0; i < grid.blocks.size(); i++) {
            CodeBlock block = grid.blocks.get(i);
            int column = i % grid.across;
            int row = i / grid.across;
            if (block.isIncluded()) {
                if (packet.bit() == 0) {
                    continue;
                }
            } else if (grid.inclusion.isBelow(column, row, layer + 1, packet)) {
                int missing = grid.missingPlanes.value(column, row, grid.planes, packet);
                if (missing >= grid.planes) {
                    throw UnreadableDicomException.corrupt("a JPEG 2000 code block has no bit planes");
                }
                block.include(grid.planes - missing);
            } else {
                continue;
            }
            block.announce(packet);
            told.add(block);
        }
    }
}
