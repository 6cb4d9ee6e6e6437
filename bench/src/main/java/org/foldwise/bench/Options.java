package org.foldwise.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison is asked to do.
 *
 * @param program which comparison
 * @param variant which form of it
 * @param json where the figures go, if anywhere
 * @param threads of each side
 * @param rounds that both sides measure in turns
 * @param settings of the peer that take part; empty: all there are
 * @param data a folder of class folders with images; synthetic films where it is absent
 */
record Options(
        Program program,
        String variant,
        @Nullable Path json,
        int threads,
        int rounds,
        List<String> settings,
        @Nullable Path data) {
    private static final int DEFAULT_THREADS = 2;
    private static final Set<String> NAMES =
            Set.of("--variant", "--json", "--threads", "--rounds", "--settings", "--data");

    Options {
        settings = List.copyOf(settings);
    }

    /**
     * The options of a command line, the program's name first.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Options parse(List<String> arguments) {
        Program program = Program.named(arguments.get(0));
        Options options = new Options(
                program, program.variants().get(0), null, DEFAULT_THREADS, program.defaultRounds(), List.of(), null);
        for (int i = 1; i < arguments.size(); i += 2) {
            if (!NAMES.contains(arguments.get(i))) {
                throw new IllegalArgumentException("unknown option '" + arguments.get(i) + "'");
            }
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException(arguments.get(i) + " needs a value");
            }
            options = options.with(arguments.get(i), arguments.get(i + 1));
        }
        return options;
    }

    private Options with(String name, String value) {
        return switch (name) {
            case "--variant" -> new Options(program, variant(value), json, threads, rounds, settings, data);
            case "--json" -> new Options(program, variant, Path.of(value), threads, rounds, settings, data);
            case "--threads" -> new Options(program, variant, json, count(name, value), rounds, settings, data);
            case "--rounds" -> new Options(program, variant, json, threads, count(name, value), settings, data);
            case "--settings" ->
                new Options(program, variant, json, threads, rounds, List.of(value.split(",", -1)), data);
            case "--data" -> new Options(program, variant, json, threads, rounds, settings, Path.of(value));
            default -> throw new IllegalStateException("the option " + name + " has no meaning");
        };
    }

    private String variant(String value) {
        if (!program.variants().contains(value)) {
            throw new IllegalArgumentException(
                    "--variant must be one of " + String.join(", ", program.variants()) + ", was '" + value + "'");
        }
        return value;
    }

    private static int count(String name, String value) {
        if (!value.matches("[1-9]\\d{0,3}")) {
            throw new IllegalArgumentException(name + " must be a number from 1 to 9999, was '" + value + "'");
        }
        return Integer.parseInt(value);
    }
}
