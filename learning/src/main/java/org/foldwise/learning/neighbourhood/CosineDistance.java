package org.foldwise.learning.neighbourhood;

/**
 * One less the cosine of the angle between two vectors, in [0, 2]: 0 for one direction, 1 for a right angle. Half the squared Euclidean
 * distance of the vectors scaled to length 1, so both put neighbours in the same order. Computed in double.
 */
final class CosineDistance {
    private CosineDistance() {}

    /** The Euclidean length of a vector. */
    static double norm(float[] vector) {
        return Math.sqrt(dot(vector, vector));
    }

    /** The distance of two vectors, given their lengths; 1 where one has no direction, because all of it is 0. */
    static double between(float[] one, double oneNorm, float[] other, double otherNorm) {
        if (oneNorm == 0 || otherNorm == 0) {
            return 1;
        }
        double cosine = dot(one, other) / (oneNorm * otherNorm);
        return 1 - Math.max(-1, Math.min(1, cosine));
    }

    /** In four sums, which a processor adds up side by side; always in the same order. */
    private static double dot(float[] one, float[] other) {
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int i = 0;
        for (; i + 3 < one.length; i += 4) {
            first += (double) one[i] * other[i];
            second += (double) one[i + 1] * other[i + 1];
            third += (double) one[i + 2] * other[i + 2];
            fourth += (double) one[i + 3] * other[i + 3];
        }
        for (; i < one.length; i++) {
            first += (double) one[i] * other[i];
        }
        return first + second + (third + fourth);
    }
}
