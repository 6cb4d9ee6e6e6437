package org.foldwise.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.registry.access.ApiKeyIssuance;
import org.foldwise.registry.access.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests to the service under test. */
@TestComponent
public final class Http {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Environment environment;
    private final ApiKeyIssuance issuance;

    Http(Environment environment, ApiKeyIssuance issuance) {
        this.environment = environment;
        this.issuance = issuance;
    }

    /** An answer, read as bytes. */
    public record Answer(HttpResponse<byte[]> response) {
        public int status() {
            return response.statusCode();
        }

        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            return MAPPER.readTree(response.body());
        }

        public Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        public UUID id() {
            return UUID.fromString(json().get("id").stringValue());
        }
    }

    /** Whoever makes requests, with a key or without. */
    public final class User {
        private final @Nullable String key;

        private User(@Nullable String key) {
            this.key = key;
        }

        public Answer get(String path, String... headers) {
            return send(request(path, headers).GET().build());
        }

        public Answer post(String path, String json, String... headers) {
            return send(request(path, headers)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(json))
                    .build());
        }

        public Answer post(String path, String mediaType, byte[] body, String... headers) {
            return send(request(path, headers)
                    .header("Content-Type", mediaType)
                    .POST(BodyPublishers.ofByteArray(body))
                    .build());
        }

        public Answer put(String path, String json, String... headers) {
            return put(path, "application/json", json.getBytes(StandardCharsets.UTF_8), headers);
        }

        public Answer put(String path, String mediaType, byte[] body, String... headers) {
            return send(request(path, headers)
                    .header("Content-Type", mediaType)
                    .PUT(BodyPublishers.ofByteArray(body))
                    .build());
        }

        public Answer method(String method, String path, String... headers) {
            return send(request(path, headers)
                    .method(method, BodyPublishers.noBody())
                    .build());
        }

        public HttpRequest.Builder request(String path, String... headers) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base() + path));
            if (key != null) {
                request.header("Authorization", "Bearer " + key);
            }
            if (headers.length > 0) {
                request.headers(headers);
            }
            return request;
        }
    }

    public User nobody() {
        return new User(null);
    }

    public User bearerOf(String key) {
        return new User(key);
    }

    /** The admin whose key the service has written at its start. */
    public User admin() {
        try {
            return new User(
                    Files.readString(Path.of(environment.getRequiredProperty("foldwise.security.admin-key-file")))
                            .strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new key of that role for one project, or for all. */
    public User user(Role role, @Nullable UUID project) {
        return new User(
                issuance.issue("a test's key", role, project, null).secret().reveal());
    }

    public String base() {
        return "http://127.0.0.1:" + environment.getRequiredProperty("local.server.port");
    }

    public HttpClient client() {
        return CLIENT;
    }

    private static Answer send(HttpRequest request) {
        try {
            return new Answer(CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
