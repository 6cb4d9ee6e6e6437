package org.foldwise.standalone.deployment;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What Helm makes of the chart with some values.
 *
 * @param yaml the stream as a cluster would get it
 */
record RenderedChart(String yaml) {
    static final Path CHART = ProjectFiles.ROOT.resolve("helm/foldwise");

    /** The chart with its defaults, and what its own example values say. */
    static final List<String> EXAMPLES = List.of(
            "values.yaml", "ci/external-database-values.yaml", "ci/keda-values.yaml", "ci/one-node-values.yaml");

    static RenderedChart withValues(String file) {
        return new RenderedChart(template().withValuesFile(CHART.resolve(file)).call());
    }

    static RenderedChart with(Map<String, Object> values) {
        TemplateCommand command = template();
        values.forEach(command::set);
        return new RenderedChart(command.call());
    }

    private static TemplateCommand template() {
        return new Helm(CHART).template().withName("trial").withNamespace("research");
    }

    List<JsonNode> documents() {
        return ProjectFiles.documents(yaml);
    }

    List<JsonNode> ofKind(String kind) {
        return documents().stream()
                .filter(document -> document.path("kind").asString().equals(kind))
                .toList();
    }

    JsonNode named(String kind, String name) {
        return ofKind(kind).stream()
                .filter(document -> document.at("/metadata/name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
    }
}
