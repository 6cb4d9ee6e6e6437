package org.foldwise.registry.settings;

import java.lang.reflect.RecordComponent;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/**
 * Every setting that a class on the class path binds, such as {@code foldwise.upload.maximum-archive-size}.
 *
 * @param names in their canonical form, kebab case
 */
record KnownSettings(Set<String> names) {
    static final String ROOT = "foldwise";

    private static final String PACKAGE = "org.foldwise";

    KnownSettings {
        names = Set.copyOf(names);
    }

    /** Reads them off the records that bind them. */
    static KnownSettings ofTheClassPath() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        Set<String> names = new TreeSet<>();
        for (BeanDefinition definition : scanner.findCandidateComponents(PACKAGE)) {
            Class<?> type = ClassUtils.resolveClassName(
                    String.valueOf(definition.getBeanClassName()), KnownSettings.class.getClassLoader());
            ConfigurationProperties annotation = type.getAnnotation(ConfigurationProperties.class);
            if (annotation != null) {
                addComponents(annotation.prefix(), type, names);
            }
        }
        return new KnownSettings(names);
    }

    private static void addComponents(String prefix, Class<?> type, Set<String> names) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "." + kebabCase(component.getName());
            if (component.getType().isRecord()) {
                addComponents(name, component.getType(), names);
            } else {
                names.add(name);
            }
        }
    }

    private static String kebabCase(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** Whether the name, spelt as Spring's relaxed binding allows it, is that of a setting. */
    boolean contains(String name) {
        String relaxed = relaxed(name);
        return names.stream().anyMatch(known -> relaxed(known).equals(relaxed));
    }

    /** Whether the variable of the environment, where underscores stand for dots and dashes, is that of a setting. */
    boolean containsVariable(String variable) {
        String letters = letters(variable);
        return names.stream().anyMatch(known -> letters(known).equals(letters));
    }

    /** The setting whose name takes the fewest changes of letters to get to. */
    String nearest(String name) {
        String letters = letters(name);
        return names.stream()
                .min(Comparator.<String>comparingInt(known -> EditDistance.between(letters, letters(known)))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    /** Without the places in lists, the case and the dashes, about which the binding does not care. */
    private static String relaxed(String name) {
        StringBuilder relaxed = new StringBuilder();
        ConfigurationPropertyName parsed = ConfigurationPropertyName.adapt(name, '.');
        for (int i = 0; i < parsed.getNumberOfElements(); i++) {
            if (!parsed.isNumericIndex(i)) {
                relaxed.append('.').append(parsed.getElement(i, ConfigurationPropertyName.Form.UNIFORM));
            }
        }
        return relaxed.toString();
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}
