package org.foldwise.learning.dataset;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Images by what is known of them.
 *
 * @param byAttribute the group of each image, by attribute and by the image's name; images of which an attribute is not known are
 *     missing there
 * @param leftOut attributes that name no groups
 */
public record ImageGroups(Map<String, Map<String, String>> byAttribute, List<LeftOut> leftOut) {
    private static final Pattern LEADING_NUMBER = Pattern.compile("-?[0-9]{1,9}(\\.[0-9]{1,6})?");

    /** Groups whose names begin with a number, as bands do, by that number; then the others by name. */
    public static final Comparator<String> ORDER = Comparator.<String>comparingDouble(
                    name -> leadingNumber(name).orElse(Double.POSITIVE_INFINITY))
            .thenComparing(Comparator.naturalOrder());

    public ImageGroups {
        Map<String, Map<String, String>> copies = new LinkedHashMap<>();
        byAttribute.forEach((name, groups) -> copies.put(name, Map.copyOf(groups)));
        byAttribute = Collections.unmodifiableMap(copies);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * An attribute by which nothing is grouped.
     *
     * @param name of the attribute
     * @param reason why not, as the rest of a sentence that begins with the attribute
     */
    public record LeftOut(String name, String reason) {}

    private static OptionalDouble leadingNumber(String name) {
        Matcher number = LEADING_NUMBER.matcher(name);
        return number.lookingAt() ? OptionalDouble.of(Double.parseDouble(number.group())) : OptionalDouble.empty();
    }
}
