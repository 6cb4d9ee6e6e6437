package org.foldwise.bench.ours;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A process that measures when it is told to and rests while the peer does. It says one line of JSON when it is warm, one for
 * each line {@code measure} that it reads, and one for {@code end}, its last.
 */
public final class Ours {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final double KIBIBYTES_PER_MEBIBYTE = 1024;

    private Ours() {}

    /** Options as {@code --name value}; the name of the workload comes first. */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = new HashMap<>();
        for (int i = 1; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        Settings settings = new Settings(options);
        PrintStream answers = System.out;
        // the protocol keeps the standard output to itself
        System.setOut(System.err);
        if (arguments[0].equals("profile")) {
            Profile.run(settings, answers);
            return;
        }
        if (arguments[0].equals("split")) {
            SplitTiming.run(settings, answers);
            return;
        }
        try (Workload workload = workload(arguments[0], settings)) {
            serve(workload, answers);
        } catch (UnavailableException e) {
            say(answers, Map.of("unavailable", e.getMessage()));
        }
    }

    private static Workload workload(String name, Settings settings) {
        return switch (name) {
            case "train" -> TrainingWorkload.inImages(settings);
            case "inference" -> InferenceWorkload.open(settings);
            case "pipeline" -> PipelineWorkload.open(settings);
            case "cv" -> CrossValidationWorkload.open(settings);
            case "decode" -> DecodeWorkload.of(settings);
            case "serve" -> AnswersWorkload.served(settings);
            case "answer" -> AnswersWorkload.bare(settings);
            case "peak" ->
                settings.variant().startsWith("training")
                        ? TrainingWorkload.inOperations(settings)
                        : new ConvolutionWorkload(settings);
            default -> throw new IllegalArgumentException("there is no workload '" + name + "'");
        };
    }

    private static void serve(Workload workload, PrintStream answers) throws IOException {
        for (int i = 0; i < workload.warmUps(); i++) {
            workload.measure();
        }
        say(answers, Map.of("ready", true, "versions", workload.versions()));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            if (command.equals("measure")) {
                Workload.Measured measured = workload.measure();
                say(answers, Map.of("seconds", measured.seconds(), "units", measured.units()));
            } else if (command.equals("end")) {
                break;
            }
        }
        say(answers, Map.of("peakMemoryMiB", peakMemoryMiB()));
    }

    private static void say(PrintStream answers, Map<String, Object> answer) {
        answers.println(JSON.writeValueAsString(answer));
        answers.flush();
    }

    /** As the kernel has counted it, native memory included. */
    static double peakMemoryMiB() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / KIBIBYTES_PER_MEBIBYTE;
            }
        }
        throw new IllegalStateException("the kernel does not say how much memory this process has used");
    }
}
