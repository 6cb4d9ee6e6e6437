package org.foldwise.learning.split;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.Cohort;
import org.jspecify.annotations.Nullable;

/** Finds the day before which a temporal split trains and from which on it tests. */
final class TemporalCut {
    private final List<String> classes;
    private final PatientUnits units;
    private final RareClasses rare;
    private final SplitSpec.Temporal spec;
    private final LocalDate[] first;
    private final LocalDate[] last;

    private TemporalCut(List<String> classes, PatientUnits units, RareClasses rare, SplitSpec.Temporal spec) {
        this.classes = classes;
        this.units = units;
        this.rare = rare;
        this.spec = spec;
        this.first = new LocalDate[units.size()];
        this.last = new LocalDate[units.size()];
        for (int unit = 0; unit < first.length; unit++) {
            List<LocalDate> days = units.images(unit)
                    .map(image -> Objects.requireNonNull(image.acquiredOn()))
                    .sorted()
                    .toList();
            first[unit] = days.get(0);
            last[unit] = days.get(days.size() - 1);
        }
    }

    /**
     * The units before and after the cut.
     *
     * @throws InfeasibleSplitException if images have no day, or no cut leaves every class on both sides; says which would
     */
    static Sides of(Cohort cohort, PatientUnits units, RareClasses rare, SplitSpec.Temporal spec) {
        long undated = cohort.images().stream()
                .filter(image -> image.acquiredOn() == null)
                .count();
        if (undated > 0) {
            throw new InfeasibleSplitException(List.of("a temporal split needs the day of every image, but " + undated
                    + " of " + cohort.images().size() + " have none: a split of another kind needs none"));
        }
        return new TemporalCut(cohort.classes(), units, rare, spec).sides();
    }

    private Sides sides() {
        List<LocalDate> feasible = feasibleDays();
        LocalDate cut = spec.testFrom();
        if (cut == null) {
            cut = closest(feasible);
        }
        if (cut == null) {
            throw new InfeasibleSplitException(
                    List.of("no day leaves patients of every class for train, validation and test"
                            + (spec.straddling() == SplitSpec.Straddling.DROPPED
                                    ? ": with straddling byLatestImage, or with a split of another kind, there may be enough"
                                    : ": a split of another kind may be feasible")));
        }
        Sides sides = at(cut);
        List<String> faults = new ArrayList<>();
        for (String fault : sides.faults(classes, units.counts(), rare)) {
            faults.add("with a test from " + cut + ", " + fault + "; " + told(feasible));
        }
        if (!faults.isEmpty()) {
            throw new InfeasibleSplitException(faults);
        }
        return sides;
    }

    private static String told(List<LocalDate> feasible) {
        return feasible.isEmpty()
                ? "no day is feasible"
                : feasible.size() == 1
                        ? "feasible is " + feasible.get(0) + " alone"
                        : "feasible are " + feasible.size() + " days from " + feasible.get(0) + " to "
                                + feasible.get(feasible.size() - 1);
    }

    /** Both sides of a cut: a unit is before it with its last image, and after it with its first or, as the spec says, its last. */
    private Sides at(LocalDate cut) {
        int[] all = IntStream.range(0, units.size()).toArray();
        return new Sides(
                Arrays.stream(all).filter(unit -> last[unit].isBefore(cut)).toArray(),
                Arrays.stream(all).filter(unit -> !tested(unit).isBefore(cut)).toArray(),
                Arrays.stream(all)
                        .filter(unit ->
                                !last[unit].isBefore(cut) && tested(unit).isBefore(cut))
                        .toArray());
    }

    private LocalDate tested(int unit) {
        return spec.straddling() == SplitSpec.Straddling.DROPPED ? first[unit] : last[unit];
    }

    /** The days on which a unit begins to be tested and that leave enough units, of every class as well, on both sides; ascending. */
    private List<LocalDate> feasibleDays() {
        NavigableMap<LocalDate, int[]> ending = byDay(last);
        NavigableMap<LocalDate, int[]> beginning =
                byDay(spec.straddling() == SplitSpec.Straddling.DROPPED ? first : last);
        // of each class, and last of all whoever it is
        int[] before = new int[classes.size() + 1];
        int[] after = new int[classes.size() + 1];
        beginning.values().forEach(counts -> add(after, counts, 1));
        boolean[] mayMiss = new boolean[classes.size() + 1];
        for (int label = 0; label < classes.size(); label++) {
            mayMiss[label] = rare.mayMiss(Role.TEST, units.counts().unitsWith(label));
        }
        List<LocalDate> feasible = new ArrayList<>();
        for (LocalDate day : beginning.keySet()) {
            // what ended before this day has been counted when it ended: walk both calendars together
            while (!ending.isEmpty() && ending.firstKey().isBefore(day)) {
                add(before, ending.pollFirstEntry().getValue(), 1);
            }
            if (IntStream.range(0, before.length)
                    .allMatch(label ->
                            mayMiss[label] || (before[label] >= Sides.NEEDED_FOR_DEVELOPMENT && after[label] >= 1))) {
                feasible.add(day);
            }
            add(after, beginning.getOrDefault(day, new int[0]), -1);
        }
        return feasible;
    }

    private NavigableMap<LocalDate, int[]> byDay(LocalDate[] days) {
        NavigableMap<LocalDate, int[]> counts = new TreeMap<>();
        for (int unit = 0; unit < days.length; unit++) {
            int[] ofDay = counts.computeIfAbsent(days[unit], day -> new int[classes.size() + 1]);
            for (int label = 0; label < ofDay.length; label++) {
                ofDay[label] += units.counts().has(unit, label) ? 1 : 0;
            }
        }
        return counts;
    }

    private static void add(int[] sums, int[] counts, int sign) {
        for (int i = 0; i < counts.length; i++) {
            sums[i] += sign * counts[i];
        }
    }

    /** Of some days the one whose test comes closest to the wished share of the patients that are used; of several the first. */
    private @Nullable LocalDate closest(List<LocalDate> days) {
        double wished = Objects.requireNonNull(spec.test());
        LocalDate[] begins = (spec.straddling() == SplitSpec.Straddling.DROPPED ? first : last).clone();
        LocalDate[] ends = last.clone();
        // patients, not units, are what the share is of
        TreeMap<LocalDate, Integer> beginning = new TreeMap<>();
        TreeMap<LocalDate, Integer> ending = new TreeMap<>();
        int tested = 0;
        for (int unit = 0; unit < begins.length; unit++) {
            int patients = units.patients(unit).size();
            beginning.merge(begins[unit], patients, Integer::sum);
            ending.merge(ends[unit], patients, Integer::sum);
            tested += patients;
        }
        LocalDate closest = null;
        double least = Double.POSITIVE_INFINITY;
        int trained = 0;
        for (LocalDate day : days) {
            while (!ending.isEmpty() && ending.firstKey().isBefore(day)) {
                trained += ending.pollFirstEntry().getValue();
            }
            while (!beginning.isEmpty() && beginning.firstKey().isBefore(day)) {
                tested -= beginning.pollFirstEntry().getValue();
            }
            double distance = Math.abs((double) tested / (tested + trained) - wished);
            if (distance < least) {
                least = distance;
                closest = day;
            }
        }
        return closest;
    }
}
