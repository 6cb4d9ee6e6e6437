package org.foldwise.registry;

import java.util.Locale;

/** The spelling of enum constants outside Java, in the database as in JSON: {@code ANY_POSITIVE} is {@code anyPositive}. */
public final class LowerCamelCase {
    private LowerCamelCase() {}

    /** The spelling of {@code constant} outside Java. */
    public static String of(Enum<?> constant) {
        String[] words = constant.name().toLowerCase(Locale.ROOT).split("_", -1);
        StringBuilder spelling = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            spelling.append(Character.toUpperCase(words[i].charAt(0))).append(words[i], 1, words[i].length());
        }
        return spelling.toString();
    }

    /**
     * The constant that is spelt so.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static <E extends Enum<E>> E parse(Class<E> type, String spelling) {
        for (E constant : type.getEnumConstants()) {
            if (of(constant).equals(spelling)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("'" + spelling + "' is not a " + type.getSimpleName());
    }
}
