package org.foldwise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.foldwise.client.transport.ApiClient;
import org.foldwise.client.transport.ApiException;
import org.foldwise.client.transport.ApiResponse;
import org.foldwise.client.transport.TransportApi;
import org.foldwise.client.transport.model.Circle;
import org.foldwise.client.transport.model.Problem;
import org.foldwise.client.transport.model.Rectangle;
import org.foldwise.client.transport.model.Shape;
import org.foldwise.client.transport.model.Thing;
import org.foldwise.client.transport.model.ThingState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients of our template put on the wire and make of the answers, against a server that keeps what it got. */
class TransportTest {
    private static final int PATIENCE_SECONDS = 20;

    /** The last request: its line, its headers and its body. */
    private record Request(String line, Map<String, List<String>> headers, String body) {
        String header(String name) {
            return String.join(",", headers.getOrDefault(name, List.of()));
        }
    }

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private ApiClient client;
    private TransportApi api;
    private volatile Answer answer = json(200, "{\"name\":\"a\"}");
    private volatile Request request;

    @BeforeEach
    void startsAServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                answer.to(exchange);
            }
        });
        server.start();
        client = new ApiClient();
        client.updateBaseUri("http://127.0.0.1:" + server.getAddress().getPort() + "/api");
        client.setRequestInterceptor(request -> request.setHeader("Authorization", "Bearer key"));
        api = new TransportApi(client);
    }

    @AfterEach
    void stopsTheServer() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void sendsAndReadsJsonWithTheKindOfAUnionFilledIn() {
        answer = json(
                201,
                """
                {"name": "b", "state": "frozen", "shape": {"kind": "rectangle", "width": 2.5}, "digest": null,
                 "counts": {"normal": 3000000000}, "createdAt": "2026-01-02T03:04:05Z"}
                """);

        Thing created = api.createThing(
                new Thing().name("a").state(ThingState.DRAFT).shape(new Shape(new Circle().radius(1.0))), "once");

        assertThat(request.line()).isEqualTo("POST /api/things");
        assertThat(request.body())
                .isEqualTo("{\"name\":\"a\",\"state\":\"draft\",\"shape\":{\"kind\":\"circle\",\"radius\":1.0}}");
        assertThat(request.header("Idempotency-key")).isEqualTo("once");
        assertThat(request.header("Content-type")).isEqualTo("application/json");
        assertThat(request.header("Accept")).isEqualTo("application/json, application/problem+json");
        assertThat(request.header("Authorization")).isEqualTo("Bearer key");
        assertThat(created.getState()).isEqualTo(ThingState.FROZEN);
        assertThat(created.getShape().getActualInstance())
                .asInstanceOf(type(Rectangle.class))
                .extracting(Rectangle::getWidth)
                .isEqualTo(2.5);
        assertThat(created.getDigest()).isNull();
        assertThat(created.getCounts()).containsEntry("normal", 3_000_000_000L);
        assertThat(created.getCreatedAt()).isEqualTo(OffsetDateTime.parse("2026-01-02T03:04:05Z"));
    }

    @Test
    void readsWhatANewerServerAdds() {
        answer = json(200, "{\"name\": \"a\", \"state\": \"archived\", \"colour\": \"red\"}");

        assertThat(api.getTable().getState()).isEqualTo(ThingState.UNKNOWN_DEFAULT_OPEN_API);
    }

    @Test
    void aProblemIsAnExceptionWithStatusHeadersAndBody() {
        answer = exchange -> {
            receive(exchange);
            exchange.getResponseHeaders().set("Retry-After", "7");
            reply(exchange, 422, "application/problem+json", "{\"title\": \"no\", \"status\": 422}");
        };

        assertThatThrownBy(() -> api.createThing(new Thing().name("a"), null))
                .asInstanceOf(type(ApiException.class))
                .satisfies(refusal -> {
                    assertThat(refusal.getCode()).isEqualTo(422);
                    assertThat(refusal.getResponseHeaders().firstValue("Retry-After"))
                            .hasValue("7");
                    assertThat(client.getObjectMapper()
                                    .readValue(refusal.getResponseBody(), Problem.class)
                                    .getTitle())
                            .isEqualTo("no");
                });
    }

    @Test
    void encodesPathAndQueryAndLeavesOutWhatIsAbsent() {
        api.listThings("A&B é", null, List.of("name", "-age"));
        assertThat(request.line()).isEqualTo("GET /api/things?label=A%26B%20%C3%A9&sort=name&sort=-age");

        answer = exchange -> {
            receive(exchange);
            exchange.sendResponseHeaders(204, -1);
        };
        ApiResponse<Void> gone = api.deleteThingWithHttpInfo("a b/c");
        assertThat(request.line()).isEqualTo("DELETE /api/things/a%20b%2Fc");
        assertThat(gone.getStatusCode()).isEqualTo(204);
    }

    @Test
    void refusesAMissingRequiredValueBeforeSending() {
        assertThatThrownBy(() -> api.deleteThing(null))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("name");
        assertThat(request).isNull();
    }

    @Test
    void streamsAFileThatIsLargerThanTheHeap() throws IOException {
        long size = Runtime.getRuntime().maxMemory() + (64L << 20);
        Path archive = directory.resolve("large.zip");
        try (RandomAccessFile sparse = new RandomAccessFile(archive.toFile(), "rw")) {
            sparse.setLength(size);
        }
        AtomicLong received = new AtomicLong();
        answer = exchange -> {
            request = new Request("", exchange.getRequestHeaders(), "");
            try (InputStream body = exchange.getRequestBody()) {
                byte[] buffer = new byte[1 << 16];
                for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                    received.addAndGet(read);
                }
            }
            reply(exchange, 201, "application/json", "{\"name\":\"a\"}");
        };

        api.uploadArchive(archive.toFile(), Map.of("Content-Type", "application/gzip"));

        assertThat(received).hasValue(size);
        assertThat(request.header("Content-type")).isEqualTo("application/gzip");
        assertThat(request.header("Content-length")).isEqualTo(Long.toString(size));
    }

    @Test
    void sendsAnImageAsItIsWhereAFormIsPossibleToo() throws IOException {
        Path image = Files.writeString(directory.resolve("p.png"), "pixels");

        api.sendImage(image.toFile());

        assertThat(request.header("Content-type")).isEqualTo("image/png");
        assertThat(request.body()).isEqualTo("pixels");
    }

    @Test
    void sendsAFormWhereThereIsNothingElse() throws IOException {
        Path image = Files.writeString(directory.resolve("p.png"), "pixels");

        api.sendForm(image.toFile(), "left lung");

        String boundary = request.header("Content-type").replace("multipart/form-data; boundary=", "");
        assertThat(request.body())
                .isEqualTo(String.join(
                        "\r\n",
                        "--" + boundary,
                        "Content-Disposition: form-data; name=\"image\"; filename=\"image\"",
                        "Content-Type: image/png",
                        "",
                        "pixels",
                        "--" + boundary,
                        "Content-Disposition: form-data; name=\"note\"",
                        "",
                        "left lung",
                        "--" + boundary + "--",
                        ""));
    }

    @Test
    void textIsNoJson() {
        answer = exchange -> {
            receive(exchange);
            reply(exchange, 200, "text/csv", "patient,role\n");
        };

        assertThat(api.sendTable("file,label\n")).isEqualTo("patient,role\n");
        assertThat(request.header("Content-type")).isEqualTo("text/csv");
        assertThat(request.body()).isEqualTo("file,label\n");
    }

    @Test
    void asksForAnotherFormOfTheAnswer() throws IOException {
        answer = exchange -> {
            receive(exchange);
            reply(exchange, 200, "text/csv", "patient,role\n");
        };

        HttpResponse<InputStream> table = api.getTableExchange(Map.of("Accept", "text/csv"));

        assertThat(table.body()).hasContent("patient,role\n");
        assertThat(request.header("Accept")).isEqualTo("text/csv");
    }

    @Test
    void savesAFile() throws IOException {
        answer = exchange -> {
            receive(exchange);
            reply(exchange, 200, "image/png", "pixels");
        };

        Path saved = api.downloadImage().toPath();

        assertThat(saved).hasContent("pixels");
        Files.delete(saved);
    }

    @Test
    void handsOutEventsAsTheyCome() throws IOException {
        CountDownLatch firstWasRead = new CountDownLatch(1);
        answer = exchange -> {
            receive(exchange);
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream stream = exchange.getResponseBody();
            stream.write("id: 1\ndata: a\n\n".getBytes(StandardCharsets.UTF_8));
            stream.flush();
            try {
                if (firstWasRead.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    stream.write("id: 2\ndata: b\n\n".getBytes(StandardCharsets.UTF_8));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };

        HttpResponse<InputStream> events = api.streamEventsExchange("7", Map.of());

        try (BufferedReader lines = new BufferedReader(new InputStreamReader(events.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("id: 1");
            firstWasRead.countDown();
            assertThat(lines.lines()).containsExactly("data: a", "", "id: 2", "data: b", "");
        }
        assertThat(request.header("Last-event-id")).isEqualTo("7");
    }

    private Answer json(int status, String body) {
        return exchange -> {
            receive(exchange);
            reply(exchange, status, "application/json", body);
        };
    }

    private void receive(HttpExchange exchange) throws IOException {
        request = new Request(
                exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                exchange.getRequestHeaders(),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    }

    private static void reply(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
