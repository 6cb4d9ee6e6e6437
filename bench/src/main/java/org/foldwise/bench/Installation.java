package org.foldwise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.foldwise.bench.ours.Ours;
import org.foldwise.learning.network.TorchEngine;
import org.jspecify.annotations.Nullable;

/** How processes of both sides are started, by what the programs have found on the machine. */
final class Installation {
    private Installation() {}

    /** The peer in one of its settings. */
    static Contestant peer(String program, String setting, List<String> arguments) {
        boolean isOurEnvironment = setting.endsWith(Contestant.IN_OUR_ENVIRONMENT);
        List<String> command = new ArrayList<>();
        command.add(property("bench.python"));
        command.add(Path.of(property("bench.home"), "peer", program + ".py").toString());
        command.addAll(List.of(
                "--setting",
                isOurEnvironment
                        ? setting.substring(0, setting.length() - Contestant.IN_OUR_ENVIRONMENT.length())
                        : setting));
        command.addAll(arguments);
        return new Contestant(setting, true, command, isOurEnvironment ? TorchEngine.ENVIRONMENT : Map.of());
    }

    /** Ours, started as the platform starts a worker. */
    static Contestant ours(String program, List<String> arguments) {
        return java("foldwise", false, program, arguments);
    }

    /** Our own code without the platform around it, in the part of the peer. */
    static Contestant bare(String workload, List<String> arguments) {
        return java("bare", true, workload, arguments);
    }

    private static Contestant java(String setting, boolean isPeer, String workload, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "-Djava.awt.headless=true"));
        command.addAll(List.of("-Dai.djl.offline=true", Ours.class.getName(), workload));
        command.addAll(arguments);
        return new Contestant(setting, isPeer, command, TorchEngine.ENVIRONMENT);
    }

    /** Runs ours alone, with no peer beside it; what it prints is shown. Returns its exit status. */
    static int runOurs(Options options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("--variant", options.variant(), "--size", "128"));
        arguments.addAll(List.of("--batch", Integer.toString(options.program().batch(options.variant()))));
        arguments.addAll(List.of("--threads", Integer.toString(options.threads())));
        arguments.addAll(List.of("--repetitions", Integer.toString(options.rounds())));
        if (options.json() != null) {
            arguments.addAll(List.of("--json", options.json().toString()));
        }
        Contestant ours = ours(options.program().label(), arguments);
        ProcessBuilder builder = new ProcessBuilder(ours.command()).inheritIO();
        builder.environment().putAll(ours.environment());
        return builder.start().waitFor();
    }

    /** The training films of the paediatric study beside the project; absent where nobody has put them there. */
    static @Nullable Path chestFilms() {
        Path films = Path.of(property("bench.home"), "..", "..", "shared", "data", "kermany-chest-xray", "train")
                .normalize();
        return Files.isDirectory(films) ? films : null;
    }

    /** The platform to ask, as options of whoever asks it. */
    static List<String> platform() {
        return List.of(
                "--server", property("bench.server"),
                "--key-file", property("bench.keyFile"),
                "--model", property("bench.model"));
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalStateException("the programs that start this set " + name);
        }
        return value;
    }
}
