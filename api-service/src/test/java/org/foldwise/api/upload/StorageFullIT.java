package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.api.Stored;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Disks that fill up: two real file systems of a few mebibytes in memory, which only root may mount. */
@ApiTest
@DirtiesContext
class StorageFullIT {
    private static final Path ARTIFACTS = Path.of("target/full-disk/artifacts").toAbsolutePath();
    private static final Path SCRATCH = Path.of("target/full-disk/scratch").toAbsolutePath();
    private static boolean mounted;

    private final Chapters chapters;
    private final Stored stored;
    private final UUID project;
    private final User researcher;
    private UUID dataset;

    StorageFullIT(Http http, Chapters chapters, Stored stored) {
        this.chapters = chapters;
        this.stored = stored;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    @DynamicPropertySource
    static void mountSmallDisks(DynamicPropertyRegistry properties) throws Exception {
        Files.createDirectories(ARTIFACTS);
        Files.createDirectories(SCRATCH);
        mounted = succeeds("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", ARTIFACTS.toString())
                && succeeds("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", SCRATCH.toString());
        properties.add("foldwise.security.admin-key-file", () -> "target/full-disk/admin.key");
        properties.add("foldwise.artifacts.directory", ARTIFACTS::toString);
        properties.add("foldwise.upload.scratch-directory", SCRATCH::toString);
    }

    @AfterAll
    static void unmount() throws Exception {
        for (Path disk : new Path[] {ARTIFACTS, SCRATCH}) {
            succeeds("umount", "--lazy", disk.toString());
        }
    }

    @BeforeEach
    void makeADraft() {
        assumeTrue(mounted, "skipped: a small file system can be mounted by root only, with the right to mount");
        dataset = chapters.draft(researcher, project);
    }

    @Test
    void anArchiveWhoseImagesDoNotFitLeavesNoneOfThem() {
        Map<String, byte[]> films = new LinkedHashMap<>();
        for (int i = 0; i < 8; i++) {
            films.put("ILL/p00%d_1.png".formatted(i), Images.png(i, 512, 512));
        }

        assertStorageIsFull(() -> researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(films)));

        byte[] fitting = Images.zip(Images.classFolders(3));
        assertThat(researcher
                        .put(Chapters.archive(dataset), "application/zip", fitting)
                        .status())
                .as("what fits is taken all the same")
                .isEqualTo(201);
    }

    @Test
    void anArchiveThatDoesNotFitItselfLeavesNothing() {
        Map<String, byte[]> films = new LinkedHashMap<>();
        for (int i = 0; i < 16; i++) {
            films.put("ILL/p0%02d_1.png".formatted(i), Images.png(i, 512, 512));
        }

        assertStorageIsFull(() -> researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(films)));
    }

    @Test
    void anImageThatDoesNotFitLeavesNothing() {
        byte[] film = Images.png(1, 1100, 1100);

        assertStorageIsFull(() ->
                researcher.put("/api/v1/datasets/" + dataset + "/images?name=ILL%2Fp001_1.png", "image/png", film));
    }

    private interface Request {
        Answer send();
    }

    private void assertStorageIsFull(Request request) {
        Map<String, Long> rows = stored.counts();
        long files = files();

        Answer answer = request.send();

        assertThat(answer.status()).as(answer.text()).isEqualTo(507);
        assertThat(answer.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:storage-full");
        assertThat(stored.counts()).isEqualTo(rows);
        assertThat(files()).isEqualTo(files);
    }

    private static long files() {
        try (Stream<Path> artifacts = Files.walk(ARTIFACTS);
                Stream<Path> scratch = Files.walk(SCRATCH)) {
            return Stream.concat(artifacts, scratch)
                    .filter(Files::isRegularFile)
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean succeeds(String... command) throws IOException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }
}
