package org.foldwise.standalone.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
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
                    type.getAnnotation(ConfigurationProperties.class).prefix(), type);
        }
        return known;
    }

    boolean contains(String variable) {
        return variables.containsKey(variable)
                || variables.entrySet().stream()
                        .anyMatch(each -> each.getValue() && variable.startsWith(each.getKey() + "_"));
    }

    private void addComponents(String prefix, Class<?> record) {
        for (RecordComponent component : record.getRecordComponents()) {
            String name = prefix + "." + component.getName();
            add(name, Map.class.isAssignableFrom(component.getType()));
            if (component.getType().isRecord()) {
                addComponents(name, component.getType());
            }
        }
    }

    /** Spring's relaxed binding: dots become underscores, dashes vanish, upper case. */
    private void add(String property, boolean map) {
        variables.merge(property.replace('.', '_').replace("-", "").toUpperCase(Locale.ROOT), map, Boolean::logicalOr);
    }
}
