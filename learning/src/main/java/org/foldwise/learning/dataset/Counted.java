package org.foldwise.learning.dataset;

/** Numbers of things in sentences. */
public final class Counted {
    private Counted() {}

    /** Such as {@code 1 patient} and {@code 2 patients}, of something whose plural ends in s. */
    public static String of(long count, String noun) {
        return of(count, noun, noun + "s");
    }

    /** The number and what is true of one, such as {@code 1 picture occurs}, or of any other number. */
    public static String of(long count, String one, String others) {
        return count + " " + (count == 1 ? one : others);
    }
}
