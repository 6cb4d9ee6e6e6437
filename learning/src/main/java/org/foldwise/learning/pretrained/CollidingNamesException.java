package org.foldwise.learning.pretrained;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.SortedMap;

/** A mapping gives several tensors of a file one name. */
public final class CollidingNamesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int SHOWN = 10;

    /** @param names those in the file, two or more, by the one that each of them would have */
    CollidingNamesException(SortedMap<String, List<String>> names) {
        super("the mapping gives several tensors of the file one name: "
                + names.entrySet().stream()
                        .limit(SHOWN)
                        .map(entry -> "'" + String.join("' and '", entry.getValue()) + "' would all be '"
                                + entry.getKey() + "'")
                        .collect(joining("; "))
                + (names.size() > SHOWN ? "; and " + (names.size() - SHOWN) + " more" : "")
                + ". Map the beginning of one of them to another name");
    }
}
