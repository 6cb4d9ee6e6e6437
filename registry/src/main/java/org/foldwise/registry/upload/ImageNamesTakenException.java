package org.foldwise.registry.upload;

import java.util.List;

/** Images of an upload have names that other images of the dataset have already. */
public final class ImageNamesTakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> names;

    ImageNamesTakenException(List<String> names) {
        super(names.size() + " images have names that are taken");
        this.names = List.copyOf(names);
    }

    /** The names, in order. */
    public List<String> names() {
        return names;
    }
}
