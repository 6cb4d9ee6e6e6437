package org.foldwise.learning.split;

import org.foldwise.learning.dataset.Task;

/**
 * Which roles a class may be missing from because it has too few patients for all of them.
 *
 * <p>Of exclusive classes, whoever is held out may miss a class that has fewer patients than there are folds: each of them is held
 * out once all the same, so that figures over all folds are whole. Train, validation and test never miss one: a class that nobody
 * learns from or judges is no part of the question. Labels of {@link Task#MULTILABEL} are questions of their own, and a rare one
 * is no reason to refuse the others: it may be missing anywhere. Figures are undefined where a class is missing.
 *
 * @param task what is asked of an image
 * @param neededEverywhere how many units a class needs to be in every role of every fold; patients who are tied are one
 */
record RareClasses(Task task, int neededEverywhere) {

    /**
     * Whether a role may miss a class.
     *
     * @param units how many units of the whole cohort show the class
     */
    boolean mayMiss(Role role, int units) {
        if (role == Role.DROPPED) {
            return true;
        }
        return units < neededEverywhere && (!task.isExclusive() || role == Role.HELD_OUT);
    }
}
