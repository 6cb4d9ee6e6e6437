package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.Collections;
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
                            + " have none: a split without sites is feasible"));
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
                reasons.add(fault + "; " + told());
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
                    + (bySite.size() == 1 ? "is 1" : "are none") + ": a split without sites is feasible");
        }
        if (bySite.size() > MAXIMUM_FOLDS) {
            reasons.add(bySite.size() + " sites would make as many folds, and at most " + MAXIMUM_FOLDS
                    + " are allowed: name sites to test on");
        }
        if (reasons.isEmpty()) {
            addLacks(bySite, reasons);
        }
        if (!reasons.isEmpty()) {
            throw new InfeasibleSplitException(reasons);
        }
        SortedMap<String, int[]> result = new TreeMap<>();
        bySite.forEach((site, ofSite) -> result.put(site, array(ofSite)));
        return result;
    }

    private void addLacks(SortedMap<String, List<Integer>> bySite, List<String> reasons) {
        for (int label = 0; label < classes.size(); label++) {
            int all = 0;
            Map<String, Integer> with = new TreeMap<>();
            for (Map.Entry<String, List<Integer>> site : bySite.entrySet()) {
                int ofSite = units.counts().of(array(site.getValue())).unitsWith(label);
                with.put(site.getKey(), ofSite);
                all += ofSite;
            }
            for (Map.Entry<String, Integer> site : with.entrySet()) {
                String about = "site '" + site.getKey() + "' ";
                if (site.getValue() == 0 && !rare.mayMiss(Role.HELD_OUT, all)) {
                    reasons.add(about + "has no patient of class '" + classes.get(label)
                            + "' and cannot be held out: sites with every class are " + quoted(complete())
                            + ", which can be named as test");
                } else if (all - site.getValue() < Sides.NEEDED_FOR_DEVELOPMENT && !rare.mayMiss(Role.TRAIN, all)) {
                    reasons.add(about + "leaves " + Feasibility.patients(all - site.getValue()) + " of class '"
                            + classes.get(label) + "' for train and validation: at least "
                            + Sides.NEEDED_FOR_DEVELOPMENT + " who share no images are needed");
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
    }

    /** What could be named instead. */
    private String told() {
        boolean mayMissAny = IntStream.range(0, classes.size())
                .allMatch(label -> rare.mayMiss(Role.TEST, units.counts().unitsWith(label)));
        return mayMissAny
                ? "sites are " + quoted(sites) + ", and train and validation have those that are not named"
                : "sites with every class are " + quoted(complete());
    }

    private Set<String> complete() {
        Set<String> complete = new TreeSet<>();
        for (String site : sites) {
            int[] own = IntStream.range(0, units.size())
                    .filter(unit -> sitesOf.get(unit).equals(Set.of(site)))
                    .toArray();
            UnitCounts counts = units.counts().of(own);
            if (IntStream.range(0, classes.size()).allMatch(label -> counts.unitsWith(label) > 0)) {
                complete.add(site);
            }
        }
        return Collections.unmodifiableSet(complete);
    }

    private static String quoted(Set<String> sites) {
        return sites.isEmpty() ? "none" : "'" + String.join("', '", sites) + "'";
    }

    private static int[] array(List<Integer> units) {
        return units.stream().mapToInt(unit -> unit).toArray();
    }
}
