package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.provenance.Digest;

/**
 * A finished patient split. Construction proves its invariants: every fold knows the same patients, the test subset is the
 * same in all of them, and the held-out subsets of the folds partition the development patients.
 *
 * @param spec what was asked for
 * @param seed the seed that broke ties
 * @param dataset digest of the cohort it divides
 * @param development the training on all patients outside the test subset
 * @param folds the folds of a cross-validation, by index; empty for a hold-out
 */
public record Split(SplitSpec spec, long seed, Digest dataset, Fold development, List<Fold> folds) {
    public Split {
        folds = List.copyOf(folds);
        if (development.index() != Fold.DEVELOPMENT) {
            throw new IllegalArgumentException("the development fold has index -1, was " + development.index());
        }
        SortedSet<PatientId> test = development.patients(Role.TEST);
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
            for (PatientId patient : fold.patients(Role.HELD_OUT)) {
                Integer other = heldOutIn.put(patient, i);
                if (other != null) {
                    throw new IllegalArgumentException("a patient is held out in folds " + other + " and " + i);
                }
            }
        }
        int developmentPatients = development.roles().size() - test.size();
        if (!folds.isEmpty() && heldOutIn.size() != developmentPatients) {
            throw new IllegalArgumentException(heldOutIn.size() + " of " + developmentPatients
                    + " development patients are held out in some fold; it must be all");
        }
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

    /** The digest of seed, dataset, specification and the role of every patient in every fold. */
    public Digest digest() {
        List<String> lines = new ArrayList<>();
        lines.add("foldwise split 1");
        lines.add(dataset.hex());
        lines.add(Long.toString(seed));
        lines.add(spec.toString());
        for (Fold fold : allFolds()) {
            for (Map.Entry<PatientId, Role> entry : fold.roles().entrySet()) {
                lines.add(fold.index() + "\t" + entry.getValue() + "\t" + entry.getKey());
            }
        }
        return Digest.ofLines(lines);
    }
}
