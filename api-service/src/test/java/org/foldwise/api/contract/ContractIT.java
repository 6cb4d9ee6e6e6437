package org.foldwise.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Http;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@ApiTest
class ContractIT {
    private static final Path FILE = Path.of(System.getProperty("foldwise.root", ".."), "openapi", "foldwise.yaml");
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");

    private final Http http;

    ContractIT(Http http) {
        this.http = http;
    }

    @Test
    void theServiceSpeaksTheReviewedContract() throws IOException {
        String actual = http.nobody().get("/openapi.yaml").text();
        if (Boolean.getBoolean("foldwise.contract.write")) {
            Files.writeString(FILE, actual);
        }

        assertThat(actual)
                .as(
                        "openapi/foldwise.yaml differs from what the code says. If the code is right, write the file anew with"
                                + " 'mvn -pl api-service -am test -Dtest=ContractIT -Dsurefire.failIfNoSpecifiedTests=false"
                                + " -Dfoldwise.contract.write=true' and have it reviewed.")
                .isEqualTo(Files.readString(FILE));
    }

    @Test
    void everyOperationHasANameASummaryATagAndItsProblems() {
        List<String> names = new ArrayList<>();
        JsonNode shared = contract().path("components").path("responses");
        forEachOperation((path, operation) -> {
            String name = operation.path("operationId").asString("");
            names.add(name);
            assertThat(name).as(path).matches("[a-z]+([A-Z][a-z]+)+");
            assertThat(operation.path("summary").asString("")).as(path).isNotBlank();
            assertThat(operation.path("tags")).as(path).hasSize(1);
            for (String status : List.of("400", "401", "403", "422", "500", "503")) {
                String reference =
                        operation.path("responses").path(status).path("$ref").asString("");
                JsonNode problem = shared.path(reference.substring(reference.lastIndexOf('/') + 1))
                        .path("content")
                        .path("application/problem+json");
                assertThat(problem.path("schema").path("$ref").asString(""))
                        .as(path + " " + status)
                        .isEqualTo("#/components/schemas/Problem");
                assertThat(problem.path("examples")).as(path + " " + status).isNotEmpty();
            }
        });

        assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThan(30);
    }

    /** Rows of datasets, and whatever is bound by a digest, say that they were changed wherever they are read. */
    @Test
    void everyOperationThatReadsARecordSaysThatItMayBeDamaged() {
        TreeSet<String> silent = new TreeSet<>();
        forEachOperation((path, operation) -> {
            if (!operation
                    .path("responses")
                    .path("409")
                    .path("$ref")
                    .asString("")
                    .contains("RecordDamaged")) {
                silent.add(operation.path("operationId").asString(""));
            }
        });

        assertThat(silent)
                .containsExactlyInAnyOrder(
                        // keys, projects, models and weights say nothing that is bound
                        "listApiKeys",
                        "issueApiKey",
                        "getApiKey",
                        "revokeApiKey",
                        "listProjects",
                        "createProject",
                        "getProject",
                        "listModels",
                        "createModel",
                        "getModel",
                        "listModelAliases",
                        "getModelAlias",
                        "setModelAlias",
                        "listWeightSets",
                        "getWeightSet",
                        "importWeightSet",
                        "removeWeightSet",
                        // whatever has a digest of its own in the store is a damaged file
                        "downloadBundle",
                        "downloadOnnx",
                        "predictByName",
                        "predictByVersion",
                        // new, or a tombstone
                        "createDataset",
                        "listWithdrawals",
                        "getWithdrawal",
                        // a job, and nothing else of what it is about
                        "getQueue",
                        "streamRunEvents",
                        "streamEvaluationEvents",
                        "streamExplanationCheckEvents",
                        "streamNeighbourhoodEvents");
    }

    /** What stores a file may find the disk full. */
    @Test
    void everyOperationThatStoresAFileSaysThatThereMayBeNoSpace() {
        TreeSet<String> storing = new TreeSet<>();
        forEachOperation((path, operation) -> {
            if (!operation.path("responses").path("507").isMissingNode()) {
                storing.add(operation.path("operationId").asString(""));
            }
        });

        assertThat(storing)
                .containsExactlyInAnyOrder(
                        "uploadArchive",
                        "uploadImage",
                        "importImages",
                        "uploadManifest",
                        "importWeightSet",
                        "createEnsemble",
                        "registerModelVersion",
                        "withdrawPatient");
    }

    /** Certificates are canonical and have null where a temporal split was asked for by the other of the two. */
    @Test
    void whatACertificateHasAsNullMayBeNull() {
        JsonNode temporal = contract()
                .path("components")
                .path("schemas")
                .path("TemporalSplitSpec")
                .path("properties");

        assertThat(temporal.path("testFrom").path("nullable").asBoolean(false)).isTrue();
        assertThat(temporal.path("test").path("nullable").asBoolean(false)).isTrue();
    }

    @Test
    void schemasHaveCleanNames() {
        TreeSet<String> names = new TreeSet<>();
        for (Map.Entry<String, JsonNode> schema :
                contract().path("components").path("schemas").properties()) {
            names.add(schema.getKey());
        }

        assertThat(names).allMatch(Pattern.compile("[A-Z][A-Za-z0-9]*").asMatchPredicate());
        assertThat(names).noneMatch(name -> name.matches(".*(Record|Dto|Response|View|Creation|Object)$"));
    }

    @Test
    void choicesAreToldApartByTheirKind() {
        JsonNode schemas = contract().path("components").path("schemas");

        assertThat(List.of(
                        "DatasetLayout",
                        "SplitSpec",
                        "Procedure",
                        "Loss",
                        "Optimizer",
                        "Schedule",
                        "Augmentation",
                        "ThresholdRule"))
                .allSatisfy(name -> {
                    JsonNode choice = schemas.path(name);
                    assertThat(choice.path("oneOf")).as(name).isNotEmpty();
                    JsonNode discriminator = choice.path("discriminator");
                    assertThat(discriminator.path("propertyName").asString("")).isEqualTo("kind");
                    discriminator.path("mapping").properties().forEach(option -> {
                        String reference = option.getValue().stringValue();
                        JsonNode schema = schemas.path(reference.substring(reference.lastIndexOf('/') + 1));
                        assertThat(schema.path("properties")
                                        .path("kind")
                                        .path("enum")
                                        .path(0)
                                        .asString(""))
                                .isEqualTo(option.getKey());
                    });
                });
    }

    private interface Visitor {
        void visit(String path, JsonNode operation);
    }

    private void forEachOperation(Visitor visitor) {
        contract()
                .path("paths")
                .properties()
                .forEach(path -> METHODS.forEach(method -> {
                    JsonNode operation = path.getValue().path(method);
                    if (!operation.isMissingNode()) {
                        visitor.visit(method + " " + path.getKey(), operation);
                    }
                }));
    }

    private JsonNode contract() {
        return http.nobody().get("/openapi").json();
    }
}
