package org.foldwise.standalone.deployment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** That the chart's objects fit together: selectors, names, ports and mounts, and the words of Kubernetes' enumerations. */
final class ReferenceRules {
    private static final Map<String, Set<String>> WORDS = Map.of(
            "imagePullPolicy", Set.of("Always", "IfNotPresent", "Never"),
            "protocol", Set.of("TCP", "UDP", "SCTP"),
            "restartPolicy", Set.of("Always"),
            "fsGroupChangePolicy", Set.of("OnRootMismatch", "Always"),
            "policyTypes", Set.of("Ingress", "Egress"),
            "accessModes", Set.of("ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany", "ReadWriteOncePod"),
            "effect", Set.of("NoSchedule", "PreferNoSchedule", "NoExecute"),
            "medium", Set.of("", "Memory"));

    private final List<JsonNode> documents;
    private final Set<String> given;
    private final List<String> found = new ArrayList<>();

    private ReferenceRules(List<JsonNode> documents, Set<String> given) {
        this.documents = documents;
        this.given = given;
    }

    /**
     * @param given what exists before the chart is installed, as "Kind name"
     */
    static List<String> violations(List<JsonNode> documents, Set<String> given) {
        ReferenceRules rules = new ReferenceRules(documents, given);
        rules.names();
        documents.forEach(document -> rules.words(document, title(document)));
        rules.ofKind("Service").forEach(rules::service);
        rules.ofKind("NetworkPolicy").forEach(rules::networkPolicy);
        rules.ofKind("ScaledObject").forEach(rules::scaledObject);
        rules.ofKind("TriggerAuthentication").forEach(rules::triggerAuthentication);
        rules.workloads().forEach(rules::workload);
        return rules.found;
    }

    static boolean selects(JsonNode matchLabels, JsonNode labels) {
        return !matchLabels.isEmpty()
                && matchLabels.properties().stream()
                        .allMatch(label -> label.getValue().equals(labels.path(label.getKey())));
    }

    private void names() {
        List<String> titles = documents.stream().map(ReferenceRules::title).toList();
        titles.stream()
                .filter(title -> titles.indexOf(title) != titles.lastIndexOf(title))
                .distinct()
                .forEach(title -> found.add(title + " occurs twice"));
        documents.stream()
                .map(document -> document.at("/metadata/name").asString(""))
                .filter(name -> !name.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"))
                .forEach(name -> found.add("'" + name + "' is no name"));
    }

    private void words(JsonNode node, String title) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            Set<String> allowed = WORDS.get(field.getKey());
            if (allowed != null) {
                Stream<JsonNode> values = field.getValue().isArray()
                        ? StreamSupport.stream(field.getValue().spliterator(), false)
                        : Stream.of(field.getValue());
                values.filter(value -> !allowed.contains(value.asString("?")))
                        .forEach(value -> found.add(title + ": " + field.getKey() + " " + value));
            }
            words(field.getValue(), title);
        }
        if (node.isArray()) {
            node.forEach(each -> words(each, title));
        }
    }

    private void service(JsonNode service) {
        JsonNode selector = service.at("/spec/selector");
        List<JsonNode> selected = podsSelectedBy(selector);
        if (selected.isEmpty()) {
            found.add(title(service) + " selects no pod");
        }
        for (JsonNode port : service.at("/spec/ports")) {
            selected.stream()
                    .filter(pod -> !hasPort(pod, port.path("targetPort")))
                    .forEach(pod -> found.add(title(service) + ": no container port " + port.path("targetPort")));
        }
    }

    private void networkPolicy(JsonNode policy) {
        JsonNode spec = policy.path("spec");
        List<JsonNode> selected = podsSelectedBy(spec.at("/podSelector/matchLabels"));
        if (selected.isEmpty()) {
            found.add(title(policy) + " selects no pod");
        }
        for (JsonNode rule : spec.path("ingress")) {
            for (JsonNode port : rule.path("ports")) {
                selected.stream()
                        .filter(pod -> !hasPort(pod, port.path("port")))
                        .forEach(pod -> found.add(title(policy) + ": no container port " + port.path("port")));
            }
            ownPeers(policy, rule.path("from"));
        }
        for (JsonNode rule : spec.path("egress")) {
            ownPeers(policy, rule.path("to"));
        }
    }

    /** A peer that is named by labels of this release is one of its pods. */
    private void ownPeers(JsonNode policy, JsonNode peers) {
        for (JsonNode peer : peers) {
            JsonNode labels = peer.at("/podSelector/matchLabels");
            if (!labels.isEmpty()
                    && !peer.has("namespaceSelector")
                    && podsSelectedBy(labels).isEmpty()) {
                found.add(title(policy) + " lets in or out what is no pod: " + labels);
            }
        }
    }

    private void scaledObject(JsonNode object) {
        JsonNode target = object.at("/spec/scaleTargetRef");
        String deployment =
                target.path("kind").asString() + " " + target.path("name").asString();
        exists(object, deployment);
        workloads()
                .filter(workload -> title(workload).equals(deployment)
                        && workload.at("/spec").has("replicas"))
                .forEach(workload -> found.add(title(workload) + " fixes the replicas that KEDA sets"));
        for (JsonNode trigger : object.at("/spec/triggers")) {
            exists(
                    object,
                    "TriggerAuthentication "
                            + trigger.at("/authenticationRef/name").asString());
        }
    }

    private void triggerAuthentication(JsonNode authentication) {
        authentication
                .at("/spec/secretTargetRef")
                .forEach(secret ->
                        exists(authentication, "Secret " + secret.path("name").asString()));
    }

    private void workload(JsonNode workload) {
        JsonNode template = workload.at("/spec/template");
        JsonNode pod = template.path("spec");
        if (!selects(workload.at("/spec/selector/matchLabels"), template.at("/metadata/labels"))) {
            found.add(title(workload) + " does not select its own pods");
        }
        workloads()
                .filter(other -> other != workload
                        && selects(
                                workload.at("/spec/selector/matchLabels"), other.at("/spec/template/metadata/labels")))
                .forEach(other -> found.add(title(workload) + " selects the pods of " + title(other)));
        if (workload.at("/spec").has("serviceName")) {
            exists(workload, "Service " + workload.at("/spec/serviceName").asString());
        }
        exists(workload, "ServiceAccount " + pod.path("serviceAccountName").asString("?"));
        pod.path("imagePullSecrets")
                .forEach(secret ->
                        exists(workload, "Secret " + secret.path("name").asString()));

        List<String> volumes = new ArrayList<>();
        for (JsonNode volume : pod.path("volumes")) {
            volumes.add(volume.path("name").asString());
            if (volume.has("configMap")) {
                exists(workload, "ConfigMap " + volume.at("/configMap/name").asString());
            }
            if (volume.has("secret")) {
                exists(workload, "Secret " + volume.at("/secret/secretName").asString());
            }
            if (volume.has("persistentVolumeClaim")) {
                exists(
                        workload,
                        "PersistentVolumeClaim "
                                + volume.at("/persistentVolumeClaim/claimName").asString());
            }
        }
        workload.at("/spec/volumeClaimTemplates")
                .forEach(claim -> volumes.add(claim.at("/metadata/name").asString()));
        List<String> unmounted = new ArrayList<>(volumes);
        for (JsonNode container : pod.path("containers")) {
            container(workload, container, volumes);
            container
                    .path("volumeMounts")
                    .forEach(mount -> unmounted.remove(mount.path("name").asString()));
        }
        unmounted.forEach(volume -> found.add(title(workload) + ": nobody mounts volume " + volume));
    }

    private void container(JsonNode workload, JsonNode container, List<String> volumes) {
        for (JsonNode mount : container.path("volumeMounts")) {
            if (!volumes.contains(mount.path("name").asString())) {
                found.add(title(workload) + ": no volume " + mount.path("name"));
            }
        }
        List<String> names = new ArrayList<>();
        for (JsonNode variable : container.path("env")) {
            String name = variable.path("name").asString();
            if (names.contains(name)) {
                found.add(title(workload) + ": variable " + name + " twice");
            }
            names.add(name);
            JsonNode secret = variable.at("/valueFrom/secretKeyRef");
            if (!secret.isMissingNode()) {
                exists(workload, "Secret " + secret.path("name").asString());
            } else if (name.matches(".*(PASSWORD|SECRET|TOKEN).*")) {
                found.add(title(workload) + ": " + name + " does not come from a secret");
            }
        }
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            JsonNode port = container.path(probe).at("/httpGet/port");
            if (!port.isMissingNode() && !containerHasPort(container, port)) {
                found.add(title(workload) + ": " + probe + " asks port " + port);
            }
        }
    }

    private void exists(JsonNode user, String title) {
        if (!given.contains(title)
                && documents.stream().noneMatch(document -> title(document).equals(title))) {
            found.add(title(user) + " refers to " + title + ", which does not exist");
        }
    }

    private List<JsonNode> podsSelectedBy(JsonNode labels) {
        return workloads()
                .map(workload -> workload.at("/spec/template"))
                .filter(template -> selects(labels, template.at("/metadata/labels")))
                .toList();
    }

    private static boolean hasPort(JsonNode template, JsonNode port) {
        for (JsonNode container : template.at("/spec/containers")) {
            if (containerHasPort(container, port)) {
                return true;
            }
        }
        return false;
    }

    private static boolean containerHasPort(JsonNode container, JsonNode wanted) {
        for (JsonNode port : container.path("ports")) {
            if (port.path("name").equals(wanted) || port.path("containerPort").equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    private Stream<JsonNode> workloads() {
        return documents.stream()
                .filter(document -> document.at("/spec/template").has("spec"));
    }

    private Stream<JsonNode> ofKind(String kind) {
        return documents.stream()
                .filter(document -> document.path("kind").asString().equals(kind));
    }

    private static String title(JsonNode document) {
        return document.path("kind").asString() + " "
                + document.at("/metadata/name").asString();
    }
}
