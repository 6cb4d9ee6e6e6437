package org.foldwise.learning.metrics.comparison;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PatientResamples.WeightedFigures;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.WeightedRanks;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;

/** Every {@link ClassFigure} of scored images, of which each may count several times, or not at all. */
final class ClassFigures implements WeightedFigures {
    static final String NONE_JUDGED = "there is no class that some images show and others do not";

    /** In which {@link #of(int[])} has them. */
    static final List<ClassFigure> ORDER = List.of(ClassFigure.values());

    private final boolean exclusive;
    private final boolean[] right;
    private final List<OfClass> judged;

    private ClassFigures(boolean exclusive, boolean[] right, List<OfClass> judged) {
        this.exclusive = exclusive;
        this.right = right;
        this.judged = judged;
    }

    /** One class: its ranks, and which cell of its confusion matrix each image is in: 2 if it is shown, and 1 if it is called. */
    private static final class OfClass {
        final WeightedRanks ranks;
        final byte[] cells;

        OfClass(WeightedRanks ranks, byte[] cells) {
            this.ranks = ranks;
            this.cells = cells;
        }
    }

    /**
     * The figures.
     *
     * @param images at least one, not of a binary task
     */
    static ClassFigures of(ScoredImages images, Decision decision) {
        boolean[] right = new boolean[images.size()];
        Arrays.fill(right, true);
        List<OfClass> judged = new ArrayList<>();
        for (int k = 0; k < images.classes().size(); k++) {
            List<ScoredCase> cases = images.against(k);
            Set<String> named = decision.called(images, k);
            byte[] cells = new byte[right.length];
            int positives = 0;
            for (int i = 0; i < right.length; i++) {
                boolean isShown = cases.get(i).positive();
                boolean isCalled = named.contains(cases.get(i).image());
                cells[i] = (byte) ((isShown ? 2 : 0) + (isCalled ? 1 : 0));
                right[i] &= isShown == isCalled;
                positives += isShown ? 1 : 0;
            }
            if (positives > 0 && positives < right.length) {
                judged.add(new OfClass(WeightedRanks.of(cases), cells));
            }
        }
        return new ClassFigures(images.task().isExclusive(), right, judged);
    }

    /** In the order of the figures. */
    @Override
    public double[] of(int[] weights) {
        double area = 0;
        double precision = 0;
        double f1 = 0;
        double balanced = 0;
        for (OfClass one : judged) {
            double[] ranked = one.ranks.areaAndAveragePrecision(weights);
            area += ranked[0];
            precision += ranked[1];
            long[] counts = new long[4];
            for (int i = 0; i < weights.length; i++) {
                counts[one.cells[i]] += weights[i];
            }
            f1 += 2.0 * counts[3] / (2.0 * counts[3] + counts[1] + counts[2]);
            double recall = (double) counts[3] / (counts[2] + counts[3]);
            double specificity = (double) counts[0] / (counts[0] + counts[1]);
            balanced += exclusive ? recall : (recall + specificity) / 2;
        }
        long all = 0;
        long rightly = 0;
        for (int i = 0; i < weights.length; i++) {
            all += weights[i];
            rightly += right[i] ? weights[i] : 0;
        }
        int classes = judged.size();
        return new double[] {
            area / classes, precision / classes, f1 / classes, (double) rightly / all, balanced / classes
        };
    }

    /** The figures of all images, each counting once. */
    Map<ClassFigure, Estimate> ofAll() {
        int[] weights = new int[right.length];
        Arrays.fill(weights, 1);
        double[] values = of(weights);
        Map<ClassFigure, Estimate> figures = new EnumMap<>(ClassFigure.class);
        for (int i = 0; i < values.length; i++) {
            double value = values[i];
            figures.put(ORDER.get(i), Double.isNaN(value) ? Estimate.undefined(NONE_JUDGED) : Estimate.of(value));
        }
        return figures;
    }

    /** How many classes some images show and others do not. */
    int judged() {
        return judged.size();
    }
}
