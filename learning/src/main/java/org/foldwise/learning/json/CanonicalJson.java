package org.foldwise.learning.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * One text for each tree: names sorted by their UTF-16 units, no blanks, and every number rounded to the fewest digits that
 * read back to the same double, without trailing zeros. {@code Double.toString} will not do, its texts changed with Java 19.
 */
final class CanonicalJson {
    private static final int ENOUGH_DIGITS = 17;

    private CanonicalJson() {}

    static String write(JsonNode json) {
        StringBuilder text = new StringBuilder();
        append(json, text);
        return text.toString();
    }

    private static void append(JsonNode json, StringBuilder text) {
        if (json.isObject()) {
            List<String> names = new ArrayList<>(json.propertyNames());
            Collections.sort(names);
            String separator = "{";
            for (String name : names) {
                text.append(separator).append(quoted(name)).append(':');
                append(json.path(name), text);
                separator = ",";
            }
            text.append(names.isEmpty() ? "{}" : "}");
        } else if (json.isArray()) {
            text.append('[');
            for (int i = 0; i < json.size(); i++) {
                text.append(i == 0 ? "" : ",");
                append(json.path(i), text);
            }
            text.append(']');
        } else if (json.isString()) {
            text.append(quoted(json.stringValue()));
        } else if (json.isNumber() && !json.isIntegralNumber()) {
            text.append(shortest(json.doubleValue()));
        } else {
            text.append(json.isNull() ? "null" : json.asString());
        }
    }

    private static String quoted(String value) {
        return LearningJson.mapper().writeValueAsString(value);
    }

    /** {@code number} rounded to the fewest digits that read back to it; with an exponent only where that is shorter. */
    static String shortest(double number) {
        BigDecimal exact = new BigDecimal(number);
        for (int digits = 1; digits < ENOUGH_DIGITS; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits));
            if (rounded.doubleValue() == number) {
                return text(rounded);
            }
        }
        return text(exact.round(new MathContext(ENOUGH_DIGITS)));
    }

    private static String text(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        boolean isShort = stripped.scale() > -20 && stripped.scale() < 20;
        return isShort ? stripped.toPlainString() : stripped.toString();
    }
}
