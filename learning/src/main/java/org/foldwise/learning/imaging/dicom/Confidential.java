package org.foldwise.learning.imaging.dicom;

import java.util.Objects;

/** Text that identifies a person. It never shows in messages, logs or debuggers' strings; whoever needs it asks for it. */
public final class Confidential {
    private final String text;

    Confidential(String text) {
        this.text = text;
    }

    /** The text itself, to be turned into a pseudonym at once and never printed. */
    public String reveal() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Confidential confidential && text.equals(confidential.text);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Confidential.class, text);
    }

    @Override
    public String toString() {
        return "Confidential[withheld]";
    }
}
