package org.foldwise.learning.imaging.dicom;

import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An age as DICOM writes it (value representation AS, PS3.5 section 6.2): three digits and the unit, as {@code 058Y} or {@code 018M}. */
public final class AgeString {
    private static final Pattern AGE = Pattern.compile("([0-9]{1,3})([YMWD])");
    private static final double DAYS_OF_YEAR = 365.25;

    private AgeString() {}

    /** The age in years, not rounded; nothing where the text is no such age. Fewer than three digits are read as well. */
    public static OptionalDouble years(String text) {
        Matcher age = AGE.matcher(text);
        return age.matches()
                ? OptionalDouble.of(Integer.parseInt(age.group(1)) * yearsOf(age.group(2)))
                : OptionalDouble.empty();
    }

    /** How many years a year, month, week or day has, by the letter of the unit. */
    private static double yearsOf(String unit) {
        return switch (unit) {
            case "Y" -> 1;
            case "M" -> 1.0 / 12;
            case "W" -> 7 / DAYS_OF_YEAR;
            default -> 1 / DAYS_OF_YEAR;
        };
    }
}
