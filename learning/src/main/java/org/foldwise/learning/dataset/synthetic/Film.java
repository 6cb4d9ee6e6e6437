package org.foldwise.learning.dataset.synthetic;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.imaging.PixelImage;

/**
 * One exposure: whose body, how it stood, what it shows and how it was taken. Rendering it again gives the same pixels.
 *
 * @param width in pixels
 * @param height in pixels
 * @param exposure factor on brightness, on top of the site's
 * @param grain standard deviation of the noise, in grey levels
 * @param noiseKey names the stream of the noise
 */
record Film(
        Anatomy anatomy,
        Pose pose,
        List<Opacity> opacities,
        Site site,
        int width,
        int height,
        double exposure,
        double grain,
        NoiseKey noiseKey) {
    Film {
        opacities = List.copyOf(opacities);
    }

    /** Which film's noise: the stream is opened anew for every rendering. */
    record NoiseKey(long seed, long patient, long image) {
        SeededStream open() {
            return SeededStream.of(seed, SeededStream.Purpose.FILM, patient, image, 1);
        }
    }

    /** Boxes around the opacities, cut at the film's edges. */
    List<OpacityBox> boxes() {
        List<OpacityBox> boxes = new ArrayList<>();
        for (Opacity opacity : opacities) {
            double left = width;
            double top = height;
            double right = 0;
            double bottom = 0;
            for (int corner = 0; corner < 4; corner++) {
                double bodyX = opacity.x() + (corner % 2 == 0 ? -1 : 1) * opacity.radiusX();
                double bodyY = opacity.y() + (corner < 2 ? -1 : 1) * opacity.radiusY();
                double pixelX = pose.filmX(bodyX, bodyY) / unit() + width / 2.0;
                double pixelY = pose.filmY(bodyX, bodyY) / unit() + height / 2.0;
                left = Math.min(left, pixelX);
                right = Math.max(right, pixelX);
                top = Math.min(top, pixelY);
                bottom = Math.max(bottom, pixelY);
            }
            boxes.add(OpacityBox.around(left, top, right, bottom, width, height));
        }
        return boxes;
    }

    PixelImage render() {
        float[] vessels = vesselLayer();
        SeededStream noise = noiseKey.open();
        double[] shade = {noise.between(-0.04, 0.04), noise.between(-0.04, 0.04)};
        byte[] samples = new byte[width * height];
        Marker marker = site.marker();
        double frame = site.collimation() * Math.max(width, height);
        for (int y = 0; y < height; y++) {
            double filmY = (y + 0.5 - height / 2.0) * unit();
            for (int x = 0; x < width; x++) {
                double filmX = (x + 0.5 - width / 2.0) * unit();
                int i = y * width + x;
                boolean collimated = x < frame || y < frame || x >= width - frame || y >= height - frame;
                double value = collimated ? 0 : exposed(filmX, filmY, vessels[i], shade);
                if (marker.covers(x, y, width, height)) {
                    value = 0.93;
                }
                samples[i] = grey(255 * value + (collimated ? 0.3 : grain) * bellShaped(noise.next()));
            }
        }
        return PixelImage.of(width, height, 1, samples);
    }

    /** Film units for a pixel: the longer side spans -1 to 1. */
    private double unit() {
        return 2.0 / Math.max(width, height);
    }

    private double exposed(double filmX, double filmY, double vessel, double[] shade) {
        double x = pose.bodyX(filmX, filmY);
        double y = pose.bodyY(filmX, filmY);
        double lung = anatomy.lung(x, y);
        double value = anatomy.brightness(x, y, lung);
        if (lung > 0) {
            double consolidated = 0;
            for (Opacity opacity : opacities) {
                consolidated = Math.max(consolidated, opacity.brightness(x, y));
            }
            // Before the heart and on ribs an opacity adds less than over air-filled lung.
            double free = Shapes.step(0.80, 0.30, value);
            value += lung * (consolidated * free + vessel * Math.max(0.2, 1 - 3 * consolidated));
        }
        value = value * site.gain() * exposure * (1 + shade[0] * filmX + shade[1] * filmY);
        value = 0.5 + (value - 0.5) * site.contrast();
        return saturated(Math.max(0.02, value));
    }

    /** The film's shoulder: bright parts approach white without reaching it. */
    private static double saturated(double value) {
        return value <= 0.6 ? value : 0.6 + (value - 0.6) / (1 + 0.9 * (value - 0.6));
    }

    /** Sum of four bytes, centred and scaled to a standard deviation of 1. */
    private static double bellShaped(long bits) {
        long sum = (bits & 0xFF) + (bits >>> 8 & 0xFF) + (bits >>> 16 & 0xFF) + (bits >>> 24 & 0xFF);
        return (sum - 510) / 147.8;
    }

    private static byte grey(double value) {
        return (byte) Math.max(0, Math.min(255, (int) (value + 0.5)));
    }

    /** The vessels drawn as soft strokes, the brightest of those that cross. */
    private float[] vesselLayer() {
        float[] layer = new float[width * height];
        for (Anatomy.Vessel vessel : anatomy.vessels()) {
            stroke(
                    layer,
                    pose.filmX(vessel.x0(), vessel.y0()) / unit() + width / 2.0,
                    pose.filmY(vessel.x0(), vessel.y0()) / unit() + height / 2.0,
                    pose.filmX(vessel.x1(), vessel.y1()) / unit() + width / 2.0,
                    pose.filmY(vessel.x1(), vessel.y1()) / unit() + height / 2.0,
                    Math.max(1, vessel.width() / unit()),
                    vessel.brightness());
        }
        return layer;
    }

    private void stroke(float[] layer, double x0, double y0, double x1, double y1, double reach, double brightness) {
        double lengthSquared = (x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0);
        int top = Math.max(0, (int) (Math.min(y0, y1) - reach));
        int bottom = Math.min(height - 1, (int) (Math.max(y0, y1) + reach));
        int left = Math.max(0, (int) (Math.min(x0, x1) - reach));
        int right = Math.min(width - 1, (int) (Math.max(x0, x1) + reach));
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                double px = x + 0.5 - x0;
                double py = y + 0.5 - y0;
                double along = Math.max(0, Math.min(1, (px * (x1 - x0) + py * (y1 - y0)) / lengthSquared));
                double dx = px - along * (x1 - x0);
                double dy = py - along * (y1 - y0);
                double drawn = brightness * Shapes.bell((dx * dx + dy * dy) / (reach * reach));
                layer[y * width + x] = Math.max(layer[y * width + x], (float) drawn);
            }
        }
    }
}
