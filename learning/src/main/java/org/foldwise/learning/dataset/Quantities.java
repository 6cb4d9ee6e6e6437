package org.foldwise.learning.dataset;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Numbers among the values of an attribute, and their bands. */
final class Quantities {
    private static final int BANDS = 4;
    /** Of at most nine digits, so that every number is exact. */
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}(\\.[0-9]{1,6})?");

    private static final Set<String> SAYS_NOTHING =
            Set.of("", "-", ".", "?", "n/a", "na", "nan", "nil", "none", "null", "unknown", "missing");

    private Quantities() {}

    /** The number that a value is; nothing where it is none. */
    static OptionalDouble number(String value) {
        return NUMBER.matcher(value).matches() ? OptionalDouble.of(Double.parseDouble(value)) : OptionalDouble.empty();
    }

    /** Whether a value stands for one that is missing, as programs and people write it. */
    static boolean saysNothing(String value) {
        return SAYS_NOTHING.contains(value.toLowerCase(Locale.ROOT));
    }

    /**
     * The band of each image: four with as equal numbers of images as ties allow, named by the least and the greatest number in them.
     *
     * @param numbers at least one, by image
     */
    static Map<String, String> banded(Map<String, Double> numbers) {
        double[] sorted =
                numbers.values().stream().mapToDouble(number -> number).sorted().toArray();
        double[] upper = new double[BANDS];
        for (int band = 0; band < BANDS; band++) {
            upper[band] = sorted[Math.max(0, (band + 1) * sorted.length / BANDS - 1)];
        }
        String[] names = new String[BANDS];
        for (int band = 0; band < BANDS; band++) {
            double above = band == 0 ? Double.NEGATIVE_INFINITY : upper[band - 1];
            double most = upper[band];
            double[] within = Arrays.stream(sorted)
                    .filter(number -> number > above && number <= most)
                    .toArray();
            names[band] = within.length == 0 ? "" : range(within[0], within[within.length - 1]);
        }
        Map<String, String> banded = new TreeMap<>();
        numbers.forEach((image, number) -> {
            int band = 0;
            while (number > upper[band]) {
                band++;
            }
            banded.put(image, names[band]);
        });
        return banded;
    }

    private static String range(double first, double last) {
        return first == last ? plain(first) : plain(first) + " to " + plain(last);
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
