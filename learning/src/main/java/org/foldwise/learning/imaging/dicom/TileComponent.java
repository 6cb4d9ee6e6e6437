package org.foldwise.learning.imaging.dicom;

import java.util.ArrayList;
import java.util.List;

/** The samples of one component in one tile: its resolutions, sub-bands and code blocks (ITU-T T.800, annex B). */
final class TileComponent {
    /** Coefficients are integers of 32 bits, one of which is a half. */
    private static final int MAXIMUM_PLANES = 30;

    private final Jpeg2000Coding coding;
    private final Jpeg2000Steps steps;
    private final int depth;
    private final int component;
    private final long left;
    private final long top;
    private final Area[] resolutions;
    private final List<Band> bands = new ArrayList<>();
    private final List<Precinct> precincts = new ArrayList<>();

    /** A rectangle in the coordinates of its own resolution; right and bottom are outside. */
    private record Area(long left, long top, long right, long bottom) {
        boolean isEmpty() {
            return left >= right || top >= bottom;
        }

        int width() {
            return (int) (right - left);
        }

        int height() {
            return (int) (bottom - top);
        }
    }

    /** A sub-band: which, where among the coefficients, how finely quantized, and its blocks. */
    private record Band(int orientation, Area area, int x, int y, int planes, double step, List<CodeBlock> blocks) {}

    TileComponent(
            int component,
            Jpeg2000Coding coding,
            Jpeg2000Steps steps,
            int depth,
            long left,
            long top,
            long right,
            long bottom) {
        this.component = component;
        this.coding = coding;
        this.steps = steps;
        this.depth = depth;
        this.left = left;
        this.top = top;
        if (coding.reversible() && !steps.exact()) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 component is both exact and quantized");
        }
        this.resolutions = new Area[coding.levels() + 1];
        for (int r = 0; r < resolutions.length; r++) {
            int shift = coding.levels() - r;
            resolutions[r] = new Area(ceil(left, shift), ceil(top, shift), ceil(right, shift), ceil(bottom, shift));
            addResolution(r, right, bottom);
        }
    }

    private static long ceil(long value, int shift) {
        return (value + (1L << shift) - 1) >> shift;
    }

    private void addResolution(int r, long right, long bottom) {
        List<Band> own = new ArrayList<>();
        for (int orientation = r == 0 ? 0 : 1; orientation <= (r == 0 ? 0 : 3); orientation++) {
            own.add(band(r, orientation, right, bottom));
        }
        bands.addAll(own);
        if (resolutions[r].isEmpty()) {
            return;
        }
        Area area = resolutions[r];
        int width = coding.precinctWidthExponent(r);
        int height = coding.precinctHeightExponent(r);
        int shift = coding.levels() - r;
        for (long row = area.top >> height; row <= (area.bottom - 1) >> height; row++) {
            for (long column = area.left >> width; column <= (area.right - 1) >> width; column++) {
                Precinct precinct = new Precinct(
                        component,
                        r,
                        Math.max(left, column << (width + shift)),
                        Math.max(top, row << (height + shift)));
                for (Band band : own) {
                    addBlocks(precinct, band, column, row, width - Math.min(r, 1), height - Math.min(r, 1));
                }
                precincts.add(precinct);
            }
        }
    }

    private Band band(int r, int orientation, long right, long bottom) {
        int level = r == 0 ? coding.levels() : coding.levels() - r + 1;
        long x = orientation & 1;
        long y = orientation >> 1;
        Area area =
                new Area(along(left, x, level), along(top, y, level), along(right, x, level), along(bottom, y, level));
        int index = r == 0 ? 0 : 3 * (r - 1) + orientation;
        int planes = steps.guardBits() + steps.exponent(index) - 1;
        int gain = r == 0 ? 0 : orientation == 3 ? 2 : 1;
        return new Band(
                orientation,
                area,
                x == 0 ? 0 : resolutions[r - 1].width(),
                y == 0 ? 0 : resolutions[r - 1].height(),
                planes,
                Math.scalb(steps.mantissa(index), depth + gain - steps.exponent(index)),
                new ArrayList<>());
    }

    /** A coordinate in a band of a level (equation B-15). */
    private static long along(long value, long high, int level) {
        return level == 0 ? value : (value - (high << (level - 1)) + (1L << level) - 1) >> level;
    }

    /** The blocks of a band that lie in a precinct. */
    private void addBlocks(Precinct precinct, Band band, long column, long row, int width, int height) {
        Area whole = band.area;
        long fromX = Math.max(whole.left, column << width);
        long toX = Math.min(whole.right, (column + 1) << width);
        long fromY = Math.max(whole.top, row << height);
        long toY = Math.min(whole.bottom, (row + 1) << height);
        if (fromX >= toX || fromY >= toY) {
            return;
        }
        int blockWidth = Math.min(width, coding.blockWidthExponent());
        int blockHeight = Math.min(height, coding.blockHeightExponent());
        List<CodeBlock> blocks = new ArrayList<>();
        for (long y = fromY >> blockHeight; y <= (toY - 1) >> blockHeight; y++) {
            for (long x = fromX >> blockWidth; x <= (toX - 1) >> blockWidth; x++) {
                long blockLeft = Math.max(fromX, x << blockWidth);
                long blockTop = Math.max(fromY, y << blockHeight);
                blocks.add(new CodeBlock(
                        band.x + (int) (blockLeft - whole.left),
                        band.y + (int) (blockTop - whole.top),
                        (int) (Math.min(toX, (x + 1) << blockWidth) - blockLeft),
                        (int) (Math.min(toY, (y + 1) << blockHeight) - blockTop)));
            }
        }
        if (band.planes > MAXIMUM_PLANES) {
            throw UnreadableDicomException.unsupported(
                    "a JPEG 2000 component has more than " + MAXIMUM_PLANES + " bit planes");
        }
        int across = (int) (((toX - 1) >> blockWidth) - (fromX >> blockWidth) + 1);
        precinct.add(across, blocks, band.planes);
        band.blocks.addAll(blocks);
    }

    /** Resolution by resolution, each row by row. */
    List<Precinct> precincts() {
        return precincts;
    }

    boolean isReversible() {
        return coding.reversible();
    }

    int width() {
        return resolutions[coding.levels()].width();
    }

    int height() {
        return resolutions[coding.levels()].height();
    }

    /**
     * The samples, before colours and level are undone.
     *
     * @param tile the bytes that the blocks' parts lie in
     */
    int[] integers(byte[] tile, Jpeg2000Work work) {
        int[] samples = new int[width() * height()];
        CodeBlockDecoder decoder = new CodeBlockDecoder(tile);
        for (Band band : bands) {
            for (CodeBlock block : band.blocks) {
                if (block.passes() > 0) {
                    work.spend(block);
                    int[] doubled = decoder.decode(block, band.orientation);
                    int from = 0;
                    for (int y = 0; y < block.height(); y++) {
                        int to = (block.y() + y) * width() + block.x();
                        for (int x = 0; x < block.width(); x++) {
                            samples[to++] = doubled[from++] / 2;
                        }
                    }
                }
            }
        }
        for (int r = 1; r < resolutions.length; r++) {
            Area area = resolutions[r];
            if (!area.isEmpty()) {
                InverseWavelet.join(
                        samples, width(), area.width(), area.height(), (int) (area.left & 1), (int) (area.top & 1));
            }
        }
        return samples;
    }

    /** The same for the wavelet of real numbers. */
    float[] reals(byte[] tile, Jpeg2000Work work) {
        float[] samples = new float[width() * height()];
        CodeBlockDecoder decoder = new CodeBlockDecoder(tile);
        for (Band band : bands) {
            float half = (float) (band.step / 2);
            for (CodeBlock block : band.blocks) {
                if (block.passes() > 0) {
                    work.spend(block);
                    int[] doubled = decoder.decode(block, band.orientation);
                    int from = 0;
                    for (int y = 0; y < block.height(); y++) {
                        int to = (block.y() + y) * width() + block.x();
                        for (int x = 0; x < block.width(); x++) {
                            samples[to++] = doubled[from++] * half;
                        }
                    }
                }
            }
        }
        for (int r = 1; r < resolutions.length; r++) {
            Area area = resolutions[r];
            if (!area.isEmpty()) {
                InverseWavelet.join(
                        samples, width(), area.width(), area.height(), (int) (area.left & 1), (int) (area.top & 1));
            }
        }
        return samples;
    }
}
