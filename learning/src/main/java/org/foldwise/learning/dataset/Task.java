package org.foldwise.learning.dataset;

/** What is asked of an image. The task decides the network's outputs and their squashing function. */
public enum Task {
    /** Two exclusive classes, one of them positive: one output, sigmoid. */
    BINARY(true, 2, 2),
    /** Three or more exclusive classes, of which each image shows one: one output each, softmax. */
    MULTICLASS(true, 3, 200),
    /** Two or more labels, of which an image shows any number or none: one output each, sigmoid. */
    MULTILABEL(false, 2, 200);

    private final boolean exclusive;
    private final int fewestClasses;
    private final int mostClasses;

    Task(boolean exclusive, int fewestClasses, int mostClasses) {
        this.exclusive = exclusive;
        this.fewestClasses = fewestClasses;
        this.mostClasses = mostClasses;
    }

    /** Whether each image shows one class and no other. */
    public boolean isExclusive() {
        return exclusive;
    }

    /**
     * Number of outputs of a network, by which an image's classes are told.
     *
     * @throws IllegalArgumentException if the task cannot have so many classes
     */
    public int outputs(int classes) {
        requireClasses(classes);
        return this == BINARY ? 1 : classes;
    }

    /** Whether there may be so many classes. */
    public boolean allows(int classes) {
        return classes >= fewestClasses && classes <= mostClasses;
    }

    /** How many classes there may be, for people: {@code exactly 2}, {@code 3 to 200}. */
    public String allowedClasses() {
        return fewestClasses == mostClasses ? "exactly " + fewestClasses : fewestClasses + " to " + mostClasses;
    }

    /** Throws {@link IllegalArgumentException} if the task cannot have so many classes. */
    public void requireClasses(int classes) {
        if (!allows(classes)) {
            throw new IllegalArgumentException(words() + " needs " + allowedClasses() + " classes, had " + classes);
        }
    }

    /** The task in a sentence: {@code a binary task}. */
    public String words() {
        return switch (this) {
            case BINARY -> "a binary task";
            case MULTICLASS -> "a multiclass task";
            case MULTILABEL -> "a multi-label task";
        };
    }
}
