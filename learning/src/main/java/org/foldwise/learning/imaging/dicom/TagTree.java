package org.foldwise.learning.imaging.dicom;

/** A quad tree of least values, of which packet headers tell as much as is needed (ITU-T T.800, B.10.2). */
final class TagTree {
    private final int[] widths;
    private final int[] starts;
    private final int[] lowest;
    private final boolean[] known;

    TagTree(int width, int height) {
        int levels = 1;
        for (int w = width, h = height; w > 1 || h > 1; w = (w + 1) / 2, h = (h + 1) / 2) {
            levels++;
        }
        this.widths = new int[levels];
        this.starts = new int[levels];
        int nodes = 0;
        int w = width;
        int h = height;
        for (int level = 0; level < levels; level++) {
            widths[level] = w;
            starts[level] = nodes;
            nodes += w * h;
            w = (w + 1) / 2;
            h = (h + 1) / 2;
        }
        this.lowest = new int[nodes];
        this.known = new boolean[nodes];
    }

    /** Whether the value of a leaf is below a limit; reads the bits that are needed to tell. */
    boolean isBelow(int x, int y, int limit, PacketBits bits) {
        int least = 0;
        for (int level = widths.length - 1; level >= 0; level--) {
            int node = starts[level] + (y >> level) * widths[level] + (x >> level);
            least = Math.max(least, lowest[node]);
            while (!known[node] && least < limit) {
                if (bits.bit() == 1) {
                    known[node] = true;
                } else {
                    least++;
                }
            }
            lowest[node] = least;
        }
        return lowest[starts[0] + y * widths[0] + x] < limit && known[starts[0] + y * widths[0] + x];
    }

    /** The value of a leaf, read to its end. */
    int value(int x, int y, int limit, PacketBits bits) {
        int value = 1;
        while (!isBelow(x, y, value, bits)) {
            value++;
            if (value > limit) {
                throw UnreadableDicomException.corrupt("a JPEG 2000 packet header counts too far");
            }
        }
        return value - 1;
    }
}
