package org.foldwise.learning.metrics.recalibration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.foldwise.learning.metrics.ScoredCase;

/**
 * Isotonic regression by pooling adjacent violators (Ayer et al. 1955; Barlow et al. 1972, Statistical Inference under Order
 * Restrictions). Shares are compared as fractions of whole numbers, so that rounding never decides what is pooled.
 */
final class IsotonicFit {
    private IsotonicFit() {}

    /** Neighbouring inputs with one common output. */
    private static final class Block {
        private final double first;
        private double last;
        private long positives;
        private long cases;

        Block(double input) {
            first = input;
            last = input;
        }

        void add(boolean positive) {
            positives += positive ? 1 : 0;
            cases++;
        }

        void pool(Block next) {
            last = next.last;
            positives += next.positives;
            cases += next.cases;
        }

        boolean isNotBelow(Block next) {
            return positives * next.cases >= next.positives * cases;
        }

        double output() {
            return (double) positives / cases;
        }
    }

    static Recalibration.Isotonic of(List<ScoredCase> cases) {
        List<ScoredCase> rising = cases.stream()
                .sorted(Comparator.comparingDouble(ScoredCase::probability))
                .toList();
        List<Block> blocks = new ArrayList<>();
        int from = 0;
        while (from < rising.size()) {
            Block block = new Block(rising.get(from).probability());
            int to = from;
            while (to < rising.size()
                    && rising.get(to).probability() == rising.get(from).probability()) {
                block.add(rising.get(to).positive());
                to++;
            }
            while (!blocks.isEmpty() && blocks.get(blocks.size() - 1).isNotBelow(block)) {
                Block before = blocks.remove(blocks.size() - 1);
                before.pool(block);
                block = before;
            }
            blocks.add(block);
            from = to;
        }
        List<Recalibration.Isotonic.Knot> knots = new ArrayList<>();
        for (Block block : blocks) {
            knots.add(new Recalibration.Isotonic.Knot(block.first, block.output()));
            if (block.last > block.first) {
                knots.add(new Recalibration.Isotonic.Knot(block.last, block.output()));
            }
        }
        return new Recalibration.Isotonic(knots);
    }
}
