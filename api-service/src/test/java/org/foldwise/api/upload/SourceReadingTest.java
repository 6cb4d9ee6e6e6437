package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

@Timeout(30)
class SourceReadingTest {
    private static final long MIB = 1 << 20;
    private static final int FILES = 24;

    @TempDir
    Path directory;

    private final SourceReading reading = new SourceReading(
            new UploadProperties(Path.of("scratch"), Path.of("key"), DataSize.ofGigabytes(1), 2, 4, 8, List.of()));
    private final ExecutorService threads = Executors.newFixedThreadPool(16);

    @AfterEach
    void stop() {
        reading.stop();
        threads.shutdownNow();
    }

    /** Files that claim to be large; memory is set aside by what they claim. */
    private List<SourceFile> files() {
        return IntStream.range(0, FILES)
                .mapToObj(i -> new SourceFile(new EntryName(i + ".png"), 60 * MIB, null))
                .toList();
    }

    private void read(List<SourceFile> files, BiConsumer<SourceFile, byte[]> check, Defects defects)
            throws IOException {
        try (BoundedWork checks = new BoundedWork(threads, 16)) {
            reading.readAll(new SourceDirectory(directory.toRealPath()), "", files, checks, check, defects);
        }
    }

    private void write() throws IOException {
        for (SourceFile file : files()) {
            Files.write(directory.resolve(file.name().value()), new byte[] {1});
        }
    }

    @Test
    void readsSeveralAtOnceButNoMoreThanFitIntoItsMemory() throws IOException {
        write();
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger all = new AtomicInteger();

        read(
                files(),
                (file, content) -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    pause();
                    now.decrementAndGet();
                    all.incrementAndGet();
                },
                new Defects());

        assertThat(all).hasValue(FILES);
        assertThat(most.get()).as("files of 60 MiB in 256 MiB").isBetween(2, 4);
    }

    @Test
    void givesMemoryBackWhateverHappens() throws IOException {
        Defects defects = new Defects();
        read(files(), (file, content) -> {}, defects);
        RefusedException refused = catchThrowableOfType(
                RefusedException.class, () -> defects.refuseIfAny(ProblemType.SOURCE_REFUSED, "None."));
        assertThat(refused.mistakes()).as("every missing file is named").hasSize(FILES);

        write();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> read(
                            files(),
                            (file, content) -> {
                                throw new IllegalStateException("broken");
                            },
                            new Defects()))
                    .hasMessage("broken");
        }

        AtomicInteger all = new AtomicInteger();
        read(files(), (file, content) -> all.incrementAndGet(), new Defects());
        assertThat(all).hasValue(FILES);
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
