package org.foldwise.standalone.deployment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Dockerfile as a list of instructions, and the rules ours keep.
 *
 * @param instructions in order, line continuations joined, comments left out
 */
record Dockerfile(List<Instruction> instructions) {

    /**
     * One instruction.
     *
     * @param name in upper case
     * @param arguments the rest, as written
     */
    record Instruction(String name, String arguments) {}

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern ASSIGNMENT = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(\\S+)");

    static Dockerfile parse(String text) {
        List<Instruction> instructions = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String part :
                text.lines().filter(each -> !each.strip().startsWith("#")).toList()) {
            boolean continues = part.endsWith("\\");
            line.append(continues ? part.substring(0, part.length() - 1) : part).append(' ');
            if (!continues && !line.toString().isBlank()) {
                String[] words = line.toString().strip().split("\\s+", 2);
                instructions.add(new Instruction(words[0], words.length > 1 ? words[1] : ""));
                line.setLength(0);
            }
        }
        return new Dockerfile(List.copyOf(instructions));
    }

    /** The environment that the final stage sets. */
    Map<String, String> environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        for (Instruction instruction : finalStage()) {
            if (instruction.name().equals("ENV")) {
                Matcher matcher = ASSIGNMENT.matcher(instruction.arguments());
                while (matcher.find()) {
                    variables.put(matcher.group(1), matcher.group(2));
                }
            }
        }
        return variables;
    }

    /** Whether a container of this image says how it is. */
    boolean hasHealthCheck() {
        return finalStage().stream()
                .anyMatch(each ->
                        each.name().equals("HEALTHCHECK") && !each.arguments().equals("NONE"));
    }

    List<String> exposedPorts() {
        return finalStage().stream()
                .filter(each -> each.name().equals("EXPOSE"))
                .flatMap(each -> List.of(each.arguments().split("\\s+")).stream())
                .toList();
    }

    List<String> violations() {
        List<String> found = new ArrayList<>();
        List<String> stages = new ArrayList<>();
        for (Instruction instruction : instructions) {
            switch (instruction.name()) {
                case "FROM" -> from(instruction.arguments(), stages, found);
                case "COPY" -> copy(instruction.arguments(), stages, found);
                case "ENTRYPOINT" -> exec(instruction.arguments(), found);
                case "HEALTHCHECK" -> {
                    if (instruction.arguments().contains("CMD")) {
                        exec(instruction.arguments().replaceFirst(".*?CMD\\s+", ""), found);
                    }
                }
                case "RUN", "ENV", "EXPOSE", "USER", "WORKDIR" -> {}
                default -> found.add(instruction.name() + " is not used here");
            }
        }
        List<Instruction> last = finalStage();
        List<String> users = last.stream()
                .filter(each -> each.name().equals("USER"))
                .map(Instruction::arguments)
                .toList();
        if (users.size() != 1 || !users.get(0).matches("[1-9][0-9]*:[1-9][0-9]*")) {
            found.add("the final stage needs one numeric user other than root, not " + users);
        }
        if (last.stream().filter(each -> each.name().equals("ENTRYPOINT")).count() != 1) {
            found.add("the final stage needs one ENTRYPOINT");
        }
        if (last.stream().noneMatch(each -> each.name().equals("HEALTHCHECK"))) {
            found.add("the final stage says nothing about its health, not even NONE");
        }
        if (last.stream().anyMatch(each -> each.name().equals("RUN"))) {
            found.add("the final stage runs something: it should only receive files");
        }
        environment().keySet().stream()
                .filter(name -> name.matches(".*(PASSWORD|SECRET|TOKEN)"))
                .forEach(name -> found.add("a secret in the image: " + name));
        exposedPorts().stream()
                .filter(port -> Integer.parseInt(port) < 1024)
                .forEach(port -> found.add("port " + port + " needs root"));
        return found;
    }

    private static void from(String arguments, List<String> stages, List<String> found) {
        String[] words = arguments.split("\\s+");
        if (!words[0].matches("[a-z0-9./-]+:[^:]*[0-9]+\\.[0-9]+[^:]*") || words[0].endsWith(":latest")) {
            found.add("base image " + words[0] + " is not pinned to a version");
        }
        if (words.length == 3 && words[1].equals("AS")) {
            stages.add(words[2]);
        } else if (words.length != 1) {
            found.add("FROM " + arguments);
        }
    }

    private static void copy(String arguments, List<String> stages, List<String> found) {
        String[] words = arguments.split("\\s+");
        for (int i = 0; i < words.length - 1; i++) {
            if (words[i].startsWith("--from=")) {
                if (!stages.contains(words[i].substring("--from=".length()))) {
                    found.add("no stage for " + words[i]);
                }
                return;
            }
        }
        for (int i = 0; i < words.length - 1; i++) {
            if (!words[i].startsWith("--") && !ProjectFiles.exists(words[i])) {
                found.add("there is no " + words[i] + " to copy");
            }
            if (!words[i].startsWith("--") && !DockerIgnore.lets(words[i])) {
                found.add(words[i] + " is left out by .dockerignore");
            }
        }
    }

    private static void exec(String arguments, List<String> found) {
        try {
            if (!JSON.readTree(arguments).isArray()) {
                found.add("not in exec form: " + arguments);
            }
        } catch (JacksonException e) {
            found.add("not in exec form: " + arguments);
        }
    }

    private List<Instruction> finalStage() {
        int last = 0;
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i).name().equals("FROM")) {
                last = i;
            }
        }
        return instructions.subList(last, instructions.size());
    }

    /** The build context: everything is left out but the paths that start with an exclamation mark. */
    private static final class DockerIgnore {
        static boolean lets(String path) {
            List<String> lines = ProjectFiles.text(".dockerignore")
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .toList();
            return !lines.contains("*")
                    || lines.stream()
                            .filter(line -> line.startsWith("!"))
                            .map(line -> line.substring(1))
                            .anyMatch(allowed -> path.equals(allowed) || path.startsWith(allowed + "/"));
        }
    }
}
