package org.foldwise.learning.dataset.synthetic;

/** A smooth random field with values in [-1, 1]: random values on a grid of unit cells, blended in between, repeating. */
final class SmoothNoise {
    private static final int SIDE = 32;

    private final float[] lattice = new float[SIDE * SIDE];

    SmoothNoise(SeededStream random) {
        for (int i = 0; i < lattice.length; i++) {
            lattice[i] = (float) random.between(-1, 1);
        }
    }

    double at(double x, double y) {
        double column = Math.floor(x);
        double row = Math.floor(y);
        double right = Shapes.eased(x - column);
        double down = Shapes.eased(y - row);
        int x0 = (int) column & (SIDE - 1);
        int x1 = (x0 + 1) & (SIDE - 1);
        int y0 = ((int) row & (SIDE - 1)) * SIDE;
        int y1 = (y0 + SIDE) & (SIDE * SIDE - 1);
        double above = lattice[y0 + x0] + (lattice[y0 + x1] - lattice[y0 + x0]) * right;
        double below = lattice[y1 + x0] + (lattice[y1 + x1] - lattice[y1 + x0]) * right;
        return above + (below - above) * down;
    }
}
