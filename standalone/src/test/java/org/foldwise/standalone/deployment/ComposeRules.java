package org.foldwise.standalone.deployment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What a compose file of ours must keep. It knows the part of the compose specification that we use and refuses the rest. */
final class ComposeRules {
    private static final Set<String> TOP_LEVEL = Set.of("name", "services", "networks", "volumes");
    private static final Set<String> SERVICE = Set.of(
            "image",
            "build",
            "user",
            "environment",
            "ports",
            "volumes",
            "read_only",
            "tmpfs",
            "cap_drop",
            "security_opt",
            "shm_size",
            "networks",
            "healthcheck",
            "depends_on",
            "stop_grace_period",
            "restart");
    private static final Map<String, Set<String>> PARTS = Map.of(
            "build", Set.of("context", "dockerfile"),
            "healthcheck", Set.of("test", "interval", "timeout", "retries", "start_period"));
    private static final Set<String> MOUNT = Set.of("type", "source", "target", "read_only");
    private static final Set<String> PORT = Set.of("host_ip", "published", "target", "protocol");
    private static final Set<String> CONDITIONS =
            Set.of("service_started", "service_healthy", "service_completed_successfully");

    /** A value that stops compose where the variable is missing or empty. */
    private static final Pattern DEMANDED = Pattern.compile("\\$\\{[A-Z_]+:\\?[^}]+}");

    private static final Pattern DURATION = Pattern.compile("([0-9]+(h|m|s|ms))+");

    private final JsonNode file;
    private final List<String> found = new ArrayList<>();

    private ComposeRules(JsonNode file) {
        this.file = file;
    }

    static List<String> violations(JsonNode file) {
        ComposeRules rules = new ComposeRules(file);
        rules.known("the file", file, TOP_LEVEL);
        file.path("services").properties().forEach(service -> rules.service(service.getKey(), service.getValue()));
        for (String kind : List.of("volumes", "networks")) {
            for (String name : file.path(kind).propertyNames()) {
                if (!rules.used(kind, name)) {
                    rules.found.add("nobody uses " + kind + " " + name);
                }
            }
        }
        return rules.found;
    }

    private void service(String name, JsonNode service) {
        known(name, service, SERVICE);
        PARTS.forEach((part, keys) -> known(name + "." + part, service.path(part), keys));
        holds(name, "a pinned image", service.path("image").asString("").matches(".+:[^/:]*[0-9][^/:]*"));
        holds(name, "a numeric user", service.path("user").asString("").matches("[1-9][0-9]*:[1-9][0-9]*"));
        holds(name, "a read-only root", service.path("read_only").asBoolean(false));
        holds(
                name,
                "a writable /tmp",
                texts(service.path("tmpfs")).stream().anyMatch(each -> each.startsWith("/tmp:size=")));
        holds(name, "no capabilities", texts(service.path("cap_drop")).equals(List.of("ALL")));
        holds(name, "no new privileges", texts(service.path("security_opt")).contains("no-new-privileges:true"));
        holds(
                name,
                "a known restart policy",
                service.path("restart").asString("").equals("unless-stopped"));
        holds(
                name,
                "a duration",
                DURATION.matcher(service.path("stop_grace_period").asString("")).matches());
        service.path("environment").properties().forEach(each -> variable(name, each.getKey(), each.getValue()));
        service.path("ports").forEach(port -> port(name, port));
        service.path("volumes").forEach(mount -> mount(name, mount));
        texts(service.path("networks"))
                .forEach(network ->
                        holds(name, "network " + network, file.path("networks").has(network)));
        holds(name, "a network", !service.path("networks").isEmpty());
        for (Map.Entry<String, JsonNode> other : service.path("depends_on").properties()) {
            dependency(name, other.getKey(), other.getValue());
        }
        if (service.has("build")) {
            String context = service.at("/build/context").asString("?");
            holds(
                    name,
                    "its Dockerfile",
                    ProjectFiles.exists(
                            context + "/" + service.at("/build/dockerfile").asString("?")));
        }
        if (service.has("healthcheck")) {
            List<String> test = texts(service.at("/healthcheck/test"));
            holds(
                    name,
                    "a health check in exec form",
                    test.size() > 1 && test.get(0).equals("CMD"));
            for (String limit : List.of("interval", "timeout", "start_period")) {
                JsonNode duration = service.at("/healthcheck/" + limit);
                holds(
                        name,
                        limit,
                        duration.isMissingNode()
                                || DURATION.matcher(duration.asString()).matches());
            }
        }
    }

    private void variable(String service, String name, JsonNode value) {
        holds(service, name + " as text", value.isString());
        String text = value.asString("");
        if (name.matches(".*(PASSWORD|SECRET|TOKEN)")) {
            holds(
                    service,
                    name + " demanded from whoever starts it",
                    DEMANDED.matcher(text).matches());
        }
    }

    private void port(String service, JsonNode port) {
        known(service + ".ports", port, PORT);
        holds(
                service,
                "ports on loopback only",
                port.path("host_ip").asString("").equals("127.0.0.1"));
        holds(service, "a port's number", port.path("target").isIntegralNumber());
        dockerfile(service)
                .ifPresent(image -> holds(
                        service,
                        "a port that the image exposes",
                        image.exposedPorts().contains(port.path("target").asString())));
    }

    private void mount(String service, JsonNode mount) {
        known(service + ".volumes", mount, MOUNT);
        String source = mount.path("source").asString("");
        switch (mount.path("type").asString("")) {
            case "volume" ->
                holds(service, "declared volume " + source, file.path("volumes").has(source));
            case "bind" -> {
                holds(service, "file " + source, source.startsWith("./") && ProjectFiles.exists(source));
                holds(service, "read-only " + source, mount.path("read_only").asBoolean(false));
            }
            default -> holds(service, "a known type of mount", false);
        }
        holds(service, "an absolute target", mount.path("target").asString("").startsWith("/"));
    }

    private void dependency(String service, String other, JsonNode dependency) {
        String condition = dependency.path("condition").asString("");
        holds(service, "known service " + other, file.path("services").has(other));
        holds(service, "known condition", CONDITIONS.contains(condition) && dependency.size() == 1);
        if (condition.equals("service_healthy") && file.path("services").has(other)) {
            JsonNode target = file.at("/services/" + other);
            holds(
                    service,
                    "a health check of " + other,
                    target.has("healthcheck")
                            || dockerfile(other).map(Dockerfile::hasHealthCheck).orElse(false));
        }
    }

    private boolean used(String kind, String name) {
        for (JsonNode service : file.path("services")) {
            for (JsonNode use : service.path(kind)) {
                if (name.equals(
                        use.isString() ? use.asString() : use.path("source").asString(""))) {
                    return true;
                }
            }
        }
        return false;
    }

    private Optional<Dockerfile> dockerfile(String service) {
        String path = file.at("/services/" + service + "/build/dockerfile").asString("");
        return path.isEmpty() || !ProjectFiles.exists(path)
                ? Optional.empty()
                : Optional.of(Dockerfile.parse(ProjectFiles.text(path)));
    }

    private void known(String where, JsonNode node, Set<String> keys) {
        node.propertyNames().stream()
                .filter(key -> !keys.contains(key))
                .forEach(key -> found.add(where + ": unknown key " + key));
    }

    private void holds(String service, String rule, boolean holds) {
        if (!holds) {
            found.add(service + ": " + rule);
        }
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asString("")));
        return texts;
    }
}
