package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A finished patient split. Construction proves its invariants: every fold knows the same patients, the test subset and the
 * dropped patients are the same in all of them, and the held-out subsets of the folds of each repeat partition the development
 * patients.
 *
 * @param spec what was asked for
 * @param rules what it kept together, and what in equal shares
 * @param seed the seed that broke ties
 * @param dataset digest of the cohort it divides
 * @param development the training on all patients outside the test subset
 * @param folds the folds of a cross-validation, by index; empty for a hold-out
 */
public record Split(SplitSpec spec, SplitRules rules, long seed, Digest dataset, Fold development, List<Fold> folds) {
    public Split {
        folds = List.copyOf(folds);
        if (development.index() != Fold.DEVELOPMENT) {
            throw new IllegalArgumentException("the development fold has index -1, was " + development.index());
        }
        int perRepeat = folds.size() / spec.repeats();
        if (perRepeat * spec.repeats() != folds.size()) {
            throw new IllegalArgumentException(
                    "the folds of " + spec.repeats() + " repeats must be a multiple of that, were " + folds.size());
        }
        SortedSet<PatientId> test = development.patients(Role.TEST);
        SortedSet<PatientId> dropped = development.patients(Role.DROPPED);
        int developmentPatients = development.roles().size() - test.size() - dropped.size();
        Map<PatientId, Integer> heldOutIn = new HashMap<>();
        for (int i = 0; i < folds.size(); i++) {
            Fold fold = folds.get(i);
            if (fold.index() != i) {
                throw new IllegalArgumentException(
                        "folds must be numbered 0, 1, ..., had " + fold.index() + " at " + i);
            }
            if (!fold.roles().keySet().equals(development.roles().keySet())) {
                throw new IllegalArgumentException("fold " + i + " does not know the same patients as the others");
            }
            if (!fold.patients(Role.TEST).equals(test)) {
                throw new IllegalArgumentException("fold " + i + " has another test subset");
            }
            if (!fold.patients(Role.DROPPED).equals(dropped)) {
                throw new IllegalArgumentException("fold " + i + " drops other patients");
            }
            for (PatientId patient : fold.patients(Role.HELD_OUT)) {
                Integer other = heldOutIn.put(patient, i);
                if (other != null) {
                    throw new IllegalArgumentException("a patient is held out in folds " + other + " and " + i);
                }
            }
            if ((i + 1) % perRepeat == 0) {
                if (heldOutIn.size() != developmentPatients) {
                    throw new IllegalArgumentException(heldOutIn.size() + " of " + developmentPatients
                            + " development patients are held out in some fold; it must be all");
                }
                heldOutIn.clear();
            }
        }
    }

    /** A split by the {@linkplain SplitRules#DEFAULT usual rules}. */
    public Split(SplitSpec spec, long seed, Digest dataset, Fold development, List<Fold> folds) {
        this(spec, SplitRules.DEFAULT, seed, dataset, development, folds);
    }

    /** How many of the repeats hold the same patients out together as an earlier one does, and so say nothing new. */
    public int repeatsAlike() {
        int perRepeat = folds.size() / spec.repeats();
        Set<Set<SortedSet<PatientId>>> divisions = new HashSet<>();
        for (int repeat = 0; repeat < spec.repeats(); repeat++) {
            divisions.add(folds.subList(repeat * perRepeat, (repeat + 1) * perRepeat).stream()
                    .map(fold -> fold.patients(Role.HELD_OUT))
                    .collect(Collectors.toSet()));
        }
        return spec.repeats() - divisions.size();
    }

    /** The locked patients. */
    public SortedSet<PatientId> test() {
        return development.patients(Role.TEST);
    }

    /** The fold of that index; {@link Fold#DEVELOPMENT} for the development fold. */
    public Fold fold(int index) {
        return index == Fold.DEVELOPMENT ? development : folds.get(index);
    }

    /** The development fold and then the folds of the cross-validation. */
    public List<Fold> allFolds() {
        List<Fold> all = new ArrayList<>();
        all.add(development);
        all.addAll(folds);
        return List.copyOf(all);
    }

    /** The digest of seed, dataset, specification, rules and the role of every patient in every fold. */
    public Digest digest() {
        List<String> lines = new ArrayList<>(heading());
        for (Fold fold : allFolds()) {
            for (Map.Entry<PatientId, Role> entry : fold.roles().entrySet()) {
                lines.add(fold.index() + "\t" + entry.getValue() + "\t" + entry.getKey());
            }
        }
        return Digest.ofLines(lines);
    }

    /** What could be asked for in the first form keeps the first form's lines: stored splits keep their digests. */
    private List<String> heading() {
        String first = rules.equals(SplitRules.DEFAULT) ? firstForm(spec) : null;
        return first == null
                ? List.of("foldwise split 2", dataset.hex(), Long.toString(seed), spec.toString(), rules.toString())
                : List.of("foldwise split 1", dataset.hex(), Long.toString(seed), first);
    }

    private static @Nullable String firstForm(SplitSpec spec) {
        if (spec instanceof SplitSpec.KFold kFold && kFold.repeats() == 1) {
            return "KFold[folds=" + kFold.folds() + ", test=" + kFold.test() + ", validation=" + kFold.validation()
                    + "]";
        }
        return spec instanceof SplitSpec.Holdout ? spec.toString() : null;
    }
}
