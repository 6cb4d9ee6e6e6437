package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.jspecify.annotations.Nullable;

/** Makes a split of roles that were given elsewhere, or says of every row what is wrong with it. Trusts nothing in them. */
public final class GivenSplit {
    private final List<RoleAssignment> rows;
    private final Cohort cohort;
    private final PatientTies ties;
    private final PatientUnits units;
    private final List<Flaw> flaws = new ArrayList<>();
    private final Set<PatientId> known = new HashSet<>();
    /** Of the labels of a task in which each is a question of its own, where any has patients enough for every role. */
    static final String NO_LABEL_IN_COMMON =
            "there is no label that images of every role show, so that none could be learnt and judged";

    /** Of each fold the row that speaks of each patient first. */
    private final SortedMap<Integer, Map<PatientId, Integer>> rowOf = new TreeMap<>();

    private final int repeats;
    private final Numbers numbers;

    private GivenSplit(List<RoleAssignment> rows, int repeats, Numbers numbers, Cohort cohort, PatientTies ties) {
        this.rows = rows;
        this.repeats = repeats;
        this.numbers = numbers;
        this.cohort = cohort;
        cohort.images().forEach(image -> known.add(image.patient()));
        this.ties = ties.among(known);
        this.units = PatientUnits.of(cohort, this.ties, false);
    }

    /**
     * A flaw of given roles. Names rows and folds, no patient.
     *
     * @param row index of the row that is wrong; {@link #WHOLE} where it is no single one
     * @param detail what is wrong with it
     */
    public record Flaw(int row, String detail) {
        /** The index of no row: about the roles as a whole. */
        public static final int WHOLE = -1;
    }

    /**
     * The numbers that folds, repeats and rows have where the roles come from, by which flaws name them.
     *
     * @param folds that of each fold, in their order; none where they are numbered on from 0
     * @param repeats that of each repeat, in their order; none likewise
     * @param rows that of each row, in their order; none likewise. Rows that were added behind them go on from the last
     * @param named whether the development fold has a number there
     */
    public record Numbers(List<Integer> folds, List<Integer> repeats, List<Integer> rows, boolean named) {
        /** From 0 on. */
        public static final Numbers FROM_ZERO = new Numbers(List.of(), List.of(), List.of());

        /** Of roles that come from where nothing is numbered and there is the development fold alone. */
        public static final Numbers NONE = new Numbers(List.of(), List.of(), List.of(), false);

        /** Of a development fold that is numbered as any other. */
        public Numbers(List<Integer> folds, List<Integer> repeats, List<Integer> rows) {
            this(folds, repeats, rows, true);
        }

        public Numbers {
            folds = List.copyOf(folds);
            repeats = List.copyOf(repeats);
            rows = List.copyOf(rows);
        }

        /** The number of the row with that index. */
        public int row(int index) {
            if (index < rows.size()) {
                return rows.get(index);
            }
            return rows.isEmpty() ? index : rows.get(rows.size() - 1) + 1 + index - rows.size();
        }

        private int fold(int fold) {
            return fold >= 0 && fold < folds.size() ? folds.get(fold) : fold;
        }

        private int repeat(int repeat) {
            return repeat < repeats.size() ? repeats.get(repeat) : repeat;
        }
    }

    /**
     * Makes a split of roles.
     *
     * @param rows a role for every patient of the cohort in the development fold, and in every fold of a cross-validation if there
     *     is one; of a repeated one the folds of the first repeat have the lowest numbers
     * @param repeats how often the development patients are divided anew, 1 to 20, and at most 100 folds in all; more is a flaw
     * @param numbers what the folds are called where the roles come from
     * @param rules what it keeps together
     * @param ties who stays together: what {@link PatientTies#of} says by the same rules, or more; patients whom the cohort does not
     *     know count for nothing
     * @throws RefusedAssignmentsException with all flaws, if there are any
     */
    public static Split of(
            List<RoleAssignment> rows,
            int repeats,
            Numbers numbers,
            Cohort cohort,
            SplitRules rules,
            PatientTies ties) {
        GivenSplit given = new GivenSplit(List.copyOf(rows), repeats, numbers, cohort, ties);
        given.check();
        if (!given.flaws.isEmpty()) {
            throw new RefusedAssignmentsException(given.flaws);
        }
        List<Fold> folds = new ArrayList<>();
        given.rowOf.forEach((fold, rowOfPatient) -> {
            SortedMap<PatientId, Role> roles = PatientUnits.noRoles();
            rowOfPatient.forEach(
                    (patient, row) -> roles.put(patient, rows.get(row).role()));
            folds.add(new Fold(fold, roles));
        });
        String digest = RoleAssignment.digest(rows).hex();
        return new Split(
                new SplitSpec.Fixed(digest, repeats),
                rules,
                0,
                cohort.digest(),
                folds.get(0),
                folds.subList(1, folds.size()));
    }

    /** The same of folds that are numbered from 0 on. */
    public static Split of(List<RoleAssignment> rows, int repeats, Cohort cohort, SplitRules rules, PatientTies ties) {
        return of(rows, repeats, Numbers.FROM_ZERO, cohort, rules, ties);
    }

    /** The same of roles that are not repeated. */
    public static Split of(List<RoleAssignment> rows, Cohort cohort, SplitRules rules, PatientTies ties) {
        return of(rows, 1, cohort, rules, ties);
    }

    private void check() {
        rowOf.put(Fold.DEVELOPMENT, new HashMap<>());
        for (int row = 0; row < rows.size(); row++) {
            RoleAssignment assignment = rows.get(row);
            if (assignment.fold() < Fold.DEVELOPMENT) {
                flaw(row, "fold must be -1 or more, was " + assignment.fold());
            } else if (!known.contains(assignment.patient())) {
                flaw(row, "names a patient whom the dataset does not know");
            } else {
                Integer first = rowOf.computeIfAbsent(assignment.fold(), fold -> new HashMap<>())
                        .putIfAbsent(assignment.patient(), row);
                if (first != null) {
                    flaw(
                            row,
                            "the patient is in " + in(row) + " here and in " + in(first) + " in row "
                                    + numbers.row(first) + ", both in " + named(assignment.fold()));
                }
            }
        }
        int folds = rowOf.size() - 1;
        if (repeats > SplitSpec.MAXIMUM_REPEATS || folds > SplitSpec.MAXIMUM_FOLDS_IN_ALL) {
            flaw(
                    Flaw.WHOLE,
                    "there may be " + SplitSpec.MAXIMUM_REPEATS + " repeats and " + SplitSpec.MAXIMUM_FOLDS_IN_ALL
                            + " folds in all at most, were " + repeats + " and " + folds);
            return;
        }
        RareClasses rare = new RareClasses(cohort.task(), neededEverywhere(), true);
        rowOf.forEach((fold, rowOfPatient) -> checkFold(fold, rowOfPatient, rare));
        if (rowOf.lastKey() != rowOf.size() - 2) {
            flaw(Flaw.WHOLE, "folds must be numbered -1, 0, 1, ... without a gap, were " + rowOf.keySet());
        } else if ((rowOf.size() - 1) % repeats != 0 || (repeats > 1 && rowOf.size() == 1)) {
            flaw(
                    Flaw.WHOLE,
                    "there are " + (rowOf.size() - 1) + " folds, which are not " + repeats
                            + " repeats of equally many folds");
        } else if (rowOf.size() > 1) {
            checkHeldOut();
        }
    }

    /** Of one repeat, if there are folds. */
    private int folds() {
        return (rowOf.size() - 1) / repeats;
    }

    /** As many patients of a class as folds and a test subset need where chance divides them, or as there are roles where there are no folds. */
    private int neededEverywhere() {
        int test = rows.stream().anyMatch(row -> row.role() == Role.TEST) ? 1 : 0;
        return (folds() < 2 ? 2 : Feasibility.unitsNeeded(folds())) + test;
    }

    private void checkFold(int fold, Map<PatientId, Integer> rowOfPatient, RareClasses rare) {
        int missing = known.size() - rowOfPatient.size();
        if (missing > 0) {
            flaw(
                    Flaw.WHOLE,
                    named(fold) + ": " + missing + " of the dataset's " + known.size()
                            + (missing == 1 ? " patients has" : " patients have")
                            + " no role; whoever is to be used for nothing has the role dropped");
        }
        for (Set<PatientId> group : ties.groups()) {
            Integer first = null;
            for (PatientId patient : group) {
                Integer row = rowOfPatient.get(patient);
                if (row != null && first == null) {
                    first = row;
                } else if (row != null && first != null && role(row) != role(first)) {
                    flaw(
                            row,
                            "is in " + in(row) + " of " + named(fold) + ", but the patient of row " + numbers.row(first)
                                    + ", who is in " + in(first)
                                    + ", must stay with this one: they share images, directly or over"
                                    + " others, or a site that is kept together, or were handed in as a group");
                }
            }
        }
        Map<PatientId, Integer> development = rowOf.getOrDefault(Fold.DEVELOPMENT, Map.of());
        rowOfPatient.forEach((patient, row) -> {
            Integer there = development.get(patient);
            boolean setAside = isSetAside(role(row)) || (there != null && isSetAside(role(there)));
            if (there != null && setAside && role(row) != role(there)) {
                flaw(
                        row,
                        "is in " + in(row) + " of " + named(fold) + " and in " + in(there) + " of fold -1 (row "
                                + numbers.row(there)
                                + "): who is tested or dropped is so in every fold");
            }
            if (fold == Fold.DEVELOPMENT && role(row) == Role.HELD_OUT) {
                flaw(row, "fold -1 holds nobody out: it is the training on everybody outside the test subset");
            }
        });
        checkRoles(fold, rowOfPatient, rare);
    }

    /** Every role that must be filled, and every other that is, has images of every class that may not be missing. */
    private void checkRoles(int fold, Map<PatientId, Integer> rowOfPatient, RareClasses rare) {
        Map<Role, Set<String>> classes = new TreeMap<>();
        Set<Role> played = new HashSet<>();
        rowOfPatient.values().forEach(row -> played.add(role(row)));
        classes.put(Role.TRAIN, new HashSet<>());
        classes.put(Role.VALIDATION, new HashSet<>());
        if (fold != Fold.DEVELOPMENT) {
            classes.put(Role.HELD_OUT, new HashSet<>());
        }
        for (ImageRecord image : cohort.images()) {
            Integer row = rowOfPatient.get(image.patient());
            if (row != null && role(row) != Role.DROPPED) {
                classes.computeIfAbsent(role(row), role -> new HashSet<>()).addAll(image.labels());
            }
        }
        UnitCounts counts = units.counts();
        UnitCounts learning = counts.of(IntStream.range(0, units.size())
                .filter(unit -> units.patients(unit).stream().anyMatch(patient -> learns(rowOfPatient.get(patient))))
                .toArray());
        classes.forEach((role, present) -> {
            for (int label = 0; label < cohort.classes().size(); label++) {
                String name = cohort.classes().get(label);
                if (!present.contains(name)
                        && !(played.contains(role)
                                && rare.mayMiss(role, counts.unitsWith(label), learning.unitsWith(label)))) {
                    flaw(
                            Flaw.WHOLE,
                            (numbers.named() ? named(fold) + ": " : "") + spelt(role) + " has no image of class '"
                                    + name + "'");
                }
            }
        });
        boolean isWhole = played.contains(Role.TRAIN) && played.contains(Role.VALIDATION);
        if (isWhole && rare.needsLabelInCommon() && !hasLabelInCommon(classes, rare)) {
            flaw(Flaw.WHOLE, (numbers.named() ? named(fold) + ": " : "") + NO_LABEL_IN_COMMON);
        }
    }

    /**
     * No more than what chance divides is held to, whose roles can be handed in as well: where any label has patients enough, it is in every
     * role. Whoever is held out is judged where some has enough that do not show it besides.
     *
     * @param shown the labels that images of each role show
     */
    private boolean hasLabelInCommon(Map<Role, Set<String>> shown, RareClasses rare) {
        UnitCounts counts = units.counts();
        int labels = cohort.classes().size();
        if (IntStream.range(0, labels).allMatch(label -> counts.unitsWith(label) < rare.neededEverywhere())) {
            return true;
        }
        Set<String> common = new HashSet<>(cohort.classes());
        boolean heldOutAreJudged = rare.canBeJudgedEverywhere(labels, counts);
        shown.forEach((role, ofRole) -> {
            if (role != Role.HELD_OUT || heldOutAreJudged) {
                common.retainAll(ofRole);
            }
        });
        return !common.isEmpty();
    }

    private void checkHeldOut() {
        int folds = folds();
        for (int repeat = 0; repeat < repeats; repeat++) {
            checkHeldOut(
                    rowOf.subMap(repeat * folds, (repeat + 1) * folds),
                    repeats == 1 ? "" : " of repeat " + numbers.repeat(repeat));
        }
    }

    private void checkHeldOut(SortedMap<Integer, Map<PatientId, Integer>> repeat, String which) {
        Map<PatientId, Integer> heldOut = new HashMap<>();
        repeat.forEach((fold, rowOfPatient) -> rowOfPatient.forEach((patient, row) -> {
            if (role(row) == Role.HELD_OUT) {
                Integer other = heldOut.putIfAbsent(patient, row);
                if (other != null) {
                    flaw(
                            row,
                            "is held out in fold " + numbers.fold(fold) + " and in fold "
                                    + numbers.fold(rows.get(other).fold()) + which + " (row " + numbers.row(other)
                                    + "); where folds are dealt several times, say in which repeat each is");
                }
            }
        }));
        rowOf.getOrDefault(Fold.DEVELOPMENT, Map.of()).forEach((patient, row) -> {
            if (!isSetAside(role(row)) && !heldOut.containsKey(patient)) {
                flaw(row, "is held out in no fold" + which);
            }
        });
    }

    /** As it is called where the roles come from. */
    private String named(int fold) {
        boolean repeated = repeats > 1 && fold != Fold.DEVELOPMENT && folds() > 0;
        return "fold " + numbers.fold(fold) + (repeated ? " of repeat " + numbers.repeat(fold / folds()) : "");
    }

    private boolean learns(@Nullable Integer row) {
        return row != null && (role(row) == Role.TRAIN || role(row) == Role.VALIDATION);
    }

    private static boolean isSetAside(Role role) {
        return role == Role.TEST || role == Role.DROPPED;
    }

    private Role role(int row) {
        return rows.get(row).role();
    }

    private String in(int row) {
        return spelt(role(row));
    }

    static String spelt(Role role) {
        return role == Role.HELD_OUT ? "heldOut" : role.name().toLowerCase(Locale.ROOT);
    }

    private void flaw(int row, String detail) {
        flaws.add(new Flaw(row, detail));
    }
}
