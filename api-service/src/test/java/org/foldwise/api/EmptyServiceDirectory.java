package org.foldwise.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Deletes what earlier builds left in the service's directory: to a fresh database it is unknown, and the upkeep would delete it. Leaves
 * the directory that a source of the tests names, and the keys of another one's bucket.
 */
public final class EmptyServiceDirectory implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    /** The directory, one for each process of tests, as {@link ApiTest} names it. */
    public static final Path PATH = Path.of("target/test-service-" + System.getProperty("tests.fork", "1"));

    private static final AtomicBoolean EMPTIED = new AtomicBoolean();

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        TestPropertyValues.of("tests.object-store=" + ObjectStore.ENDPOINT).applyTo(context);
        if (EMPTIED.getAndSet(true)) {
            return;
        }
        try {
            if (Files.exists(PATH)) {
                delete(PATH);
            }
            Files.createDirectories(PATH.resolve("shelf"));
            ObjectStore.writeKeys(PATH.resolve("object-store.keys"), ObjectStore.SECRET);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            List<Path> innermostFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : innermostFirst) {
                Files.delete(path);
            }
        }
    }
}
