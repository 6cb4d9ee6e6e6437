package org.foldwise.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Stored;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Whatever is wrong with a request, the answer is a problem that says what, and nothing about the inside of the service. */
@ApiTest
class ProblemsIT {
    private static final String LEAKS =
            "(?s).*(\\bat [a-z]+\\.[a-zA-Z.]+\\(|Exception|org\\.|java\\.|jakarta\\.|select |insert into|/work|/tmp|/home|target/|<html).*";

    private final Http http;
    private final Chapters chapters;
    private final Stored stored;
    private final UUID project;
    private final User researcher;

    ProblemsIT(Http http, Chapters chapters, Stored stored) {
        this.http = http;
        this.chapters = chapters;
        this.stored = stored;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type").orElse("")).startsWith("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.get("type").stringValue()).isEqualTo("urn:foldwise:problem:" + code);
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        assertThat(problem.get("title").stringValue()).isNotBlank();
        assertThat(problem.get("detail").stringValue()).isNotBlank();
        assertThat(problem.get("instance").stringValue())
                .isEqualTo(
                        "urn:foldwise:request:" + answer.header("X-Request-Id").orElseThrow());
        assertThat(answer.text()).doesNotMatch(LEAKS);
    }

    @Test
    void unknownRoutesAndMethodsAndMediaTypes() {
        assertProblem(researcher.get("/api/v1/nothing/here"), 404, "not-found");
        assertProblem(researcher.get("/api/v1/datasets/not-a-uuid"), 404, "not-found");
        assertProblem(researcher.post("/api/v1/datasets", "text/plain", new byte[] {1}), 415, "unsupported-media-type");
        assertProblem(researcher.get("/api/v1/datasets", "Accept", "image/tiff"), 406, "not-acceptable");
        assertProblem(
                researcher.post("/api/v1/datasets", "application/json;charset=ISO-8859-1", new byte[] {'{', '}'}),
                415,
                "unsupported-media-type");
        assertProblem(
                researcher.post("/api/v1/datasets", "application/vnd.x+json", new byte[] {'{', '}'}),
                415,
                "unsupported-media-type");
        assertProblem(http.admin().method("POST", "/api/v1/api-keys/" + project), 403, "forbidden");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/datasets;a=b",
                "/api/v1//datasets",
                "/api/v1/%2e%2e/datasets",
                "/api/v1/datasets/%2f",
                "/api/v1/a%5cb",
                "/api/v1/%00"
            })
    void pathsThatTryToConfuse(String path) {
        Answer answer = researcher.get(path);

        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.text()).contains("urn:foldwise:problem:").doesNotMatch(LEAKS);
    }

    @Test
    void requestsThatAreNoHttp() throws IOException {
        URI base = URI.create(http.base());
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write("GET /api/v1/{[ HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 400").contains("urn:foldwise:problem:malformed-request");
            assertThat(answer).doesNotMatch(LEAKS).doesNotContain("Tomcat");
        }
    }

    @Test
    void methodsThatAreNotHad() {
        assertThat(researcher.method("TRACE", "/api/v1/datasets").status()).isIn(400, 403, 405);
        assertThat(researcher.method("PATCH", "/api/v1/datasets").status()).isIn(403, 405);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 400 | malformed-request",
                "{ | 400 | malformed-json",
                "[] | 422 | invalid-request",
                "{\"name\": \"a\", \"name\": \"b\"} | 422 | invalid-request",
                "{\"name\": \"\"} | 422 | invalid-request",
                "{\"nam\": \"a\"} | 422 | invalid-request"
            })
    void bodiesThatAreNotUnderstood(String body, int status, String code) {
        assertProblem(http.admin().post("/api/v1/projects", body), status, code);
    }

    @Test
    void bodiesThatAreTooLarge() {
        String body = "{\"name\": \"" + " ".repeat(1100 * 1024) + "\"}";

        assertProblem(http.admin().post("/api/v1/projects", body), 413, "too-large");
    }

    @Test
    void namesThatAreTaken() {
        String body = "{\"name\": \"%s\"}".formatted(chapters.freshName("twice"));
        http.admin().post("/api/v1/projects", body);

        assertProblem(http.admin().post("/api/v1/projects", body), 409, "already-exists");
    }

    /** A trial that is misspelt would otherwise start in earnest. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /experiments?dryrun=true | /dryrun | did you mean dryRun?",
                "POST | /experiments?dry_run=true | /dry_run | did you mean dryRun?",
                "POST | /experiments?dryRun=false&dryRun=true | /dryRun | must be given once",
                "POST | /experiments?dryRun=true&dryRun=true&dryRun=true | /dryRun | must be given once",
                "POST | /experiments?dryRun=false&DryRun=true | /DryRun | did you mean dryRun?",
                "POST | /datasets/{id}/leakage-experiments?%64ryrun | /dryrun | did you mean dryRun?",
                "POST | /projects/{id}/withdrawals?dry-run=1 | /dry-run | did you mean dryRun?",
                "POST | /datasets/{id}/freeze?wait=true | /wait | is not known here",
                "PUT | /models/m/aliases/best?version=1 | /version | is not known here",
                "DELETE | /api-keys/{id}?force=true | /force | is not known here",
                "GET | /datasets/{id}/images?file=a%00b | /file | must not hold control characters",
                "GET | /datasets/{id}/images?patient=%0a | /patient | must not hold control characters",
            })
    void parametersThatAreNotUnderstood(String method, String path, String pointer, String detail) {
        var before = stored.counts();

        Answer answer = http.admin().method(method, "/api/v1" + path.replace("{id}", project.toString()));

        assertProblem(answer, 422, "invalid-request");
        assertThat(answer.json().at("/errors/0/pointer").stringValue()).isEqualTo(pointer);
        assertThat(answer.json().at("/errors/0/detail").stringValue()).contains(detail);
        assertThat(answer.json().get("errorCount").intValue()).isOne();
        assertThat(stored.counts()).isEqualTo(before);
    }

    @Test
    void reasonsThatSayNothingAndNamesThatNobodySees() {
        String path = "/api/v1/datasets/" + project + "/waivers";
        for (String nothing : List.of("\u200b", "\u00a0\u3000", ".", "-- 1 --", "\u3164", "\u2060 \u2060")) {
            Answer answer = researcher.post(path, "{\"code\": \"a\", \"reason\": \"%s\"}".formatted(nothing));

            assertProblem(answer, 422, "invalid-request");
            assertThat(answer.json().at("/errors/0/pointer").stringValue()).isEqualTo("/reason");
        }
        for (String said : List.of("\u8aa4\u5831", "\u00dc: 17", "\ud83d\udc6f twins")) {
            assertProblem(
                    researcher.post(path, "{\"code\": \"a\", \"reason\": \"%s\"}".formatted(said)), 404, "not-found");
        }
        for (String hidden : List.of("\u200b", "\u00a0", "a\u200bb", "a\u202eb", "a\u200db", "a\u00adb")) {
            Answer answer = http.admin().post("/api/v1/projects", "{\"name\": \"%s\"}".formatted(hidden));

            assertProblem(answer, 422, "invalid-request");
            assertThat(answer.json().at("/errors/0/pointer").stringValue()).isEqualTo("/name");
        }
        for (String seen :
                List.of("\u0645\u06cc\u200c\u062e\u0648", "\ud83d\udc69\u200d\ud83d\udd2c", "\u2764\ufe0f")) {
            String name = seen + chapters.freshName("seen");
            assertThat(http.admin()
                            .post("/api/v1/projects", "{\"name\": \"%s\"}".formatted(name))
                            .status())
                    .as(name)
                    .isEqualTo(201);
        }
    }

    @Test
    void everyMistakeOfADatasetIsToldAtOnce() {
        Answer answer = researcher.post(
                "/api/v1/datasets",
                """
                {"name": " ", "task": "ranking", "layout": {"kind": "folders"}, "patientLabelRule": "ANY_POSITIVE", "owner": "me"}
                """);

        assertProblem(answer, 422, "invalid-request");
        assertThat(answer.json().get("errors").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder(
                        "/name", "/projectId", "/task", "/layout/kind", "/patientLabelRule", "/owner");
        assertThat(answer.json().get("errorCount").intValue()).isEqualTo(6);
    }

    @Test
    void everyMistakeOfAPlanIsToldAtOnceAndNothingIsStored() {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        var before = stored.counts();

        Answer answer = researcher.post(
                "/api/v1/experiments",
                """
                {"name": "bad", "splitId": "%s", "procedure": {"kind": "nested"},
                 "plan": {"epochs": 0, "batchSize": 1, "backbone": "vgg", "image": {"size": 10, "channels": 2},
                          "optimizer": {"kind": "adam", "learningRate": 0}, "loss": {"kind": "binaryCrossEntropy", "positiveWeight": "some"},
                          "schedule": {"kind": "plateau", "factor": 1, "patience": -1}, "stageRates": [1, 1, 1, 1, 0], "freeze": {"stages": 1, "unfreezeAt": [1, 2]},
                          "clipNorm": -1,
                          "update": {"explosionFactor": 0.5}, "warmUp": {"startFactor": 2}, "augmentation": [{"kind": "rotation", "degrees": 90}],
                          "stopping": {"patience": 0}, "head": {"dropout": 1, "layers": 3}, "precision": "float8"}}
                """
                        .formatted(split));

        assertProblem(answer, 422, "invalid-request");
        assertThat(answer.json().get("errors").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder(
                        "/procedure/kind",
                        "/plan/epochs",
                        "/plan/batchSize",
                        "/plan/backbone",
                        "/plan/image/size",
                        "/plan/optimizer/learningRate",
                        "/plan/loss/positiveWeight",
                        "/plan/schedule/factor",
                        "/plan/schedule/patience",
                        "/plan/stageRates",
                        "/plan/freeze",
                        "/plan/clipNorm",
                        "/plan/update",
                        "/plan/warmUp/startFactor",
                        "/plan/augmentation/0/degrees",
                        "/plan/stopping/patience",
                        "/plan/head/dropout",
                        "/plan/head/layers",
                        "/plan/precision");
        assertThat(stored.counts()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"augmentation\": [{\"kind\": \"horizontalFlip\"}]} | /plan/augmentation/0 | set anatomy.laterality to 'irrelevant'",
                "{\"schedule\": {\"kind\": \"oneCycle\"}, \"warmUp\": {\"epochs\": 1}} | /plan | warmUp.epochs must be 0",
                "{\"augmentation\": [{\"kind\": \"horizontalFlip\"}, {\"kind\": \"rotation\"}, {\"kind\": \"verticalFlip\"}],"
                        + " \"schedule\": {\"kind\": \"oneCycle\"}, \"warmUp\": {\"epochs\": 1}}"
                        + " | /plan/augmentation/0 /plan/augmentation/2 /plan | set anatomy.laterality to 'irrelevant'"
            })
    void partsOfAPlanThatContradictEachOther(String plan, String pointers, String detail) {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        var before = stored.counts();

        Answer answer = researcher.post(
                "/api/v1/experiments",
                "{\"name\": \"bad\", \"splitId\": \"%s\", \"procedure\": {\"kind\": \"train\"}, \"plan\": %s}"
                        .formatted(split, plan));

        assertProblem(answer, 422, "invalid-request");
        assertThat(answer.json().get("errors").findValuesAsString("pointer")).containsExactly(pointers.split(" "));
        assertThat(answer.json().at("/errors/0/detail").stringValue()).contains(detail);
        assertThat(stored.counts()).isEqualTo(before);
    }

    @Test
    void splitsThatTheDatasetHasTooFewPatientsFor() {
        UUID dataset = chapters.frozen(researcher, project);
        var before = stored.counts();

        Answer tooManyFolds = researcher.post(
                "/api/v1/datasets/" + dataset + "/splits",
                "{\"name\": \"x\", \"seed\": 1, \"spec\": {\"kind\": \"kFold\", \"folds\": 50, \"test\": 0.2, \"validation\": 0.2}}");
        Answer sharesBeyondOne = researcher.post(
                "/api/v1/datasets/" + dataset + "/splits",
                "{\"name\": \"x\", \"seed\": 1, \"spec\": {\"kind\": \"holdout\", \"train\": 0.9, \"validation\": 0.5, \"test\": 0.2}}");

        assertProblem(tooManyFolds, 422, "split-refused");
        assertThat(tooManyFolds.json().get("errors")).isNotEmpty();
        assertProblem(sharesBeyondOne, 422, "invalid-request");
        assertThat(stored.counts()).isEqualTo(before);
    }

    @Test
    void stepsOutOfTurn() {
        UUID draft = chapters.draft(researcher, project);
        UUID frozen = chapters.frozen(researcher, project);

        assertProblem(
                researcher.post(
                        "/api/v1/datasets/" + draft + "/splits",
                        "{\"name\": \"x\", \"seed\": 1, \"spec\": {\"kind\": \"kFold\", \"folds\": 3, \"test\": 0, \"validation\": 0.2}}"),
                409,
                "conflict");
        assertProblem(researcher.get("/api/v1/datasets/" + draft + "/profile"), 409, "conflict");
        assertProblem(researcher.post("/api/v1/datasets/" + frozen + "/freeze", ""), 409, "conflict");
        assertProblem(researcher.put(Chapters.archive(frozen), "application/zip", new byte[] {1}), 409, "conflict");
        assertProblem(
                researcher.post("/api/v1/datasets/" + draft + "/manifest", "text/csv", new byte[] {'a'}),
                409,
                "conflict");
    }

    @Test
    void aMultipartBodyThatIsBroken() {
        User predictor = http.user(Role.PREDICTOR, project);

        Answer answer = predictor.post(
                "/predict?model=none",
                "multipart/form-data; boundary=x",
                "--y\r\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.text()).contains("urn:foldwise:problem:").doesNotMatch(LEAKS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pageSize=0", "pageSize=501", "pageSize=x", "pageToken=%25%25", "pageToken=bm90IGFuIGlk"})
    void pagesThatDoNotExist(String query) {
        assertProblem(researcher.get("/api/v1/datasets?" + query), 422, "invalid-request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pageToken=%ff", "pageSize=%C3%28", "x=%ff", "%ff=1"})
    void queriesThatAreNotUtf8(String query) {
        for (String path : List.of("/api/v1/datasets", "/api/v1/models", "/api/v1/experiments")) {
            assertProblem(researcher.get(path + "?" + query), 400, "malformed-request");
        }
        String draft = "/api/v1/datasets/" + chapters.draft(researcher, project);
        assertProblem(
                researcher.put(draft + "/images?name=" + query, "image/png", new byte[] {1}), 400, "malformed-request");
    }

    @Test
    void queriesOfMoreParametersThanAreRead() {
        assertThat(researcher.get("/api/v1/datasets?" + "x=1&".repeat(1000)).status())
                .isEqualTo(200);
        assertProblem(researcher.get("/api/v1/datasets?" + "x=1&".repeat(1001)), 400, "malformed-request");
    }

    /** Names of parameters are looked at earlier where operations are told apart by one. */
    @Test
    void queriesWithControlCharactersInNames() {
        for (String path : List.of(
                "/api/v1/experiments?dryRun%00=true", "/api/v1/datasets/" + project + "/leakage-experiments?a%01=1")) {
            assertProblem(researcher.post(path, "{}"), 400, "malformed-request");
            assertProblem(researcher.post(path, "{}", "Idempotency-Key", "x"), 400, "malformed-request");
        }
    }

    @Test
    void aHarmlessRequestIdIsKeptAndAnotherIsReplaced() {
        assertThat(researcher.get("/api/v1/datasets", "X-Request-Id", "abc-123").header("X-Request-Id"))
                .contains("abc-123");
        assertThat(researcher
                        .get("/api/v1/datasets", "X-Request-Id", "a b<script>")
                        .header("X-Request-Id")
                        .orElseThrow())
                .matches("[0-9a-f-]{36}");
    }
}
