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
 * Splits cohorts by patient. Patients who share byte-identical images, directly or over others, stay together. Every role of
 * every fold has images of every class; label shares and sizes come as close to the whole cohort's as a bounded search gets.
 *
 * <p>The result follows from cohort, specification and seed alone, bit for bit, on every Java version.
 */
public final class PatientSplitter {
    private final Cohort cohort;
    private final SplitSpec spec;
    private final long seed;
    private final PatientUnits units;
    private final SplittableRandom random;

    private PatientSplitter(Cohort cohort, SplitSpec spec, long seed) {
        this.cohort = cohort;
        this.spec = spec;
        this.seed = seed;
        this.units = PatientUnits.of(cohort);
        this.random = new SplittableRandom(seed);
    }

    /**
     * Splits a cohort.
     *
     * @param cohort the patients
     * @param spec how they are to be split
     * @param seed breaks ties; another seed gives another split wherever the cohort allows for several
     * @throws InfeasibleSplitException if some class has too few patients for every role to see it
     */
    public static Split split(Cohort cohort, SplitSpec spec, long seed) {
        PatientSplitter splitter = new PatientSplitter(cohort, spec, seed);
        Feasibility feasibility = new Feasibility(cohort.classes(), splitter.units.counts());
        if (spec instanceof SplitSpec.Holdout holdout) {
            feasibility.require(holdout);
            return splitter.holdout(holdout);
        }
        if (spec instanceof SplitSpec.KFold kFold) {
            feasibility.require(kFold);
            return splitter.kFold(kFold);
        }
        throw new IllegalStateException("no splitter for " + spec);
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
        return new Split(spec, seed, cohort.digest(), new Fold(Fold.DEVELOPMENT, roles), List.of());
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
        double[] equalShares = new double[kFold.folds()];
        Arrays.fill(equalShares, 1.0 / kFold.folds());
        int[] minimum = new int[kFold.folds()];
        Arrays.fill(minimum, Feasibility.unitsNeededPerFold(kFold.folds()));
        List<int[]> heldOut = divide(development, equalShares, minimum);

        List<Fold> folds = new ArrayList<>();
        for (int i = 0; i < heldOut.size(); i++) {
            folds.add(fold(i, development, heldOut.get(i), test, kFold.validation()));
        }
        Fold developmentFold = fold(Fold.DEVELOPMENT, development, new int[0], test, kFold.validation());
        return new Split(spec, seed, cohort.digest(), developmentFold, folds);
    }

    private Fold fold(int index, int[] development, int[] heldOut, int[] test, double validation) {
        List<int[]> parts = divide(without(development, heldOut), new double[] {1 - validation, validation}, 1, 1);
        SortedMap<PatientId, Role> roles = PatientUnits.noRoles();
        assign(parts.get(0), Role.TRAIN, roles);
        assign(parts.get(1), Role.VALIDATION, roles);
        assign(heldOut, Role.HELD_OUT, roles);
        assign(test, Role.TEST, roles);
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
