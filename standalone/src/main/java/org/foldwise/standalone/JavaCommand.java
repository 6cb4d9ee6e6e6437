package org.foldwise.standalone;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this process's own Java and class path run another main class. */
final class JavaCommand {
    private JavaCommand() {}

    static List<String> of(String mainClass, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(program());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(arguments);
        return command;
    }

    static String program() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
