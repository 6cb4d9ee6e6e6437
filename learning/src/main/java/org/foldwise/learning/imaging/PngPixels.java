package org.foldwise.learning.imaging;

import java.util.Iterator;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The pixels of one PNG file: unpacks its image data row by row, undoes the row filters and turns samples of any depth into
 * 8-bit grey or colour. Exactly the declared rows must be there, no fewer and no more. Used once.
 */
final class PngPixels {
    /** Deflate cannot pack tighter (zlib's own figure), so less data than this cannot hold the declared rows. */
    private static final long MAXIMUM_COMPRESSION = 1032;

    private static final List<Pass> WHOLE = List.of(new Pass(0, 0, 1, 1));
    private static final List<Pass> ADAM7 = List.of(
            new Pass(0, 0, 8, 8),
            new Pass(4, 0, 8, 8),
            new Pass(0, 4, 4, 8),
            new Pass(2, 0, 4, 4),
            new Pass(0, 2, 2, 4),
            new Pass(1, 0, 2, 2),
            new Pass(0, 1, 1, 2));

    /** The pixels from (x, y) on, every {@code stepX}-th of a row and every {@code stepY}-th row. */
    private record Pass(int x, int y, int stepX, int stepY) {
        int columns(int width) {
            return Math.max(0, (width - x + stepX - 1) / stepX);
        }

        int rows(int height) {
            return Math.max(0, (height - y + stepY - 1) / stepY);
        }
    }

    private final PngFile png;
    private final int bits;
    private final int samplesPerPixel;
    private final int channels;
    private final int @Nullable [] transparentColour;
    private final byte[] paletteSamples;

    PngPixels(PngFile png) {
        this.png = png;
        this.bits = png.bits();
        this.samplesPerPixel = png.colourType().samplesPerPixel();
        this.channels = png.channels();
        this.transparentColour = transparentColour(png);
        this.paletteSamples = paletteOnBlack(png);
    }

    PixelImage decode() {
        List<Pass> passes = png.interlaced() ? ADAM7 : WHOLE;
        requireEnoughData(passes);
        byte[] samples = PixelImage.emptySamples(png.width(), png.height(), channels);
        try (var rows = new Rows(png)) {
            for (Pass pass : passes) {
                decode(pass, rows, samples);
            }
            rows.requireEnd();
        }
        return PixelImage.wrapping(png.width(), png.height(), channels, samples);
    }

    private void requireEnoughData(List<Pass> passes) {
        long needed = 0;
        for (Pass pass : passes) {
            int columns = pass.columns(png.width());
            needed += columns == 0 ? 0 : (1L + rowBytes(columns)) * pass.rows(png.height());
        }
        long packed = png.imageData().stream().mapToLong(FileSpan::length).sum();
        if (needed > packed * MAXIMUM_COMPRESSION) {
            throw Rows.missing();
        }
    }

    private int rowBytes(int columns) {
        return Math.toIntExact(((long) columns * samplesPerPixel * bits + 7) / 8);
    }

    private void decode(Pass pass, Rows rows, byte[] samples) {
        int columns = pass.columns(png.width());
        if (columns == 0) {
            return;
        }
        int bytesPerPixel = Math.max(1, samplesPerPixel * bits / 8);
        byte[] previous = new byte[rowBytes(columns)];
        byte[] row = new byte[previous.length];
        for (int y = 0; y < pass.rows(png.height()); y++) {
            int filter = rows.readFilter();
            rows.readRow(row);
            PngFilter.undo(filter, row, previous, bytesPerPixel);
            int to = ((pass.y() + y * pass.stepY()) * png.width() + pass.x()) * channels;
            if (bits == 8 && samplesPerPixel == channels && transparentColour == null && isPlain()) {
                copyPlain(row, samples, to, pass.stepX());
            } else {
                convert(row, columns, samples, to, pass.stepX() * channels);
            }
            byte[] swap = previous;
            previous = row;
            row = swap;
        }
    }

    private boolean isPlain() {
        return png.colourType() == PngFile.ColourType.GREY || png.colourType() == PngFile.ColourType.COLOUR;
    }

    private void copyPlain(byte[] row, byte[] samples, int start, int stepX) {
        if (stepX == 1) {
            System.arraycopy(row, 0, samples, start, row.length);
            return;
        }
        for (int from = 0, to = start; from < row.length; from += channels, to += stepX * channels) {
            System.arraycopy(row, from, samples, to, channels);
        }
    }

    private void convert(byte[] row, int columns, byte[] samples, int start, int step) {
        int to = start;
        for (int column = 0; column < columns; column++) {
            if (png.colourType() == PngFile.ColourType.PALETTE) {
                int index = stored(row, column) * channels;
                if (index >= paletteSamples.length) {
                    throw PngFile.corrupt("a pixel lies outside the palette");
                }
                System.arraycopy(paletteSamples, index, samples, to, channels);
            } else if (!isTransparent(row, column)) {
                int first = column * samplesPerPixel;
                int alpha = png.colourType().hasAlpha() ? stored(row, first + channels) : (1 << bits) - 1;
                for (int channel = 0; channel < channels; channel++) {
                    samples[to + channel] = eightBits(stored(row, first + channel), alpha);
                }
            }
            to += step;
        }
    }

    /** A sample as it is stored, by its index within the row. */
    private int stored(byte[] row, int index) {
        if (bits == 8) {
            return row[index] & 0xFF;
        }
        if (bits == 16) {
            return (row[2 * index] & 0xFF) << 8 | (row[2 * index + 1] & 0xFF);
        }
        int bit = index * bits;
        return row[bit >> 3] >> (8 - bits - (bit & 7)) & ((1 << bits) - 1);
    }

    private byte eightBits(int value, int alpha) {
        int full = (1 << bits) - 1;
        long onBlack = alpha == full ? value : ((long) value * alpha + full / 2) / full;
        return (byte) (bits == 16 ? (onBlack + 128) / 257 : onBlack * 255 / full);
    }

    private boolean isTransparent(byte[] row, int column) {
        if (transparentColour == null) {
            return false;
        }
        for (int i = 0; i < samplesPerPixel; i++) {
            if (stored(row, column * samplesPerPixel + i) != transparentColour[i]) {
                return false;
            }
        }
        return true;
    }

    private static int @Nullable [] transparentColour(PngFile png) {
        byte[] transparency = png.transparency();
        if (transparency == null || png.colourType() == PngFile.ColourType.PALETTE) {
            return null;
        }
        int[] colour = new int[png.colourType().samplesPerPixel()];
        for (int i = 0; i < colour.length; i++) {
            colour[i] = (transparency[2 * i] & 0xFF) << 8 | (transparency[2 * i + 1] & 0xFF);
        }
        return colour;
    }

    /** The palette with its alpha composited on black, one or three samples a colour. */
    private static byte[] paletteOnBlack(PngFile png) {
        byte[] palette = png.palette();
        byte[] alpha = png.transparency() == null ? new byte[0] : png.transparency();
        int channels = png.channels();
        byte[] samples = new byte[palette.length / 3 * channels];
        for (int i = 0; i < samples.length; i++) {
            int colour = i / channels;
            int value = palette[3 * colour + i % channels] & 0xFF;
            int opacity = colour < alpha.length ? alpha[colour] & 0xFF : 255;
            samples[i] = (byte) ((value * opacity + 127) / 255);
        }
        return samples;
    }

    /** The unpacked image data, read in order. */
    private static final class Rows implements AutoCloseable {
        private final byte[] file;
        private final Iterator<FileSpan> spans;
        private final Inflater inflater = new Inflater();
        private final byte[] one = new byte[1];

        Rows(PngFile png) {
            this.file = png.file();
            this.spans = png.imageData().iterator();
        }

        int readFilter() {
            readRow(one);
            return one[0];
        }

        void readRow(byte[] row) {
            int filled = 0;
            while (filled < row.length) {
                int count = inflate(row, filled);
                if (count == 0) {
                    throw missing();
                }
                filled += count;
            }
        }

        /** The stream must end with its checksum, and with it the image data. */
        void requireEnd() {
            if (inflate(one, 0) != 0) {
                throw PngFile.corrupt("there are more rows than declared");
            }
            if (!inflater.finished()) {
                throw missing();
            }
            while (inflater.getRemaining() == 0 && spans.hasNext()) {
                feed(spans.next());
            }
            if (inflater.getRemaining() > 0) {
                throw PngFile.corrupt("its image data go on behind their end");
            }
        }

        /** Number of bytes written, 0 at the end of the data. */
        private int inflate(byte[] target, int offset) {
            try {
                while (true) {
                    int count = inflater.inflate(target, offset, target.length - offset);
                    if (count > 0 || inflater.finished()) {
                        return count;
                    }
                    if (inflater.needsDictionary()) {
                        throw PngFile.corrupt("its image data need a dictionary");
                    }
                    if (!spans.hasNext()) {
                        return 0;
                    }
                    feed(spans.next());
                }
            } catch (DataFormatException e) {
                throw new UnreadableImageException(ImageDefect.CORRUPT, "the PNG's image data cannot be unpacked", e);
            }
        }

        private void feed(FileSpan span) {
            inflater.setInput(file, span.offset(), span.length());
        }

        static UnreadableImageException missing() {
            return new UnreadableImageException(ImageDefect.TRUNCATED, "the PNG lacks rows of its image");
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}
