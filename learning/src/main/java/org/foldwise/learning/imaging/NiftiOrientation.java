package org.foldwise.learning.imaging;

import java.nio.ByteBuffer;

/**
 * Which axis of a NIfTI volume runs along which of the patient's, by its sform, else its qform, else as it is stored (first axis
 * to the right, second to the front, third to the head). Oblique volumes take the nearest axes; nothing is interpolated.
 *
 * @param axisOfColumns the voxel axis between the patient's left and right
 * @param axisOfRows between back and front
 * @param axisOfSlices between feet and head
 * @param columnsAreReversed whether voxels run to the patient's right, which is shown on the left
 * @param rowsAreReversed whether voxels run to the front, which is shown on top
 * @param slicesAreReversed whether voxels run to the feet; the first slice shown is the lowest
 */
record NiftiOrientation(
        int axisOfColumns,
        int axisOfRows,
        int axisOfSlices,
        boolean columnsAreReversed,
        boolean rowsAreReversed,
        boolean slicesAreReversed) {

    private static final int[][] PERMUTATIONS = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    static NiftiOrientation of(ByteBuffer header, boolean second) {
        double[][] directions = directions(header, second);
        int[] best = PERMUTATIONS[0];
        double most = -1;
        for (int[] axes : PERMUTATIONS) {
            double fit = 0;
            for (int world = 0; world < 3; world++) {
                fit += Math.abs(directions[world][axes[world]]);
            }
            if (fit > most + 1e-9) {
                most = fit;
                best = axes;
            }
        }
        return new NiftiOrientation(
                best[0],
                best[1],
                best[2],
                directions[0][best[0]] >= 0,
                directions[1][best[1]] >= 0,
                directions[2][best[2]] < 0);
    }

    /** Unit directions of the voxel axes (columns) in right, front and head (rows). */
    private static double[][] directions(ByteBuffer header, boolean second) {
        int qform = second ? header.getInt(344) : header.getShort(252);
        int sform = second ? header.getInt(348) : header.getShort(254);
        double[][] identity = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
        double[][] found = sform > 0 ? ofRows(header, second) : qform > 0 ? ofQuaternion(header, second) : identity;
        for (int axis = 0; axis < 3; axis++) {
            double length = Math.sqrt(found[0][axis] * found[0][axis]
                    + found[1][axis] * found[1][axis]
                    + found[2][axis] * found[2][axis]);
            if (!(length > 0) || !Double.isFinite(length)) {
                throw new UnreadableImageException(
                        ImageDefect.CORRUPT, "the NIfTI file is broken: its orientation has no direction");
            }
            for (int world = 0; world < 3; world++) {
                found[world][axis] /= length;
            }
        }
        return found;
    }

    private static double[][] ofRows(ByteBuffer header, boolean second) {
        double[][] rows = new double[3][3];
        for (int world = 0; world < 3; world++) {
            for (int axis = 0; axis < 3; axis++) {
                rows[world][axis] = second
                        ? header.getDouble(400 + 32 * world + 8 * axis)
                        : header.getFloat(280 + 16 * world + 4 * axis);
            }
        }
        return rows;
    }

    /** The rotation of the quaternion (a, b, c, d) of which b, c and d are stored; pixdim[0] turns the third axis round. */
    private static double[][] ofQuaternion(ByteBuffer header, boolean second) {
        double b = second ? header.getDouble(352) : header.getFloat(256);
        double c = second ? header.getDouble(360) : header.getFloat(260);
        double d = second ? header.getDouble(368) : header.getFloat(264);
        double turned = (second ? header.getDouble(104) : header.getFloat(76)) < 0 ? -1 : 1;
        double a = Math.sqrt(Math.max(0, 1 - (b * b + c * c + d * d)));
        return new double[][] {
            {a * a + b * b - c * c - d * d, 2 * (b * c - a * d), turned * 2 * (b * d + a * c)},
            {2 * (b * c + a * d), a * a + c * c - b * b - d * d, turned * 2 * (c * d - a * b)},
            {2 * (b * d - a * c), 2 * (c * d + a * b), turned * (a * a + d * d - c * c - b * b)}
        };
    }
}
