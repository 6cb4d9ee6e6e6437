package org.foldwise.standalone.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The properties that the API and the worker understand, by the environment variables that set them: Spring Boot's from the
 * metadata in its jars, ours from the records that bind them.
 */
final class KnownProperties {
    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    /** Variable to whether the property is a map, whose keys come after. */
    private final Map<String, Boolean> variables = new HashMap<>();

    /** Variables of files and directories of ours that have a default, which lies in the working directory; to their package. */
    private final Map<String, String> places = new TreeMap<>();

    static KnownProperties ofTheClassPath() throws IOException, ClassNotFoundException {
        KnownProperties known = new KnownProperties();
        ClassLoader loader = KnownProperties.class.getClassLoader();
        for (URL metadata : Collections.list(loader.getResources(METADATA))) {
            try (InputStream stream = metadata.openStream()) {
                for (JsonNode property : JsonMapper.shared().readTree(stream).path("properties")) {
                    known.add(
                            property.path("name").asString(),
                            property.path("type").asString("").startsWith("java.util.Map"));
                }
            }
        }
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        for (BeanDefinition definition : scanner.findCandidateComponents("org.foldwise")) {
            Class<?> type = Class.forName(definition.getBeanClassName(), false, loader);
            known.addComponents(
                    type.getAnnotation(ConfigurationProperties.class).prefix(), type, type.getPackageName());
        }
        return known;
    }

    boolean contains(String variable) {
        return variables.containsKey(variable)
                || variables.entrySet().stream()
                        .anyMatch(each -> each.getValue() && variable.startsWith(each.getKey() + "_"));
    }

    /** Where the classes of these packages write unless they are told another place. */
    Set<String> placesOf(String... packages) {
        return places.entrySet().stream()
                .filter(place -> Stream.of(packages).anyMatch(place.getValue()::startsWith))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void addComponents(String prefix, Class<?> record, String packageName) {
        RecordComponent[] components = record.getRecordComponents();
        Parameter[] parameters = record.getDeclaredConstructors()[0].getParameters();
        for (int i = 0; i < components.length; i++) {
            Class<?> type = components[i].getType();
            String name = prefix + "." + components[i].getName();
            add(name, Map.class.isAssignableFrom(type));
            if (type.isRecord()) {
                addComponents(name, type, packageName);
            }
            if (type == Path.class && parameters[i].isAnnotationPresent(DefaultValue.class)) {
                places.put(variable(name), packageName);
            }
        }
    }

    private void add(String property, boolean map) {
        variables.merge(variable(property), map, Boolean::logicalOr);
    }

    /** Spring's relaxed binding: dots become underscores, dashes vanish, upper case. */
    private static String variable(String property) {
        return property.replace('.', '_').replace("-", "").toUpperCase(Locale.ROOT);
    }
}
