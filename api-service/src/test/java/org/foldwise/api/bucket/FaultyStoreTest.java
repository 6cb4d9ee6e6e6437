package org.foldwise.api.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.foldwise.api.bucket.BucketException.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no store of good standing does: answers that are cut off, late, wrong or endless. */
class FaultyStoreTest {
    private static final String SECRET = "verySecretAccessKey";
    private static final BucketObject OBJECT = new BucketObject("a.png", 100, "\"tag\"");

    @TempDir
    Path directory;

    private final AtomicInteger requests = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private BucketAddress address;
    private Bucket bucket;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        Path keys = Files.writeString(
                directory.resolve("keys"),
                "[default]\naws_access_key_id = anId\naws_secret_access_key = " + SECRET + "\n");
        address = BucketAddress.parse(
                "s3://films?endpoint=http://127.0.0.1:" + server.getAddress().getPort() + "&credentials=" + keys);
        bucket = Bucket.open(address);
    }

    @AfterEach
    void stop() {
        bucket.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private interface Answer {
        void give(HttpExchange exchange, int request) throws IOException, InterruptedException;
    }

    private void answer(Answer answer) {
        server.createContext("/", exchange -> {
            try {
                answer.give(exchange, requests.incrementAndGet());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                exchange.close();
            }
        });
    }

    private static void send(HttpExchange exchange, int status, long length, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static void sendXml(HttpExchange exchange, int status, String xml) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        byte[] body = xml.getBytes(StandardCharsets.UTF_8);
        send(exchange, status, body.length, body);
    }

    private static void cut(HttpExchange exchange, int sent) throws IOException {
        exchange.sendResponseHeaders(200, OBJECT.size());
        exchange.getResponseBody().write(new byte[sent]);
        exchange.getResponseBody().flush();
    }

    private BucketException refusal(Runnable request) {
        BucketException refusal = catchThrowableOfType(BucketException.class, request::run);
        assertThat(refusal).isNotNull();
        assertThat(refusal.getCause())
                .as("what libraries say may quote the answer")
                .isNull();
        return refusal;
    }

    @Test
    void asksAgainForWhatIsCutOff() {
        answer((exchange, request) -> {
            if (request < 3) {
                cut(exchange, 60);
            } else {
                send(exchange, 200, OBJECT.size(), new byte[(int) OBJECT.size()]);
            }
        });

        assertThat(bucket.read(OBJECT)).hasSize(100);
        assertThat(requests).hasValue(3);
    }

    @Test
    void givesUpOnWhatIsAlwaysCutOff() {
        answer((exchange, request) -> cut(exchange, 99));

        assertThat(refusal(() -> bucket.read(OBJECT)).reason()).isEqualTo(Reason.NO_ANSWER);
        assertThat(requests).hasValue(3);
    }

    @Test
    void doesNotWaitForEver() {
        answer((exchange, request) -> Thread.sleep(5000));
        Patience none = new Patience(
                Duration.ofSeconds(1), Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(3));

        try (Bucket impatient = Bucket.open(address, none)) {
            assertThat(refusal(() -> impatient.probe("")).reason()).isEqualTo(Reason.NO_ANSWER);
        }
        assertThat(requests.get()).isBetween(1, 3);
    }

    @Test
    void readsNoMoreThanWasListed() {
        answer((exchange, request) -> send(exchange, 200, 0, new byte[1 << 20]));

        assertThat(refusal(() -> bucket.read(OBJECT)).reason()).isEqualTo(Reason.OBJECT_CHANGED);
        assertThat(requests).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied, FORBIDDEN, OBJECT_REFUSED, 1",
        "403, InvalidAccessKeyId, KEYS_REFUSED, KEYS_REFUSED, 1",
        "403, SignatureDoesNotMatch, KEYS_REFUSED, KEYS_REFUSED, 1",
        "400, ExpiredToken, KEYS_REFUSED, KEYS_REFUSED, 1",
        "403, InvalidObjectState, FORBIDDEN, OBJECT_REFUSED, 1",
        "404, NoSuchBucket, NO_BUCKET, NO_BUCKET, 1",
        "404, NoSuchKey, NO_BUCKET, OBJECT_CHANGED, 1",
        "412, PreconditionFailed, NO_ANSWER, OBJECT_CHANGED, 1",
        "301, PermanentRedirect, OTHER_REGION, OTHER_REGION, 1",
        "400, AuthorizationHeaderMalformed, OTHER_REGION, OTHER_REGION, 1",
        "503, ServiceUnavailable, NO_ANSWER, NO_ANSWER, 3",
        "500, InternalError, NO_ANSWER, NO_ANSWER, 3"
    })
    void tellsFaultsApart(int status, String code, Reason ofListing, Reason ofObject, int attempts) {
        answer((exchange, request) -> sendXml(
                exchange,
                status,
                "<Error><Code>%s</Code><Message>%s</Message></Error>".formatted(code, "anId " + SECRET)));

        BucketException listing = refusal(() -> bucket.list("", object -> {}));
        assertThat(listing.reason()).isEqualTo(ofListing);
        assertThat(listing).hasMessageContaining(status + " " + code);
        assertThat(listing.getMessage()).doesNotContain(SECRET, "anId", "127.0.0.1", "films");
        assertThat(requests).hasValue(attempts);
        if (attempts == 1) {
            assertThat(refusal(() -> bucket.read(OBJECT)).reason()).isEqualTo(ofObject);
            assertThat(requests).hasValue(2);
        }
    }

    @Test
    void doesNotRepeatWhatACodeShouldNotHold() {
        answer((exchange, request) -> sendXml(exchange, 403, "<Error><Code>" + SECRET + "\n injected</Code></Error>"));

        assertThat(refusal(() -> bucket.probe("")).getMessage()).doesNotContain(SECRET, "injected");
    }

    @Test
    void endsAListingThatCannotBe() {
        List<String> bodies = List.of(
                "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
                "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>elsewhere</Key><Size>1</Size></Contents></ListBucketResult>",
                "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>in/a.png</Key></Contents></ListBucketResult>",
                "<html>welcome</html>",
                "welcome");
        answer((exchange, request) -> sendXml(exchange, 200, bodies.get(request - 1)));

        for (String body : bodies) {
            assertThat(refusal(() -> bucket.list("in/", object -> {})).reason())
                    .as(body)
                    .isEqualTo(Reason.NO_ANSWER);
        }
        assertThat(requests).hasValue(bodies.size());
    }
}
