package org.foldwise.standalone.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.foldwise.client.ApiException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells the whole story on a running platform and prints what came out.
 *
 * <p>Exit status: 0 when it reached its end, 1 when it did not, 2 for a wrong command line, 3 when the platform does not answer.
 */
public final class Demo {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final int UNREACHABLE = 3;

    private Demo() {}

    public static void main(String[] arguments) throws InterruptedException {
        DemoOptions options;
        try {
            options = DemoOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("foldwise: " + e.getMessage());
            System.exit(WRONG_USAGE);
            return;
        }
        try {
            run(options);
        } catch (PlatformUnreachableException e) {
            System.err.println();
            System.err.println("foldwise: " + e.getMessage());
            System.exit(UNREACHABLE);
        } catch (IllegalArgumentException | DemoFailedException e) {
            System.err.println();
            System.err.println("foldwise: " + e.getMessage());
            System.exit(FAILED);
        } catch (IOException e) {
            System.err.println("foldwise: " + e);
            System.exit(FAILED);
        }
    }

    private static void run(DemoOptions options) throws IOException, InterruptedException {
        PlatformClient platform = new PlatformClient(
                options.url(), Files.readString(options.keyFile()).strip());
        Path directory = Files.createTempDirectory("foldwise-demo-");
        try {
            PhaseSeconds seconds = new PhaseSeconds();
            Path source = options.dataset();
            CohortArchive cohort = source == null
                    ? CohortArchive.synthetic(CohortArchive.SYNTHETIC, directory)
                    : CohortArchive.of(source, directory, options);
            seconds.end("cohort");
            DemoFigures figures = new Story(
                            platform,
                            cohort,
                            options.positive(),
                            Story.Scale.DEMO,
                            directory,
                            System.out,
                            options.terminal(),
                            seconds)
                    .tell();
            System.out.println();
            System.out.println("The whole story took " + Math.round(seconds.total()) + " s.");
            System.out.println("Research software, not a medical device.");
            Path json = options.json();
            if (json != null) {
                write(json, figures);
            }
        } catch (ApiException e) {
            throw PlatformClient.isUnanswered(e)
                    ? new PlatformUnreachableException(platform.explain(e))
                    : new DemoFailedException(platform.explain(e));
        } finally {
            delete(directory);
        }
    }

    private static void write(Path json, DemoFigures figures) throws IOException {
        JsonMapper mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.writeString(json, mapper.writeValueAsString(figures) + "\n");
        System.out.println("Figures written to " + json);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> inOrder = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : inOrder) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
