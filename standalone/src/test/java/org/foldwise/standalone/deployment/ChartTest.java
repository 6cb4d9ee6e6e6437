package org.foldwise.standalone.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The chart, rendered by Helm's own library; no cluster is asked. */
class ChartTest {
    /** What the examples' values refer to and the chart does not make. */
    private static final Set<String> GIVEN = Set.of(
            "Secret foldwise-database",
            "Secret research-database",
            "Secret registry",
            "PersistentVolumeClaim research-artifacts",
            "PersistentVolumeClaim hospital-archive",
            "Secret films-keys");

    static final List<String> EXAMPLES = RenderedChart.EXAMPLES;

    @Test
    void helmsStrictLintFindsNothing() {
        LintResult result = new Helm(RenderedChart.CHART).lint().strict().call();

        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
        assertThat(result.getMessages()).noneMatch(message -> message.contains("WARNING") || message.contains("ERROR"));
    }

    @ParameterizedTest
    @FieldSource("EXAMPLES")
    void keepsEveryRuleWithTheExampleValues(String values) {
        assertThat(violations(RenderedChart.withValues(values).documents())).isEmpty();
    }

    @Test
    void holdsADatabaseAnApiAndAWorkerByDefault() {
        RenderedChart chart = RenderedChart.with(Map.of());

        assertThat(chart.ofKind("Deployment"))
                .extracting(each -> each.at("/metadata/name").asString())
                .containsExactlyInAnyOrder("trial-foldwise-api", "trial-foldwise-worker");
        assertThat(chart.ofKind("StatefulSet")).hasSize(1);
        assertThat(chart.ofKind("NetworkPolicy")).hasSize(4);
        assertThat(chart.ofKind("Secret")).as("the chart knows no password").isEmpty();
        assertThat(variable(chart, "api", "SPRING_DATASOURCE_URL").path("value").asString())
                .isEqualTo("jdbc:postgresql://trial-foldwise-database:5432/foldwise?sslmode=prefer");
    }

    @Test
    void apiAndWorkerShareTheArtifactsButNotTheAdministratorsKey() {
        RenderedChart chart = RenderedChart.with(Map.of());
        JsonNode api = container(chart, "api");
        JsonNode worker = container(chart, "worker");

        assertThat(mount(api, "/var/lib/foldwise/artifacts")).isEqualTo(mount(worker, "/var/lib/foldwise/artifacts"));
        assertThat(variable(chart, "api", "FOLDWISE_ARTIFACTS_DIRECTORY"))
                .isEqualTo(variable(chart, "worker", "FOLDWISE_ARTIFACTS_DIRECTORY"));
        assertThat(mount(api, "/var/lib/foldwise/keys").path("subPath").asString())
                .isEqualTo("keys");
        assertThat(mount(worker, "/var/lib/foldwise/keys").isMissingNode()).isTrue();
    }

    /** On the volume that outlives the container, and never more than it holds. */
    @Test
    void aWorkersCacheAndScratchDirectoryHaveFixedPlacesOnItsVolume() {
        for (Map<String, Object> values : List.of(
                Map.<String, Object>of(),
                Map.<String, Object>of("worker.scratchSize", "15Gi", "worker.cacheGiB", 10))) {
            RenderedChart chart = RenderedChart.with(values);
            JsonNode worker = container(chart, "worker");

            String volume = mount(worker, "/tmp").path("name").asString();
            assertThat(chart.named("Deployment", "trial-foldwise-worker")
                            .at("/spec/template/spec/volumes")
                            .valueStream()
                            .filter(each -> each.path("name").asString().equals(volume))
                            .map(each -> each.at("/emptyDir/sizeLimit").asString()))
                    .containsExactly(values.isEmpty() ? "20Gi" : "15Gi");
            assertThat(value(chart, "FOLDWISE_WORKER_CACHE")).isEqualTo("/tmp/foldwise-cache");
            assertThat(value(chart, "FOLDWISE_WORKER_SCRATCH")).isEqualTo("/tmp/foldwise-worker");
            assertThat(value(chart, "FOLDWISE_WORKER_CACHESIZE")).isEqualTo("10GB");
        }
        assertThatThrownBy(() -> RenderedChart.with(Map.of("worker.scratchSize", "14Gi")))
                .hasMessageContaining("worker.scratchSize must be at least 5Gi above worker.cacheGiB");
    }

    private static String value(RenderedChart chart, String name) {
        return variable(chart, "worker", name).path("value").asString();
    }

    @Test
    void anExternalDatabaseLeavesOutTheTrialServer() {
        RenderedChart chart = RenderedChart.withValues("ci/external-database-values.yaml");

        assertThat(chart.ofKind("StatefulSet")).isEmpty();
        assertThat(chart.ofKind("PersistentVolumeClaim")).isEmpty();
        assertThat(variable(chart, "worker", "SPRING_DATASOURCE_URL")
                        .path("value")
                        .asString())
                .isEqualTo("jdbc:postgresql://db.example.org:5432/research?sslmode=verify-full");
        assertThat(variable(chart, "worker", "SPRING_DATASOURCE_PASSWORD")
                        .at("/valueFrom/secretKeyRef/name")
                        .asString())
                .isEqualTo("research-database");
        assertThat(container(chart, "api").path("image").asString()).contains("@sha256:");
    }

    @Test
    void sourcesAreMountedForReadingAndNamedToTheApiAlone() {
        RenderedChart chart = RenderedChart.withValues("ci/external-database-values.yaml");

        assertThat(variable(chart, "api", "FOLDWISE_UPLOAD_SOURCES")
                        .path("value")
                        .asString())
                .isEqualTo("archive=/var/lib/foldwise/sources/archive,"
                        + "chest@018f3c1e-7a54-7cc3-9a1e-0242ac120002=/var/lib/foldwise/sources/chest,"
                        + "films=s3://films/2026/chest?endpoint=https://minio.example.org:9000"
                        + "&path-style=false&credentials=/var/lib/foldwise/source-keys/films/credentials,"
                        + "public=s3://open-films/?region=eu-central-1");
        JsonNode chest = mount(container(chart, "api"), "/var/lib/foldwise/sources/chest");
        assertThat(chest.path("readOnly").asBoolean()).isTrue();
        assertThat(chest.path("subPath").asString()).isEqualTo("films/chest");
        assertThat(chart.named("Deployment", "trial-foldwise-worker").toString())
                .doesNotContain("hospital-archive");
        assertThat(RenderedChart.with(Map.of()).yaml()).doesNotContain("FOLDWISE_UPLOAD_SOURCES");
    }

    @Test
    void theApiAloneReachesObjectStoresAndHoldsTheirKeys() {
        RenderedChart chart = RenderedChart.withValues("ci/external-database-values.yaml");

        JsonNode keys = mount(container(chart, "api"), "/var/lib/foldwise/source-keys/films");
        assertThat(keys.path("readOnly").asBoolean()).isTrue();
        assertThat(mount(container(chart, "api"), "/var/lib/foldwise/sources/films")
                        .isMissingNode())
                .isTrue();
        assertThat(chart.named("Deployment", "trial-foldwise-worker").toString())
                .doesNotContain("films-keys");
        JsonNode way = chart.named("NetworkPolicy", "trial-foldwise-api").at("/spec/egress/2");
        assertThat(way.at("/ports/0/port").asInt()).isEqualTo(9000);
        assertThat(way.at("/ports/1/port").asInt()).isEqualTo(443);
        assertThat(way.at("/to/0/ipBlock/cidr").asString()).isEqualTo("10.1.2.0/24");
        assertThat(chart.named("NetworkPolicy", "trial-foldwise-worker").at("/spec/egress"))
                .hasSize(2);
        assertThat(RenderedChart.with(Map.of())
                        .named("NetworkPolicy", "trial-foldwise-api")
                        .at("/spec/egress"))
                .as("nobody has named a bucket")
                .hasSize(2);
    }

    @Test
    void kedaCountsWaitingAndRunningJobsAndIsLetIntoTheDatabase() {
        RenderedChart chart = RenderedChart.withValues("ci/keda-values.yaml");
        JsonNode trigger = chart.named("ScaledObject", "trial-foldwise-worker").at("/spec/triggers/0/metadata");

        assertThat(trigger.path("query").asString())
                .isEqualTo("select count(*) from job where state in ('queued', 'running')");
        assertThat(trigger.path("host").asString()).isEqualTo("trial-foldwise-database.research.svc");
        assertThat(trigger.path("port").asString()).isEqualTo("5433");
        assertThat(chart.named("NetworkPolicy", "trial-foldwise-database").toString())
                .contains("\"kubernetes.io/metadata.name\":\"keda\"");
    }

    @Test
    void withoutClientsNobodyMayCallTheApi() {
        JsonNode policy =
                RenderedChart.withValues("ci/one-node-values.yaml").named("NetworkPolicy", "trial-foldwise-api");

        assertThat(policy.at("/spec/ingress").isArray()).isTrue();
        assertThat(policy.at("/spec/ingress").isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "replicas, 2",
        "api.replicaCount, 2",
        "api.replicas, many",
        "api.replicas, -1",
        "api.uploads.concurrentArchives, 0",
        "api.image.tag, latest",
        "api.image.pullPolicy, Sometimes",
        "api.image.digest, sha256:abc",
        "api.service.port, 70000",
        "api.service.type, ExternalName",
        "api.sources[0].name, archive",
        "api.sources[0].path, /mnt/archive",
        "api.sources[0].bucket, films",
        "api.resources.limits.memory, plenty",
        "worker.scratchSize, 20 GB",
        "worker.scratchSize, 20G",
        "worker.cacheGiB, 10Gi",
        "worker.probes.enabled, true",
        "database.password, secret",
        "database.existingSecret, Not_A_Name",
        "database.sslMode, off",
        "postgresql.enabled, false",
        "postgresql.storage.size, big",
        "artifacts.accessModes[0], ReadOnlyMany",
        "networkPolicy.enabled, perhaps",
        "keda.maxReplicas, 0",
    })
    void refusesValuesThatAreUnknownOrWrong(String key, String value) {
        assertThatThrownBy(() -> RenderedChart.with(Map.of(key, value)))
                .hasMessageContaining("values don't meet the specifications of the schema");
    }

    @ParameterizedTest
    @CsvSource({
        "bucket, Films",
        "claim, hospital-archive",
        "subPath, films",
        "prefix, /films",
        "prefix, films?region=x",
        "endpoint, https://key:secret@minio.example.org",
        "endpoint, minio.example.org",
        "region, Europe",
        "region, ''",
        "secretKey, abc",
    })
    void refusesBucketsThatAreUnknownOrWrong(String key, String value) {
        Map<String, Object> source = new HashMap<>(Map.of(
                "api.sources[0].name", "films",
                "api.sources[0].bucket", "films",
                "api.sources[0].region", "eu-central-1"));
        assertThat(RenderedChart.with(source).yaml()).contains("films=s3://films/?region=eu-central-1");

        source.put("api.sources[0]." + key, value);

        assertThatThrownBy(() -> RenderedChart.with(source))
                .hasMessageContaining("values don't meet the specifications of the schema");
    }

    /**
     * A mistake in what is rendered.
     *
     * @param found text of the rendered YAML; its first occurrence is replaced
     */
    record Mistake(String found, String replacement) {}

    static List<Mistake> mistakes() {
        return List.of(
                new Mistake("replicas: 1", "replica: 1"),
                new Mistake("replicas: 1", "replicas: many"),
                new Mistake("containerPort: 8080", "containerPorts: 8080"),
                new Mistake("containerPort: 8080", "containerPort: http"),
                new Mistake("readinessProbe:", "readynessProbe:"),
                new Mistake("imagePullPolicy: IfNotPresent", "imagePullPolicy: Sometimes"),
                new Mistake("image: \"foldwise/api:0.1.0\"", "image: \"foldwise/api:latest\""),
                new Mistake("image: \"foldwise/api:0.1.0\"", "image: \"foldwise/api\""),
                new Mistake("runAsNonRoot: true", "runAsNonRoot: yes please"),
                new Mistake("runAsUser: 10001", "runAsUser: 0"),
                new Mistake("drop: [ALL]", "drop: [NET_RAW]"),
                new Mistake("drop: [ALL]", "add: [SYS_ADMIN]"),
                new Mistake("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true"),
                new Mistake("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
                new Mistake(
                        "            - name: scratch\n              mountPath: /tmp",
                        "            - name: scratch\n              mountPath: /temp"),
                new Mistake("sizeLimit: 11Gi", "medium: Memory"),
                new Mistake("      automountServiceAccountToken: false", "      automountServiceAccountToken: true"),
                new Mistake("      enableServiceLinks: false", "      hostNetwork: true"),
                new Mistake(
                        "          persistentVolumeClaim:\n            claimName: trial-foldwise-artifacts",
                        "          hostPath:\n            path: /var"),
                new Mistake("claimName: trial-foldwise-artifacts", "claimName: trial-foldwise-artefacts"),
                new Mistake("name: foldwise-database\n", "name: foldwise-datenbank\n"),
                new Mistake(
                        "name: trial-foldwise-database-init\n            #",
                        "name: trial-foldwise-init\n            #"),
                new Mistake("serviceAccountName: trial-foldwise-api", "serviceAccountName: foldwise-api"),
                new Mistake("targetPort: http", "targetPort: web"),
                new Mistake("targetPort: http", "targetport: http"),
                new Mistake("port: management", "port: 9090"),
                new Mistake("{protocol: TCP, port: http}", "{protocol: TCP, port: https}"),
                new Mistake("protocol: TCP", "protocol: tcp"),
                new Mistake("policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]"),
                new Mistake("policyTypes: [Ingress, Egress]", "policytypes: [Ingress, Egress]"),
                new Mistake("app.kubernetes.io/component: api\n  ports", "app.kubernetes.io/component: apis\n  ports"),
                new Mistake(
                        "              valueFrom:\n                secretKeyRef:\n                  name: foldwise-database\n                  key: password",
                        "              value: changeme"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void findsAPlantedMistake(Mistake mistake) {
        String yaml = RenderedChart.with(Map.of()).yaml();
        int at = yaml.indexOf(mistake.found());
        assertThat(at).as("the text to replace").isNotNegative();

        String planted = yaml.substring(0, at)
                + mistake.replacement()
                + yaml.substring(at + mistake.found().length());

        assertThat(violations(ProjectFiles.documents(planted))).isNotEmpty();
    }

    private static List<String> violations(List<JsonNode> documents) {
        List<String> found = new ArrayList<>(StrictManifests.violations(documents));
        found.addAll(PodRules.violations(documents));
        found.addAll(ReferenceRules.violations(documents, GIVEN));
        return found;
    }

    private static JsonNode container(RenderedChart chart, String component) {
        return chart.named("Deployment", "trial-foldwise-" + component).at("/spec/template/spec/containers/0");
    }

    private static JsonNode variable(RenderedChart chart, String component, String name) {
        for (JsonNode variable : container(chart, component).path("env")) {
            if (variable.path("name").asString().equals(name)) {
                return variable;
            }
        }
        throw new AssertionError("no variable " + name);
    }

    private static JsonNode mount(JsonNode container, String path) {
        for (JsonNode mount : container.path("volumeMounts")) {
            if (mount.path("mountPath").asString().equals(path)) {
                return mount;
            }
        }
        return container.at("/none");
    }
}
