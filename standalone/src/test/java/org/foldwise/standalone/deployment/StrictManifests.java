package org.foldwise.standalone.deployment;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads objects as Kubernetes' own API types do, and refuses what those do not know. */
final class StrictManifests {
    private interface Reader {
        Object read(String json) throws IOException;
    }

    private static final Map<String, Reader> READERS = Map.of(
            "v1 ConfigMap", V1ConfigMap::fromJson,
            "v1 PersistentVolumeClaim", V1PersistentVolumeClaim::fromJson,
            "v1 Service", V1Service::fromJson,
            "v1 ServiceAccount", V1ServiceAccount::fromJson,
            "apps/v1 Deployment", V1Deployment::fromJson,
            "apps/v1 StatefulSet", V1StatefulSet::fromJson,
            "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy::fromJson);

    /** KEDA's two kinds, as far as this chart uses them: after its CRDs of v2. */
    private static final Map<String, Schema> SCHEMAS = Map.of(
            "keda.sh/v1alpha1 ScaledObject",
            schema(
                    """
                    {"type": "object", "required": ["scaleTargetRef", "triggers"], "additionalProperties": false, "properties": {
                      "scaleTargetRef": {"type": "object", "required": ["name"], "additionalProperties": false, "properties": {
                        "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "name": {"type": "string"},
                        "envSourceContainerName": {"type": "string"}}},
                      "minReplicaCount": {"type": "integer", "minimum": 0},
                      "maxReplicaCount": {"type": "integer", "minimum": 1},
                      "pollingInterval": {"type": "integer", "minimum": 1},
                      "cooldownPeriod": {"type": "integer", "minimum": 0},
                      "triggers": {"type": "array", "minItems": 1, "items": {
                        "type": "object", "required": ["type", "metadata"], "additionalProperties": false, "properties": {
                          "type": {"const": "postgresql"},
                          "authenticationRef": {"type": "object", "required": ["name"], "additionalProperties": false,
                            "properties": {"name": {"type": "string"}}},
                          "metadata": {"type": "object", "additionalProperties": false,
                            "required": ["host", "port", "userName", "dbName", "sslmode", "query", "targetQueryValue"],
                            "properties": {
                              "host": {"type": "string"}, "port": {"type": "string"}, "userName": {"type": "string"},
                              "dbName": {"type": "string"}, "sslmode": {"type": "string"}, "query": {"type": "string"},
                              "targetQueryValue": {"type": "string"}}}}}}}}
                    """),
            "keda.sh/v1alpha1 TriggerAuthentication",
            schema(
                    """
                    {"type": "object", "required": ["secretTargetRef"], "additionalProperties": false, "properties": {
                      "secretTargetRef": {"type": "array", "minItems": 1, "items": {
                        "type": "object", "required": ["parameter", "name", "key"], "additionalProperties": false,
                        "properties": {"parameter": {"const": "password"}, "name": {"type": "string"}, "key": {"type": "string"}}}}}}
                    """));

    private StrictManifests() {}

    static List<String> violations(List<JsonNode> documents) {
        List<String> found = new ArrayList<>();
        for (JsonNode document : documents) {
            String kind = document.path("apiVersion").asString("?") + " "
                    + document.path("kind").asString("?");
            if (SCHEMAS.containsKey(kind)) {
                SCHEMAS.get(kind)
                        .validate(document.path("spec").toString(), InputFormat.JSON)
                        .forEach(error -> found.add(kind + ": " + error.getMessage()));
            } else if (READERS.containsKey(kind)) {
                try {
                    READERS.get(kind).read(document.toString());
                } catch (IOException | RuntimeException e) {
                    found.add(kind + ": " + e.getMessage());
                }
            } else {
                found.add("nobody here can read " + kind);
            }
        }
        return found;
    }

    private static Schema schema(String json) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(json, InputFormat.JSON);
    }
}
