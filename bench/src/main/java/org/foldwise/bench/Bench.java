package org.foldwise.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Runs one comparison and prints its table. Started by the programs beside the sources, which find Java, Python and the peer's
 * libraries first.
 */
public final class Bench {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    /** In front of a command line that is only to be looked at. */
    private static final String CHECK = "check";

    private Bench() {}

    /** The program's name and its options; the word {@code check} before them has them looked at and nothing run. */
    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    static int run(String[] arguments, PrintStream out, PrintStream err) {
        List<String> commandLine = Arrays.asList(arguments);
        try (Scratch scratch = Scratch.create()) {
            if (!commandLine.isEmpty() && commandLine.get(0).equals(CHECK)) {
                Options.parse(commandLine.subList(1, commandLine.size()));
                return 0;
            }
            Options options = Options.parse(commandLine);
            if (!options.program().hasPeer()) {
                return Installation.runOurs(options);
            }
            Result result = options.program().comparison(options, scratch).run(err);
            result.print(out);
            if (options.json() != null) {
                Path json = options.json().toAbsolutePath();
                Files.createDirectories(json.getParent());
                Files.writeString(json, result.json() + "\n");
            }
            return result.isComplete() ? 0 : FAILED;
        } catch (IllegalArgumentException e) {
            err.println("bench: " + e.getMessage());
            return WRONG_USAGE;
        } catch (IOException e) {
            err.println("bench: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }
}
