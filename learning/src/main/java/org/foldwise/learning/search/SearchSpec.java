package org.foldwise.learning.search;

import java.util.List;

/**
 * How a plan is searched for. The candidates are the same in every outer fold; only what they are compared on differs.
 *
 * <p>Sources: random search, Bergstra and Bengio (2012, Random Search for Hyper-Parameter Optimization, Journal of Machine Learning
 * Research 13:281-305); successive halving, Jamieson and Talwalkar (2016, Non-stochastic Best Arm Identification and Hyperparameter
 * Optimization, AISTATS).
 */
public sealed interface SearchSpec {
    /** Most candidates that are drawn. */
    int MAXIMUM_CANDIDATES = 300;

    /** The fields that are varied, 1 to 20, no two the same. */
    List<Dimension> space();

    /** The inner cross-validation. */
    InnerSpec inner();

    /** Of the candidates and the inner folds; the trainings' own randomness is the plan's. */
    long seed();

    /** How many candidates there are. A product beyond all numbers is {@link Long#MAX_VALUE}. */
    long candidates();

    /**
     * Every combination of listed values.
     *
     * @param space of {@link Dimension.Values} only
     */
    record Grid(List<Dimension> space, InnerSpec inner, long seed) implements SearchSpec {
        public Grid {
            space = requireSpace(space);
            for (int i = 0; i < space.size(); i++) {
                if (!(space.get(i) instanceof Dimension.Values)) {
                    throw new IllegalArgumentException(
                            "space must list values in a grid, '" + space.get(i).pointer() + "' has a range");
                }
            }
        }

        @Override
        public long candidates() {
            return size(space);
        }
    }

    /**
     * Candidates drawn at random, no two the same.
     *
     * @param count 1 to {@link #MAXIMUM_CANDIDATES}
     */
    record Random(List<Dimension> space, int count, InnerSpec inner, long seed) implements SearchSpec {
        public Random {
            space = requireSpace(space);
            requireCount(count, 1, space);
        }

        @Override
        public long candidates() {
            return count;
        }
    }

    /**
     * Candidates drawn at random, of which at every rung the best {@code 1 / eta} go on to be trained {@code eta} times as long.
     *
     * @param count 2 to {@link #MAXIMUM_CANDIDATES}
     * @param eta 2 to 10
     * @param minimumEpochs the first rung trains no shorter than that, 1 or more
     */
    record Halving(List<Dimension> space, int count, int eta, int minimumEpochs, InnerSpec inner, long seed)
            implements SearchSpec {
        public Halving {
            space = requireSpace(space);
            requireCount(count, 2, space);
            if (eta < 2 || eta > 10) {
                throw new IllegalArgumentException("eta must be 2 to 10, was " + eta);
            }
            if (minimumEpochs < 1) {
                throw new IllegalArgumentException("minimumEpochs must be 1 or more, was " + minimumEpochs);
            }
        }

        @Override
        public long candidates() {
            return count;
        }
    }

    private static List<Dimension> requireSpace(List<Dimension> space) {
        if (space.isEmpty() || space.size() > 20) {
            throw new IllegalArgumentException("space must have 1 to 20 dimensions, had " + space.size());
        }
        return List.copyOf(space);
    }

    private static void requireCount(int count, int least, List<Dimension> space) {
        if (count < least || count > MAXIMUM_CANDIDATES) {
            throw new IllegalArgumentException(
                    "count must be " + least + " to " + MAXIMUM_CANDIDATES + ", was " + count);
        }
        if (count > size(space)) {
            throw new IllegalArgumentException(
                    "count must be at most " + size(space) + ", as many candidates as the space has, was " + count);
        }
    }

    private static long size(List<Dimension> space) {
        long size = 1;
        for (Dimension dimension : space) {
            size = Math.multiplyHigh(size, dimension.size()) == 0 && size * dimension.size() > 0
                    ? size * dimension.size()
                    : Long.MAX_VALUE;
        }
        return size;
    }
}
