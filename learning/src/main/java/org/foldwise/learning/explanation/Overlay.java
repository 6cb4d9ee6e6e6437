package org.foldwise.learning.explanation;

import java.util.Arrays;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Placement;
import org.foldwise.learning.imaging.ResizeFilter;

/**
 * A picture of a map over the image it explains: left the image as it is, so that nothing is hidden; in the middle the same,
 * darkened, with the heat in colours whose brightness grows with it, a white line around a quarter of the most and a black one
 * around half; right the scale with both lines on it. What was cut off and not seen by the network is hatched.
 */
public final class Overlay {
    /** Pixels of the longer side of either picture. */
    private static final int LONGEST_SIDE = 384;

    private static final int SMALLEST_HEIGHT = 128;
    private static final int GAP = 12;
    private static final int SCALE_WIDTH = 16;
    private static final int MARGIN = 36;
    private static final double[] LINES = {0.25, 0.5};
    private static final byte PAPER = (byte) 255;

    /** How much of the image remains under the heat. */
    private static final double FILM = 0.4;

    private final int width;
    private final int height;
    private final byte[] samples;

    private Overlay(int width, int height) {
        this.width = width;
        this.height = height;
        this.samples = new byte[width * height * 3];
        Arrays.fill(samples, PAPER);
    }

    /**
     * The picture, in red, green and blue; at most some 850 x 384 pixels.
     *
     * @param image upright, grey or colour
     * @param placement where the map lies on it
     */
    public static PixelImage of(PixelImage image, Placement placement, Heatmap heatmap) {
        double scale = Math.min(1.0 * LONGEST_SIDE / image.width(), 1.0 * LONGEST_SIDE / image.height());
        int panelWidth = (int) Math.max(1, Math.round(image.width() * scale));
        int panelHeight = (int) Math.max(1, Math.round(image.height() * scale));
        PixelImage film = image.withChannels(3).resized(panelWidth, panelHeight, ResizeFilter.BILINEAR);
        Overlay overlay =
                new Overlay(2 * panelWidth + 2 * GAP + SCALE_WIDTH + MARGIN, Math.max(panelHeight, SMALLEST_HEIGHT));
        overlay.drawFilm(film);
        overlay.drawHeat(film, panelWidth + GAP, heats(image, placement, heatmap, panelWidth, panelHeight));
        overlay.drawScale(2 * (panelWidth + GAP));
        return PixelImage.of(overlay.width, overlay.height, 3, overlay.samples);
    }

    /** Heat of each pixel of the panel; negative where the network saw nothing. */
    private static double[][] heats(
            PixelImage image, Placement placement, Heatmap heatmap, int panelWidth, int panelHeight) {
        double[][] heats = new double[panelHeight][panelWidth];
        for (int y = 0; y < panelHeight; y++) {
            double down = placement.down((y + 0.5) * image.height() / panelHeight);
            for (int x = 0; x < panelWidth; x++) {
                double across = placement.across((x + 0.5) * image.width() / panelWidth);
                boolean isSeen = across >= 0 && across <= 1 && down >= 0 && down <= 1;
                heats[y][x] = isSeen ? heatmap.heatAt(across, down) : -1;
            }
        }
        return heats;
    }

    private void drawFilm(PixelImage film) {
        for (int y = 0; y < film.height(); y++) {
            for (int x = 0; x < film.width(); x++) {
                set(x, y, film.sample(x, y, 0), film.sample(x, y, 1), film.sample(x, y, 2));
            }
        }
    }

    private void drawHeat(PixelImage film, int left, double[][] heats) {
        for (int y = 0; y < film.height(); y++) {
            for (int x = 0; x < film.width(); x++) {
                double heat = heats[y][x];
                if (heat < 0) {
                    int grey = (x + y) % 8 < 2 ? 150 : 70;
                    set(left + x, y, grey, grey, grey);
                } else if (isOnLine(heats, x, y)) {
                    int grey = heat >= LINES[1] - 0.1 ? 0 : 255;
                    set(left + x, y, grey, grey, grey);
                } else {
                    double[] colour = HeatScale.colour(heat);
                    set(
                            left + x,
                            y,
                            mixed(film, x, y, 0, colour),
                            mixed(film, x, y, 1, colour),
                            mixed(film, x, y, 2, colour));
                }
            }
        }
    }

    private static double mixed(PixelImage film, int x, int y, int channel, double[] colour) {
        return FILM * film.sample(x, y, channel) + (1 - FILM) * colour[channel];
    }

    /** Whether a line runs between this pixel and the next to the right or below. */
    private static boolean isOnLine(double[][] heats, int x, int y) {
        double here = heats[y][x];
        for (double line : LINES) {
            boolean above = here >= line;
            if (x + 1 < heats[y].length && heats[y][x + 1] >= 0 && heats[y][x + 1] >= line != above) {
                return true;
            }
            if (y + 1 < heats.length && heats[y + 1][x] >= 0 && heats[y + 1][x] >= line != above) {
                return true;
            }
        }
        return false;
    }

    private void drawScale(int left) {
        int top = Digits.HEIGHT / 2 + 1;
        int bottom = height - 1 - top;
        for (int y = top; y <= bottom; y++) {
            double[] colour = HeatScale.colour((double) (bottom - y) / (bottom - top));
            for (int x = 0; x < SCALE_WIDTH; x++) {
                boolean isFrame = x == 0 || x == SCALE_WIDTH - 1 || y == top || y == bottom;
                set(left + x, y, isFrame ? 0 : colour[0], isFrame ? 0 : colour[1], isFrame ? 0 : colour[2]);
            }
        }
        for (double mark : new double[] {0, LINES[0], LINES[1], 1}) {
            int y = (int) Math.round(bottom - mark * (bottom - top));
            for (int x = 0; x < SCALE_WIDTH + 4; x++) {
                int grey = mark == LINES[0] && x < SCALE_WIDTH ? 255 : 0;
                set(left + x, y, grey, grey, grey);
            }
            String text = mark == Math.rint(mark) ? Integer.toString((int) mark) : Double.toString(mark);
            Digits.draw(text, (x, row) -> set(left + SCALE_WIDTH + 6 + x, y - Digits.HEIGHT / 2 + row, 0, 0, 0));
        }
    }

    private void set(int x, int y, double red, double green, double blue) {
        int at = (y * width + x) * 3;
        samples[at] = (byte) Math.round(red);
        samples[at + 1] = (byte) Math.round(green);
        samples[at + 2] = (byte) Math.round(blue);
    }
}
