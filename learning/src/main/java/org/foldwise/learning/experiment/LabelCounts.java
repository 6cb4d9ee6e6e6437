package org.foldwise.learning.experiment;

import java.util.List;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.Task;

/**
 * How many of some images show which class.
 *
 * @param task what is asked of them
 * @param classes names of the classes
 * @param images number of images, 0 or more
 * @param shown how many of them show each class; where classes do not exclude each other an image counts for each that it shows
 */
public record LabelCounts(Task task, List<String> classes, long images, List<Long> shown) {
    public LabelCounts {
        classes = List.copyOf(classes);
        shown = List.copyOf(shown);
        task.requireClasses(classes.size());
        if (shown.size() != classes.size()) {
            throw new IllegalArgumentException(
                    "there must be a count for each of " + classes.size() + " classes, were " + shown.size());
        }
        for (long count : shown) {
            if (count < 0 || count > images) {
                throw new IllegalArgumentException("counts must be 0 to " + images + ", were " + shown);
            }
        }
    }

    /** Counts of a binary task, whose classes have the names {@code negative} and {@code positive}. */
    static LabelCounts of(ClassBalance balance) {
        return new LabelCounts(
                Task.BINARY,
                List.of("negative", "positive"),
                balance.negatives() + balance.positives(),
                List.of(balance.negatives(), balance.positives()));
    }

    /** That class against all others. */
    public ClassBalance balance(int index) {
        return new ClassBalance(images - shown.get(index), shown.get(index));
    }

    /** What each output of a network is positive of, and what not: of a binary task its positive class, otherwise each class. */
    public List<ClassBalance> outputs() {
        int first = task == Task.BINARY ? 1 : 0;
        return IntStream.range(first, classes.size()).mapToObj(this::balance).toList();
    }
}
