package org.foldwise.learning.imaging.dicom;

import org.jspecify.annotations.Nullable;

/** One colour component of a JPEG frame, with its decoded samples at its own resolution. */
final class JpegComponent {
    private final int index;
    private final int id;
    private final int horizontal;
    private final int vertical;
    private final int quantisation;
    private int stepX = 1;
    private int stepY = 1;
    private int width;
    private int height;
    private int stride;
    private short[] plane = new short[0];
    private @Nullable JpegHuffmanTable means;
    private @Nullable JpegHuffmanTable details;
    private int previousMean;
    private boolean done;

    private JpegComponent(int index, int id, int horizontal, int vertical, int quantisation) {
        this.index = index;
        this.id = id;
        this.horizontal = horizontal;
        this.vertical = vertical;
        this.quantisation = quantisation;
    }

    static JpegComponent of(byte[] header, int offset, int index) {
        int sampling = header[offset + 1] & 0xFF;
        int horizontal = sampling >> 4;
        int vertical = sampling & 15;
        int quantisation = header[offset + 2] & 0xFF;
        if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4 || quantisation > 3) {
            throw UnreadableDicomException.corrupt("a JPEG header contradicts itself");
        }
        return new JpegComponent(index, header[offset] & 0xFF, horizontal, vertical, quantisation);
    }

    void setFrame(int columns, int rows, int horizontalMost, int verticalMost, boolean lossless) {
        if (horizontalMost % horizontal != 0 || verticalMost % vertical != 0) {
            throw UnreadableDicomException.unsupported("its chroma is reduced by a fraction");
        }
        stepX = horizontalMost / horizontal;
        stepY = verticalMost / vertical;
        if (lossless && (stepX > 1 || stepY > 1)) {
            throw UnreadableDicomException.unsupported("its chroma is reduced in lossless JPEG");
        }
        width = (columns + stepX - 1) / stepX;
        height = (rows + stepY - 1) / stepY;
        if (!lossless) {
            int unitsAcross = (columns + 8 * horizontalMost - 1) / (8 * horizontalMost);
            int unitsDown = (rows + 8 * verticalMost - 1) / (8 * verticalMost);
            stride = unitsAcross * horizontal * 8;
            plane = new short[Math.multiplyExact(stride, unitsDown * vertical * 8)];
        }
    }

    int index() {
        return index;
    }

    int id() {
        return id;
    }

    int horizontal() {
        return horizontal;
    }

    int vertical() {
        return vertical;
    }

    int quantisation() {
        return quantisation;
    }

    /** Blocks across the component alone, padding to whole units left out. */
    int blocksAcross() {
        return (width + 7) / 8;
    }

    int blocksDown() {
        return (height + 7) / 8;
    }

    boolean isDone() {
        return done;
    }

    void beginScan(JpegHuffmanTable meanTable, @Nullable JpegHuffmanTable detailTable) {
        means = meanTable;
        details = detailTable;
        previousMean = 0;
        done = true;
    }

    void restart() {
        previousMean = 0;
    }

    JpegHuffmanTable means() {
        return present(means);
    }

    JpegHuffmanTable details() {
        return present(details);
    }

    private static JpegHuffmanTable present(@Nullable JpegHuffmanTable table) {
        if (table == null) {
            throw new IllegalStateException("a component was read before its scan began");
        }
        return table;
    }

    int nextMean(int difference) {
        previousMean += difference;
        return previousMean;
    }

    short[] plane() {
        return plane;
    }

    int stride() {
        return stride;
    }

    /** Writes the component at full resolution into its place among the samples of each pixel. */
    void writeTo(int[] samples, int columns, int rows, int channels) {
        boolean smooth = stepX == 2 && stepY <= 2 && width > 2;
        for (int y = 0; y < rows; y++) {
            int to = y * columns * channels + index;
            if (smooth && stepY == 1) {
                writeRowSpreadAcross(y, samples, to, columns, channels);
            } else if (smooth) {
                writeRowSpreadBothWays(y, samples, to, columns, channels);
            } else {
                int row = y / stepY * stride;
                for (int x = 0; x < columns; x++) {
                    samples[to + x * channels] = plane[row + x / stepX];
                }
            }
        }
    }

    /** Three quarters of the nearer sample and one of the farther, rounded down and up in turns. */
    private void writeRowSpreadAcross(int y, int[] samples, int start, int columns, int channels) {
        int row = y * stride;
        for (int x = 0; x < columns; x++) {
            int near = x / 2;
            boolean left = (x & 1) == 0;
            int far = left ? near - 1 : near + 1;
            int value;
            if (far < 0 || far >= width) {
                value = plane[row + near];
            } else {
                value = (3 * plane[row + near] + plane[row + far] + (left ? 1 : 2)) >> 2;
            }
            samples[start + x * channels] = value;
        }
    }

    /** The same in both directions, in sixteenths. */
    private void writeRowSpreadBothWays(int y, int[] samples, int start, int columns, int channels) {
        int nearRow = y / 2;
        int farRow = Math.max(0, Math.min(height - 1, (y & 1) == 0 ? nearRow - 1 : nearRow + 1));
        for (int x = 0; x < columns; x++) {
            int near = x / 2;
            boolean left = (x & 1) == 0;
            int far = left ? near - 1 : near + 1;
            int nearSum = 3 * plane[nearRow * stride + near] + plane[farRow * stride + near];
            int value;
            if (far < 0 || far >= width) {
                value = (4 * nearSum + (left ? 8 : 7)) >> 4;
            } else {
                int farSum = 3 * plane[nearRow * stride + far] + plane[farRow * stride + far];
                value = (3 * nearSum + farSum + (left ? 8 : 7)) >> 4;
            }
            samples[start + x * channels] = value;
        }
    }
}
