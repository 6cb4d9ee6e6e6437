package org.foldwise.learning.dataset.layout;

/**
 * A text that can only be looked at so many times. A regular expression of a user may need exponentially many steps; every
 * step reads a character, so counting reads bounds the time.
 */
final class BoundedText implements CharSequence {
    private static final int MAXIMUM_READS = 200_000;

    private final String text;
    private int reads;

    BoundedText(String text) {
        this.text = text;
    }

    @Override
    public char charAt(int index) {
        if (++reads > MAXIMUM_READS) {
            throw new TooManyStepsException();
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.substring(start, end);
    }

    @Override
    public String toString() {
        return text;
    }

    /** The text was read too often. */
    static final class TooManyStepsException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyStepsException() {
            super("more than " + MAXIMUM_READS + " steps", null, false, false);
        }
    }
}
