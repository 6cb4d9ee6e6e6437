package org.foldwise.learning.pretrained;

import java.util.List;

/** A mapping of names speaks of names that are not in the file. */
public final class UnusedMappingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusedMappingException(List<String> beginnings) {
        super("no tensor of the file has a name that begins with '" + String.join("', '", beginnings)
                + "', of which the mapping speaks");
    }
}
