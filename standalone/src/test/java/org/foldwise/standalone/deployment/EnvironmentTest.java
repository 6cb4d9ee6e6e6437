package org.foldwise.standalone.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.foldwise.learning.network.TorchEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** That every variable the deployment files set means something to the program that gets it: a misspelt one would be ignored. */
class EnvironmentTest {
    /** Read by the engine and its libraries instead of by Spring. */
    private static final Set<String> ENGINE = Set.of(
            "DJL_CACHE_DIR",
            "OPT_OUT_TRACKING",
            "OMP_WAIT_POLICY",
            "GOMP_SPINCOUNT",
            "MALLOC_ARENA_MAX",
            "MALLOC_MMAP_THRESHOLD_",
            "MALLOC_TRIM_THRESHOLD_",
            "NVIDIA_TF32_OVERRIDE");

    /** Read by the PostgreSQL image itself. */
    private static final Set<String> POSTGRES = Set.of("POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS");

    private static KnownProperties known;

    static final List<String> EXAMPLES = RenderedChart.EXAMPLES;

    @BeforeAll
    static void readsTheProperties() throws Exception {
        known = KnownProperties.ofTheClassPath();
    }

    @Test
    void tellsPropertiesFromMisspeltOnes() {
        assertThat(List.of(
                        "SPRING_DATASOURCE_URL",
                        "MANAGEMENT_SERVER_PORT",
                        "LOGGING_LEVEL_ROOT",
                        "FOLDWISE_ARTIFACTS_DIRECTORY",
                        "FOLDWISE_SECURITY_ADMINKEYFILE"))
                .allMatch(known::contains);
        assertThat(List.of(
                        "SPRING_DATASOURCE_URI",
                        "MANAGEMENT_PORT",
                        "FOLDWISE_ARTIFACT_DIRECTORY",
                        "FOLDWISE_SECURITY_ADMIN_KEY_FILE"))
                .noneMatch(known::contains);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker/api.Dockerfile", "docker/worker.Dockerfile"})
    void imagesSetOnlyWhatIsRead(String file) {
        Set<String> names = new TreeSet<>(
                Dockerfile.parse(ProjectFiles.text(file)).environment().keySet());
        names.removeAll(ENGINE);

        assertThat(names).isNotEmpty().allMatch(known::contains);
    }

    @Test
    void theWorkersImageSetsWhatTheEngineAsksFor() {
        assertThat(Dockerfile.parse(ProjectFiles.text("docker/worker.Dockerfile"))
                        .environment())
                .containsAllEntriesOf(TorchEngine.ENVIRONMENT);
    }

    @ParameterizedTest
    @FieldSource("EXAMPLES")
    void theChartSetsOnlyWhatIsRead(String values) {
        RenderedChart chart = RenderedChart.withValues(values);

        for (JsonNode deployment : chart.ofKind("Deployment")) {
            assertThat(names(deployment)).isNotEmpty().allMatch(known::contains);
        }
        for (JsonNode server : chart.ofKind("StatefulSet")) {
            String script =
                    chart.named("ConfigMap", "trial-foldwise-database-init").toString();
            assertThat(names(server)).allMatch(name -> POSTGRES.contains(name) || script.contains(name));
        }
    }

    @Test
    void theComposeFileSetsOnlyWhatIsRead() {
        JsonNode services = ProjectFiles.documents(ProjectFiles.text("docker-compose.yml"))
                .get(0)
                .path("services");

        for (String service : List.of("api", "worker")) {
            assertThat(services.path(service).path("environment").propertyNames())
                    .isNotEmpty()
                    .allMatch(known::contains);
        }
        String script = ProjectFiles.text("docker/database/10-foldwise.sh");
        assertThat(services.path("database").path("environment").propertyNames())
                .allMatch(name -> POSTGRES.contains(name) || script.contains(name));
    }

    @ParameterizedTest
    @CsvSource({"api, org.foldwise.api", "worker, org.foldwise.worker"})
    void nothingIsWrittenToTheReadOnlyRoot(String program, String ownPackage) {
        Map<String, String> environment = Dockerfile.parse(ProjectFiles.text("docker/" + program + ".Dockerfile"))
                .environment();
        JsonNode composed = ProjectFiles.documents(ProjectFiles.text("docker-compose.yml"))
                .get(0)
                .at("/services/" + program + "/volumes");
        JsonNode container = RenderedChart.withValues("values.yaml")
                .named("Deployment", "trial-foldwise-" + program)
                .at("/spec/template/spec/containers/0");

        assertThat(environment.keySet()).containsAll(known.placesOf(ownPackage, "org.foldwise.registry"));
        environment.forEach((name, place) -> {
            if (place.startsWith("/var/")) {
                assertThat(values(composed, "target")).as(name).anyMatch(place::startsWith);
                assertThat(values(container.path("volumeMounts"), "mountPath"))
                        .as(name)
                        .anyMatch(place::startsWith);
                assertThat(values(container.path("env"), "value")).as(name).contains(place);
            }
        });
    }

    private static List<String> values(JsonNode list, String key) {
        return list.valueStream()
                .map(each -> each.path(key).asString(""))
                .filter(each -> !each.isEmpty())
                .toList();
    }

    private static List<String> names(JsonNode workload) {
        return workload.at("/spec/template/spec/containers/0/env")
                .valueStream()
                .map(variable -> variable.path("name").asString())
                .toList();
    }
}
