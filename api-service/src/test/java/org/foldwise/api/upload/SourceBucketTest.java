package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.foldwise.api.ObjectStore;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bucket of a real object store as the place of a source. */
class SourceBucketTest {
    private static final String BUCKET = "places";
    private static final int MANY = 2500;

    @TempDir
    static Path directory;

    private static ObjectStore store;

    @BeforeAll
    static void fill() {
        store = ObjectStore.running();
        store.makeBucket(BUCKET);
        store.putAll(
                BUCKET,
                IntStream.range(0, MANY).mapToObj("many/%04d.png"::formatted).toList());
    }

    private static SourceBucket open(String bucket, String secret) {
        return SourceBucket.open(
                "films",
                "s3://" + bucket + "?endpoint=" + ObjectStore.ENDPOINT + "&credentials="
                        + ObjectStore.writeKeys(directory.resolve(secret), secret));
    }

    private static SourceBucket open() {
        return open(BUCKET, ObjectStore.SECRET);
    }

    private static List<SourceFile> list(SourcePlace place, String folder) throws IOException {
        List<SourceFile> files = new ArrayList<>();
        Defects defects = new Defects();
        place.list(folder, ArchiveWalk.ofFolder(ArchiveLimits.DEFAULT, defects), files::add);
        defects.refuseIfAny();
        return files;
    }

    @Test
    void listsFoldersOfManyPages() throws IOException {
        assertThat(list(open(), "many"))
                .extracting(file -> file.name().value())
                .containsExactlyElementsOf(
                        IntStream.range(0, MANY).mapToObj("%04d.png"::formatted).toList());
    }

    @Test
    void stopsListingWhereThereIsTooMuch() {
        ArchiveLimits few = new ArchiveLimits(1200, 10, 10, 10, 10);
        List<SourceFile> files = new ArrayList<>();

        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> open().list(
                        "many", ArchiveWalk.ofFolder(few, new Defects()), files::add));

        assertThat(refused.type()).isEqualTo(ProblemType.SOURCE_REFUSED);
        assertThat(refused).hasMessage("The folder has more than 1200 entries.");
        assertThat(files).hasSize(1200);
    }

    @Test
    void readsNamesOfAllKinds() throws IOException {
        List<String> names = List.of("a b+c%2F&=?#.png", "Röntgen/ä.png", "\uFFE6.png", "\uD83E\uDE7B.png");
        names.forEach(name -> store.put(BUCKET, "names/" + name, name.getBytes(StandardCharsets.UTF_8)));
        SourceBucket place = open();

        List<SourceFile> files = list(place, "names");

        assertThat(files).extracting(file -> file.name().value()).containsExactlyInAnyOrderElementsOf(names);
        for (SourceFile file : files) {
            assertThat(place.read("names", file))
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo(file.name().value());
        }
    }

    @Test
    void noticesWhatHasChangedSinceItWasListed() throws IOException {
        for (String name : List.of("replaced", "gone", "same")) {
            store.put(BUCKET, "changing/" + name, new byte[] {1, 2, 3});
        }
        SourceBucket place = open();
        List<SourceFile> files = list(place, "changing");
        store.put(BUCKET, "changing/replaced", new byte[] {1, 2, 4});
        store.delete(BUCKET, "changing/gone");

        assertThat(files).extracting(file -> file.name().value()).containsExactly("gone", "replaced", "same");
        for (SourceFile file : files.subList(0, 2)) {
            assertThatThrownBy(() -> place.read("changing", file))
                    .isInstanceOf(UnfitFileException.class)
                    .hasMessage("has changed since it was listed; ask again");
        }
        assertThat(place.read("changing", files.get(2))).containsExactly(1, 2, 3);
    }

    @Test
    void saysWhyABucketCannotBeReadWithoutSecrets() {
        requireUnavailable(open(BUCKET, "anotherSecret"), "does not accept the service's keys");
        requireUnavailable(open("nowhere", ObjectStore.SECRET), "there is no such bucket");
    }

    private static void requireUnavailable(SourceBucket place, String reason) {
        SourceFile file = new SourceFile(new EntryName("a.png"), 1, "\"tag\"");
        assertThat(place.complaint().orElseThrow().sentence()).contains(reason);
        for (RefusedException refused : List.of(
                catchThrowableOfType(RefusedException.class, () -> list(place, "")),
                catchThrowableOfType(RefusedException.class, () -> place.read("", file)))) {
            assertThat(refused.type()).isEqualTo(ProblemType.SOURCE_UNAVAILABLE);
            assertThat(refused).hasMessageContaining(reason);
            assertThat(refused.getMessage())
                    .doesNotContain(
                            ObjectStore.SECRET, "anotherSecret", ObjectStore.ID, ObjectStore.ENDPOINT.getHost());
        }
    }

    /** The store of the other tests lets whoever has its keys read everything. */
    @Test
    void namesObjectsThatItMayNotRead() throws IOException {
        HttpServer forbidding = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        forbidding.createContext("/", exchange -> {
            byte[] body = "<Error><Code>AccessDenied</Code></Error>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(403, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        forbidding.start();
        Path keys = ObjectStore.writeKeys(directory.resolve("forbidding"), ObjectStore.SECRET);
        SourceBucket place = SourceBucket.open(
                "films",
                "s3://places?endpoint=http://127.0.0.1:"
                        + forbidding.getAddress().getPort() + "&credentials=" + keys);

        assertThatThrownBy(() -> place.read("", new SourceFile(new EntryName("a.png"), 1, "\"tag\"")))
                .isInstanceOf(UnfitFileException.class)
                .hasMessage("cannot be read by the service");
        assertThatThrownBy(() -> list(place, ""))
                .hasMessageContaining("the service's keys do not allow listing the bucket");
        forbidding.stop(0);
    }

    @Test
    void tellsAFolderThatIsNotThereFromAnEmptyBucket() throws IOException {
        store.makeBucket("empty");

        assertThat(list(open("empty", ObjectStore.SECRET), "")).isEmpty();
        assertThat(open("empty", ObjectStore.SECRET).complaint()).isEmpty();
        RefusedException refused =
                catchThrowableOfType(RefusedException.class, () -> list(open("empty", ObjectStore.SECRET), "folder"));
        assertThat(refused.type()).isEqualTo(ProblemType.NOT_FOUND);
    }
}
