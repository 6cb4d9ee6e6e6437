package org.foldwise.learning.imaging;

/**
 * Where each point of a new image lies in the old one: {@code x' = xx x + xy y + x0}, {@code y' = yx x + yy y + y0}, in pixels
 * from the upper left corner. Pixels are taken in the arithmetic of Pillow's {@code Image.transform}; what lies outside is black.
 */
public final class AffineMap {
    private static final int FRACTION_BITS = 16;

    private final double xx;
    private final double xy;
    private final double x0;
    private final double yx;
    private final double yy;
    private final double y0;

    AffineMap(double xx, double xy, double x0, double yx, double yy, double y0) {
        this.xx = xx;
        this.xy = xy;
        this.x0 = x0;
        this.yx = yx;
        this.yy = yy;
        this.y0 = y0;
    }

    /** As the other, with upright lines leaning and level ones staying level. */
    public static AffineMap of(
            int width, int height, double degreesClockwise, int right, int down, double zoom, double shearDegrees) {
        return of(width, height, degreesClockwise, right, down, zoom, shearDegrees, 0);
    }

    /**
     * An image zoomed, sheared and turned about its centre, then moved: what torchvision's {@code affine} does to a Pillow
     * image, with its matrix R(angle) Sh(levelShear) Sh(shear) S(zoom).
     *
     * @param width of the image
     * @param height of the image
     * @param degreesClockwise the angle as seen by the viewer
     * @param right that the image moves, in whole pixels
     * @param down that the image moves, in whole pixels
     * @param zoom above 0; above 1 enlarges
     * @param shearDegrees by which upright lines lean
     * @param levelShearDegrees by which level lines lean
     */
    static AffineMap of(
            int width,
            int height,
            double degreesClockwise,
            int right,
            int down,
            double zoom,
            double shearDegrees,
            double levelShearDegrees) {
        if (!(zoom > 0)) {
            throw new IllegalArgumentException("zoom must be above 0, was " + zoom);
        }
        double angle = StrictMath.toRadians(degreesClockwise);
        double shear = StrictMath.tan(StrictMath.toRadians(shearDegrees));
        double levelShear = StrictMath.toRadians(levelShearDegrees);
        double stretch = StrictMath.cos(levelShear);
        double cosine = StrictMath.cos(angle - levelShear);
        double sine = StrictMath.sin(angle - levelShear);
        double xx = (-sine * shear / stretch + StrictMath.cos(angle)) / zoom;
        double xy = (cosine * shear / stretch + StrictMath.sin(angle)) / zoom;
        double yx = -sine / stretch / zoom;
        double yy = cosine / stretch / zoom;
        double centreX = width * 0.5;
        double centreY = height * 0.5;
        return new AffineMap(
                xx,
                xy,
                xx * (-centreX - right) + xy * (-centreY - down) + centreX,
                yx,
                yy,
                yx * (-centreX - right) + yy * (-centreY - down) + centreY);
    }

    /** The image as this map makes it, of the same size. */
    public PixelImage apply(PixelImage image, Resampling resampling) {
        byte[] target = PixelImage.emptySamples(image.width(), image.height(), image.channels());
        switch (resampling) {
            case NEAREST -> {
                if (xy == 0 && yx == 0) {
                    scale(image, target);
                } else {
                    takeNearest(image, target);
                }
            }
            case BILINEAR -> mix(image, target);
        }
        return PixelImage.wrapping(image.width(), image.height(), image.channels(), target);
    }

    /** Rows stay rows and columns columns, so the places are found once for each. */
    private void scale(PixelImage image, byte[] target) {
        int width = image.width();
        int channels = image.channels();
        byte[] source = image.sharedSamples();
        int[] columns = places(width, x0, xx);
        int[] rows = places(image.height(), y0, yy);
        int to = 0;
        for (int row : rows) {
            if (row < 0) {
                to += width * channels;
                continue;
            }
            int start = row * width * channels;
            for (int column : columns) {
                if (column >= 0) {
                    int from = start + column * channels;
                    for (int channel = 0; channel < channels; channel++) {
                        target[to + channel] = source[from + channel];
                    }
                }
                to += channels;
            }
        }
    }

    /** The old position for each new one, added up step by step as Pillow does; -1 where it lies outside. */
    private static int[] places(int length, double offset, double step) {
        int[] places = new int[length];
        double place = offset + step * 0.5;
        for (int i = 0; i < length; i++) {
            places[i] = place < 0 || (int) place >= length ? -1 : (int) place;
            place += step;
        }
        return places;
    }

    private void takeNearest(PixelImage image, byte[] target) {
        long stepXx = fixedPoint(xx);
        long stepXy = fixedPoint(xy);
        long stepYx = fixedPoint(yx);
        long stepYy = fixedPoint(yy);
        long rowX = fixedPoint(x0 + xx * 0.5 + xy * 0.5);
        long rowY = fixedPoint(y0 + yx * 0.5 + yy * 0.5);

        int width = image.width();
        int height = image.height();
        int channels = image.channels();
        byte[] source = image.sharedSamples();
        int to = 0;
        for (int y = 0; y < height; y++) {
            long sourceX = rowX;
            long sourceY = rowY;
            for (int x = 0; x < width; x++) {
                long column = sourceX >> FRACTION_BITS;
                long row = sourceY >> FRACTION_BITS;
                if (column >= 0 && column < width && row >= 0 && row < height) {
                    int from = ((int) row * width + (int) column) * channels;
                    for (int channel = 0; channel < channels; channel++) {
                        target[to + channel] = source[from + channel];
                    }
                }
                to += channels;
                sourceX += stepXx;
                sourceY += stepYx;
            }
            rowX += stepXy;
            rowY += stepYy;
        }
    }

    private static long fixedPoint(double value) {
        return (long) Math.floor(value * (1 << FRACTION_BITS) + 0.5);
    }

    private void mix(PixelImage image, byte[] target) {
        int width = image.width();
        int height = image.height();
        int channels = image.channels();
        byte[] source = image.sharedSamples();
        int to = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++, to += channels) {
                double sourceX = xx * (x + 0.5) + xy * (y + 0.5) + x0;
                double sourceY = yx * (x + 0.5) + yy * (y + 0.5) + y0;
                if (sourceX < 0 || sourceX >= width || sourceY < 0 || sourceY >= height) {
                    continue;
                }
                int column = (int) Math.floor(sourceX - 0.5);
                int row = (int) Math.floor(sourceY - 0.5);
                double right = sourceX - 0.5 - column;
                double down = sourceY - 0.5 - row;
                int left = Math.max(column, 0) * channels;
                int next = Math.min(column + 1, width - 1) * channels;
                int upper = Math.max(row, 0) * width * channels;
                int lower = Math.min(row + 1, height - 1) * width * channels;
                for (int channel = 0; channel < channels; channel++) {
                    double above = mixed(source[upper + left + channel], source[upper + next + channel], right);
                    double below = mixed(source[lower + left + channel], source[lower + next + channel], right);
                    target[to + channel] = (byte) (int) (above + (below - above) * down);
                }
            }
        }
    }

    private static double mixed(byte one, byte other, double share) {
        return (one & 0xFF) + ((other & 0xFF) - (one & 0xFF)) * share;
    }
}
