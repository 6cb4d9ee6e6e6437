package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.PatientId;

/**
 * Splits cohorts by patient. Patients who are tied together, directly or over others, stay together. Every role of every fold
 * has images of every class; label shares and sizes come as close to the whole cohort's as a bounded search gets.
 *
 * <p>The result follows from cohort, specification and seed alone, bit for bit, on every Java version.
 */
public final class PatientSplitter {
    private final Cohort cohort;
    private final SplitSpec spec;
    private final SplitRules rules;
    private final long seed;
    private final PatientUnits units;
    private final SplittableRandom random;

    private PatientSplitter(Cohort cohort, SplitSpec spec, SplitRules rules, PatientTies ties, long seed) {
        this.cohort = cohort;
        this.spec = spec;
        this.rules = rules;
        this.seed = seed;
        this.units = PatientUnits.of(cohort, ties, rules.stratifies(Stratum.SITE));
        this.random = new SplittableRandom(seed);
    }

    /**
     * Splits a cohort by the {@linkplain SplitRules#DEFAULT usual rules}.
     *
     * @param cohort the patients
     * @param spec how they are to be split
     * @param seed breaks ties; another seed gives another split wherever the cohort allows for several
     * @throws InfeasibleSplitException if some class has too few patients for every role to see it
     */
    public static Split split(Cohort cohort, SplitSpec spec, long seed) {
        return split(cohort, spec, SplitRules.DEFAULT, PatientTies.of(cohort, SplitRules.DEFAULT), seed);
    }

    /**
     * Splits a cohort.
     *
     * @param cohort the patients
     * @param spec how they are to be split
     * @param rules what is in equal shares
     * @param ties who stays together: what {@link PatientTies#of} says by the same rules, or more
     * @param seed breaks ties; another seed gives another split wherever the cohort allows for several
     * @throws InfeasibleSplitException if it cannot be done; says what could
     * @throws IllegalArgumentException if the spec is {@link SplitSpec.Fixed}: that is read by {@link GivenSplit}
     */
    public static Split split(Cohort cohort, SplitSpec spec, SplitRules rules, PatientTies ties, long seed) {
        if (rules.keeps(Bond.SITE) || rules.stratifies(Stratum.SITE)) {
            SiteSides.requireSites(cohort);
        }
        PatientSplitter splitter = new PatientSplitter(cohort, spec, rules, ties, seed);
        Feasibility feasibility = new Feasibility(cohort.classes(), splitter.units.counts());
        if (spec instanceof SplitSpec.Holdout holdout) {
            feasibility.require(holdout);
            return splitter.holdout(holdout);
        }
        if (spec instanceof SplitSpec.KFold kFold) {
            feasibility.require(kFold);
            return splitter.kFold(kFold);
        }
        if (spec instanceof SplitSpec.Temporal temporal) {
            return splitter.sided(TemporalCut.of(cohort, splitter.units, temporal), temporal.validation());
        }
        if (spec instanceof SplitSpec.Site site) {
            return splitter.site(site);
        }
        throw new IllegalArgumentException("roles that are given are not for the splitter to choose: " + spec);
    }

    private Split holdout(SplitSpec.Holdout holdout) {
        int[] all = range(units.size());
        List<int[]> parts = holdout.test() > 0
                ? divide(all, new double[] {holdout.train(), holdout.validation(), holdout.test()}, 1, 1, 1)
                : divide(all, new double[] {holdout.train(), holdout.validation()}, 1, 1);
        SortedMap<PatientId, Role> roles = PatientUnits.noRoles();
        assign(parts.get(0), Role.TRAIN, roles);
        assign(parts.get(1), Role.VALIDATION, roles);
        if (parts.size() > 2) {
            assign(parts.get(2), Role.TEST, roles);
        }
        return finished(new Fold(Fold.DEVELOPMENT, roles), List.of());
    }

    /** Only the development side is divided, by chance; who is tested follows from the cut. */
    private Split sided(Sides sides, double validation) {
        Fold development = fold(Fold.DEVELOPMENT, sides.development(), new int[0], sides, validation);
        return finished(development, List.of());
    }

    private Split site(SplitSpec.Site site) {
        SiteSides sites = SiteSides.of(cohort, units);
        boolean tied = rules.keeps(Bond.SITE);
        if (!site.test().isEmpty()) {
            return sided(sites.named(site.test(), tied), site.validation());
        }
        SortedMap<String, int[]> bySite = sites.eachHeldOut(tied);
        int[] development =
                bySite.values().stream().flatMapToInt(Arrays::stream).sorted().toArray();
        Sides sides = new Sides(development, new int[0], without(range(units.size()), development));
        List<Fold> folds = new ArrayList<>();
        for (int[] heldOut : bySite.values()) {
            folds.add(fold(folds.size(), development, heldOut, sides, site.validation()));
        }
        return finished(fold(Fold.DEVELOPMENT, development, new int[0], sides, site.validation()), folds);
    }

    private Split finished(Fold development, List<Fold> folds) {
        return new Split(spec, rules, seed, cohort.digest(), development, folds);
    }

    private Split kFold(SplitSpec.KFold kFold) {
        int[] development = range(units.size());
        int[] test = {};
        if (kFold.test() > 0) {
            List<int[]> parts = divide(
                    development,
                    new double[] {1 - kFold.test(), kFold.test()},
                    Feasibility.unitsNeeded(kFold.folds()),
                    1);
            development = parts.get(0);
            test = parts.get(1);
        }
        Sides sides = new Sides(development, test, new int[0]);
        List<Fold> folds = new ArrayList<>();
        addFolds(folds, kFold, sides);
        Fold developmentFold = fold(Fold.DEVELOPMENT, development, new int[0], sides, kFold.validation());
        for (int repeat = 1; repeat < kFold.repeats(); repeat++) {
            addFolds(folds, kFold, sides);
        }
        return finished(developmentFold, folds);
    }

    private void addFolds(List<Fold> folds, SplitSpec.KFold kFold, Sides sides) {
        double[] equalShares = new double[kFold.folds()];
        Arrays.fill(equalShares, 1.0 / kFold.folds());
        int[] minimum = new int[kFold.folds()];
        Arrays.fill(minimum, Feasibility.unitsNeededPerFold(kFold.folds()));
        for (int[] heldOut : divide(sides.development(), equalShares, minimum)) {
            folds.add(fold(folds.size(), sides.development(), heldOut, sides, kFold.validation()));
        }
    }

    private Fold fold(int index, int[] development, int[] heldOut, Sides sides, double validation) {
        List<int[]> parts = divide(without(development, heldOut), new double[] {1 - validation, validation}, 1, 1);
        SortedMap<PatientId, Role> roles = PatientUnits.noRoles();
        assign(parts.get(0), Role.TRAIN, roles);
        assign(parts.get(1), Role.VALIDATION, roles);
        assign(heldOut, Role.HELD_OUT, roles);
        assign(sides.test(), Role.TEST, roles);
        assign(sides.dropped(), Role.DROPPED, roles);
        return new Fold(index, roles);
    }

    private void assign(int[] someUnits, Role role, SortedMap<PatientId, Role> roles) {
        for (int unit : someUnits) {
            units.assign(unit, role, roles);
        }
    }

    /** Divides some units into parts; each division draws from a random stream of its own. */
    private List<int[]> divide(int[] someUnits, double[] shares, int... minimum) {
        UnitCounts counts = units.counts().of(someUnits);
        int[] partOf = BalancedPartition.divide(counts, shares, minimum, random.split());
        List<int[]> parts = new ArrayList<>();
        for (int part = 0; part < shares.length; part++) {
            int wanted = part;
            parts.add(IntStream.range(0, someUnits.length)
                    .filter(i -> partOf[i] == wanted)
                    .map(i -> someUnits[i])
                    .toArray());
        }
        return parts;
    }

    private static int[] range(int end) {
        int[] range = new int[end];
        Arrays.setAll(range, i -> i);
        return range;
    }

    /** Both ascending. */
    private static int[] without(int[] units, int[] excluded) {
        return Arrays.stream(units)
                .filter(unit -> Arrays.binarySearch(excluded, unit) < 0)
                .toArray();
    }
}
