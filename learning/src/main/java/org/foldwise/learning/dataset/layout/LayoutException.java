package org.foldwise.learning.dataset.layout;

import java.util.List;

/** Uploaded files that are no dataset, with every mistake found. */
public final class LayoutException extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // the list is an immutable one of records of strings
    private final List<LayoutMistake> mistakes;

    LayoutException(List<LayoutMistake> mistakes) {
        super(mistakes.size() + " mistakes in the layout of the uploaded files");
        this.mistakes = List.copyOf(mistakes);
    }

    /** At least one. */
    public List<LayoutMistake> mistakes() {
        return mistakes;
    }
}
