package org.foldwise.learning.split;

import java.util.stream.IntStream;
import org.foldwise.learning.dataset.Task;

/**
 * Which roles a class may be missing from because it has too few patients for all of them.
 *
 * <p>Of exclusive classes, whoever is held out may miss a class that has fewer patients than there are folds: each of them is held
 * out once all the same, so that figures over all folds are whole. Train, validation and test never miss one: a class that nobody
 * learns from or judges is no part of the question. Labels of {@link Task#MULTILABEL} are questions of their own, and a rare one
 * is no reason to refuse the others: it may be missing anywhere. Where a day, a site or somebody's table says who is on which side, a
 * label of them may be missing on a side however many patients it has, as nobody can move them there; those who learn have it in train
 * and in validation as soon as two of them show it. Figures are undefined where a class is missing. Of one label at least everybody can
 * learn and judge there: it is in train, in validation and in the test, on some images and not on others.
 *
 * @param task what is asked of an image
 * @param neededEverywhere how many units a class needs to be in every role of every fold; patients who are tied are one
 * @param sided whether something else than chance says who is on which side
 */
record RareClasses(Task task, int neededEverywhere, boolean sided) {
    private static final int NEEDED_TO_LEARN = 2;

    /**
     * Whether a role may miss a class.
     *
     * @param units how many units of the whole cohort show the class
     * @param learning how many of those who train and validate
     */
    boolean mayMiss(Role role, int units, int learning) {
        if (role == Role.DROPPED) {
            return true;
        }
        if (task.isExclusive()) {
            return units < neededEverywhere && role == Role.HELD_OUT;
        }
        boolean learns = role == Role.TRAIN || role == Role.VALIDATION;
        return units < neededEverywhere || (sided && (!learns || learning < NEEDED_TO_LEARN));
    }

    /** Whether train, validation and test must have a label in common that some of their images show and others do not. */
    boolean needsLabelInCommon() {
        return sided && !task.isExclusive();
    }

    /** Whether some label has patients enough, with it and without it, for whoever is held out to be judged by it. */
    boolean canBeJudgedEverywhere(int labels, UnitCounts all) {
        return IntStream.range(0, labels)
                .anyMatch(label -> Math.min(all.unitsWith(label), all.unitsWithout(label)) >= neededEverywhere);
    }
}
