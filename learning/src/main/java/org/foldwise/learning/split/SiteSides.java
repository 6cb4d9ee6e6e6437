package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.Cohort;

/** Which units belong to which sites. */
final class SiteSides {
    private static final int MAXIMUM_FOLDS = 100;

    private final List<String> classes;
    private final PatientUnits units;
    private final RareClasses rare;
    private final List<SortedSet<String>> sitesOf = new ArrayList<>();
    private final SortedSet<String> sites = new TreeSet<>();

    private SiteSides(List<String> classes, PatientUnits units, RareClasses rare) {
        this.classes = classes;
        this.units = units;
        this.rare = rare;
        for (int unit = 0; unit < units.size(); unit++) {
            SortedSet<String> ofUnit = new TreeSet<>();
            units.images(unit).forEach(image -> ofUnit.add(String.valueOf(image.site())));
            sitesOf.add(ofUnit);
            sites.addAll(ofUnit);
        }
    }

    /**
     * The sites of a cohort.
     *
     * @throws InfeasibleSplitException if images have none
     */
    static SiteSides of(Cohort cohort, PatientUnits units, RareClasses rare) {
        requireSites(cohort);
        return new SiteSides(cohort.classes(), units, rare);
    }

    static void requireSites(Cohort cohort) {
        long unknown =
                cohort.images().stream().filter(image -> image.site() == null).count();
        if (unknown > 0) {
            throw new InfeasibleSplitException(
                    List.of("sites can only be told apart or kept together where every image has"
                            + " one, but " + unknown + " of " + cohort.images().size()
                            + " have none: a split without sites needs none"));
        }
    }

    /**
     * The units of the named sites and those of the others; units with images of both are dropped.
     *
     * @param tied whether whole sites stay together, so that a unit with images of both is a contradiction
     * @throws InfeasibleSplitException if a name is unknown, or patients, or those of a class, are missing on a side
     */
    Sides named(List<String> test, boolean tied) {
        List<String> reasons = new ArrayList<>();
        for (String site : test) {
            if (!sites.contains(site)) {
                reasons.add("no image is of site '" + site + "': known are " + quoted(sites));
            }
        }
        List<Integer> development = new ArrayList<>();
        List<Integer> tested = new ArrayList<>();
        List<Integer> dropped = new ArrayList<>();
        for (int unit = 0; unit < units.size(); unit++) {
            SortedSet<String> others = new TreeSet<>(sitesOf.get(unit));
            boolean isTested = others.removeAll(test);
            if (isTested && !others.isEmpty() && tied) {
                reasons.add("the test sites share patients with " + quoted(others)
                        + ": name these as well, or do not keep sites together, and the shared patients are dropped");
            }
            (!isTested ? development : others.isEmpty() ? tested : dropped).add(unit);
        }
        Sides sides = new Sides(array(development), array(tested), array(dropped));
        if (reasons.isEmpty()) {
            for (String fault : sides.faults(classes, units.counts(), rare)) {
                reasons.add(fault + "; " + testable(tied));
            }
        }
        if (!reasons.isEmpty()) {
            throw new InfeasibleSplitException(reasons);
        }
        return sides;
    }

    /**
     * The units of each site, in the order of the sites' names; of sites that are tied together, in that of the first. Units
     * with images of several such are in none.
     *
     * @throws InfeasibleSplitException if a site, or what is left without it, lacks patients, or those of a class
     */
    SortedMap<String, int[]> eachHeldOut(boolean tied) {
        SortedMap<String, List<Integer>> bySite = new TreeMap<>();
        for (int unit = 0; unit < units.size(); unit++) {
            if (tied || sitesOf.get(unit).size() == 1) {
                bySite.computeIfAbsent(sitesOf.get(unit).first(), name -> new ArrayList<>())
                        .add(unit);
            }
        }
        List<String> reasons = new ArrayList<>();
        if (bySite.size() < 2) {
            reasons.add("leaving one site out needs 2 sites with patients of their own, but there "
                    + (bySite.size() == 1 ? "is 1" : "are none") + ": a split without sites may be feasible");
        }
        if (bySite.size() > MAXIMUM_FOLDS) {
            reasons.add(bySite.size() + " sites would make as many folds, and at most " + MAXIMUM_FOLDS
                    + " are allowed: name sites to test on");
        }
        if (reasons.isEmpty()) {
            addLacks(bySite, tied, reasons);
        }
        if (!reasons.isEmpty()) {
            throw new InfeasibleSplitException(reasons);
        }
        SortedMap<String, int[]> result = new TreeMap<>();
        bySite.forEach((site, ofSite) -> result.put(site, array(ofSite)));
        return result;
    }

    private void addLacks(SortedMap<String, List<Integer>> bySite, boolean tied, List<String> reasons) {
        for (int label = 0; label < classes.size(); label++) {
            int shown = units.counts().unitsWith(label);
            int undropped = 0;
            Map<String, Integer> with = new TreeMap<>();
            for (Map.Entry<String, List<Integer>> site : bySite.entrySet()) {
                int ofSite = units.counts().of(array(site.getValue())).unitsWith(label);
                with.put(site.getKey(), ofSite);
                undropped += ofSite;
            }
            for (Map.Entry<String, Integer> site : with.entrySet()) {
                String about = "site '" + site.getKey() + "' ";
                int left = undropped - site.getValue();
                if (site.getValue() == 0 && !rare.mayMiss(Role.HELD_OUT, shown, left)) {
                    reasons.add(about + "has no patient of class '" + classes.get(label) + "' and cannot be held out; "
                            + testable(tied));
                } else if (left < Sides.NEEDED_FOR_DEVELOPMENT && !rare.mayMiss(Role.TRAIN, shown, left)) {
                    reasons.add(about + "leaves " + Feasibility.patients(left) + " of class '" + classes.get(label)
                            + "' for train and validation: at least " + Sides.NEEDED_FOR_DEVELOPMENT
                            + " who share no images are needed");
                }
            }
        }
        if (reasons.isEmpty()) {
            int all = bySite.values().stream().mapToInt(List::size).sum();
            bySite.forEach((site, ofSite) -> {
                int left = all - ofSite.size();
                if (left < Sides.NEEDED_FOR_DEVELOPMENT) {
                    reasons.add("site '" + site + "' leaves " + Feasibility.patients(left)
                            + " for train and validation: at least " + Sides.NEEDED_FOR_DEVELOPMENT
                            + " who share no images are needed");
                }
            });
        }
        if (reasons.isEmpty()) {
            addUndivided(bySite, tied, reasons);
        }
    }

    /** Of each site whether the others, and at last whether all, can be divided into train and validation. */
    private void addUndivided(SortedMap<String, List<Integer>> bySite, boolean tied, List<String> reasons) {
        Learning learning = new Learning(rare, classes.size(), units.counts());
        boolean areJudged = rare.canBeJudgedEverywhere(classes.size(), units.counts());
        List<Integer> all = new ArrayList<>();
        bySite.forEach((site, ofSite) -> {
            all.addAll(ofSite);
            List<Integer> others = new ArrayList<>();
            bySite.forEach((other, ofOther) -> others.addAll(other.equals(site) ? List.of() : ofOther));
            UnitCounts learners = units.counts().of(array(others));
            BitSet judged = areJudged ? learning.judgedBy(units.counts().of(array(ofSite))) : learning.unjudged();
            if (rare.needsLabelInCommon() && learning.learnt(learners, judged).isEmpty()) {
                reasons.add("site '" + site + "' has no label that "
                        + (areJudged ? "some of its images show and others do not, and that " : "")
                        + Sides.NEEDED_FOR_DEVELOPMENT + " patients of the others show and as many do not; "
                        + testable(tied));
            } else if (!learning.isPossible(learners, judged)) {
                reasons.add("without site '" + site + "', " + learning.fault() + "; " + testable(tied));
            }
        });
        if (reasons.isEmpty() && !learning.isPossible(units.counts().of(array(all)), learning.unjudged())) {
            reasons.add(learning.fault() + "; " + testable(tied));
        }
    }

    /** Which sites could be named as test, each alone. */
    private String testable(boolean tied) {
        Map<String, List<Integer>> own = new HashMap<>();
        Map<String, List<Integer>> shared = new HashMap<>();
        for (int unit = 0; unit < units.size(); unit++) {
            for (String site : sitesOf.get(unit)) {
                (sitesOf.get(unit).size() == 1 ? own : shared)
                        .computeIfAbsent(site, name -> new ArrayList<>())
                        .add(unit);
            }
        }
        SortedSet<String> testable = new TreeSet<>();
        for (String site : sites) {
            UnitCounts tested = units.counts().of(array(own.getOrDefault(site, List.of())));
            UnitCounts dropped = units.counts().of(array(shared.getOrDefault(site, List.of())));
            boolean parted = tied && dropped.units() > 0;
            if (!parted
                    && IntStream.rangeClosed(0, classes.size()).allMatch(label -> isTestable(label, tested, dropped))
                    && canBeDivided(site, tested)) {
                testable.add(site);
            }
        }
        return testable.isEmpty()
                ? "no site can be named as test alone"
                : "sites that can be named as test are " + quoted(testable) + ", each alone";
    }

    private boolean canBeDivided(String site, UnitCounts tested) {
        Learning learning = new Learning(ofNamed(), classes.size(), units.counts());
        UnitCounts development = units.counts()
                .of(IntStream.range(0, units.size())
                        .filter(unit -> !sitesOf.get(unit).contains(site))
                        .toArray());
        return learning.isPossible(development, learning.judgedBy(tested));
    }

    /** What may be missing where sites are named. */
    private RareClasses ofNamed() {
        return new RareClasses(rare.task(), Sides.NEEDED_FOR_DEVELOPMENT + 1, true);
    }

    /** Whether enough units of a class, or for {@code classes.size()} of any, would be on either side. */
    private boolean isTestable(int label, UnitCounts tested, UnitCounts dropped) {
        boolean isClass = label < classes.size();
        int all = isClass ? units.counts().unitsWith(label) : units.size();
        int inTest = isClass ? tested.unitsWith(label) : tested.units();
        int outside = isClass ? dropped.unitsWith(label) : dropped.units();
        boolean mayMiss = isClass && ofNamed().mayMiss(Role.TEST, all, 0);
        return mayMiss || (inTest > 0 && all - inTest - outside >= Sides.NEEDED_FOR_DEVELOPMENT);
    }

    private static String quoted(Set<String> sites) {
        return sites.isEmpty() ? "none" : "'" + String.join("', '", sites) + "'";
    }

    private static int[] array(List<Integer> units) {
        return units.stream().mapToInt(unit -> unit).toArray();
    }
}
