package org.foldwise.standalone.deployment;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/**
 * What every pod of the chart must keep: the Pod Security Standard "restricted", and a root file system that nobody writes,
 * no token, bounded memory and a network that is closed unless opened.
 */
final class PodRules {
    private static final Set<String> VOLUMES = Set.of(
            "configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret", "downwardAPI", "csi", "ephemeral");

    private PodRules() {}

    static List<String> violations(List<JsonNode> documents) {
        List<String> found = new ArrayList<>();
        for (JsonNode workload : documents) {
            JsonNode template = workload.at("/spec/template");
            if (template.has("spec")) {
                String name = workload.path("kind").asString() + " "
                        + workload.at("/metadata/name").asString();
                pod(template.path("spec"), (rule, holds) -> {
                    if (!holds) {
                        found.add(name + ": " + rule);
                    }
                });
                if (!deniedByDefault(template.at("/metadata/labels"), documents)) {
                    found.add(name + ": 12 a network policy denies what is not allowed");
                }
            }
        }
        return found;
    }

    private static void pod(JsonNode pod, BiConsumer<String, Boolean> check) {
        JsonNode context = pod.path("securityContext");
        check.accept("1 runAsNonRoot for the pod", isTrue(context.path("runAsNonRoot")));
        check.accept("9 no token of a service account", isFalse(pod.path("automountServiceAccountToken")));
        check.accept(
                "9 a service account of its own",
                !pod.path("serviceAccountName").asString("").isEmpty());
        for (String namespace : List.of("hostNetwork", "hostPID", "hostIPC")) {
            check.accept("10 " + namespace + " is off", !pod.path(namespace).asBoolean(false));
        }
        for (JsonNode volume : pod.path("volumes")) {
            for (String type : volume.propertyNames()) {
                check.accept("10 volume type " + type, type.equals("name") || VOLUMES.contains(type));
            }
            if (volume.has("emptyDir")) {
                check.accept(
                        "8 scratch volume " + volume.path("name").asString() + " is bounded",
                        volume.at("/emptyDir/sizeLimit").isString());
            }
        }
        List<JsonNode> containers = new ArrayList<>();
        for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
            pod.path(list).forEach(containers::add);
        }
        check.accept("has a container", !containers.isEmpty());
        for (JsonNode container : containers) {
            container(container, context, pod, check);
        }
    }

    private static void container(
            JsonNode container, JsonNode podContext, JsonNode pod, BiConsumer<String, Boolean> check) {
        JsonNode context = container.path("securityContext");
        JsonNode runAsNonRoot =
                context.has("runAsNonRoot") ? context.path("runAsNonRoot") : podContext.path("runAsNonRoot");
        JsonNode user = context.has("runAsUser") ? context.path("runAsUser") : podContext.path("runAsUser");
        JsonNode seccomp =
                context.has("seccompProfile") ? context.path("seccompProfile") : podContext.path("seccompProfile");
        check.accept("1 runAsNonRoot", isTrue(runAsNonRoot));
        check.accept("2 a numeric user other than root", user.isIntegralNumber() && user.asInt() > 0);
        check.accept("3 no privilege escalation", isFalse(context.path("allowPrivilegeEscalation")));
        check.accept("3 not privileged", !context.path("privileged").asBoolean(false));
        check.accept(
                "4 all capabilities dropped",
                names(context.at("/capabilities/drop")).contains("ALL"));
        check.accept("5 no capability added", context.at("/capabilities/add").isEmpty());
        check.accept(
                "6 seccomp RuntimeDefault", seccomp.path("type").asString("").equals("RuntimeDefault"));
        check.accept("7 read-only root file system", isTrue(context.path("readOnlyRootFilesystem")));
        check.accept("8 a writable /tmp", mountsEmptyDir(container, pod, "/tmp"));
        for (JsonNode port : container.path("ports")) {
            check.accept("10 no host port", !port.has("hostPort"));
        }
        check.accept(
                "11 a limit of memory", container.at("/resources/limits/memory").isString());
        check.accept(
                "11 requests of cpu and memory",
                container.at("/resources/requests/cpu").isString()
                        && container.at("/resources/requests/memory").isString());
        String image = container.path("image").asString("");
        check.accept(
                "11 a pinned image instead of " + image,
                image.contains("@sha256:") || image.matches(".+:[^/:]*[0-9][^/:]*"));
    }

    private static boolean mountsEmptyDir(JsonNode container, JsonNode pod, String path) {
        for (JsonNode mount : container.path("volumeMounts")) {
            if (mount.path("mountPath").asString().equals(path)) {
                for (JsonNode volume : pod.path("volumes")) {
                    if (volume.path("name").equals(mount.path("name"))) {
                        return volume.has("emptyDir");
                    }
                }
            }
        }
        return false;
    }

    /** Some policy of both directions selects the pod and allows nothing. */
    private static boolean deniedByDefault(JsonNode labels, List<JsonNode> documents) {
        return documents.stream()
                .filter(document -> document.path("kind").asString().equals("NetworkPolicy"))
                .map(document -> document.path("spec"))
                .filter(spec -> !spec.has("ingress") && !spec.has("egress"))
                .filter(spec -> names(spec.path("policyTypes")).containsAll(Set.of("Ingress", "Egress")))
                .anyMatch(spec -> ReferenceRules.selects(spec.at("/podSelector/matchLabels"), labels));
    }

    private static boolean isTrue(JsonNode value) {
        return value.isBoolean() && value.asBoolean();
    }

    private static boolean isFalse(JsonNode value) {
        return value.isBoolean() && !value.asBoolean();
    }

    private static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.forEach(each -> names.add(each.asString()));
        return names;
    }
}
