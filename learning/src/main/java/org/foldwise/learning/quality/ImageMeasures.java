package org.foldwise.learning.quality;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.imaging.DecodedImage;
import org.foldwise.learning.imaging.ImageFormat;
import org.foldwise.learning.imaging.ImageHeader;
import org.foldwise.learning.imaging.PixelImage;

/**
 * What is remembered of an image after its pixels are gone, about 1.5 kB, or 2.5 kB of an image with
 * borders. Grey values are 0 to 255, colours count by their luminance.
 * Immutable.
 */
public final class ImageMeasures {
    /** A line at the edge is border if its values differ by no more, ... */
    private static final int BORDER_RANGE = 12;
    /** ... and are as dark ... */
    private static final int BLACK_UP_TO = 20;
    /** ... or as bright as that, ... */
    private static final int WHITE_FROM = 235;
    /** ... or, of another grey or colour, differ by no more than that, from line to line as well, and end at a line that is none. */
    private static final int FLAT_RANGE = 4;

    /** A corner is this share of each side, and an edge as deep. */
    private static final double CORNER_SHARE = 0.15;
    /** Flat rectangles are looked for somewhat farther from the corner, as they may be larger than letters. */
    private static final double PATCH_SHARE = 0.25;
    /** Between two corners an edge is looked at in so many parts, each about as large as a corner. */
    private static final int EDGE_PARTS = 4;
    /** Lead letters and burned-in text are brighter than this, ... */
    private static final int MARKER_FROM = 220;
    /** ... take up at least this share of their corner, or part of an edge, ... */
    private static final double MARKER_AT_LEAST = 0.003;
    /** ... and so many pixels, or nobody could read it, ... */
    private static final int MARKER_PIXELS = 5;
    /** ... and no more than that, ... */
    private static final double MARKER_AT_MOST = 0.2;
    /** ... on a ground that is darker by at least that, in strokes rather than as part of something larger. */
    private static final int MARKER_ABOVE_GROUND = 70;
    /** At an edge, where bodies are, the ground may be brighter. */
    private static final int MARKER_ABOVE_GROUND_OF_EDGE = 20;

    private final ImageHeader header;
    private final long fileBytes;
    private final int shades;
    private final double mean;
    private final double standardDeviation;
    private final double entropy;
    private final double sharpness;
    private final double blackShare;
    private final double whiteShare;
    private final double[] borders;
    private final Frame frame;
    private final double[] corners;
    /** {@link Mark#bit Bits} of the places that have one. */
    private final int marks;
    /** The same of corners with flat rectangles, and {@link #PATCHED_IN_THE_MIDDLE}. */
    private final int patches;

    private final Thumbnail thumbnail;

    /** What colour the widest border has. */
    enum Frame {
        BLACK(0, "black", "black"),
        WHITE(1, "white", "white"),
        OTHER(2, "other", "of another grey or colour");

        private final int code;
        private final String figure;
        private final String words;

        Frame(int code, String figure, String words) {
            this.code = code;
            this.figure = figure;
            this.words = words;
        }

        private static Frame of(int code) {
            for (Frame frame : values()) {
                if (frame.code == code) {
                    return frame;
                }
            }
            throw new IllegalArgumentException("no frame has the code " + code);
        }

        /** For programs. */
        String figure() {
            return figure;
        }

        /** For people. */
        String words() {
            return words;
        }
    }

    /** Letters of the name of a format. */
    private static final int LONGEST_FORMAT = 8;

    /** Of a record's flags, where the frame is beside three of yes or no. */
    private static final int FRAME_SHIFT = 3;

    private static final int FRAME_MASK = 3;
    private static final int PATCHES_SHIFT = 24;
    /** The bit after those of the corners. */
    private static final int PATCHED_IN_THE_MIDDLE = 1 << 4;

    /** Length of a {@linkplain #record record}. */
    public static final int RECORD_BYTES = LONGEST_FORMAT
            + 6 * Integer.BYTES
            + Long.BYTES
            + (1 + 6 + 4 + 12) * Double.BYTES
            + Integer.BYTES
            + Thumbnail.BYTES
            + GreyHistogram.LEVELS * Integer.BYTES;

    private ImageMeasures(DecodedImage decoded, PixelImage grey, GreyHistogram histogram, long fileBytes) {
        byte[] samples = grey.samples();
        this.header = decoded.header();
        this.fileBytes = fileBytes;
        this.shades = histogram.shades();
        this.mean = histogram.mean();
        this.standardDeviation = histogram.standardDeviation();
        this.entropy = histogram.entropy();
        this.blackShare = histogram.share(0);
        this.whiteShare = histogram.share(GreyHistogram.LEVELS - 1);
        this.sharpness = varianceOfLaplacian(samples, grey.width(), grey.height());
        this.borders = borders(samples, grey.width(), grey.height());
        this.frame = frame(samples, grey.width(), grey.height(), borders);
        this.corners = new double[3 * Mark.CORNERS.size()];
        int marked = 0;
        int patched = isPatched(samples, middle(grey), grey) ? PATCHED_IN_THE_MIDDLE : 0;
        for (int i = 0; i < Mark.CORNERS.size(); i++) {
            Part corner = corner(grey, i, CORNER_SHARE);
            GreyHistogram cornerHistogram = corner.histogram(grey);
            corners[3 * i] = cornerHistogram.mean();
            corners[3 * i + 1] = cornerHistogram.standardDeviation();
            corners[3 * i + 2] = shareFrom(cornerHistogram, MARKER_FROM);
            Mark mark = Mark.CORNERS.get(i);
            marked |= isMarked(grey, corner, cornerHistogram, MARKER_ABOVE_GROUND) ? mark.bit() : 0;
            patched |= isPatched(samples, corner(grey, i, PATCH_SHARE), grey) ? mark.bit() : 0;
        }
        for (int i = 0; i < Mark.EDGES.size(); i++) {
            boolean isMarked = edge(grey, i).stream()
                    .anyMatch(part -> isMarked(grey, part, part.histogram(grey), MARKER_ABOVE_GROUND_OF_EDGE));
            marked |= isMarked ? Mark.EDGES.get(i).bit() : 0;
        }
        this.marks = marked;
        this.patches = patched;
        this.thumbnail = Thumbnail.of(grey, borders);
    }

    /**
     * Measures an image.
     *
     * @param fileBytes size of its file
     * @param intensities take its grey values
     */
    public static ImageMeasures of(DecodedImage decoded, long fileBytes, List<Intensities> intensities) {
        PixelImage grey = decoded.pixels().withChannels(1);
        GreyHistogram histogram = new GreyHistogram(grey.samples());
        intensities.forEach(one -> one.add(histogram));
        return new ImageMeasures(decoded, grey, histogram, fileBytes);
    }

    /**
     * Measures an image and puts what is remembered of it, and its grey values, into {@value #RECORD_BYTES} bytes of a buffer. For programs
     * of one version: nothing in them says what is what.
     */
    public static void record(DecodedImage decoded, long fileBytes, ByteBuffer record) {
        PixelImage grey = decoded.pixels().withChannels(1);
        GreyHistogram histogram = new GreyHistogram(grey.samples());
        new ImageMeasures(decoded, grey, histogram, fileBytes).write(record);
        histogram.write(record);
    }

    private ImageMeasures(ByteBuffer record, List<Intensities> intensities) {
        byte[] name = new byte[LONGEST_FORMAT];
        record.get(name);
        ImageFormat format = ImageFormat.valueOf(new String(name, StandardCharsets.US_ASCII).strip());
        int width = record.getInt();
        int height = record.getInt();
        int channels = record.getInt();
        int bitsPerSample = record.getInt();
        int exifOrientation = record.getInt();
        int frames = record.getInt();
        int flags = record.getInt();
        double quantisationStep = record.getDouble();
        this.header = new ImageHeader(
                format,
                width,
                height,
                channels,
                bitsPerSample,
                exifOrientation,
                (flags & 1) != 0,
                (flags & 2) != 0,
                frames,
                quantisationStep,
                (flags & 4) != 0,
                flags >> 16 & 0xFF);
        this.marks = flags >> 8 & 0xFF;
        this.patches = flags >> PATCHES_SHIFT;
        this.frame = Frame.of(flags >> FRAME_SHIFT & FRAME_MASK);
        this.fileBytes = record.getLong();
        this.mean = record.getDouble();
        this.standardDeviation = record.getDouble();
        this.entropy = record.getDouble();
        this.sharpness = record.getDouble();
        this.blackShare = record.getDouble();
        this.whiteShare = record.getDouble();
        this.borders = doubles(record, 4);
        this.corners = doubles(record, 12);
        this.thumbnail = Thumbnail.read(record);
        GreyHistogram histogram = GreyHistogram.read(record);
        this.shades = histogram.shades();
        intensities.forEach(one -> one.add(histogram));
    }

    private static double[] doubles(ByteBuffer record, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = record.getDouble();
        }
        return values;
    }

    /**
     * What {@link #record} put, read from a buffer of the same order.
     *
     * @param intensities take the image's grey values
     */
    public static ImageMeasures read(ByteBuffer record, List<Intensities> intensities) {
        return new ImageMeasures(record, intensities);
    }

    private void write(ByteBuffer record) {
        String name = header.format().name();
        record.put((name + " ".repeat(LONGEST_FORMAT - name.length())).getBytes(StandardCharsets.US_ASCII))
                .putInt(header.width())
                .putInt(header.height())
                .putInt(header.channels())
                .putInt(header.bitsPerSample())
                .putInt(header.exifOrientation())
                .putInt(header.frames())
                .putInt((header.hasTextMetadata() ? 1 : 0)
                        | (header.hasTrailingData() ? 2 : 0)
                        | (header.isProgressive() ? 4 : 0)
                        | frame.code << FRAME_SHIFT
                        | marks << 8
                        | header.chromaSubsampling() << 16
                        | patches << PATCHES_SHIFT)
                .putDouble(header.quantisationStep())
                .putLong(fileBytes)
                .putDouble(mean)
                .putDouble(standardDeviation)
                .putDouble(entropy)
                .putDouble(sharpness)
                .putDouble(blackShare)
                .putDouble(whiteShare);
        for (double border : borders) {
            record.putDouble(border);
        }
        for (double corner : corners) {
            record.putDouble(corner);
        }
        thumbnail.write(record);
    }

    public ImageHeader header() {
        return header;
    }

    public long fileBytes() {
        return fileBytes;
    }

    /** Width divided by height. */
    public double aspectRatio() {
        return (double) header.width() / header.height();
    }

    /** How many grey values the image is made of, 1 to 256, without what few pixels have, such as the edges of a letter. */
    public int shades() {
        return shades;
    }

    /** Mean grey value. */
    public double mean() {
        return mean;
    }

    /** Standard deviation of the grey values. */
    public double standardDeviation() {
        return standardDeviation;
    }

    /** Of the grey values, in bits, 0 to 8. */
    public double entropy() {
        return entropy;
    }

    /**
     * Variance of the Laplacian, 0 where nothing has an edge: 4 f less its four neighbours, over the pixels that have them
     * (Pech-Pacheco and others 2000, Diatom Autofocusing in Brightfield Microscopy). Grows with noise as well.
     */
    public double sharpness() {
        return sharpness;
    }

    /** Share of pixels that are 0. */
    public double blackShare() {
        return blackShare;
    }

    /** Share of pixels that are 255. */
    public double whiteShare() {
        return whiteShare;
    }

    /** The widest frame on any side, black, white or of another flat colour, as a share of the image's width or height, 0 to 0.5. */
    public double border() {
        double widest = 0;
        for (double border : borders) {
            widest = Math.max(widest, border);
        }
        return widest;
    }

    /** Of what colour that is; means nothing where there is none. */
    Frame frame() {
        return frame;
    }

    /** Whether there are small bright strokes on dark ground at a place, as lead letters and burned-in text are. */
    boolean has(Mark mark) {
        return (marks & mark.bit()) != 0;
    }

    /** Whether there is a flat rectangle in a corner. */
    boolean isPatched(Mark corner) {
        return (patches & corner.bit()) != 0;
    }

    /** Whether there is one in any corner. */
    boolean isPatchedInACorner() {
        return Mark.CORNERS.stream().anyMatch(this::isPatched);
    }

    /** Whether there is a flat rectangle in the middle, which is as large as the corners that are looked at together. */
    boolean isPatchedInTheMiddle() {
        return (patches & PATCHED_IN_THE_MIDDLE) != 0;
    }

    /** What the picture looks like: two images with few different bits look alike. */
    public long pictureHash() {
        return PictureHash.of(thumbnail).upright();
    }

    /** Left, top, right and bottom. */
    double[] borders() {
        return borders.clone();
    }

    /** Of every corner mean, standard deviation and share of bright pixels. */
    double[] corners() {
        return corners.clone();
    }

    Thumbnail thumbnail() {
        return thumbnail;
    }

    private static double varianceOfLaplacian(byte[] samples, int width, int height) {
        if (width < 3 || height < 3) {
            return 0;
        }
        double sum = 0;
        double squares = 0;
        for (int y = 1; y < height - 1; y++) {
            long rowSum = 0;
            long rowSquares = 0;
            for (int i = y * width + 1; i < (y + 1) * width - 1; i++) {
                int value = 4 * (samples[i] & 0xFF)
                        - (samples[i - 1] & 0xFF)
                        - (samples[i + 1] & 0xFF)
                        - (samples[i - width] & 0xFF)
                        - (samples[i + width] & 0xFF);
                rowSum += value;
                rowSquares += (long) value * value;
            }
            sum += rowSum;
            squares += rowSquares;
        }
        double count = (double) (width - 2) * (height - 2);
        return squares / count - sum / count * (sum / count);
    }

    /** Of grey samples: left, top, right and bottom, as shares of width or height. */
    static double[] borders(byte[] samples, int width, int height) {
        return new double[] {
            border(samples, 0, 1, width, width, height),
            border(samples, 0, width, height, 1, width),
            border(samples, width - 1, -1, width, width, height),
            border(samples, (height - 1) * width, -width, height, 1, width)
        };
    }

    /** Uniform lines from an edge inwards, at most half of all, as a share of all; not the black ground within white padding. */
    private static double border(byte[] samples, int from, int toNextLine, int lines, int step, int length) {
        Line outermost = line(samples, from, step, length);
        int border = 0;
        Line next = outermost;
        while (border < lines / 2 && isBorder(next) && next.isBlack() == outermost.isBlack()) {
            border++;
            next = line(samples, from + border * toNextLine, step, length);
        }
        return (double) (border > 0 ? border : flat(samples, from, toNextLine, lines, step, length)) / lines;
    }

    /** Lines of one grey from an edge inwards to a picture or its black or white ground; none where it grows out of them, as shades do. */
    private static int flat(byte[] samples, int from, int toNextLine, int lines, int step, int length) {
        Line outermost = line(samples, from, step, length);
        int flat = 0;
        Line next = outermost;
        while (flat < lines / 2
                && next.range() <= FLAT_RANGE
                && Math.abs(next.mean() - outermost.mean()) <= FLAT_RANGE) {
            flat++;
            next = line(samples, from + flat * toNextLine, step, length);
        }
        boolean isGround = isBorder(next) && Math.abs(next.mean() - outermost.mean()) > BORDER_RANGE;
        return flat < lines / 2 && (next.range() > BORDER_RANGE || isGround) ? flat : 0;
    }

    private static Frame frame(byte[] samples, int width, int height, double[] borders) {
        int widest = 0;
        for (int side = 1; side < borders.length; side++) {
            widest = borders[side] > borders[widest] ? side : widest;
        }
        double mean =
                switch (widest) {
                    case 0 -> line(samples, 0, width, height).mean();
                    case 1 -> line(samples, 0, 1, width).mean();
                    case 2 -> line(samples, width - 1, width, height).mean();
                    default -> line(samples, (height - 1) * width, 1, width).mean();
                };
        return mean <= BLACK_UP_TO ? Frame.BLACK : mean >= WHITE_FROM ? Frame.WHITE : Frame.OTHER;
    }

    /** The values of a row or column. */
    private record Line(double mean, int range) {
        boolean isBlack() {
            return mean <= BLACK_UP_TO;
        }
    }

    private static Line line(byte[] samples, int from, int step, int length) {
        int least = 255;
        int most = 0;
        long sum = 0;
        for (int i = 0, at = from; i < length; i++, at += step) {
            int value = samples[at] & 0xFF;
            least = Math.min(least, value);
            most = Math.max(most, value);
            sum += value;
        }
        return new Line((double) sum / length, most - least);
    }

    private static boolean isBorder(Line line) {
        return line.range() <= BORDER_RANGE && (line.isBlack() || line.mean() >= WHITE_FROM);
    }

    /** A part of an image in pixels. */
    private record Part(int left, int top, int width, int height) {
        GreyHistogram histogram(PixelImage grey) {
            return new GreyHistogram(grey.cropped(left, top, width, height).samples());
        }
    }

    private static int cornerLength(int side) {
        return length(side, CORNER_SHARE);
    }

    private static int length(int side, double share) {
        return (int) Math.max(1, Math.round(side * share));
    }

    /** The two upper ones come first, the left one before the right one. */
    private static Part corner(PixelImage grey, int number, double share) {
        int width = length(grey.width(), share);
        int height = length(grey.height(), share);
        return new Part(
                number % 2 == 0 ? 0 : grey.width() - width, number < 2 ? 0 : grey.height() - height, width, height);
    }

    private static Part middle(PixelImage grey) {
        int width = 2 * length(grey.width(), PATCH_SHARE);
        int height = 2 * length(grey.height(), PATCH_SHARE);
        return new Part(
                Math.max(0, (grey.width() - width) / 2),
                Math.max(0, (grey.height() - height) / 2),
                Math.min(width, grey.width()),
                Math.min(height, grey.height()));
    }

    /** Left, upper, right and lower edge between the corners, in parts; none of images too small for it. */
    private static List<Part> edge(PixelImage grey, int number) {
        int across = cornerLength(grey.width());
        int down = cornerLength(grey.height());
        boolean upright = number % 2 == 0;
        int from = upright ? down : across;
        int length = (upright ? grey.height() : grey.width()) - 2 * from;
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < EDGE_PARTS && length >= EDGE_PARTS; i++) {
            int start = from + length * i / EDGE_PARTS;
            int end = from + length * (i + 1) / EDGE_PARTS;
            parts.add(
                    upright
                            ? new Part(number == 0 ? 0 : grey.width() - across, start, across, end - start)
                            : new Part(start, number == 1 ? 0 : grey.height() - down, end - start, down));
        }
        return parts;
    }

    private static double shareFrom(GreyHistogram histogram, int from) {
        double share = 0;
        for (int level = from; level < GreyHistogram.LEVELS; level++) {
            share += histogram.share(level);
        }
        return share;
    }

    private static boolean isPatched(byte[] samples, Part part, PixelImage grey) {
        return Patches.any(samples, grey.width(), grey.height(), part.left(), part.top(), part.width(), part.height());
    }

    private static boolean isMarked(PixelImage grey, Part part, GreyHistogram histogram, int aboveGround) {
        double brightShare = shareFrom(histogram, MARKER_FROM);
        return brightShare >= MARKER_AT_LEAST
                && brightShare * part.width() * part.height() >= MARKER_PIXELS
                && brightShare <= MARKER_AT_MOST
                && histogram.mean() <= MARKER_FROM - aboveGround
                && Strokes.share(grey, part.left(), part.top(), part.width(), part.height(), MARKER_FROM)
                        >= MARKER_AT_LEAST;
    }
}
