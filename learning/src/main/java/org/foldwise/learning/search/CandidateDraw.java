package org.foldwise.learning.search;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.foldwise.learning.provenance.Digest;

/**
 * The candidates of a search. They follow from the specification alone, bit for bit, on every Java version. Each field draws from a
 * stream of its own, named by seed and pointer: the order of the fields changes nothing, and of a longer search the first candidates are
 * those of a shorter one.
 */
public final class CandidateDraw {
    private static final MathContext FOUR_DIGITS = new MathContext(4);
    /** A space whose draws are new that seldom has run out of candidates. */
    private static final int PATIENCE = 10_000;

    private CandidateDraw() {}

    /**
     * The settings of each candidate, in the order of the space.
     *
     * @throws IllegalArgumentException if the space holds fewer different candidates than are wanted, or a grid more than
     *     {@link SearchSpec#MAXIMUM_CANDIDATES}
     */
    public static List<List<Setting>> of(SearchSpec spec) {
        return spec instanceof SearchSpec.Grid grid
                ? grid(grid)
                : drawn(spec.space(), Math.toIntExact(spec.candidates()), spec.seed());
    }

    /** The last field changes fastest. */
    private static List<List<Setting>> grid(SearchSpec.Grid grid) {
        if (grid.candidates() > SearchSpec.MAXIMUM_CANDIDATES) {
            throw new IllegalArgumentException("space must have at most " + SearchSpec.MAXIMUM_CANDIDATES
                    + " combinations in a grid, had " + grid.candidates());
        }
        List<List<Setting>> candidates = List.of(List.of());
        for (Dimension dimension : grid.space()) {
            List<List<Setting>> longer = new ArrayList<>();
            for (List<Setting> candidate : candidates) {
                for (String value : ((Dimension.Values) dimension).values()) {
                    List<Setting> settings = new ArrayList<>(candidate);
                    settings.add(new Setting(dimension.pointer(), value));
                    longer.add(List.copyOf(settings));
                }
            }
            candidates = longer;
        }
        return candidates;
    }

    private static List<List<Setting>> drawn(List<Dimension> space, int count, long seed) {
        List<SplittableRandom> streams =
                space.stream().map(dimension -> stream(seed, dimension)).toList();
        Set<List<Setting>> candidates = new LinkedHashSet<>();
        int inVain = 0;
        while (candidates.size() < count) {
            List<Setting> settings = new ArrayList<>();
            for (int i = 0; i < space.size(); i++) {
                settings.add(new Setting(space.get(i).pointer(), value(space.get(i), streams.get(i))));
            }
            inVain = candidates.add(List.copyOf(settings)) ? 0 : inVain + 1;
            if (inVain > PATIENCE) {
                throw new IllegalArgumentException("count must be at most " + candidates.size()
                        + ", as many different candidates as the space has, was " + count);
            }
        }
        return List.copyOf(candidates);
    }

    private static SplittableRandom stream(long seed, Dimension dimension) {
        String name = Digest.ofLines(List.of("foldwise search 1", Long.toString(seed), dimension.pointer()))
                .hex();
        return new SplittableRandom(Long.parseUnsignedLong(name.substring(0, 16), 16));
    }

    private static String value(Dimension dimension, SplittableRandom random) {
        double share = (random.nextLong() >>> 11) * 0x1p-53;
        if (dimension instanceof Dimension.Values listed) {
            return listed.values().get((int) (share * listed.size()));
        }
        if (dimension instanceof Dimension.WholeRange range) {
            double drawn = between(range.lower(), range.upper() + 1.0, range.scale(), share);
            return Long.toString(Math.max(range.lower(), Math.min(range.upper(), (long) Math.floor(drawn))));
        }
        Dimension.Range range = (Dimension.Range) dimension;
        return rounded(range, between(range.lower(), range.upper(), range.scale(), share));
    }

    /** With StrictMath, lest another processor draws other candidates. */
    private static double between(double lower, double upper, Dimension.Scale scale, double share) {
        return scale == Dimension.Scale.LINEAR
                ? lower + share * (upper - lower)
                : StrictMath.exp(StrictMath.log(lower) + share * (StrictMath.log(upper) - StrictMath.log(lower)));
    }

    private static String rounded(Dimension.Range range, double drawn) {
        double number = new BigDecimal(drawn).round(FOUR_DIGITS).doubleValue();
        BigDecimal within = BigDecimal.valueOf(Math.max(range.lower(), Math.min(range.upper(), number)));
        BigDecimal stripped = within.stripTrailingZeros();
        return stripped.scale() > -20 && stripped.scale() < 20 ? stripped.toPlainString() : stripped.toString();
    }
}
