package org.foldwise.standalone.architecture.planted.learning.evaluation;

import org.foldwise.standalone.architecture.planted.learning.training.TrainingViews;

/** Breaks R15. */
final class LooksAtViews {
    private final TrainingViews views = new TrainingViews();

    @Override
    public String toString() {
        return views.toString();
    }
}
