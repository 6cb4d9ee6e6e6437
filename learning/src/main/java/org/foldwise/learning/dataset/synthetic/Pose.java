package org.foldwise.learning.dataset.synthetic;

/**
 * How the patient stood for one film: film coordinates are the body's, turned, scaled and shifted a little.
 *
 * @param cosine of the turn
 * @param sine of the turn
 * @param scaleX film units for a unit of the body, across
 * @param scaleY film units for a unit of the body, along, which a deep breath stretches
 * @param shiftX film position of the body's middle
 * @param shiftY film position of the body's middle
 */
record Pose(double cosine, double sine, double scaleX, double scaleY, double shiftX, double shiftY) {
    static Pose drawn(SeededStream random) {
        double radians = StrictMath.toRadians(random.between(-2, 2));
        double scale = random.between(0.97, 1.03);
        return new Pose(
                StrictMath.cos(radians),
                StrictMath.sin(radians),
                scale,
                scale * random.between(0.98, 1.02),
                random.between(-0.025, 0.025),
                random.between(-0.025, 0.025));
    }

    double bodyX(double filmX, double filmY) {
        return (cosine * (filmX - shiftX) + sine * (filmY - shiftY)) / scaleX;
    }

    double bodyY(double filmX, double filmY) {
        return (cosine * (filmY - shiftY) - sine * (filmX - shiftX)) / scaleY;
    }

    double filmX(double bodyX, double bodyY) {
        return cosine * bodyX * scaleX - sine * bodyY * scaleY + shiftX;
    }

    double filmY(double bodyX, double bodyY) {
        return sine * bodyX * scaleX + cosine * bodyY * scaleY + shiftY;
    }
}
