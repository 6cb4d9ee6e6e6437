package org.foldwise.learning.dataset.synthetic;

/** Soft-edged shapes from basic arithmetic and square roots, which give the same bits everywhere. */
final class Shapes {
    private Shapes() {}

    /** 0 to 1 with level ends, for t in [0, 1]. */
    static double eased(double t) {
        return t * t * (3 - 2 * t);
    }

    /** 0 below {@code low}, 1 above {@code high}, smooth in between. */
    static double step(double low, double high, double value) {
        double t = (value - low) / (high - low);
        if (t <= 0) {
            return 0;
        }
        return t >= 1 ? 1 : eased(t);
    }

    /** 1 in the middle, 0 from distance 1 on: the bell (1 - r^2)^2, given r^2. */
    static double bell(double squaredDistance) {
        double rest = 1 - squaredDistance;
        return rest <= 0 ? 0 : rest * rest;
    }

    /** Squared distance from an ellipse's centre, 1 on its edge. */
    static double ellipse(double x, double y, double centreX, double centreY, double radiusX, double radiusY) {
        double dx = (x - centreX) / radiusX;
        double dy = (y - centreY) / radiusY;
        return dx * dx + dy * dy;
    }
}
