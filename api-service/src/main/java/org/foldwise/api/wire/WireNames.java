package org.foldwise.api.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.foldwise.registry.LowerCamelCase;

/** The spelling of enum constants, kinds and types on the wire. */
public final class WireNames {
    private static final String OWN_PACKAGES = "org.foldwise.api.";

    private WireNames() {}

    /** {@code ANY_POSITIVE} becomes {@code anyPositive}. */
    public static String of(Enum<?> constant) {
        return LowerCamelCase.of(constant);
    }

    /** The names of all constants of an enum, in the order of their declaration. */
    public static List<String> of(Class<?> enumType) {
        List<String> names = new ArrayList<>();
        for (Object constant : enumType.getEnumConstants()) {
            names.add(of((Enum<?>) constant));
        }
        return names;
    }

    /** Whether values of that type carry a {@code kind}: it is one of our sealed interfaces. */
    public static boolean hasKinds(Class<?> type) {
        return type.isInterface() && type.isSealed() && type.getName().startsWith(OWN_PACKAGES);
    }

    /** The options of a sealed interface by their kinds. */
    public static Map<String, Class<?>> kinds(Class<?> sealedInterface) {
        Map<String, Class<?>> kinds = new TreeMap<>();
        for (Class<?> option : sealedInterface.getPermittedSubclasses()) {
            kinds.put(kind(option), option);
        }
        return kinds;
    }

    /** The kind of an option of a sealed interface. */
    public static String kind(Class<?> option) {
        String name = option.getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    /** What a simple type is called when a client is told that a value has the wrong one. */
    public static String type(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "int", "Integer", "long", "Long" -> "integer";
            case "double", "Double" -> "number";
            case "boolean", "Boolean" -> "boolean";
            case "UUID" -> "UUID";
            case "LocalDate" -> "date (YYYY-MM-DD)";
            default -> "string";
        };
    }
}
