package org.foldwise.learning.json;

import java.util.Locale;

/** How the constants of an enum are spelt in JSON: {@code ANY_POSITIVE} becomes {@code anyPositive}. */
final class Spelling {
    private Spelling() {}

    static String of(Enum<?> constant) {
        return lowerCamelCase(constant.name());
    }

    static String lowerCamelCase(String constantName) {
        StringBuilder text = new StringBuilder();
        for (String word : constantName.split("_", -1)) {
            if (text.isEmpty()) {
                text.append(lowerCase(word));
            } else if (!word.isEmpty()) {
                text.append(word.charAt(0)).append(lowerCase(word.substring(1)));
            }
        }
        return text.toString();
    }

    private static String lowerCase(String word) {
        return word.toLowerCase(Locale.ROOT);
    }
}
