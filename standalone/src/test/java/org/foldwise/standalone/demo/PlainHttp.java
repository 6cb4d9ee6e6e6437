package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests to a platform as anybody may write them, also such as the generated client has no words for. */
final class PlainHttp {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final StandaloneProcess platform;
    private final String key;

    PlainHttp(StandaloneProcess platform) throws IOException {
        this.platform = platform;
        this.key = platform.adminKey();
    }

    /** An answer with a JSON body. */
    record Answer(int status, String text) {
        JsonNode json() {
            return JSON.readTree(text);
        }

        /** Where the mistakes are that a refusal tells. */
        List<String> pointers() {
            List<String> pointers = new ArrayList<>();
            json().path("errors")
                    .forEach(mistake -> pointers.add(mistake.path("pointer").asString("")));
            return pointers;
        }
    }

    JsonNode get(String path) throws IOException {
        Answer answer = send(request(path).GET());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    Answer post(String path, String json) throws IOException {
        return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
    }

    Answer post(String path, String mediaType, byte[] body) throws IOException {
        return send(request(path).header("Content-Type", mediaType).POST(BodyPublishers.ofByteArray(body)));
    }

    /** The id of what a request makes. */
    String made(String path, String json) throws IOException {
        Answer created = post(path, json);
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        return created.json().path("id").asString("");
    }

    /** Fills a draft from an archive of files. */
    void upload(String dataset, Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream archive = new ZipOutputStream(zip)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                archive.putNextEntry(new ZipEntry(file.getKey()));
                archive.write(file.getValue());
                archive.closeEntry();
            }
        }
        Answer uploaded = send(request("/datasets/" + dataset + "/archive")
                .header("Content-Type", "application/zip")
                .PUT(BodyPublishers.ofByteArray(zip.toByteArray())));
        assertThat(uploaded.status()).as(uploaded.text()).isEqualTo(201);
    }

    void freeze(String dataset) throws IOException {
        Answer freezing = post("/datasets/" + dataset + "/freeze", "");
        assertThat(freezing.status()).as(freezing.text()).isEqualTo(202);
    }

    void awaitFrozen(String dataset) throws IOException, InterruptedException {
        platform.await(
                LIMIT,
                "the dataset is frozen",
                () -> get("/datasets/" + dataset).path("state").asString("").equals("frozen"));
    }

    /** Makes, fills and freezes a dataset. */
    UUID frozen(String request, Map<String, byte[]> files) throws IOException, InterruptedException {
        String dataset = made("/datasets", request);
        upload(dataset, files);
        freeze(dataset);
        awaitFrozen(dataset);
        return UUID.fromString(dataset);
    }

    /** The findings of an answer, of each code the first. */
    static Map<String, JsonNode> byCode(JsonNode answer) {
        Map<String, JsonNode> findings = new LinkedHashMap<>();
        answer.path("findings")
                .forEach(finding -> findings.putIfAbsent(finding.path("code").asString(""), finding));
        return findings;
    }

    static JsonNode finding(Map<String, JsonNode> findings, String code) {
        JsonNode finding = findings.get(code);
        assertThat(finding).as(code).isNotNull();
        return finding;
    }

    static double figure(JsonNode finding, String name) {
        for (JsonNode figure : finding.path("figures")) {
            if (figure.path("name").asString("").equals(name)) {
                return figure.path("value").asDouble();
            }
        }
        throw new AssertionError("no figure " + name);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(platform.url() + "/api/v1" + path))
                .header("Authorization", "Bearer " + key);
    }

    private static Answer send(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
