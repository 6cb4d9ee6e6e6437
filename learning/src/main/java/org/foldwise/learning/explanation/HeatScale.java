package org.foldwise.learning.explanation;

/**
 * Colours for heat whose brightness grows evenly with it, so that they say the same in grey and to eyes that tell fewer colours
 * apart: the cubehelix of Green (2011), A colour scheme for the display of astronomical intensity images, from black through
 * violet, red and ochre to white, half a turn backwards from 0.5.
 */
final class HeatScale {
    private static final double START = 0.5;
    private static final double TURNS = -0.7;
    private static final double SATURATION = 1.2;

    private HeatScale() {}

    /**
     * Red, green and blue in [0, 255].
     *
     * @param heat in [0, 1]
     */
    static double[] colour(double heat) {
        double angle = 2 * Math.PI * (START / 3 + 1 + TURNS * heat);
        double amplitude = SATURATION * heat * (1 - heat) / 2;
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        return new double[] {
            sample(heat + amplitude * (-0.14861 * cos + 1.78277 * sin)),
            sample(heat + amplitude * (-0.29227 * cos - 0.90649 * sin)),
            sample(heat + amplitude * 1.97294 * cos)
        };
    }

    private static double sample(double share) {
        return 255 * Math.max(0, Math.min(1, share));
    }
}
