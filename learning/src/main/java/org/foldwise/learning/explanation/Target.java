package org.foldwise.learning.explanation;

import java.util.List;
import org.foldwise.learning.dataset.Task;

/**
 * What is asked for: what speaks for an output, or for its opposite.
 *
 * @param output which logit, 0 or more
 * @param isFor whether what raises the logit is asked for; what lowers it otherwise
 */
public record Target(int output, boolean isFor) {
    public Target {
        if (output < 0) {
            throw new IllegalArgumentException("output must be 0 or more, was " + output);
        }
    }

    /** What raises that logit. */
    public static Target of(int output) {
        return new Target(output, true);
    }

    /**
     * What speaks for a class.
     *
     * @param classes the model's, in its order
     * @throws IllegalArgumentException if the class is none of them
     */
    public static Target of(Task task, List<String> classes, String name) {
        int index = classes.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("the class must be one of " + classes + ", was '" + name + "'");
        }
        return switch (task) {
            // one logit: what speaks against the positive class speaks for the other
            case BINARY -> new Target(0, index == 1);
            case MULTICLASS, MULTILABEL -> of(index);
        };
    }
}
