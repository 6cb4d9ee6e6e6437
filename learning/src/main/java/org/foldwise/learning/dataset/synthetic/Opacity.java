package org.foldwise.learning.dataset.synthetic;

import java.util.ArrayList;
import java.util.List;

/**
 * A patch of lung that lets less radiation through, as pneumonia does: a soft, uneven ellipse in the body's coordinates.
 *
 * @param density brightness added in its middle
 * @param texture makes it patchy
 */
record Opacity(double x, double y, double radiusX, double radiusY, double density, SmoothNoise texture) {

    /** One to three opacities in one or both lungs. */
    static List<Opacity> drawn(SeededStream random, Anatomy anatomy, double signal) {
        List<Opacity> opacities = new ArrayList<>();
        int side = random.chance(0.5) ? -1 : 1;
        int count = 1 + random.below(3);
        for (int i = 0; i < count; i++) {
            double radiusY = random.between(0.17, 0.27);
            double radiusX = random.between(0.14, 0.22);
            double depth = random.between(0.30, 0.92);
            int lung = i == 0 || random.chance(0.5) ? side : -side;
            double dome = anatomy.diaphragm(lung * 0.34);
            double y = anatomy.lungTop() + depth * (dome - anatomy.lungTop());
            double x = anatomy.lungMiddle(lung, y) + random.between(-0.10, 0.12) * lung;
            opacities.add(
                    new Opacity(x, y, radiusX, radiusY, signal * random.between(0.26, 0.40), new SmoothNoise(random)));
        }
        return opacities;
    }

    /** The same opacity on another day. */
    Opacity withDensity(double changed) {
        return new Opacity(x, y, radiusX, radiusY, changed, texture);
    }

    /** Brightness that it adds to a point of pure lung. */
    double brightness(double pointX, double pointY) {
        double squared = Shapes.ellipse(pointX, pointY, x, y, radiusX, radiusY);
        if (squared >= 1.6) {
            return 0;
        }
        double uneven = texture.at(11 * pointX, 11 * pointY);
        double edge = Shapes.step(1.25, 0.25, squared + 0.35 * uneven);
        return density * edge * (0.85 + 0.30 * texture.at(23 * pointX, 23 * pointY));
    }
}
