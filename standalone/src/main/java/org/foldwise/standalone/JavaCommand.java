package org.foldwise.standalone;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How this process's own Java and class path run another main class. The class path travels in the environment: on the command
 * line it would hide in thousands of characters which program runs.
 */
final class JavaCommand {
    private JavaCommand() {}

    static List<String> of(String mainClass, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(program());
        command.addAll(options);
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    /** To be added to the process's environment. */
    static Map<String, String> environment() {
        return Map.of("CLASSPATH", System.getProperty("java.class.path"));
    }

    static String program() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
