package org.foldwise.registry.jobs;

/** What can be asked of a worker. */
public enum JobKind {
    /** Checks and profiles a dataset that is being frozen. */
    INGEST("ingest", 30),
    /** Trains one run on a processor. */
    TRAIN("train-cpu", 10),
    /** Carries out one evaluation. */
    EVALUATE("evaluate", 20),
    /** Summarises the runs of an experiment. */
    SUMMARISE("summarise", 20),
    /** Trains a run once more to see whether it comes to the same. */
    REPLAY("replay-cpu", 5),
    /** Trains a plan on folds of images and on folds of patients, one after the other, on a processor. */
    LEAKAGE_EXPERIMENT("leakage-experiment-cpu", 5),
    /** Looks at what augmentations make of training images. */
    AUGMENTATION_AUDIT("augmentation-audit", 20),
    /** Looks for the training patients nearest to the cases of an error review. */
    NEIGHBOURHOOD("neighbourhood", 15),
    /** Checks the maps that explain an evaluation's answers. */
    EXPLANATION_CHECK("explanation-check", 15);

    private final String taskName;
    private final int priority;

    JobKind(String taskName, int priority) {
        this.taskName = taskName;
        this.priority = priority;
    }

    /** The name under which db-scheduler knows the kind; it says what a worker has to be capable of. */
    public String taskName() {
        return taskName;
    }

    /** Of two due jobs the one with the higher priority goes first: short work does not wait for long trainings. */
    int priority() {
        return priority;
    }
}
