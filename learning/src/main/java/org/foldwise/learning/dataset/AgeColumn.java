package org.foldwise.learning.dataset;

import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.foldwise.learning.imaging.dicom.AgeString;

/**
 * An attribute that holds ages, which are reported in the same bands whatever ages there are: up to 1 year, 2 to 11 and 12 to 17 as in
 * ICH E11, then to 39, 64 and 79, so that 65 begins a band as in ICH E7.
 *
 * @param yearsOfUnit how many years a number without a unit counts for
 */
record AgeColumn(double yearsOfUnit) {
    private static final int[] FIRST_YEARS = {0, 2, 12, 18, 40, 65, 80};
    /** Whoever is said to be older is a typing mistake. */
    private static final double OLDEST = 130;

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^A-Za-z]+|(?<=[a-z])(?=[A-Z])");
    /** Of columns that name bands already, by numbers perhaps. */
    private static final Set<String> BANDED =
            Set.of("band", "bands", "bin", "bins", "category", "class", "code", "group", "groups", "range");

    /** Whether a column's name says that it holds ages: one of its words is {@code age}, and none says that they are banded. */
    static boolean isNamedSo(String name) {
        Set<String> words = words(name);
        return words.contains("age") && words.stream().noneMatch(BANDED::contains);
    }

    /** The column of that name; its numbers are months, weeks or days where a word of the name says so, else years. */
    static AgeColumn named(String name) {
        Set<String> words = words(name);
        if (words.contains("months") || words.contains("month")) {
            return new AgeColumn(1.0 / 12);
        }
        if (words.contains("weeks") || words.contains("week")) {
            return new AgeColumn(7 / 365.25);
        }
        return new AgeColumn(words.contains("days") || words.contains("day") ? 1 / 365.25 : 1);
    }

    /** Years, from a number or an age as DICOM writes it; nothing where it is neither, negative or above {@value #OLDEST}. */
    OptionalDouble years(String value) {
        OptionalDouble number = Quantities.number(value);
        OptionalDouble years = number.isPresent()
                ? OptionalDouble.of(number.getAsDouble() * yearsOfUnit)
                : AgeString.years(value.toUpperCase(Locale.ROOT));
        return years.isPresent() && (years.getAsDouble() < 0 || years.getAsDouble() > OLDEST)
                ? OptionalDouble.empty()
                : years;
    }

    /** The band of an age of at least 0 years, such as {@code 18 to 39}. */
    static String band(double years) {
        int band = FIRST_YEARS.length - 1;
        // a twelfth has no exact double, and 24 of them are two years all the same
        while (years + 1e-9 < FIRST_YEARS[band]) {
            band--;
        }
        return band == FIRST_YEARS.length - 1
                ? FIRST_YEARS[band] + " or older"
                : FIRST_YEARS[band] + " to " + (FIRST_YEARS[band + 1] - 1);
    }

    private static Set<String> words(String name) {
        return Arrays.stream(BETWEEN_WORDS.split(name))
                .map(word -> word.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }
}
