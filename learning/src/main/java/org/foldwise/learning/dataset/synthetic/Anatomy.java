package org.foldwise.learning.dataset.synthetic;

import java.util.ArrayList;
import java.util.List;

/**
 * The build of one patient as a film shows it: how bright each point is, before exposure and noise. All of a patient's films
 * share it, which is why a network can learn to know patients instead of the disease when their films are split.
 *
 * <p>Coordinates: x from -1 (the patient's right, left on the film) to 1, y from -1 (top) to 1 (bottom), 0 in the middle of the
 * film; a body fills the film. Brightness: 0 is black (air), 1 is white (bone upon bone).
 */
final class Anatomy {
    private static final double LUNG_EDGE = 0.045;
    private static final int RIBS = 14;

    /** A branch of a lung's vessels: a straight piece with a width and a brightness. */
    record Vessel(double x0, double y0, double x1, double y1, double width, double brightness) {}

    private final double bodyWidth;
    private final double shoulderHeight;
    private final double wallBrightness;
    private final double apex;
    private final double base;
    private final double lungWidth;
    private final double lungCentre;
    private final double lungBrightness;
    private final double rightDiaphragm;
    private final double leftDiaphragm;
    private final double heartX;
    private final double heartY;
    private final double heartWidth;
    private final double heartHeight;
    private final double atriumWidth;
    private final double mediastinum;
    private final double aorticKnob;
    private final double spineBend;
    private final double vertebraHeight;
    private final double vertebraPhase;
    private final double ribSpacing;
    private final double ribPhase;
    private final double ribSlope;
    private final double ribDrop;
    private final double ribBrightness;
    private final double[] ribVariation = new double[RIBS];
    private final double clavicleY;
    private final double clavicleRise;
    private final double clavicleTilt;
    private final double breast;
    private final double breastX;
    private final double breastY;
    private final double bubble;
    private final double bubbleX;
    private final SmoothNoise texture;
    private final List<Vessel> vessels;

    Anatomy(SeededStream random) {
        bodyWidth = random.between(0.82, 1.04);
        shoulderHeight = random.between(-0.84, -0.60);
        wallBrightness = random.between(0.42, 0.60);
        apex = random.between(-0.84, -0.64);
        base = random.between(0.26, 0.40);
        lungWidth = random.between(0.30, 0.355) * bodyWidth / 0.95;
        lungCentre = random.between(0.40, 0.44) * bodyWidth / 0.95;
        lungBrightness = random.between(0.11, 0.24);
        rightDiaphragm = random.between(0.22, 0.54);
        leftDiaphragm = rightDiaphragm + random.between(0.00, 0.14);
        heartX = random.between(0.04, 0.17);
        heartY = random.between(0.14, 0.30);
        heartWidth = random.between(0.22, 0.40);
        heartHeight = random.between(0.29, 0.38);
        atriumWidth = random.between(0.13, 0.26);
        mediastinum = random.between(0.10, 0.20);
        aorticKnob = random.between(0.05, 0.14);
        spineBend = random.between(-0.08, 0.08);
        vertebraHeight = random.between(0.105, 0.135);
        vertebraPhase = random.unit();
        ribSpacing = random.between(0.135, 0.175);
        ribPhase = random.unit();
        ribSlope = random.between(0.02, 0.22);
        ribDrop = random.between(0.35, 0.75);
        ribBrightness = random.between(0.06, 0.115);
        for (int i = 0; i < RIBS; i++) {
            ribVariation[i] = random.between(0.75, 1.25);
        }
        clavicleY = random.between(-0.66, -0.54);
        clavicleRise = random.between(0.05, 0.20);
        clavicleTilt = random.between(-0.04, 0.04);
        breast = random.chance(0.5) ? random.between(0.03, 0.09) : 0;
        breastX = random.between(0.40, 0.50);
        breastY = random.between(0.18, 0.36);
        bubble = random.between(0, 0.22);
        bubbleX = random.between(0.30, 0.48);
        texture = new SmoothNoise(random);
        vessels = List.copyOf(vesselTrees(random));
    }

    List<Vessel> vessels() {
        return vessels;
    }

    /** How much of a point is lung, 0 to 1. */
    double lung(double x, double y) {
        double across = x - spine(y);
        double side = Math.abs(across);
        double height = Math.max(0, (base - y) / (base - apex));
        if (height >= 1) {
            return 0;
        }
        double half = lungWidth * Math.sqrt(1 - height * height);
        double centre = lungCentre - 0.14 * height;
        double depth = Math.min(half - Math.abs(side - centre), diaphragm(across) - y);
        return Shapes.step(-LUNG_EDGE / 2, LUNG_EDGE / 2, depth);
    }

    /** Height of the diaphragm's dome below a point, by its distance from the spine. */
    double diaphragm(double across) {
        double fromDome = Math.abs(across) - 0.34;
        double sag = fromDome > 0 ? 1.25 * fromDome * fromDome : 0.45 * fromDome * fromDome;
        return rightDiaphragm + (leftDiaphragm - rightDiaphragm) * Shapes.step(-0.12, 0.12, across) + sag;
    }

    /** A point of the lung on the given side, -1 right or 1 left, at a height from 0 (apex) to 1 (base). */
    double lungMiddle(int side, double y) {
        double height = Math.max(0, (base - y) / (base - apex));
        return spine(y) + side * (lungCentre - 0.14 * height);
    }

    double lungTop() {
        return apex;
    }

    /** Brightness of a point whose share of lung is known, without the vessels. */
    double brightness(double x, double y, double lung) {
        double across = x - spine(y);
        double side = Math.abs(across);
        double body = body(side, y);
        if (body <= 0) {
            return 0;
        }
        double belly = Shapes.step(-0.03, 0.05, y - diaphragm(across)) * Shapes.step(0.02, 0.2, bodyEdge(y) - side);
        double centre = centre(across, y);
        double wall = wallBrightness * (0.45 + 0.55 * Shapes.step(0, 0.30, bodyEdge(y) - side));
        double lungs =
                lungBrightness + 0.05 * y + 0.035 * texture.at(7 * x, 7 * y) + 0.025 * texture.at(19 * x, 19 * y);
        double value = wall + (lungs - wall) * lung;
        value += centre * (0.30 * lung + 0.13);
        value += belly * (0.20 - bubble(across, y));
        value += spineBones(side, y) * (1 - 0.4 * belly);
        value += ribs(side, y) * (1 - 0.75 * belly) * (1 - 0.65 * centre);
        value += clavicle(across, y);
        value += shoulder(side, y);
        value -= 0.10 * Shapes.step(0.055, 0.025, side) * Shapes.step(-0.16, -0.30, y);
        value += breast * breast(side, y);
        value += 0.012 * texture.at(4 * x + 9, 4 * y);
        return value * body;
    }

    private double spine(double y) {
        return spineBend * y * (1 - 0.6 * y);
    }

    /** Distance of the body's outline from the spine. */
    private double bodyEdge(double y) {
        double neck = 0.23;
        double shoulders = neck + (1.30 - neck) * Shapes.step(shoulderHeight - 0.22, shoulderHeight + 0.30, y);
        return shoulders + (bodyWidth - 1.30) * Shapes.step(-0.42, 0.12, y) - 0.05 * Shapes.step(0.2, 0.9, y);
    }

    private double body(double side, double y) {
        return Shapes.step(0, 0.05, bodyEdge(y) - side);
    }

    /** Heart, great vessels and mediastinum as one shadow, 0 to 1. */
    private double centre(double across, double y) {
        double tilt = across - 0.30 * (y - heartY);
        double ventricle =
                1 - Shapes.step(0.72, 1.22, Shapes.ellipse(tilt, y, heartX, heartY, heartWidth, heartHeight));
        double atrium = 1 - Shapes.step(0.72, 1.25, Shapes.ellipse(across, y, -0.03, heartY, atriumWidth, 0.28));
        double knob = 1 - Shapes.step(0.6, 1.3, Shapes.ellipse(across, y, 0.09, -0.28, aorticKnob, 0.10));
        double edge = mediastinum + 0.03 * texture.at(3, 3 * y + 5);
        double band = Shapes.step(0.035, -0.035, Math.abs(across) - edge);
        double hilum = 0.5 * Shapes.bell(Shapes.ellipse(Math.abs(across), y, 0.17, -0.04, 0.13, 0.17));
        return 1 - (1 - ventricle) * (1 - atrium) * (1 - knob) * (1 - 0.9 * band) * (1 - hilum);
    }

    private double spineBones(double side, double y) {
        double column = Shapes.step(0.095, 0.065, side);
        if (column == 0) {
            return 0;
        }
        double within = y / vertebraHeight + vertebraPhase;
        double disc = Math.abs(within - Math.floor(within) - 0.5) * 2;
        double rims = Shapes.bell((side - 0.075) * (side - 0.075) * 2500);
        return column * (0.085 - 0.05 * Shapes.step(0.72, 0.95, disc)) + 0.04 * rims;
    }

    private double ribs(double side, double y) {
        double cage = cage(side, y);
        if (cage <= 0) {
            return 0;
        }
        double curve = ribSlope * side + ribDrop * side * side * side;
        double back = rib((y - apex - curve) / ribSpacing + ribPhase, 0.20) * Shapes.step(0.05, 0.12, side);
        double front = rib((y - apex - 0.52 + 0.62 * side) / (1.1 * ribSpacing) + ribPhase, 0.17)
                * Shapes.step(0.24, 0.42, side)
                * Shapes.step(-0.62, -0.40, y);
        return cage * ribBrightness * (back + 0.55 * front);
    }

    /** Where ribs are: the lungs' outline and a margin around it. */
    private double cage(double side, double y) {
        double height = Math.max(0, (base - y) / (base - apex + 0.05));
        if (height >= 1) {
            return 0;
        }
        double half = (lungWidth + 0.06) * Math.sqrt(1 - height * height);
        double centre = lungCentre - 0.14 * height;
        return Shapes.step(0, 0.05, half - (side - centre)) * Shapes.step(0.85, 0.55, y);
    }

    /** Profile across a rib, brighter at its rims, by a continuous rib number. */
    private double rib(double number, double halfWidth) {
        int index = (int) Math.floor(number);
        double fromMiddle = Math.abs(number - index - 0.5);
        double inside = Shapes.step(halfWidth + 0.06, halfWidth - 0.02, fromMiddle);
        double rim = Shapes.bell((fromMiddle - halfWidth) * (fromMiddle - halfWidth) * 130);
        return (0.75 * inside + 0.45 * rim) * ribVariation[Math.floorMod(index, RIBS)];
    }

    private double clavicle(double across, double y) {
        double side = Math.abs(across);
        double along = (side - 0.07) / 0.70;
        if (along <= 0 || along >= 1) {
            return 0;
        }
        double bow = 0.10 * along * (1 - along) * (2 * along - 0.7);
        double middle = clavicleY - clavicleRise * along + bow + clavicleTilt * across;
        double halfWidth = 0.032 + 0.014 * (2 * along - 1) * (2 * along - 1);
        double distance = Math.abs(y - middle) / halfWidth;
        double rim = Shapes.bell((distance - 0.9) * (distance - 0.9) * 12);
        double ends = Shapes.step(0, 0.06, along) * Shapes.step(1, 0.92, along);
        return ends * (0.10 * Shapes.step(1.15, 0.85, distance) + 0.05 * rim);
    }

    /** Shoulder blades and the heads of the upper arms. */
    private double shoulder(double side, double y) {
        double head = 1 - Shapes.step(0.7, 1.1, Shapes.ellipse(side, y, 0.97, shoulderHeight + 0.22, 0.13, 0.16));
        double blade = 1 - Shapes.step(0.7, 1.15, Shapes.ellipse(side + 0.25 * y, y, 0.72, -0.35, 0.13, 0.36));
        return 0.12 * head + 0.055 * blade;
    }

    private double breast(double side, double y) {
        double squared = Shapes.ellipse(side, y, breastX, breastY, 0.34, 0.36);
        return Shapes.step(1.1, 0.75, squared) * (0.6 + 0.4 * Shapes.step(breastY - 0.3, breastY + 0.3, y));
    }

    /** Gas in the stomach, under the left dome. */
    private double bubble(double across, double y) {
        double top = leftDiaphragm + 0.13;
        return bubble * Shapes.step(1.2, 0.6, Shapes.ellipse(across, y, bubbleX, top, 0.13, 0.075));
    }

    private static List<Vessel> vesselTrees(SeededStream random) {
        List<Vessel> vessels = new ArrayList<>();
        for (int side = -1; side <= 1; side += 2) {
            for (int i = 0; i < 9; i++) {
                double rise = -0.9 + 1.9 * (i + random.between(-0.3, 0.3)) / 8;
                grow(
                        vessels,
                        random,
                        side * random.between(0.12, 0.17),
                        random.between(-0.10, 0.05),
                        side,
                        rise,
                        0.019,
                        5);
            }
        }
        return vessels;
    }

    /** A branch that wanders outwards, thinning, and now and then forks. */
    private static void grow(
            List<Vessel> vessels,
            SeededStream random,
            double fromX,
            double fromY,
            double outwards,
            double rise,
            double width,
            int pieces) {
        double x = fromX;
        double y = fromY;
        double turn = rise;
        double thickness = width;
        for (int i = 0; i < pieces; i++) {
            double length = random.between(0.07, 0.12) / Math.sqrt(1 + turn * turn);
            double nextX = x + outwards * length;
            double nextY = y + turn * length;
            vessels.add(new Vessel(x, y, nextX, nextY, thickness, 4.5 * thickness + 0.02));
            if (pieces > 2 && random.chance(0.45)) {
                grow(
                        vessels,
                        random,
                        nextX,
                        nextY,
                        outwards,
                        turn + random.between(-1, 1),
                        0.6 * thickness,
                        pieces - 2);
            }
            x = nextX;
            y = nextY;
            turn += random.between(-0.35, 0.35);
            thickness *= 0.76;
        }
    }
}
