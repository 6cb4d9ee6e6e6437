package org.foldwise.learning.imaging;

import java.nio.ByteOrder;

/** The pixels of one page of a TIFF file: its strips or tiles unpacked row by row and turned into 8-bit grey or colour. */
final class TiffPixels {
    private final byte[] file;
    private final TiffPage page;
    private final int bits;
    private final int full;
    private final int samplesInRow;
    private final int channels;

    TiffPixels(byte[] file, TiffPage page) {
        this.file = file;
        this.page = page;
        this.bits = page.bits();
        this.full = (1 << bits) - 1;
        this.samplesInRow = page.samplesInRow();
        this.channels = page.channels();
    }

    /** The stored pixels, not yet upright. */
    PixelImage decode() {
        byte[] samples = PixelImage.emptySamples(page.width(), page.height(), channels);
        byte[] row = new byte[page.rowBytes()];
        int chunk = 0;
        for (int plane = 0; plane < page.planes(); plane++) {
            for (int down = 0; down < page.down(); down++) {
                for (int across = 0; across < page.across(); across++, chunk++) {
                    try (TiffUnpacker unpacker =
                            page.packing().unpacker(file, page.chunks().get(chunk))) {
                        decode(unpacker, plane, down, across * page.chunkWidth(), row, samples);
                        unpacker.requireEnd();
                    }
                }
            }
        }
        return PixelImage.wrapping(page.width(), page.height(), channels, samples);
    }

    private void decode(TiffUnpacker unpacker, int plane, int down, int left, byte[] row, byte[] samples) {
        int columns = Math.min(page.chunkWidth(), page.width() - left);
        int top = down * page.chunkHeight();
        for (int y = 0; y < page.rowsOf(down); y++) {
            unpacker.readRow(row);
            if (top + y < page.height()) {
                if (page.predicted()) {
                    addNeighbours(row);
                }
                int to = ((top + y) * page.width() + left) * channels;
                if (page.planes() == 1) {
                    convert(row, columns, samples, to);
                } else {
                    convertPlane(row, columns, samples, to, plane);
                }
            }
        }
    }

    /** Undoes the differences to the pixel on the left. */
    private void addNeighbours(byte[] row) {
        if (bits == 8) {
            for (int i = samplesInRow; i < row.length; i++) {
                row[i] += row[i - samplesInRow];
            }
            return;
        }
        for (int i = samplesInRow; i < row.length / 2; i++) {
            int sum = stored(row, i) + stored(row, i - samplesInRow);
            boolean high = page.order() == ByteOrder.BIG_ENDIAN;
            row[2 * i] = (byte) (high ? sum >> 8 : sum);
            row[2 * i + 1] = (byte) (high ? sum : sum >> 8);
        }
    }

    private void convert(byte[] row, int columns, byte[] samples, int start) {
        int to = start;
        byte[] palette = page.paletteSamples();
        for (int column = 0; column < columns; column++) {
            int first = column * samplesInRow;
            if (palette.length > 0) {
                System.arraycopy(palette, stored(row, first) * channels, samples, to, channels);
            } else {
                int alpha = page.hasAlpha() ? stored(row, first + channels) : full;
                for (int channel = 0; channel < channels; channel++) {
                    samples[to + channel] = shade(stored(row, first + channel), alpha);
                }
            }
            to += channels;
        }
    }

    /** The extra planes show nothing, and are unpacked to know that they are whole. */
    private void convertPlane(byte[] row, int columns, byte[] samples, int start, int plane) {
        byte[] palette = page.paletteSamples();
        if (plane >= page.photometric().colours()) {
            return;
        }
        for (int column = 0; column < columns; column++) {
            int value = stored(row, column);
            int to = start + column * channels;
            if (palette.length > 0) {
                System.arraycopy(palette, value * channels, samples, to, channels);
            } else {
                samples[to + plane] = shade(value, full);
            }
        }
    }

    /** A sample as it is stored, by its index within the row. */
    private int stored(byte[] row, int index) {
        if (bits == 8) {
            return row[index] & 0xFF;
        }
        if (bits == 16) {
            int first = row[2 * index] & 0xFF;
            int second = row[2 * index + 1] & 0xFF;
            return page.order() == ByteOrder.BIG_ENDIAN ? first << 8 | second : second << 8 | first;
        }
        // without gaps, the first bit the highest, in files of either byte order
        int bit = index * bits;
        int first = bit >> 3;
        int three = 0;
        for (int i = first; i < first + 3; i++) {
            three = three << 8 | (i < row.length ? row[i] & 0xFF : 0);
        }
        return three >> (24 - bits - (bit & 7)) & full;
    }

    private byte shade(int stored, int alpha) {
        int value = page.photometric() == TiffPage.Photometric.WHITE_IS_ZERO ? full - stored : stored;
        long onBlack = alpha == full ? value : ((long) value * alpha + full / 2) / full;
        return (byte) ((onBlack * 255 + full / 2) / full);
    }
}
