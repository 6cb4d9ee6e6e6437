package org.foldwise.learning.metrics;

import java.util.Arrays;

/** Positions of numbers in order, those of equal ones as they were given. By counting, on plain arrays. */
final class Order {
    private Order() {}

    /** Positions by rising number; {@code -0.0} and {@code 0.0} are equal. */
    static int[] rising(double[] numbers) {
        return ordered(numbers, false);
    }

    /** Positions by falling number; {@code -0.0} and {@code 0.0} are equal. */
    static int[] falling(double[] numbers) {
        return ordered(numbers, true);
    }

    /**
     * Positions by rising key.
     *
     * @param keys each 0 or more
     * @param kinds more than every key
     */
    static int[] byKey(int[] keys, int kinds) {
        int[] next = new int[kinds + 1];
        for (int key : keys) {
            next[key + 1]++;
        }
        for (int key = 0; key < kinds; key++) {
            next[key + 1] += next[key];
        }
        int[] positions = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            positions[next[keys[i]]++] = i;
        }
        return positions;
    }

    private static int[] ordered(double[] numbers, boolean falling) {
        double[] distinct = distinct(numbers);
        int[] keys = new int[numbers.length];
        for (int i = 0; i < keys.length; i++) {
            int rank = Arrays.binarySearch(distinct, numbers[i] + 0.0);
            keys[i] = falling ? distinct.length - 1 - rank : rank;
        }
        return byKey(keys, distinct.length);
    }

    /** Rising; 0.0 added makes -0.0 to 0.0, which a search tells apart. */
    private static double[] distinct(double[] numbers) {
        double[] rising = new double[numbers.length];
        Arrays.setAll(rising, i -> numbers[i] + 0.0);
        Arrays.sort(rising);
        int size = 0;
        for (double number : rising) {
            if (size == 0 || number != rising[size - 1]) {
                rising[size++] = number;
            }
        }
        return Arrays.copyOf(rising, size);
    }
}
