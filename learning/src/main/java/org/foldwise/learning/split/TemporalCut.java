package org.foldwise.learning.split;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.Cohort;

/** Finds the day before which a temporal split trains and from which on it tests. */
final class TemporalCut {
    /** Shares may differ by so much from what they are compared with, or a bound would hold of some and not of others. */
    private static final double ROUNDING = 1e-9;

    private final List<String> classes;
    private final PatientUnits units;
    private final RareClasses rare;
    private final SplitSpec.Temporal spec;
    private final Learning learning;
    private final LocalDate[] first;
    private final LocalDate[] last;

    private TemporalCut(List<String> classes, PatientUnits units, RareClasses rare, SplitSpec.Temporal spec) {
        this.classes = classes;
        this.units = units;
        this.rare = rare;
        this.spec = spec;
        this.learning = new Learning(rare, classes.size(), units.counts());
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
     * @throws InfeasibleSplitException if images have no day, or no cut leaves every class on both sides and tests about as many as wished;
     *     says which would
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
        List<Stretch> feasible = feasible();
        LocalDate cut = spec.testFrom();
        if (cut == null && !feasible.isEmpty()) {
            cut = chosen(feasible);
        }
        if (cut == null) {
            throw new InfeasibleSplitException(List.of("no day leaves patients "
                    + (rare.task().isExclusive() ? "of every class " : "") + "for train, validation and test"
                    + (rare.task().isExclusive() ? "" : " with a label that some of each show and others do not")
                    + unserved()
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

    private static String told(List<Stretch> feasible) {
        if (feasible.isEmpty()) {
            return "no day is feasible";
        }
        LocalDate first = feasible.get(0).from();
        LocalDate last = feasible.get(feasible.size() - 1).to();
        long days = feasible.stream()
                .mapToLong(stretch -> ChronoUnit.DAYS.between(stretch.from(), stretch.to()) + 1)
                .sum();
        return days == 1
                ? "feasible is " + first + " alone"
                : "feasible are " + days + " days from " + first + " to " + last;
    }

    /** The classes that keep every day from being feasible, whatever the others do. */
    private String unserved() {
        List<String> unserved = new ArrayList<>();
        List<Stretch> stretches = stretches();
        for (int label = 0; label < classes.size() && rare.task().isExclusive(); label++) {
            int theLabel = label;
            if (stretches.stream().noneMatch(stretch -> stretch.serves(theLabel))) {
                unserved.add("'" + classes.get(label) + "'");
            }
        }
        return unserved.isEmpty() ? "" : ", and none does so of " + String.join(" or ", unserved) + " alone";
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

    /**
     * Days in a row, on any of which a cut would leave the same units on either side.
     *
     * @param from the first
     * @param to the last
     * @param served the labels of which enough units would be on either side, of labels that may be missing with images without them
     *     as well; and, as one label more, whether of any
     * @param labels how many labels there are
     * @param learners whom the units before it are
     */
    private record Stretch(LocalDate from, LocalDate to, BitSet served, int labels, Before learners) {
        boolean serves(int label) {
            return served.get(label);
        }

        int missing() {
            return labels + 1 - served.cardinality();
        }
    }

    /** Those on which enough units, of every class that may not be missing as well, would be on both sides. */
    private List<Stretch> feasible() {
        boolean[] mayMiss = new boolean[classes.size() + 1];
        for (int label = 0; label < classes.size(); label++) {
            mayMiss[label] = rare.mayMiss(Role.TEST, units.counts().unitsWith(label), 0);
        }
        return stretches().stream()
                .filter(stretch ->
                        IntStream.range(0, mayMiss.length).allMatch(label -> mayMiss[label] || stretch.serves(label)))
                .filter(stretch ->
                        learning.isPossible(stretch.learners(), stretch.served().get(0, classes.size())))
                .toList();
    }

    /** All days from the first on which a unit ends to the last on which one begins to be tested. */
    private List<Stretch> stretches() {
        NavigableMap<LocalDate, int[]> ending = byDay(last);
        NavigableMap<LocalDate, int[]> beginning = byDay(begins());
        TreeSet<LocalDate> changes = new TreeSet<>();
        ending.keySet().forEach(day -> changes.add(day.plusDays(1)));
        beginning.keySet().forEach(day -> changes.add(day.plusDays(1)));
        int[] before = new int[2 * classes.size() + 1];
        int[] after = new int[2 * classes.size() + 1];
        beginning.values().forEach(counts -> add(after, counts, 1));
        int[][] ended = new int[before.length][];
        List<Stretch> stretches = new ArrayList<>();
        for (LocalDate from : changes) {
            LocalDate yesterday = from.minusDays(1);
            add(before, ending.getOrDefault(yesterday, new int[0]), 1);
            add(after, beginning.getOrDefault(yesterday, new int[0]), -1);
            LocalDate next = changes.higher(from);
            if (next != null) {
                BitSet served = new BitSet();
                for (int label = 0; label <= classes.size(); label++) {
                    int without =
                            label == classes.size() || !rare.needsLabelInCommon() ? label : classes.size() + 1 + label;
                    served.set(
                            label,
                            Math.min(before[label], before[without]) >= Sides.NEEDED_FOR_DEVELOPMENT
                                    && Math.min(after[label], after[without]) >= 1);
                }
                stretches.add(new Stretch(
                        from, next.minusDays(1), served, classes.size(), new Before(before.clone(), ended)));
            }
        }
        return stretches;
    }

    /** The units that end before a day. */
    private final class Before implements Learners {
        private final int[] counts;
        private final int[][] ended;

        /**
         * Of some day.
         *
         * @param counts how many there are, by column
         * @param ended all units of each column, those first that end first; where it has been asked for
         */
        Before(int[] counts, int[][] ended) {
            this.counts = counts;
            this.ended = ended;
        }

        @Override
        public int units(int label, boolean shown) {
            return counts[column(label, shown)];
        }

        @Override
        public int[] some(int label, boolean shown, int atMost) {
            int column = column(label, shown);
            if (ended[column] == null) {
                ended[column] = IntStream.range(0, units.size())
                        .filter(unit -> shown
                                ? units.counts().has(unit, label)
                                : units.counts().lacks(unit, label))
                        .boxed()
                        .sorted(Comparator.comparing(unit -> last[unit]))
                        .mapToInt(unit -> unit)
                        .toArray();
            }
            return Arrays.copyOf(ended[column], Math.min(atMost, counts[column]));
        }

        private int column(int label, boolean shown) {
            return shown ? label : classes.size() + 1 + label;
        }
    }

    private LocalDate[] begins() {
        return spec.straddling() == SplitSpec.Straddling.DROPPED ? first : last;
    }

    /** By day how many units have each label, any image, and an image without each label. */
    private NavigableMap<LocalDate, int[]> byDay(LocalDate[] days) {
        NavigableMap<LocalDate, int[]> counts = new TreeMap<>();
        for (int unit = 0; unit < days.length; unit++) {
            int[] ofDay = counts.computeIfAbsent(days[unit], day -> new int[2 * classes.size() + 1]);
            ofDay[classes.size()]++;
            for (int label = 0; label < classes.size(); label++) {
                ofDay[label] += units.counts().has(unit, label) ? 1 : 0;
                ofDay[classes.size() + 1 + label] += units.counts().lacks(unit, label) ? 1 : 0;
            }
        }
        return counts;
    }

    private static void add(int[] sums, int[] counts, int sign) {
        for (int i = 0; i < counts.length; i++) {
            sums[i] += sign * counts[i];
        }
    }

    /**
     * The day whose test comes closest to the wished share of the patients that are used, of those that leave the fewest labels missing
     * while their test is about as large as wished; of several the first. Of days with the same test the last is looked at, which leaves
     * most to learn from.
     *
     * @throws InfeasibleSplitException if no day has a test of about the wished size; names the one that comes closest
     */
    private LocalDate chosen(List<Stretch> feasible) {
        double wished = Objects.requireNonNull(spec.test());
        List<Day> days = days(feasible);
        List<Day> near = days.stream().filter(day -> day.isNear(wished)).toList();
        Comparator<Day> byDistance = Comparator.comparingDouble(day -> day.distance(wished));
        if (near.isEmpty()) {
            Day closest = days.stream().min(byDistance).orElseThrow();
            throw new InfeasibleSplitException(
                    List.of("no day" + (rare.task().isExclusive() ? " that leaves every class on both sides" : "")
                            + " has a test of about " + rounded(wished)
                            + " of the patients, from " + rounded(Day.least(wished)) + " to "
                            + rounded(Day.most(wished)) + ": from " + closest.day() + ", which comes closest, it is "
                            + rounded(closest.share()) + " ("
                            + closest.tested() + " of "
                            + closest.used() + "); wish another share or name the day as testFrom: " + told(feasible)));
        }
        return near.stream()
                .min(Comparator.comparingInt(Day::missing).thenComparing(byDistance))
                .orElseThrow()
                .day();
    }

    private static String rounded(double share) {
        return BigDecimal.valueOf(share)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }

    /**
     * A day from which on a test could be.
     *
     * @param missing how many labels would be missing on a side
     * @param tested how many patients would be tested
     * @param used how many would be used at all
     */
    private record Day(LocalDate day, int missing, int tested, int used) {
        double share() {
            return (double) tested / used;
        }

        double distance(double wished) {
            return Math.abs(share() - wished);
        }

        /** Half of the wished test. */
        static double least(double wished) {
            return wished / 2;
        }

        /** Twice the wished test, as long as that leaves half of what was wished to learn from. */
        static double most(double wished) {
            return Math.min(2 * wished, (1 + wished) / 2);
        }

        /** Whether the test is about as large as wished, or but a patient is amiss. */
        boolean isNear(double wished) {
            boolean about = share() >= least(wished) - ROUNDING && share() <= most(wished) + ROUNDING;
            return about || Math.abs(tested - wished * used) <= 1 + ROUNDING;
        }
    }

    /** The last of the days of each test, in their order. */
    private List<Day> days(List<Stretch> feasible) {
        Set<LocalDate> begun = new HashSet<>(List.of(begins()));
        // patients, not units, are what the share is of
        TreeMap<LocalDate, Integer> beginning = new TreeMap<>();
        TreeMap<LocalDate, Integer> ending = new TreeMap<>();
        int tested = 0;
        for (int unit = 0; unit < last.length; unit++) {
            int patients = units.patients(unit).size();
            beginning.merge(begins()[unit], patients, Integer::sum);
            ending.merge(last[unit], patients, Integer::sum);
            tested += patients;
        }
        List<Day> days = new ArrayList<>();
        int trained = 0;
        for (Stretch stretch : feasible) {
            LocalDate day = stretch.to();
            if (!begun.contains(day)) {
                continue;
            }
            while (!ending.isEmpty() && ending.firstKey().isBefore(day)) {
                trained += ending.pollFirstEntry().getValue();
            }
            while (!beginning.isEmpty() && beginning.firstKey().isBefore(day)) {
                tested -= beginning.pollFirstEntry().getValue();
            }
            days.add(new Day(day, stretch.missing(), tested, tested + trained));
        }
        return days;
    }
}
