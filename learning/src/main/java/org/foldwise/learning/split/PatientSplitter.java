package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.jspecify.annotations.Nullable;

/**
 * Splits cohorts by patient. Patients who are tied together, directly or over others, stay together. Every role of every fold
 * has images of every class that has patients enough ({@link RareClasses}); label shares and sizes come as close to the whole
 * cohort's as a bounded search gets.
 *
 * <p>The result follows from cohort, specification and seed alone, bit for bit, on every Java version.
 */
public final class PatientSplitter {
    /** How often a split is made anew that lacks a class somewhere. */
    private static final int ATTEMPTS = 4;
    /** How often a repeat is drawn anew that divides the patients as an earlier one does: of few patients there are few divisions. */
    private static final int DRAWS = 20;

    private final Cohort cohort;
    private final SplitSpec spec;
    private final SplitRules rules;
    private final long seed;
    private final PatientUnits units;
    private final SplittableRandom random;
    private final RareClasses rare;
    private final Demands.Cast cast;
    private final Learning learning;
    /** What the roles of the split that is being made lack. */
    private final List<String> lacks = new ArrayList<>();
    /** Whether chance has had its turns. */
    private boolean isLastAttempt;

    private PatientSplitter(Cohort cohort, SplitSpec spec, SplitRules rules, PatientTies ties, long seed) {
        this.cohort = cohort;
        this.spec = spec;
        this.rules = rules;
        this.seed = seed;
        this.units = PatientUnits.of(cohort, ties, rules.stratifies(Stratum.SITE));
        this.random = new SplittableRandom(seed);
        this.rare = new RareClasses(
                cohort.task(),
                neededEverywhere(cohort, spec),
                spec instanceof SplitSpec.Temporal || spec instanceof SplitSpec.Site);
        this.cast = new Demands.Cast(
                cohort.classes().size(), units.counts().labels(), cohort.task().isExclusive());
        this.learning = new Learning(rare, cast.classes(), units.counts());
    }

    /**
     * Splits a cohort by the {@linkplain SplitRules#DEFAULT usual rules}.
     *
     * @param cohort the patients
     * @param spec how they are to be split
     * @param seed breaks ties; another seed gives another split of most cohorts, but of few patients often the same one, which is the most even
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
     * @param seed breaks ties; another seed gives another split of most cohorts, but of few patients often the same one, which is the most even
     * @throws InfeasibleSplitException if it cannot be done; says what could
     * @throws IllegalArgumentException if the spec is {@link SplitSpec.Fixed}: that is read by {@link GivenSplit}
     */
    public static Split split(Cohort cohort, SplitSpec spec, SplitRules rules, PatientTies ties, long seed) {
        if (rules.keeps(Bond.SITE) || rules.stratifies(Stratum.SITE)) {
            SiteSides.requireSites(cohort);
        }
        PatientSplitter splitter = new PatientSplitter(cohort, spec, rules, ties, seed);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            splitter.isLastAttempt = attempt == ATTEMPTS - 1;
            Split split = splitter.attempt();
            if (split != null) {
                return split;
            }
        }
        List<String> reasons = new ArrayList<>();
        for (String lack : new LinkedHashSet<>(splitter.lacks)) {
            reasons.add(lack + alternative(spec));
        }
        throw new InfeasibleSplitException(reasons);
    }

    /** What leaves more patients for each role. */
    private static String alternative(SplitSpec spec) {
        List<String> less = new ArrayList<>();
        if (spec instanceof SplitSpec.KFold kFold) {
            if (kFold.folds() > 2) {
                less.add("fewer folds");
            }
            if (kFold.test() > 0) {
                less.add("test 0");
            }
        }
        if (spec instanceof SplitSpec.Holdout holdout && holdout.test() > 0) {
            less.add("test 0");
        }
        if (spec instanceof SplitSpec.Temporal) {
            less.add("another day");
        }
        if (spec instanceof SplitSpec.Site site) {
            less.add(site.test().isEmpty() ? "test sites that are named" : "other test sites");
        }
        return less.isEmpty() ? "" : "; with " + String.join(" or ", less) + ", one may be";
    }

    private static int neededEverywhere(Cohort cohort, SplitSpec spec) {
        if (spec instanceof SplitSpec.Holdout holdout) {
            return Feasibility.roles(holdout);
        }
        if (spec instanceof SplitSpec.KFold kFold) {
            return Feasibility.unitsNeeded(kFold.folds()) + (kFold.test() > 0 ? 1 : 0);
        }
        int sites = 0;
        if (spec instanceof SplitSpec.Site site && site.test().isEmpty()) {
            sites = (int)
                    cohort.images().stream().map(ImageRecord::site).distinct().count();
        }
        return Math.max(sites, Sides.NEEDED_FOR_DEVELOPMENT + 1);
    }

    /** A split; none where its roles lack what they should have, which is then in {@link #lacks}. */
    private @Nullable Split attempt() {
        lacks.clear();
        Feasibility feasibility = new Feasibility(cohort.task(), cohort.classes(), units.counts());
        if (spec instanceof SplitSpec.Holdout holdout) {
            feasibility.require(holdout);
            return holdout(holdout);
        }
        if (spec instanceof SplitSpec.KFold kFold) {
            feasibility.require(kFold);
            return kFold(kFold);
        }
        if (spec instanceof SplitSpec.Temporal temporal) {
            return sided(TemporalCut.of(cohort, units, rare, temporal), temporal.validation());
        }
        if (spec instanceof SplitSpec.Site site) {
            return site(site);
        }
        throw new IllegalArgumentException("roles that are given are not for the splitter to choose: " + spec);
    }

    private @Nullable Split holdout(SplitSpec.Holdout holdout) {
        int[] all = range(units.size());
        List<int[]> parts = holdout.test() > 0
                ? divide(
                        all,
                        new double[] {holdout.train(), holdout.validation(), holdout.test()},
                        new int[] {1, 1, 1},
                        0,
                        2,
                        1)
                : divide(all, new double[] {holdout.train(), holdout.validation()}, new int[] {1, 1}, 0, 1);
        SortedMap<PatientId, Role> roles = PatientUnits.noRoles();
        assign(parts.get(0), Role.TRAIN, roles);
        assign(parts.get(1), Role.VALIDATION, roles);
        int[] learning = IntStream.concat(Arrays.stream(parts.get(0)), Arrays.stream(parts.get(1)))
                .toArray();
        look(Fold.DEVELOPMENT, Role.TRAIN, parts.get(0), learning);
        look(Fold.DEVELOPMENT, Role.VALIDATION, parts.get(1), learning);
        if (parts.size() > 2) {
            assign(parts.get(2), Role.TEST, roles);
            look(Fold.DEVELOPMENT, Role.TEST, parts.get(2), learning);
        }
        return finished(new Roles(Fold.DEVELOPMENT, roles), List.of());
    }

    /** Only the development side is divided, by chance; who is tested follows from the cut. */
    private @Nullable Split sided(Sides sides, double validation) {
        Roles development = fold(Fold.DEVELOPMENT, sides.development(), new int[0], sides, validation);
        return finished(development, List.of());
    }

    private @Nullable Split site(SplitSpec.Site site) {
        SiteSides sites = SiteSides.of(cohort, units, rare);
        boolean tied = rules.keeps(Bond.SITE);
        if (!site.test().isEmpty()) {
            return sided(sites.named(site.test(), tied), site.validation());
        }
        SortedMap<String, int[]> bySite = sites.eachHeldOut(tied);
        int[] development =
                bySite.values().stream().flatMapToInt(Arrays::stream).sorted().toArray();
        Sides sides = new Sides(development, new int[0], without(range(units.size()), development));
        List<Roles> folds = new ArrayList<>();
        for (int[] heldOut : bySite.values()) {
            folds.add(fold(folds.size(), development, heldOut, sides, site.validation()));
        }
        return finished(fold(Fold.DEVELOPMENT, development, new int[0], sides, site.validation()), folds);
    }

    private @Nullable Split finished(Roles development, List<Roles> folds) {
        if (!lacks.isEmpty()) {
            return null;
        }
        return new Split(
                spec,
                rules,
                seed,
                cohort.digest(),
                development.fold(),
                folds.stream().map(Roles::fold).toList());
    }

    /**
     * What is to be a fold, where no role of it turns out to lack anything.
     *
     * @param index as the fold's
     * @param roles as the fold's
     */
    private record Roles(int index, SortedMap<PatientId, Role> roles) {
        Fold fold() {
            return new Fold(index, roles);
        }
    }

    private @Nullable Split kFold(SplitSpec.KFold kFold) {
        int[] development = range(units.size());
        int[] test = {};
        if (kFold.test() > 0) {
            List<int[]> parts = divide(
                    development,
                    new double[] {1 - kFold.test(), kFold.test()},
                    new int[] {Feasibility.unitsNeeded(kFold.folds()), 1},
                    0,
                    1);
            development = parts.get(0);
            test = parts.get(1);
        }
        Sides sides = new Sides(development, test, new int[0]);
        List<Roles> folds = new ArrayList<>();
        Set<Set<BitSet>> divisions = new HashSet<>();
        addFolds(folds, kFold, sides, divisions);
        Roles developmentFold = fold(Fold.DEVELOPMENT, development, new int[0], sides, kFold.validation());
        for (int repeat = 1; repeat < kFold.repeats(); repeat++) {
            addFolds(folds, kFold, sides, divisions);
        }
        return finished(developmentFold, folds);
    }

    /** @param divisions those of the repeats that were added before, each a set of the units of its parts */
    private void addFolds(List<Roles> folds, SplitSpec.KFold kFold, Sides sides, Set<Set<BitSet>> divisions) {
        double[] equalShares = new double[kFold.folds()];
        Arrays.fill(equalShares, 1.0 / kFold.folds());
        UnitCounts counts = units.counts().of(sides.development());
        Demands demands = Demands.even(counts, cast, Feasibility.unitsNeededPerFold(kFold.folds()), kFold.folds());
        List<int[]> division = divide(sides.development(), counts, equalShares, demands);
        for (int draw = 1; !divisions.add(parts(division)) && draw < DRAWS; draw++) {
            division = divide(sides.development(), counts, equalShares, demands);
        }
        for (int[] heldOut : division) {
            folds.add(fold(folds.size(), sides.development(), heldOut, sides, kFold.validation()));
        }
    }

    /** Whatever their order. */
    private static Set<BitSet> parts(List<int[]> division) {
        return division.stream()
                .map(part -> Arrays.stream(part).collect(BitSet::new, BitSet::set, BitSet::or))
                .collect(Collectors.toSet());
    }

    private Roles fold(int index, int[] development, int[] heldOut, Sides sides, double validation) {
        int[] judged = index == Fold.DEVELOPMENT ? sides.test() : heldOut;
        boolean areJudged = index == Fold.DEVELOPMENT
                ? judged.length > 0
                : rare.canBeJudgedEverywhere(cast.classes(), units.counts());
        BitSet judgeable = areJudged ? learning.judgedBy(units.counts().of(judged)) : learning.unjudged();
        int[] learners = without(development, heldOut);
        List<int[]> parts = trainAndValidation(learners, judgeable, validation);
        SortedMap<PatientId, Role> roles = PatientUnits.noRoles();
        assign(parts.get(0), Role.TRAIN, roles);
        assign(parts.get(1), Role.VALIDATION, roles);
        assign(heldOut, Role.HELD_OUT, roles);
        assign(sides.test(), Role.TEST, roles);
        assign(sides.dropped(), Role.DROPPED, roles);
        look(index, Role.TRAIN, parts.get(0), learners);
        look(index, Role.VALIDATION, parts.get(1), learners);
        if (index != Fold.DEVELOPMENT) {
            look(index, Role.HELD_OUT, heldOut, learners);
        } else if (sides.test().length > 0) {
            look(index, Role.TEST, sides.test(), learners);
        }
        if (!isLabelInCommon(parts, judgeable)) {
            lacks.add((index == Fold.DEVELOPMENT ? "" : "in fold " + index + ", ")
                    + "there is no label that in every role some images show and others do not, so that none could be learnt"
                    + " and judged: no division was found in which there is one");
        }
        return new Roles(index, roles);
    }

    /** Divides those who learn by chance; and where that does not get there, from units on that do. */
    private List<int[]> trainAndValidation(int[] learners, BitSet judgeable, double validation) {
        UnitCounts counts = units.counts().of(learners);
        double[] shares = {1 - validation, validation};
        Demands demands = Demands.ranked(counts, cast, new int[] {1, 1}, new int[] {0, 1});
        List<int[]> parts = divide(learners, counts, shares, demands, Map.of());
        if (!isLastAttempt || (haveAllNeeded(parts, counts) && isLabelInCommon(parts, judgeable))) {
            return parts;
        }
        Learning.Start start = learning.start(counts, judgeable);
        if (start == null) {
            return parts;
        }
        Integer label = start.label();
        return divide(learners, counts, shares, label == null ? demands : demands.withoutLabel(label), start.partOf());
    }

    private boolean haveAllNeeded(List<int[]> parts, UnitCounts learners) {
        return IntStream.range(0, cast.classes())
                .allMatch(label -> rare.mayMiss(Role.TRAIN, units.counts().unitsWith(label), learners.unitsWith(label))
                        || parts.stream().allMatch(part -> shows(part, label)));
    }

    private boolean isLabelInCommon(List<int[]> parts, BitSet judgeable) {
        if (!rare.needsLabelInCommon()) {
            return true;
        }
        BitSet common = (BitSet) judgeable.clone();
        parts.forEach(part -> common.and(learning.judgedBy(units.counts().of(part))));
        return !common.isEmpty();
    }

    private void assign(int[] someUnits, Role role, SortedMap<PatientId, Role> roles) {
        for (int unit : someUnits) {
            units.assign(unit, role, roles);
        }
    }

    /** Notes what a role lacks that it should have, those who learn being given as well. */
    private void look(int fold, Role role, int[] someUnits, int[] learning) {
        String who = (fold == Fold.DEVELOPMENT ? "" : "in fold " + fold + ", ") + GivenSplit.spelt(role);
        if (someUnits.length == 0) {
            lacks.add(who + " has no patient");
            return;
        }
        for (int label = 0; label < cast.classes(); label++) {
            if (shows(someUnits, label)) {
                continue;
            }
            int all = units.counts().unitsWith(label);
            if (!rare.mayMiss(role, all, units.counts().of(learning).unitsWith(label))) {
                lacks.add(who + " has no image of class '" + cohort.classes().get(label) + "', which "
                        + Feasibility.patients(all) + (all == 1 ? " has" : " have")
                        + ": patients with several labels stand in each other's way, and no division was found in which"
                        + " every role has every class");
            }
        }
    }

    private boolean shows(int[] someUnits, int label) {
        return Arrays.stream(someUnits).anyMatch(unit -> units.counts().has(unit, label));
    }

    /** Divides some units into parts, each with a least number of units of each label, those first that come first in an order. */
    private List<int[]> divide(int[] someUnits, double[] shares, int[] minimum, int... order) {
        UnitCounts counts = units.counts().of(someUnits);
        return divide(someUnits, counts, shares, Demands.ranked(counts, cast, minimum, order));
    }

    private List<int[]> divide(int[] someUnits, UnitCounts counts, double[] shares, Demands demands) {
        return divide(someUnits, counts, shares, demands, Map.of());
    }

    /**
     * Divides some units into parts; each division draws from a random stream of its own.
     *
     * @param begun the part in which some of them begin, by their index
     */
    private List<int[]> divide(
            int[] someUnits, UnitCounts counts, double[] shares, Demands demands, Map<Integer, Integer> begun) {
        SplittableRandom ofDivision = random.split();
        // where others have left nobody every part is empty, and the search would have nobody to move
        int[] partOf = someUnits.length == 0
                ? someUnits
                : BalancedPartition.divide(counts, shares, demands, begun, ofDivision);
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
