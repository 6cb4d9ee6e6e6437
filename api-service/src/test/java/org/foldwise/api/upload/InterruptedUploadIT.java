package org.foldwise.api.upload;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.EmptyServiceDirectory;
import org.foldwise.api.Http;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.api.Stored;
import org.foldwise.registry.Eventually;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that end in the middle of a body: what had come is forgotten. */
@ApiTest
class InterruptedUploadIT {
    private static final Path SCRATCH = EmptyServiceDirectory.PATH.resolve("scratch");

    private final Http http;
    private final Chapters chapters;
    private final Stored stored;
    private final UUID project;
    private final User researcher;
    private UUID dataset;

    InterruptedUploadIT(Http http, Chapters chapters, Stored stored) {
        this.http = http;
        this.chapters = chapters;
        this.stored = stored;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    /** How a connection ends. */
    enum Cut {
        CLOSED {
            @Override
            void end(Socket socket) throws IOException {
                socket.close();
            }
        },
        HALF_CLOSED {
            @Override
            void end(Socket socket) throws IOException {
                socket.shutdownOutput();
            }
        },
        RESET {
            @Override
            void end(Socket socket) throws IOException {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        };

        abstract void end(Socket socket) throws IOException;
    }

    @BeforeEach
    void makeADraft() {
        dataset = chapters.draft(researcher, project);
    }

    @ParameterizedTest
    @EnumSource
    void anArchiveThatStopsInTheMiddleLeavesNothing(Cut cut) throws IOException {
        byte[] archive = Images.zip(Images.classFolders(60));
        Map<String, Long> before = stored.counts();
        long scratched = scratchFiles();

        try (Socket socket = open(Chapters.archive(dataset), "application/zip", "Content-Length: " + archive.length)) {
            send(socket, Arrays.copyOf(archive, archive.length / 2));
            Eventually.eventually("the body is being received", () -> scratchFiles() > scratched);
            cut.end(socket);
            Eventually.eventually("nothing is left", () -> stored.counts().equals(before));
        }

        assertIsStillADraftThatTakes(archive);
    }

    @Test
    void anArchiveInChunksThatStopsBetweenTwoLeavesNothing() throws IOException {
        byte[] archive = Images.zip(Images.classFolders(60));
        Map<String, Long> before = stored.counts();
        long scratched = scratchFiles();

        try (Socket socket = open(Chapters.archive(dataset), "application/zip", "Transfer-Encoding: chunked")) {
            send(socket, "1000\r\n".getBytes(US_ASCII));
            send(socket, Arrays.copyOf(archive, 0x1000));
            send(socket, "\r\n".getBytes(US_ASCII));
            Eventually.eventually("the body is being received", () -> scratchFiles() > scratched);
        }

        Eventually.eventually("nothing is left", () -> stored.counts().equals(before));
        assertIsStillADraftThatTakes(archive);
    }

    @ParameterizedTest
    @EnumSource
    void anImageThatStopsInTheMiddleLeavesNothing(Cut cut) throws IOException {
        // contents are stored once, so only a new one counts
        byte[] film = Images.png(chapters.freshName("film").hashCode(), 400, 400);
        Map<String, Long> before = stored.counts();

        try (Socket socket = open(
                "/api/v1/datasets/" + dataset + "/images?name=ILL%2Fp001_1.png",
                "image/png",
                "Content-Length: " + film.length)) {
            send(socket, Arrays.copyOf(film, film.length / 2));
            cut.end(socket);
        }

        // the request has no trace to wait for; a complete one after it is answered only when nothing stands in its way
        assertThat(researcher
                        .put("/api/v1/datasets/" + dataset + "/images?name=ILL%2Fp001_1.png", "image/png", film)
                        .status())
                .isEqualTo(201);
        before.merge("upload", 1L, Long::sum);
        before.merge("upload_image", 1L, Long::sum);
        before.merge("files", 1L, Long::sum);
        Eventually.eventually("nothing but the second", () -> stored.counts().equals(before));
    }

    private void assertIsStillADraftThatTakes(byte[] archive) {
        assertThat(researcher
                        .put(Chapters.archive(dataset), "application/zip", archive)
                        .status())
                .isEqualTo(201);
    }

    private Socket open(String path, String mediaType, String length) throws IOException {
        URI base = URI.create(http.base());
        Socket socket = new Socket(base.getHost(), base.getPort());
        String key = researcher
                .request(path)
                .build()
                .headers()
                .firstValue("Authorization")
                .orElseThrow();
        send(
                socket,
                "PUT %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\nContent-Type: %s\r\n%s\r\n\r\n"
                        .formatted(path, base.getAuthority(), key, mediaType, length)
                        .getBytes(US_ASCII));
        return socket;
    }

    private static void send(Socket socket, byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    private static long scratchFiles() {
        try (Stream<Path> files = Files.list(SCRATCH)) {
            return files.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
