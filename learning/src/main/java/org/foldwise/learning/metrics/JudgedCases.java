package org.foldwise.learning.metrics;

import java.util.List;

/** The cases that an area under a ROC curve is judged on, as plain arrays: of many cases and areas, objects would take most of the time. */
public final class JudgedCases {
    private final double[] scores;
    private final boolean[] positive;
    private final int[] patients;

    private JudgedCases(double[] scores, boolean[] positive, int[] patients) {
        this.scores = scores;
        this.positive = positive;
        this.patients = patients;
    }

    /**
     * Cases in any order.
     *
     * @param scores not NaN
     * @param positive as many
     * @param patients as many: the number of each case's patient, 0 or more
     */
    public static JudgedCases of(double[] scores, boolean[] positive, int[] patients) {
        if (scores.length != positive.length || scores.length != patients.length) {
            throw new IllegalArgumentException("each score needs a class and a patient, had " + scores.length
                    + " scores, " + positive.length + " classes and " + patients.length + " patients");
        }
        return new JudgedCases(scores.clone(), positive.clone(), patients.clone());
    }

    static JudgedCases of(List<ScoredCase> cases, int[] patients) {
        double[] scores = new double[cases.size()];
        boolean[] positive = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = cases.get(i).probability();
            positive[i] = cases.get(i).positive();
        }
        return new JudgedCases(scores, positive, patients);
    }

    StructuralComponents components() {
        return StructuralComponents.of(scores, positive);
    }

    /** The sums of the components' deviations from the area over positives and over negatives, by patient. */
    double[][] deviations(StructuralComponents components, int count) {
        return components.deviations(positive, patients, count);
    }

    /** How many positives and how many negatives each patient has. */
    int[][] sizes(int count) {
        int[][] sizes = new int[2][count];
        for (int i = 0; i < positive.length; i++) {
            sizes[positive[i] ? 0 : 1][patients[i]]++;
        }
        return sizes;
    }
}
