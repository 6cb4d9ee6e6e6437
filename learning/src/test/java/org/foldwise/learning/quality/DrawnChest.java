package org.foldwise.learning.quality;

import java.util.Random;
import org.foldwise.learning.imaging.PixelImage;

/**
 * A chest by formulas: a body that stands a little beside the middle, lungs, a heart on one side, shades that vary smoothly, and noise.
 * No letters, and nothing mirrored.
 */
final class DrawnChest {
    private static final int WAVES = 40;

    private DrawnChest() {}

    static PixelImage film(Random random, int side) {
        double[] shade = new double[side * side];
        addWaves(shade, random, side, 14, 1.8);
        addWaves(shade, random, side, 10, 2.7);
        double asideX = 0.02 * random.nextGaussian();
        double asideY = 0.02 * random.nextGaussian();
        double gain = 1 + 0.05 * random.nextGaussian();
        double exposure = 5 * random.nextGaussian();
        byte[] samples = new byte[side * side];
        for (int i = 0; i < samples.length; i++) {
            double x = (double) (i % side) / side - 0.5 - asideX;
            double y = (double) (i / side) / side - 0.5 - asideY;
            double value = gain * anatomy(x, y) + shade[i] + exposure + 4 * random.nextGaussian();
            samples[i] = (byte) Math.max(0, Math.min(255, (int) value));
        }
        return PixelImage.of(side, side, 1, samples);
    }

    private static double anatomy(double x, double y) {
        double body = 1 / (1 + Math.exp(30 * (square(x / 0.46) + square(y / 0.6) - 1)));
        double lungs = Math.exp(-square(square((x + 0.2) / 0.12)) - square(square(y / 0.3)))
                + Math.exp(-square(square((x - 0.22) / 0.11)) - square(square((y + 0.02) / 0.28)));
        double heart = Math.exp(-square((x - 0.06) / 0.12) - square((y - 0.15) / 0.15));
        return 40 + 150 * body - 90 * lungs * body + 50 * heart;
    }

    private static double square(double value) {
        return value * value;
    }

    /** Waves in all directions, of a standard deviation in grey values, with frequencies about a number of periods to the side. */
    private static void addWaves(double[] shade, Random random, int side, double deviation, double periods) {
        for (int wave = 0; wave < WAVES; wave++) {
            double across = 2 * Math.PI * periods * random.nextGaussian() / side;
            double down = 2 * Math.PI * periods * random.nextGaussian() / side;
            double phase = 2 * Math.PI * random.nextDouble();
            double height = deviation * Math.sqrt(2.0 / WAVES);
            // the cosine of a sum, so that few have to be taken
            double[] cosines = new double[side];
            double[] sines = new double[side];
            for (int x = 0; x < side; x++) {
                cosines[x] = Math.cos(across * x + phase);
                sines[x] = Math.sin(across * x + phase);
            }
            for (int y = 0; y < side; y++) {
                double cosine = height * Math.cos(down * y);
                double sine = height * Math.sin(down * y);
                for (int x = 0; x < side; x++) {
                    shade[y * side + x] += cosines[x] * cosine - sines[x] * sine;
                }
            }
        }
    }
}
