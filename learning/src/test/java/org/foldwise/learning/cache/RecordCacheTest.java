package org.foldwise.learning.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCacheTest {
    private static final int RECORD_BYTES = 100;
    private static final Shelf SHELF = new Shelf("numbers", Digest.of("a recipe"), RECORD_BYTES);
    private static final long PLENTY = 1 << 30;
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path directory;

    private final List<Digest> made = Collections.synchronizedList(new ArrayList<>());

    private RecordCache cache(long maximumBytes, Instant now) {
        return new RecordCache(directory.resolve("cache"), maximumBytes, Clock.fixed(now, ZoneOffset.UTC));
    }

    private RecordCache cache() {
        return cache(PLENTY, NOW);
    }

    private static List<Digest> contents(int from, int to) {
        return IntStream.range(from, to).mapToObj(RecordCacheTest::content).toList();
    }

    private static Digest content(int number) {
        return Digest.of("content " + number);
    }

    /** A record that tells its content, so that a mix-up shows. */
    private static ByteBuffer recordOf(Digest content) {
        ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES);
        for (int i = 0; i < RECORD_BYTES; i++) {
            record.put((byte) (content.hex().charAt(i % 64) + i));
        }
        return record.flip();
    }

    private void make(List<Digest> contents, RecordCache.Sink sink) {
        for (Digest content : contents) {
            made.add(content);
            sink.put(content, recordOf(content));
        }
    }

    private static void assertHolds(Records records, List<Digest> contents) {
        assertThat(records.size()).isEqualTo(contents.size());
        assertThat(contents)
                .allSatisfy(content -> assertThat(records.of(content)).isEqualTo(recordOf(content)));
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void forgetsContentsOnEveryShelfAndMakesTheirNeighboursAnew() throws Exception {
        Shelf other = new Shelf("letters", Digest.of("another recipe"), 2 * RECORD_BYTES);
        RecordCache cache = cache();
        cache.fill(SHELF, contents(0, 3), this::make);
        cache.fill(SHELF, contents(3, 5), this::make);
        cache.fill(
                other,
                contents(1, 2),
                (contents, sink) -> sink.put(contents.get(0), ByteBuffer.allocate(2 * RECORD_BYTES)));
        Files.writeString(files(RecordCache.SEGMENT_SUFFIX).get(0).resolveSibling("odd.records"), "not whole");
        made.clear();

        assertThat(cache.forget(Set.of(content(1), content(99)))).isEqualTo(3);

        assertThat(files(RecordCache.SEGMENT_SUFFIX)).hasSize(1);
        assertThat(cache.forget(Set.of(content(1)))).isZero();
        assertHolds(
                cache.fill(SHELF, List.of(content(0), content(2), content(4)), this::make),
                List.of(content(0), content(2), content(4)));
        assertThat(made).containsExactlyInAnyOrder(content(0), content(2));
    }

    @Test
    void makesAndKeepsPortionsOfAChosenSizeAndSaysHowManyAreThere() throws Exception {
        List<String> portions = new ArrayList<>();
        RecordCache.PortionMaker maker = (missing, found, sink) -> {
            portions.add(missing.size() + " after " + found);
            if (found == 7) {
                throw new IllegalStateException("killed");
            }
            make(missing, sink);
        };
        cache().fill(SHELF, contents(0, 1), this::make);

        assertThatIllegalStateException().isThrownBy(() -> cache().fill(SHELF, contents(0, 10), 3, maker));
        assertHolds(
                cache().fill(SHELF, contents(0, 10), 4, (missing, found, sink) -> {
                    portions.add(missing.size() + " after " + found);
                    make(missing, sink);
                }),
                contents(0, 10));

        assertThat(portions).containsExactly("3 after 1", "3 after 4", "3 after 7", "3 after 7");
        assertThat(made).doesNotHaveDuplicates();
        assertThat(files(RecordCache.SEGMENT_SUFFIX)).hasSize(4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cache().fill(SHELF, contents(0, 1), 0, maker))
                .withMessageContaining("portion");
    }

    @Test
    void makesEachRecordOnceForAllProcesses() throws Exception {
        List<Digest> wanted = Stream.concat(contents(0, 50).stream(), contents(0, 10).stream())
                .toList();
        assertHolds(cache().fill(SHELF, wanted, this::make), contents(0, 50));
        assertThat(made).hasSize(50).doesNotHaveDuplicates();

        assertHolds(cache().fill(SHELF, contents(30, 70), this::make), contents(30, 70));
        assertThat(made).hasSize(70).doesNotHaveDuplicates();

        Shelf other = new Shelf("numbers", Digest.of("another recipe"), RECORD_BYTES);
        cache().fill(other, contents(0, 1), this::make);
        assertThat(made).hasSize(71);
    }

    @Test
    void givesOutWhatWasAskedForAndNothingElse() throws Exception {
        cache().fill(SHELF, contents(0, 10), this::make);
        Records records = cache().fill(SHELF, contents(0, 5), this::make);
        assertThatIllegalArgumentException().isThrownBy(() -> records.of(content(7)));
        assertThat(records.of(content(0)).isReadOnly()).isTrue();
    }

    @Test
    void isReadableByItsOwnerAlone() throws Exception {
        cache().fill(SHELF, contents(0, 1), this::make);
        try (Stream<Path> all = Files.walk(directory.resolve("cache"))) {
            assertThat(all).hasSize(3).allSatisfy(path -> assertThat(
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .endsWith("------"));
        }
    }

    /** Every byte of a file is vouched for; the last test below shows that an undamaged one is used. */
    @ParameterizedTest
    @ValueSource(ints = {0, 9, 13, 20, 60, 90, 1315, -1})
    void findsADamagedByteAndMakesTheRecordsAnew(int position) throws Exception {
        cache().fill(SHELF, contents(0, 20), this::make);
        Path file = files(".records").get(0);
        byte[] bytes = Files.readAllBytes(file);
        bytes[position < 0 ? bytes.length + position : position] ^= 0x10;
        Files.write(file, bytes);

        assertHolds(cache().fill(SHELF, contents(0, 20), this::make), contents(0, 20));
        assertThat(made).hasSize(40);
        assertThat(files(".records")).hasSize(1).doesNotContain(file);
        cache().fill(SHELF, contents(0, 20), this::make);
        assertThat(made).hasSize(40);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 1500, 3343})
    void findsAFileThatWasCutOff(int bytesLeft) throws Exception {
        cache().fill(SHELF, contents(0, 20), this::make);
        Path file = files(".records").get(0);
        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), bytesLeft));
        assertHolds(cache().fill(SHELF, contents(0, 20), this::make), contents(0, 20));
        assertThat(made).hasSize(40);
    }

    @Test
    void findsAFileWithSomethingBehindItsEnd() throws Exception {
        cache().fill(SHELF, contents(0, 20), this::make);
        Path file = files(".records").get(0);
        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 5000));
        assertHolds(cache().fill(SHELF, contents(0, 20), this::make), contents(0, 20));
        assertThat(made).hasSize(40);
    }

    @Test
    void takesOverNoRecordUnderAnotherContentsName() throws Exception {
        cache().fill(SHELF, contents(0, 1), this::make);
        cache().fill(SHELF, contents(1, 2), this::make);
        List<Path> files = files(".records");
        byte[] one = Files.readAllBytes(files.get(0));
        byte[] other = Files.readAllBytes(files.get(1));
        System.arraycopy(other, Segment.recordsStart(1), one, Segment.recordsStart(1), RECORD_BYTES);
        Files.write(files.get(0), one);
        assertHolds(cache().fill(SHELF, contents(0, 2), this::make), contents(0, 2));
        assertThat(made).hasSize(3);
    }

    @Test
    void keepsFinishedPortionsOfAWorkThatFails() throws Exception {
        AtomicInteger portions = new AtomicInteger();
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> cache().fill(SHELF, contents(0, 1500), (contents, sink) -> {
                    make(contents, sink);
                    if (portions.incrementAndGet() == 2) {
                        throw new ArithmeticException();
                    }
                }));
        assertThat(files(".draft")).isEmpty();
        made.clear();
        assertHolds(cache().fill(SHELF, contents(0, 1500), this::make), contents(0, 1500));
        assertThat(made).hasSize(476);
    }

    @Test
    void refusesRecordsThatWereNotAskedForOrAreOfAnotherLengthOrMissing() {
        assertThatIllegalArgumentException().isThrownBy(() -> cache().fill(
                        SHELF, contents(0, 1), (contents, sink) -> sink.put(content(1), recordOf(content(1)))));
        assertThatIllegalArgumentException().isThrownBy(() -> cache().fill(
                        SHELF, contents(0, 1), (contents, sink) -> sink.put(content(0), ByteBuffer.allocate(1))));
        assertThatIllegalStateException().isThrownBy(() -> cache().fill(
                        SHELF, contents(0, 2), (contents, sink) -> make(contents.subList(0, 1), sink)));
    }

    @Test
    void seesWhatAnotherProcessMadeMeanwhile() throws Exception {
        List<Digest> sorted = contents(0, 3000).stream().sorted().toList();
        AtomicInteger portions = new AtomicInteger();
        Records records = cache().fill(SHELF, sorted, (contents, sink) -> {
            if (portions.incrementAndGet() == 1) {
                cache().fill(SHELF, sorted.subList(1024, 3000), this::make);
            }
            make(contents, sink);
        });
        assertHolds(records, sorted);
        assertThat(portions).hasValue(1);
        assertThat(made).hasSize(3000).doesNotHaveDuplicates();
    }

    @Test
    void servesSeveralAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Records>> filled = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int from = i * 500;
                // a cache of its own, as another process would have, and hardly any room
                filled.add(
                        threads.submit(() -> cache(1 << 17, NOW).fill(SHELF, contents(from, from + 2500), this::make)));
            }
            for (int i = 0; i < 4; i++) {
                assertHolds(filled.get(i).get(), contents(i * 500, i * 500 + 2500));
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(files(".draft")).isEmpty();
    }

    @Test
    void deletesWhatWasUsedLongestAgoWhenThereIsTooMuch() throws Exception {
        long room = 3 * Segment.fileBytes(SHELF, 10);
        Records first = cache(room, NOW).fill(SHELF, contents(0, 10), this::make);
        cache(room, NOW.plusSeconds(10)).fill(SHELF, contents(10, 20), this::make);
        cache(room, NOW.plusSeconds(20)).fill(SHELF, contents(20, 30), this::make);
        setTimes();
        // used again, so the second is now the oldest
        cache(room, NOW.plusSeconds(30)).fill(SHELF, contents(0, 10), this::make);
        cache(room, NOW.plusSeconds(40)).fill(SHELF, contents(30, 40), this::make);
        assertThat(files(".records")).hasSize(3);
        made.clear();

        cache(PLENTY, NOW).fill(SHELF, contents(0, 10), this::make);
        cache(PLENTY, NOW).fill(SHELF, contents(20, 40), this::make);
        assertThat(made).isEmpty();
        cache(PLENTY, NOW).fill(SHELF, contents(10, 20), this::make);
        assertThat(made).hasSize(10);
        assertHolds(first, contents(0, 10));
    }

    /** New files are dated by the file system; here they are made as old as the clock of the test says. */
    private void setTimes() throws IOException {
        List<Path> files = files(".records");
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            Digest content = new Digest(java.util.HexFormat.of().formatHex(bytes, 16, 48));
            int number = IntStream.range(0, 40)
                    .filter(each -> content(each).equals(content))
                    .findFirst()
                    .orElseThrow();
            Files.setLastModifiedTime(file, FileTime.from(NOW.plusSeconds(number)));
        }
    }

    @Test
    void readsOnWhatWasDeletedMeanwhile() throws Exception {
        Records records = cache(1, NOW).fill(SHELF, contents(0, 2000), this::make);
        cache(1, NOW).fill(SHELF, contents(2000, 2001), this::make);
        assertThat(files(".records")).hasSize(1);
        assertHolds(records, contents(0, 2000));
    }

    @Test
    void clearsAwayTheDraftsOfKilledProcesses() throws Exception {
        cache().fill(SHELF, contents(0, 1), this::make);
        Path folder = files(".records").get(0).getParent();
        Path old = Files.createFile(folder.resolve("old.draft"));
        Files.setLastModifiedTime(old, FileTime.from(NOW.minus(Duration.ofDays(2))));
        Path young = Files.createFile(folder.resolve("young.draft"));
        Files.setLastModifiedTime(young, FileTime.from(NOW.minus(Duration.ofHours(2))));
        cache().fill(SHELF, contents(1, 2), this::make);
        assertThat(files(".draft")).containsExactly(young);
    }

    @Test
    void refusesWhatIsNoShelfOrNoBound() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Shelf("../x", Digest.of(""), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Shelf("x", Digest.of(""), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> cache(0, NOW));
    }
}
