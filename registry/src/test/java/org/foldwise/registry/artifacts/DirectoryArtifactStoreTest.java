package org.foldwise.registry.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Eventually;
import org.foldwise.registry.SettableClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryArtifactStoreTest {
    private static final byte[] FILM = "a film".getBytes(UTF_8);

    @TempDir
    Path root;

    private DirectoryArtifactStore store;

    @BeforeEach
    void open() {
        store = new DirectoryArtifactStore(root, Clock.systemUTC());
    }

    @Test
    void namesAnArtifactByTheSha256OfItsBytes() throws Exception {
        ArtifactKey key = store.put("abc".getBytes(UTF_8));

        // FIPS 180-2, appendix B.1
        assertThat(key).hasToString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(store.read(key)).isEqualTo("abc".getBytes(UTF_8));
        assertThat(store.size(key)).isEqualTo(3);
        assertThat(store.exists(key)).isTrue();
    }

    @Test
    void keepsAnEmptyArtifact() throws Exception {
        ArtifactKey key = store.put(new byte[0]);

        assertThat(store.read(key)).isEmpty();
        assertThat(store.size(key)).isZero();
    }

    @Test
    void showsAnArtifactOnlyOnceItIsCommitted() throws Exception {
        ArtifactKey key = new ArtifactKey(Digest.of(FILM));
        try (StagedArtifact staged = store.stage()) {
            staged.stream().write(FILM[0]);
            staged.stream().write(FILM, 1, FILM.length - 1);
            assertThat(staged.size()).isEqualTo(FILM.length);
            assertThat(store.exists(key)).isFalse();

            assertThat(staged.commit()).isEqualTo(key);
        }
        assertThat(store.exists(key)).isTrue();
        assertThat(stagedFiles()).isEmpty();
    }

    @Test
    void leavesNothingOfADiscardedArtifact() throws Exception {
        try (StagedArtifact staged = store.stage()) {
            staged.stream().write(FILM);
        }

        assertThat(files()).isEmpty();
    }

    @Test
    void refusesASecondCommit() throws Exception {
        StagedArtifact staged = store.stage();
        staged.stream().write(FILM);
        staged.commit();

        assertThatThrownBy(staged::commit).isInstanceOf(IllegalStateException.class);
        staged.discard();
        assertThat(store.exists(new ArtifactKey(Digest.of(FILM)))).isTrue();
    }

    @Test
    void refusesToCommitWhatWasDiscarded() {
        StagedArtifact staged = store.stage();
        staged.discard();
        staged.discard();

        assertThatThrownBy(staged::commit).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest(name = "{0} bytes at a time")
    @ValueSource(ints = {1, 3, 8192})
    void noticesACorruptArtifactAtItsEnd(int bytesAtATime) throws Exception {
        ArtifactKey key = store.put(FILM);
        Files.write(file(key), "a fiIm".getBytes(UTF_8));

        try (InputStream bytes = store.open(key)) {
            byte[] buffer = new byte[bytesAtATime];
            assertThatThrownBy(() -> {
                        while (bytes.read(buffer) >= 0) {
                            // reads on to the end
                        }
                    })
                    .isInstanceOf(CorruptArtifactException.class)
                    .hasMessageContaining(key.toString());
        }
        assertThatThrownBy(() -> store.read(key)).isInstanceOf(CorruptArtifactException.class);
        assertThatThrownBy(() -> store.verify(key)).isInstanceOf(CorruptArtifactException.class);
        store.put(FILM);
        store.verify(key);
    }

    @Test
    void noticesATruncatedArtifactAlthoughItsReaderSkips() throws Exception {
        ArtifactKey key = store.put(FILM);
        Files.write(file(key), "a fil".getBytes(UTF_8));

        try (InputStream bytes = store.open(key)) {
            assertThatThrownBy(() -> bytes.skipNBytes(FILM.length)).isInstanceOf(CorruptArtifactException.class);
        }
    }

    @Test
    void verifiesAnArtifactWhoseReaderSkips() throws Exception {
        ArtifactKey key = store.put(FILM);

        try (InputStream bytes = store.open(key)) {
            bytes.skipNBytes(2);
            assertThat(bytes.readAllBytes()).isEqualTo("film".getBytes(UTF_8));
        }
    }

    @Test
    void healsACorruptArtifactThatIsStoredAgain() throws Exception {
        ArtifactKey key = store.put(FILM);
        Files.write(file(key), new byte[] {1});

        store.put(FILM);

        assertThat(store.read(key)).isEqualTo(FILM);
    }

    @Test
    void storesOneContentOnceThoughManyCommitItAtATime() throws Exception {
        int writers = 8;
        CyclicBarrier ready = new CyclicBarrier(writers);
        Callable<ArtifactKey> writer = () -> {
            try (StagedArtifact staged = store.stage()) {
                staged.stream().write(FILM);
                ready.await();
                return staged.commit();
            }
        };
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<ArtifactKey> keys = new ArrayList<>();
            for (Future<ArtifactKey> key : threads.invokeAll(java.util.Collections.nCopies(writers, writer))) {
                keys.add(key.get());
            }
            assertThat(keys).containsOnly(new ArtifactKey(Digest.of(FILM)));
        } finally {
            threads.shutdown();
        }
        assertThat(files()).containsExactly(file(new ArtifactKey(Digest.of(FILM))));
        assertThat(store.read(new ArtifactKey(Digest.of(FILM)))).isEqualTo(FILM);
    }

    @Test
    void saysSoWhenThereIsNoSuchArtifact() {
        ArtifactKey unknown = new ArtifactKey(Digest.of("never stored"));

        assertThat(store.exists(unknown)).isFalse();
        assertThat(store.delete(unknown)).isFalse();
        assertThatThrownBy(() -> store.open(unknown)).isInstanceOf(MissingArtifactException.class);
        assertThatThrownBy(() -> store.size(unknown)).isInstanceOf(MissingArtifactException.class);
    }

    @Test
    void deletesAnArtifact() {
        ArtifactKey key = store.put(FILM);

        assertThat(store.delete(key)).isTrue();
        assertThat(store.exists(key)).isFalse();
    }

    @Test
    void refusesASymbolicLinkInThePlaceOfAnArtifact() throws Exception {
        ArtifactKey key = store.put(FILM);
        Path elsewhere = Files.write(root.resolve("elsewhere"), FILM);
        Files.delete(file(key));
        Files.createSymbolicLink(file(key), elsewhere);

        assertThat(store.exists(key)).isFalse();
        assertThatThrownBy(() -> store.open(key)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> store.size(key)).isInstanceOf(UncheckedIOException.class);
        assertThat(store.delete(key)).isFalse();
        assertThat(elsewhere).exists();
    }

    @Test
    void refusesASymbolicLinkInThePlaceOfAFolder() throws Exception {
        ArtifactKey key = new ArtifactKey(Digest.of(FILM));
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Files.createSymbolicLink(file(key).getParent(), elsewhere);

        assertThatThrownBy(() -> store.put(FILM)).isInstanceOf(UncheckedIOException.class);
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(stagedFiles()).isEmpty();
    }

    @Test
    void replacesALinkRatherThanWriteThroughIt() throws Exception {
        ArtifactKey key = store.put(FILM);
        Path elsewhere = Files.write(root.resolve("elsewhere"), new byte[] {1});
        Files.delete(file(key));
        Files.createSymbolicLink(file(key), elsewhere);

        store.put(FILM);

        assertThat(store.read(key)).isEqualTo(FILM);
        assertThat(elsewhere).hasBinaryContent(new byte[] {1});
    }

    @Test
    void sweepsOnlyWhatWasStagedLongAgo() throws Exception {
        SettableClock clock = new SettableClock(Clock.systemUTC().instant());
        store = new DirectoryArtifactStore(root, clock);
        ArtifactKey kept = store.put(FILM);
        StagedArtifact staged = store.stage();

        assertThat(store.sweep(Duration.ofHours(1))).isZero();
        assertThat(stagedFiles()).hasSize(1);
        clock.advance(Duration.ofHours(2));
        assertThat(store.sweep(Duration.ofHours(1))).isOne();

        assertThat(stagedFiles()).isEmpty();
        assertThat(store.exists(kept)).isTrue();
        staged.discard();
    }

    @Test
    void aBatchIsInvisibleUntilItIsCommitted() throws Exception {
        ArtifactKey film = new ArtifactKey(Digest.of(FILM));
        try (ArtifactBatch batch = store.batch()) {
            assertThat(batch.add(FILM)).isEqualTo(film);
            assertThat(batch.add(FILM)).isEqualTo(film);
            ArtifactKey other = batch.add(new byte[] {1, 2});
            assertThat(store.exists(film)).isFalse();

            batch.commit();

            assertThat(store.read(film)).isEqualTo(FILM);
            assertThat(store.read(other)).isEqualTo(new byte[] {1, 2});
        }
        assertThat(stagedFiles()).isEmpty();
        assertThat(files()).hasSize(2);
    }

    @Test
    void aBatchThatIsNotCommittedLeavesNothing() throws Exception {
        try (ArtifactBatch batch = store.batch()) {
            batch.add(FILM);
            batch.add(new byte[] {1, 2});
        }

        assertThat(files()).isEmpty();
        assertThat(stagedFiles()).isEmpty();
    }

    @Test
    void sweepsABatchThatAKilledProcessLeft() throws Exception {
        SettableClock clock = new SettableClock(Clock.systemUTC().instant());
        store = new DirectoryArtifactStore(root, clock);
        store.batch().add(FILM);

        assertThat(store.sweep(Duration.ofHours(1))).isZero();
        clock.advance(Duration.ofHours(2));
        assertThat(store.sweep(Duration.ofHours(1))).isOne();

        assertThat(stagedFiles()).isEmpty();
    }

    @Test
    void deletesOldArtifactsThatNobodyNames() {
        SettableClock clock = new SettableClock(Clock.systemUTC().instant());
        store = new DirectoryArtifactStore(root, clock);
        ArtifactKey named = store.put(FILM);
        ArtifactKey unnamed = store.put(new byte[] {1});
        List<ArtifactKey> shown = new ArrayList<>();

        assertThat(store.sweep(Duration.ofHours(1), old -> old)).isZero();
        clock.advance(Duration.ofHours(2));
        int deleted = store.sweep(Duration.ofHours(1), old -> {
            shown.addAll(old);
            return old.contains(unnamed) ? Set.of(unnamed) : Set.of();
        });

        assertThat(shown).containsExactlyInAnyOrder(named, unnamed);
        assertThat(deleted).isOne();
        assertThat(store.exists(named)).isTrue();
        assertThat(store.exists(unnamed)).isFalse();
    }

    @Test
    void keepsAnArtifactThatIsStoredAgainWhileItIsLookedFor() throws Exception {
        ArtifactKey film = store.put(FILM);
        Files.setLastModifiedTime(
                file(film), FileTime.from(Clock.systemUTC().instant().minus(Duration.ofHours(2))));

        int deleted = store.sweep(Duration.ofHours(1), old -> {
            store.put(FILM);
            return old;
        });

        assertThat(deleted).isZero();
        assertThat(store.read(film)).isEqualTo(FILM);
        assertThat(files()).containsExactly(file(film));
    }

    @Test
    void losesNoArtifactThoughManyStoreAndSweepItAtATime() throws Exception {
        Path film = file(new ArtifactKey(Digest.of(FILM)));
        AtomicBoolean done = new AtomicBoolean();
        Callable<Integer> sweeper = () -> {
            int deleted = 0;
            while (!done.get()) {
                deleted += store.sweep(Duration.ofHours(1), old -> old);
            }
            return deleted;
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Integer>> sweepers = List.of(threads.submit(sweeper), threads.submit(sweeper));
            for (int i = 0; i < 300; i++) {
                try {
                    Files.setLastModifiedTime(film, FileTime.fromMillis(0));
                } catch (NoSuchFileException e) {
                    // swept, as it may be
                }
                ArtifactKey stored = store.put(FILM);
                // for a moment a young one is out of its place
                Eventually.eventually("what was stored is there", () -> store.exists(stored));
            }
            done.set(true);
            int deleted = 0;
            for (Future<Integer> each : sweepers) {
                deleted += each.get();
            }
            assertThat(deleted)
                    .as("how often it was old when a sweeper came by")
                    .isPositive();
        } finally {
            done.set(true);
            threads.shutdown();
        }
        assertThat(store.sweep(Duration.ofHours(1), old -> old)).isZero();
        assertThat(files()).containsExactly(film);
    }

    /** As young as if it were stored now: somebody may be storing it now, and have that replaced by what is put back. */
    @Test
    void putsBackWhatASweepThatWasKilledHadSetAside() throws Exception {
        ArtifactKey film = store.put(FILM);
        Path left = Files.createDirectory(root.resolve("aside/left"));
        Files.move(file(film), left.resolve(film.digest().hex()));
        Files.setLastModifiedTime(left.resolve(film.digest().hex()), FileTime.fromMillis(0));

        store.sweep(Duration.ofHours(1), old -> old);

        assertThat(store.read(film)).isEqualTo(FILM);
        assertThat(root.resolve("aside")).isEmptyDirectory();
    }

    @Test
    void keepsFilesFromOtherUsers() throws Exception {
        store.put(FILM);
        try (ArtifactBatch batch = store.batch()) {
            batch.add(new byte[] {1});
            batch.commit();
        }

        List<Path> paths = new ArrayList<>(files());
        assertThat(paths).hasSize(2);
        paths.addAll(List.of(root.resolve("objects"), root.resolve("staging"), root.resolve("aside")));
        for (Path path : paths) {
            assertThat(Files.getPosixFilePermissions(path))
                    .doesNotContain(
                            PosixFilePermission.GROUP_READ,
                            PosixFilePermission.GROUP_WRITE,
                            PosixFilePermission.OTHERS_READ,
                            PosixFilePermission.OTHERS_WRITE);
        }
    }

    @Test
    void opensADirectoryThatWasUsedBefore() throws Exception {
        ArtifactKey key = store.put(FILM);

        assertThat(new DirectoryArtifactStore(root, Clock.systemUTC()).read(key))
                .isEqualTo(FILM);
    }

    private Path file(ArtifactKey key) {
        String hex = key.digest().hex();
        return root.resolve("objects").resolve(hex.substring(0, 2)).resolve(hex.substring(2));
    }

    private List<Path> stagedFiles() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("staging"))) {
            return files.toList();
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
