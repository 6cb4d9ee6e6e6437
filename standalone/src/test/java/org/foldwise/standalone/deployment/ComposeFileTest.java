package org.foldwise.standalone.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The compose file, read without a Docker engine. */
class ComposeFileTest {
    private static final String FILE = "docker-compose.yml";

    @Test
    void keepsEveryRule() {
        assertThat(ComposeRules.violations(compose(ProjectFiles.text(FILE)))).isEmpty();
    }

    @Test
    void holdsADatabaseAnApiAndAWorker() {
        JsonNode services = compose(ProjectFiles.text(FILE)).path("services");

        assertThat(services.propertyNames()).containsExactly("database", "api", "worker");
    }

    @Test
    void apiAndWorkerShareTheArtifactsButNotTheAdministratorsKey() {
        JsonNode file = compose(ProjectFiles.text(FILE));

        for (String service : List.of("api", "worker")) {
            Dockerfile image = Dockerfile.parse(ProjectFiles.text("docker/" + service + ".Dockerfile"));
            assertThat(mounts(file, service))
                    .contains("artifacts:" + image.environment().get("FOLDWISE_ARTIFACTS_DIRECTORY"));
        }
        assertThat(mounts(file, "api")).contains("keys:/var/lib/foldwise/keys");
        assertThat(mounts(file, "worker")).hasSize(2);
    }

    /** What a worker has measured and computed outlives it; what it had on its desk does not. */
    @Test
    void theWorkersCacheIsAVolumeThatTheImageHasAPlaceForAndItsScratchDirectoryIsNot() {
        JsonNode file = compose(ProjectFiles.text(FILE));
        JsonNode environment = file.at("/services/worker/environment");
        String dockerfile = ProjectFiles.text("docker/worker.Dockerfile");
        Dockerfile image = Dockerfile.parse(dockerfile);

        assertThat(environment.path("FOLDWISE_WORKER_SCRATCH").asString())
                .isEqualTo(image.environment().get("FOLDWISE_WORKER_SCRATCH"))
                .startsWith("/tmp/");
        String cache = environment.path("FOLDWISE_WORKER_CACHE").asString();
        assertThat(mounts(file, "worker")).contains("cache:" + cache);
        assertThat(dockerfile).contains("mkdir -p /state/artifacts /state/cache", "/state /var/lib/foldwise");
        assertThat(environment.path("FOLDWISE_WORKER_CACHESIZE").asString())
                .isEqualTo("${FOLDWISE_WORKER_CACHESIZE:-10GB}");
    }

    @Test
    void onlyTheApiCanBeReachedFromOutside() {
        JsonNode file = compose(ProjectFiles.text(FILE));

        assertThat(file.at("/networks/inside/internal").asBoolean()).isTrue();
        assertThat(file.at("/services/database/networks").toString()).isEqualTo("[\"inside\"]");
        assertThat(file.at("/services/worker/networks").toString()).isEqualTo("[\"inside\"]");
        assertThat(file.at("/services/database").has("ports")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            source: artifacts                              | source: artefacts
            artifacts: {}                                  | artefacts: {}
            networks: [inside]                             | networks: [within]
            condition: service_healthy                     | condition: healthy
            depends_on:\\n      database:                  | depends_on:\\n      postgres:
            user: "10001:10001"                            | user: root
            user: "10001:10001"                            | privileged: true
            read_only: true\\n    tmpfs:                   | read_only: false\\n    tmpfs:
            cap_drop: [ALL]                                | cap_drop: [NET_RAW]
            image: postgres:18.1                           | image: postgres:latest
            host_ip: 127.0.0.1                             | host_ip: 0.0.0.0
            target: 8080                                   | target: 8090
            ${POSTGRES_PASSWORD:?set the password of the database's superuser} | changeme
            ${POSTGRES_PASSWORD:?set the password of the database's superuser} | ${POSTGRES_PASSWORD:-postgres}
            ${POSTGRES_PASSWORD:?set the password of the database's superuser} | ${POSTGRES_PASSWORD}
            dockerfile: docker/api.Dockerfile              | dockerfile: docker/rest.Dockerfile
            source: ./docker/database                      | source: ./docker/init
            restart: unless-stopped                        | restarts: unless-stopped
            test: [CMD, pg_isready,                        | test: [pg_isready,
            start_period: 30s                              | start_period: half a minute
            """)
    void findsAPlantedMistake(String text, String replacement) {
        String file = ProjectFiles.text(FILE);
        String found = text.replace("\\n", "\n");
        assertThat(file).contains(found);

        String planted = file.replace(found, replacement.replace("\\n", "\n"));

        assertThat(ComposeRules.violations(compose(planted))).isNotEmpty();
    }

    private static JsonNode compose(String yaml) {
        return ProjectFiles.documents(yaml).get(0);
    }

    private static List<String> mounts(JsonNode file, String service) {
        return file.at("/services/" + service + "/volumes")
                .valueStream()
                .map(mount -> mount.path("source").asString() + ":"
                        + mount.path("target").asString())
                .toList();
    }
}
