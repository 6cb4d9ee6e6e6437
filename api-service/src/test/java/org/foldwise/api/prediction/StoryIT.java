package org.foldwise.api.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.EmptyServiceDirectory;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.api.Stored;
import org.foldwise.api.Worker;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.model.BundleReader;
import org.foldwise.learning.model.ModelBundle;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** From a trained run to a prediction, with every refusal on the way. */
@ApiTest
class StoryIT {
    private final Chapters chapters;
    private final Worker worker;
    private final Stored stored;
    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private final Http http;
    private final UUID project;
    private final User researcher;
    private final User releaser;

    StoryIT(
            Http http,
            Chapters chapters,
            Worker worker,
            Stored stored,
            JdbcClient database,
            TransactionTemplate transaction) {
        this.database = database;
        this.transaction = transaction;
        this.http = http;
        this.chapters = chapters;
        this.worker = worker;
        this.stored = stored;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
        this.releaser = http.user(Role.RELEASER, project);
    }

    private Answer evaluate(String body) {
        return researcher.post("/api/v1/evaluations", body);
    }

    private static String ofRun(UUID run, String rest) {
        return "{\"subject\": {\"runId\": \"%s\"}, %s}".formatted(run, rest);
    }

    private static String type(Answer answer) {
        return answer.json().get("type").stringValue().replace("urn:foldwise:problem:", "");
    }

    private UUID trainedRun() {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID run = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
        worker.train(run);
        return run;
    }

    private UUID validatedRun() {
        UUID run = trainedRun();
        UUID validation = Chapters.created(
                evaluate(ofRun(run, "\"subset\": \"validation\", \"threshold\": {\"rule\": {\"kind\": \"f1\"}}")));
        worker.evaluate(validation, true);
        return run;
    }

    private String model() {
        String name = chapters.freshName("model");
        Chapters.created(researcher.post(
                "/api/v1/models", "{\"name\": \"%s\", \"projectId\": \"%s\"}".formatted(name, project)));
        return name;
    }

    private String candidate() {
        String name = model();
        Answer registered = researcher.post(
                "/api/v1/models/" + name + "/versions", "{\"runId\": \"%s\"}".formatted(validatedRun()));
        assertThat(registered.status()).as(registered.text()).isEqualTo(201);
        return name;
    }

    @Test
    void aValidationFreezesTheThresholdOnceAndOnlyThenTheTestIsOpened() {
        UUID run = trainedRun();

        Answer tooEarly =
                evaluate(ofRun(run, "\"subset\": \"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"final figure\""));
        assertThat(tooEarly.status()).isEqualTo(409);
        assertThat(type(tooEarly)).isEqualTo("threshold-not-frozen");

        Answer validation =
                evaluate(ofRun(run, "\"subset\": \"validation\", \"threshold\": {\"rule\": {\"kind\": \"youden\"}}"));
        assertThat(validation.status()).as(validation.text()).isEqualTo(202);
        assertThat(validation.json().get("thresholdRule").get("kind").stringValue())
                .isEqualTo("youden");
        worker.evaluate(validation.id(), true);

        assertThat(researcher
                        .get("/api/v1/evaluations/" + validation.id() + "/events")
                        .text())
                .contains("\"state\":\"queued\"")
                .contains("\"state\":\"finished\"");
        JsonNode done = researcher.get("/api/v1/evaluations/" + validation.id()).json();
        assertThat(done.get("state").stringValue()).isEqualTo("succeeded");
        assertThat(done.get("frozenThreshold").get("value").doubleValue())
                .isEqualTo(done.get("report").get("threshold").get("threshold").doubleValue());
        assertThat(done.get("report").get("rocAuc").get("value").doubleValue()).isBetween(0.5, 1.0);
        assertThat(done.get("report").get("rocAuc").get("interval").get("level").doubleValue())
                .isEqualTo(0.95);

        Answer again = evaluate(ofRun(run, "\"subset\": \"validation\""));
        assertThat(again.status()).isEqualTo(409);
        assertThat(type(again)).isEqualTo("threshold-already-frozen");

        for (int opening = 1; opening <= 2; opening++) {
            Answer test = evaluate(
                    ofRun(run, "\"subset\": \"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"final figure\""));
            assertThat(test.status()).as(test.text()).isEqualTo(202);
            assertThat(test.json().get("opening").get("number").intValue()).isEqualTo(opening);
        }
        assertThat(researcher
                        .get("/api/v1/evaluations?runId=" + run)
                        .json()
                        .get("items")
                        .size())
                .isEqualTo(3);
    }

    @Test
    void aRecalibrationIsAskedForWithTheThresholdAndNowhereElse() {
        UUID run = trainedRun();
        Answer elsewhere = evaluate(ofRun(
                run,
                "\"subset\": \"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"r\", \"recalibration\": \"platt\""));
        assertThat(elsewhere.status()).isEqualTo(422);
        assertThat(elsewhere.text()).contains("recalibration belongs to the subset validation");
        assertThat(evaluate(ofRun(run, "\"subset\": \"validation\", \"recalibration\": \"beta\""))
                        .status())
                .isEqualTo(422);

        Answer validation = evaluate(ofRun(run, "\"subset\": \"validation\", \"recalibration\": \"platt\""));
        assertThat(validation.json().get("recalibration").stringValue()).isEqualTo("platt");
        worker.evaluate(validation.id(), true, "{\"kind\": \"platt\", \"a\": -0.5, \"b\": 0.25}");

        JsonNode frozen = researcher
                .get("/api/v1/evaluations/" + validation.id())
                .json()
                .get("frozenThreshold")
                .get("recalibration");
        assertThat(frozen.get("method").stringValue()).isEqualTo("platt");
        assertThat(frozen.get("a").doubleValue()).isEqualTo(-0.5);
        assertThat(frozen.get("b").doubleValue()).isEqualTo(0.25);
        assertThat(frozen.has("temperature")).isFalse();
    }

    @Test
    void predictionSetsAreCalibratedWithTheThresholdAndJudgedOnOtherImages() {
        UUID run = trainedRun();
        Answer elsewhere = evaluate(
                ofRun(run, "\"subset\": \"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"r\", \"coverage\": 0.9"));
        assertThat(elsewhere.status()).isEqualTo(422);
        assertThat(elsewhere.text()).contains("coverage belongs to the subset validation");
        for (String coverage : List.of("0.4", "1", "-0.5")) {
            Answer refused = evaluate(ofRun(run, "\"subset\": \"validation\", \"coverage\": " + coverage));
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.text()).contains("0 for no prediction sets, or 0.5 to 0.999");
        }

        Answer validation = evaluate(ofRun(run, "\"subset\": \"validation\", \"coverage\": 0.8"));
        assertThat(validation.json().get("coverage").doubleValue()).isEqualTo(0.8);
        worker.evaluate(validation.id(), true);
        JsonNode validated =
                researcher.get("/api/v1/evaluations/" + validation.id()).json();
        JsonNode sets = validated.get("frozenThreshold").get("predictionSets");
        assertThat(sets.get("coverage").doubleValue()).isEqualTo(0.8);
        assertThat(sets.get("limits").findValuesAsString("patients")).containsExactly("20", "14");
        assertThat(sets.has("undefinedBecause")).isFalse();
        assertThat(validated.has("predictionSets"))
                .as("of the images that it was calibrated on")
                .isFalse();

        UUID test = evaluate(
                        ofRun(run, "\"subset\": \"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"final figure\""))
                .id();
        worker.evaluate(test, false);
        JsonNode tested = researcher.get("/api/v1/evaluations/" + test).json();
        assertThat(tested.has("coverage")).isFalse();
        JsonNode report = tested.get("predictionSets");
        assertThat(report.get("coverage").doubleValue()).isEqualTo(0.8);
        assertThat(report.at("/classes/1/name").stringValue()).isEqualTo("ILL");
        assertThat(report.at("/classes/1/patients").intValue()).isEqualTo(14);
        assertThat(report.at("/classes/1/covered/value").doubleValue()).isBetween(0.8, 1.0);
        assertThat(report.at("/classes/1/covered/interval/method").stringValue())
                .isEqualTo("patientMeanWilson");
        assertThat(report.at("/answered/value").doubleValue()
                        + report.at("/several/value").doubleValue()
                        + report.at("/empty/value").doubleValue())
                .isCloseTo(1, within(1e-12));
    }

    @Test
    void predictionSetsCanBeDeclinedAndSayWhyThereAreNone() {
        UUID declined = trainedRun();
        Answer validation = evaluate(ofRun(declined, "\"subset\": \"validation\", \"coverage\": 0"));
        assertThat(validation.json().has("coverage")).isFalse();
        worker.evaluate(validation.id(), true);
        assertThat(researcher
                        .get("/api/v1/evaluations/" + validation.id())
                        .json()
                        .get("frozenThreshold")
                        .has("predictionSets"))
                .isFalse();

        UUID tooFew = trainedRun();
        UUID asked = evaluate(ofRun(tooFew, "\"subset\": \"validation\", \"coverage\": 0.95"))
                .id();
        worker.evaluate(asked, true);
        JsonNode sets = researcher
                .get("/api/v1/evaluations/" + asked)
                .json()
                .get("frozenThreshold")
                .get("predictionSets");
        assertThat(sets.get("undefinedBecause").stringValue())
                .isEqualTo("a coverage of 0.95 takes 19 calibration patients or more of each class, 'ILL' has 14");
        assertThat(sets.has("limits")).isFalse();
        String name = model();
        JsonNode version = researcher
                .post("/api/v1/models/" + name + "/versions", "{\"runId\": \"%s\"}".formatted(tooFew))
                .json();
        assertThat(version.get("predictionSets")).isEqualTo(sets);
    }

    @Test
    void evaluationsThatMakeNoSenseAreRefusedWithNothingStored() {
        UUID run = trainedRun();
        var before = stored.counts();

        for (String body : List.of(
                ofRun(run, "\"subset\": \"test\""),
                ofRun(run, "\"subset\": \"outOfFold\""),
                ofRun(run, "\"subset\": \"external\""),
                ofRun(run, "\"subset\": \"all\""),
                ofRun(
                        run,
                        "\"subset\": \"validation\", \"threshold\": {\"rule\": {\"kind\": \"fixed\", \"value\": 2}}"),
                ofRun(
                        run,
                        "\"subset\": \"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"x\", \"threshold\": {\"rule\": {\"kind\": \"f1\"}}"),
                "{\"subject\": {}, \"subset\": \"validation\"}")) {
            Answer refused = evaluate(body);
            assertThat(refused.status()).as(body).isEqualTo(422);
            assertThat(refused.json().get("errors")).isNotEmpty();
        }
        assertThat(stored.counts()).isEqualTo(before);
    }

    @Test
    void patientsInBothDatasetsAreRefusedUnlessSomebodyTakesAStand() {
        UUID run = validatedRun();
        UUID other = chapters.frozen(researcher, project);
        String external = "\"subset\": \"external\", \"datasetId\": \"%s\"".formatted(other);

        Answer refused = evaluate(ofRun(run, external));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(type(refused)).isEqualTo("shared-patients");
        assertThat(refused.json().get("detail").stringValue()).contains("30");

        assertThat(evaluate(ofRun(run, external + ", \"sharedPatients\": \"distinctPatients\""))
                        .status())
                .isEqualTo(422);
        Answer stated = evaluate(
                ofRun(run, external + ", \"sharedPatients\": \"distinctPatients\", \"reason\": \"another hospital\""));
        assertThat(stated.status()).as("its test images are among them").isEqualTo(409);
        assertThat(type(stated)).isEqualTo("locked-images");
        Answer excluded = evaluate(ofRun(run, external + ", \"sharedPatients\": \"exclude\""));
        assertThat(excluded.status()).as(excluded.text()).isEqualTo(202);
        assertThat(excluded.json().get("overlap").get("sharedPatients").intValue())
                .isEqualTo(30);
        assertThat(excluded.json().get("overlap").get("sharedContents").intValue())
                .isEqualTo(60);

        UUID elsewhere = Chapters.created(excluded);
        worker.evaluate(elsewhere, false, casesThatNothingIsKnownOf(), 0.5);
        assertThat(optimism(elsewhere).get("subset").stringValue()).isEqualTo("external");
        assertThat(optimism(elsewhere).get("verdict").stringValue()).isEqualTo("optimistic");
        assertThat(optimism(elsewhere).get("message").stringValue())
                .startsWith("Development promised more than the patients of the other dataset show");
        String document = researcher
                .get("/api/v1/evaluations/" + elsewhere + "/report?format=html")
                .text();
        assertThat(document).contains("ROC AUC of the other dataset");
    }

    /** The ill score as the healthy do. */
    private static List<ScoredCase> casesThatNothingIsKnownOf() {
        return IntStream.range(0, 120)
                .mapToObj(i -> new ScoredCase(
                        "elsewhere" + i, new PatientId("e" + i / 2), i % 4 < 2, 0.1 + (i / 4) % 10 / 12.0))
                .toList();
    }

    @Test
    void aRunBecomesAVersionWhoseBundleSaysWhatItIs() throws IOException {
        UUID run = trainedRun();
        String name = model();
        String body = "{\"runId\": \"%s\"}".formatted(run);

        Answer tooEarly = researcher.post("/api/v1/models/" + name + "/versions", body);
        assertThat(tooEarly.status()).isEqualTo(409);
        assertThat(type(tooEarly)).isEqualTo("threshold-not-frozen");

        worker.evaluate(Chapters.created(evaluate(ofRun(run, "\"subset\": \"validation\""))), true);
        Answer registered =
                researcher.post("/api/v1/models/" + name + "/versions", body, "Idempotency-Key", "register");
        Answer repeated = researcher.post("/api/v1/models/" + name + "/versions", body, "Idempotency-Key", "register");

        assertThat(registered.status()).as(registered.text()).isEqualTo(201);
        assertThat(repeated.text()).isEqualTo(registered.text());
        assertThat(registered.json().get("version").intValue()).isEqualTo(1);
        assertThat(registered.json().get("state").stringValue()).isEqualTo("candidate");
        assertThat(researcher
                        .get("/api/v1/models/" + name + "/versions")
                        .json()
                        .get("items")
                        .size())
                .isEqualTo(1);

        Answer bundle = researcher.get("/api/v1/models/" + name + "/versions/1/bundle");
        byte[] bytes = bundle.response().body();
        assertThat(Digest.of(bytes).hex())
                .isEqualTo(registered.json().get("sha256").stringValue());
        assertThat(bundle.header("ETag")).contains("\"" + Digest.of(bytes) + "\"");
        assertThat(bundle.header("Cache-Control").orElse(""))
                .contains("immutable")
                .contains("private");
        ModelBundle read = BundleReader.read(new ByteArrayInputStream(bytes));
        assertThat(read.classes()).containsExactly("HEALTHY", "ILL");
        assertThat(read.threshold().threshold())
                .isEqualTo(registered.json().get("threshold").doubleValue());
        assertThat(read.plan().epochs()).isEqualTo(3);

        assertADamagedBundleIsServedToNobody("/api/v1/models/" + name + "/versions/1", bytes);
    }

    /** The bundle of a Foldwise whose decoder has other rules is told as that, as it is whole. */
    @Test
    void aModelOfOtherRulesIsNotAskedWhatItWouldSeeOtherwise() throws IOException {
        String version = "/api/v1/models/" + candidate() + "/versions/1";
        byte[] bytes = researcher.get(version + "/bundle").response().body();
        ModelBundle bundle = BundleReader.read(bytes);
        Path objects = EmptyServiceDirectory.PATH.resolve("artifacts/objects");
        byte[] other =
                ofOtherRules(bytes, bundle.members().get(0).preprocessing().fingerprint());
        String digest = Digest.of(other).hex();
        Files.createDirectories(objects.resolve(digest.substring(0, 2)));
        Files.write(objects.resolve(digest.substring(0, 2) + "/" + digest.substring(2)), other);
        String ours = Digest.of(bytes).hex();
        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            assertThat(database.sql(
                                    "update model_version set bundle_digest = ?, row_version = row_version + 1 where bundle_digest = ?")
                            .params(digest, ours)
                            .update())
                    .isPositive();
        });

        assertThat(researcher.get(version + "/bundle").response().body()).isEqualTo(other);
        for (Answer refused : List.of(
                researcher.get(version + "/onnx"),
                http.user(Role.PREDICTOR, project).post(version + "/predict", "image/png", Images.png(1)))) {
            assertThat(refused.status()).as(refused.text()).isEqualTo(409);
            assertThat(type(refused)).isEqualTo("conflict");
            assertThat(refused.json().get("detail").stringValue()).contains("other rules", "Train it anew");
        }
    }

    /** The files of a bundle are stored as they are: the fingerprint stands in it, and twice the checksum of the manifest. */
    private static byte[] ofOtherRules(byte[] bundle, Digest fingerprint) {
        String text = new String(bundle, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("PK\u0003\u0004", 4);
        int begin = text.indexOf('{');
        String manifest = text.substring(begin, end);
        String changed =
                manifest.replace(fingerprint.hex(), Digest.of("other rules").hex());
        assertThat(changed).isNotEqualTo(manifest);
        return text.replace(manifest, changed)
                .replace(checksum(manifest), checksum(changed))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String checksum(String content) {
        CRC32 crc = new CRC32();
        crc.update(content.getBytes(StandardCharsets.ISO_8859_1));
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) crc.getValue())
                .array();
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void assertADamagedBundleIsServedToNobody(String version, byte[] bytes) throws IOException {
        String digest = Digest.of(bytes).hex();
        Path stored = EmptyServiceDirectory.PATH.resolve(
                "artifacts/objects/" + digest.substring(0, 2) + "/" + digest.substring(2));
        for (int at : new int[] {0, bytes.length / 2, bytes.length - 1}) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 1;
            Files.write(stored, damaged);
            for (String path : List.of("/bundle", "/onnx")) {
                Answer refused = researcher.get(version + path);

                assertThat(refused.status()).as(path).isEqualTo(503);
                assertThat(type(refused)).isEqualTo("artifact-corrupt");
            }
        }
        Files.write(stored, bytes);
        assertThat(researcher.get(version + "/bundle").response().body()).isEqualTo(bytes);
    }

    @Test
    void aliasesAndStatesAreChangedOnlyByWhoHasSeenThem() {
        String path = "/api/v1/models/" + candidate();
        String alias = path + "/aliases/production";

        Answer made = releaser.put(alias, "{\"version\": 1}");
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        assertThat(made.header("ETag")).contains("\"0\"");
        assertThat(releaser.put(alias, "{\"version\": 1}").status()).isEqualTo(428);
        assertThat(releaser.put(alias, "{\"version\": 1}", "If-Match", "\"7\"").status())
                .isEqualTo(412);
        assertThat(releaser.put(alias, "{\"version\": 1}", "If-Match", "\"0\"").header("ETag"))
                .contains("\"1\"");
        assertThat(releaser.put(alias, "{\"version\": 2}", "If-Match", "\"1\"").status())
                .isEqualTo(404);
        assertThat(researcher
                        .put(alias, "{\"version\": 1}", "If-Match", "\"1\"")
                        .status())
                .isEqualTo(403);
        assertThat(researcher.get(alias).json().get("version").intValue()).isEqualTo(1);

        String state = path + "/versions/1/state";
        String tag = releaser.get(path + "/versions/1").header("ETag").orElseThrow();
        assertThat(releaser.put(state, "{\"state\": \"released\"}").status()).isEqualTo(428);
        Answer released = releaser.put(state, "{\"state\": \"released\"}", "If-Match", tag);
        assertThat(released.json().get("state").stringValue()).isEqualTo("released");
        assertThat(releaser.put(state, "{\"state\": \"released\"}", "If-Match", tag)
                        .status())
                .isEqualTo(412);
        String next = released.header("ETag").orElseThrow();
        assertThat(releaser.put(state, "{\"state\": \"withdrawn\"}", "If-Match", next)
                        .status())
                .isEqualTo(409);
    }

    /** Nobody can keep a model from being asked about a locked image; that it was asked is told, now and by the opening. */
    @Test
    @Tag("engine")
    void anAnswerAboutALockedImageIsWarnedOfAndToldByTheNextOpening() {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID run = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
        worker.train(run);
        worker.evaluate(Chapters.created(evaluate(ofRun(run, "\"subset\": \"validation\""))), true);
        String name = model();
        Chapters.created(researcher.post("/api/v1/models/" + name + "/versions", "{\"runId\": \"%s\"}".formatted(run)));
        String warned = "the image is of a patient whom a split of the project locks away";

        assertThat(predicted(name, imageOf(split, "train"))).noneMatch(warning -> warning.startsWith(warned));
        assertThat(predicted(name, imageOf(split, "test"))).anyMatch(warning -> warning.startsWith(warned));
        predicted(name, imageOf(split, "test"));

        UUID test = Chapters.created(
                evaluate(ofRun(run, "\"subset\": \"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"final figure\"")));
        worker.evaluate(test, false);
        String path = "/api/v1/evaluations/" + test;
        assertThat(researcher
                        .get(path)
                        .json()
                        .at("/opening/past/answeredBefore")
                        .intValue())
                .isOne();
        assertThat(researcher.get(path + "/report?format=html").text())
                .contains("Answered before", "Model versions of the project had answered images of 1 of the ");
    }

    private List<String> predicted(String name, byte[] image) {
        Answer answer = researcher.post("/predict?model=" + name, "image/png", image);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json()
                .get("warnings")
                .valueStream()
                .map(JsonNode::stringValue)
                .toList();
    }

    /** The first image of the first patient who has that role in the development fold. */
    private byte[] imageOf(UUID split, String role) {
        String patient = researcher
                .get("/api/v1/splits/" + split + "/assignments", "Accept", "text/csv")
                .text()
                .lines()
                .filter(line -> line.startsWith("-1,") && line.endsWith("," + role))
                .findFirst()
                .orElseThrow()
                .split(",", -1)[1];
        return Images.classFolders(30).entrySet().stream()
                .filter(file -> file.getKey().contains(patient + "_"))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    @Test
    @Tag("engine")
    void predictsTheSameByEveryNameAndManyAtOnce() {
        String name = candidate();
        releaser.put("/api/v1/models/" + name + "/aliases/production", "{\"version\": 1}");
        User predictor = http.user(Role.PREDICTOR, project);
        byte[] image = Images.png(77, 200, 160);

        Answer serial = predictor.post("/predict?model=" + name, "image/png", image);
        assertThat(serial.status()).as(serial.text()).isEqualTo(200);
        JsonNode answer = serial.json();
        double probability = answer.get("probability").doubleValue();
        assertThat(answer.get("probabilities").get("ILL").doubleValue()).isEqualTo(probability);
        assertThat(answer.get("decision").booleanValue())
                .isEqualTo(probability >= answer.get("threshold").doubleValue());
        JsonNode limits =
                researcher.get("/api/v1/models/" + name + "/versions/1").json().at("/predictionSets/limits");
        List<String> likely = new ArrayList<>();
        for (int k = 0; k < 2; k++) {
            String ofClass = List.of("HEALTHY", "ILL").get(k);
            if (1 - answer.get("probabilities").get(ofClass).doubleValue()
                    <= limits.get(k).get("score").doubleValue()) {
                likely.add(ofClass);
            }
        }
        assertThat(answer.at("/predictionSet/coverage").doubleValue()).isEqualTo(0.9);
        assertThat(answer.at("/predictionSet/classes").valueStream().map(JsonNode::stringValue))
                .containsExactlyElementsOf(likely);
        assertThat(answer.at("/predictionSet/abstains").booleanValue()).isEqualTo(likely.size() != 1);
        boolean agrees = likely.equals(List.of(answer.get("decision").booleanValue() ? "ILL" : "HEALTHY"));
        assertThat(answer.get("warnings").size()).isEqualTo(agrees ? 1 : 2);
        assertThat(answer.get("inputFingerprint").stringValue()).matches("[0-9a-f]{64}");

        List<String> paths = List.of(
                "/predict?model=" + name,
                "/predict?model=" + name + "@production",
                "/predict?model=" + name + ":1",
                "/api/v1/models/" + name + "/versions/1/predict");
        List<Answer> answers = IntStream.range(0, 12)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> predictor.post(paths.get(i % paths.size()), "image/png", image)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(answers).allSatisfy(each -> {
            assertThat(each.status()).as(each.text()).isEqualTo(200);
            assertThat(each.json().get("probability").doubleValue()).isEqualTo(probability);
            assertThat(each.json().get("modelSha256")).isEqualTo(answer.get("modelSha256"));
        });
        assertThat(answers.stream().map(each -> each.json().get("predictionId")).distinct())
                .hasSize(12);

        Answer form = predictor.post("/predict?model=" + name, "multipart/form-data; boundary=b", form(image));
        assertThat(form.status()).as(form.text()).isEqualTo(200);
        assertThat(form.json().get("probability").doubleValue()).isEqualTo(probability);

        byte[] dicom = Images.dicom(5, 60, 50);
        byte[] shades = PngEncoder.encode(
                new ImageDecoder(ImageLimits.DEFAULT).decode(dicom).pixels());
        Answer ofDicom = predictor.post("/predict?model=" + name, "application/dicom", dicom);
        assertThat(ofDicom.status()).as(ofDicom.text()).isEqualTo(200);
        assertThat(ofDicom.json().get("probability"))
                .isEqualTo(predictor
                        .post("/predict?model=" + name, "image/png", shades)
                        .json()
                        .get("probability"));
        assertThat(ofDicom.text()).doesNotContain("MRN");

        var before = stored.counts();
        assertThat(predictor
                        .post("/predict?model=" + name, "image/png", new byte[] {1, 2})
                        .status())
                .isEqualTo(422);
        assertThat(predictor.post("/predict?model=" + name, "image/gif", image).status())
                .isEqualTo(415);
        assertThat(predictor
                        .post("/predict?model=" + name + ":9", "image/png", image)
                        .status())
                .isEqualTo(404);
        assertThat(predictor.post("/predict?model=../x", "image/png", image).status())
                .isEqualTo(422);
        assertThat(predictor.post("/predict", "image/png", image).status()).isEqualTo(422);
        assertThat(stored.counts()).isEqualTo(before);
    }

    @Test
    void saysWhichSitesItIsLowestOnAndWhichAreTooSmall() {
        UUID run = trainedRun();
        UUID validation = Chapters.created(evaluate(ofRun(run, "\"subset\": \"validation\"")));
        assertThat(researcher.get("/api/v1/evaluations/" + validation).json().has("subgroups"))
                .isFalse();
        worker.evaluate(validation, true);

        JsonNode subgroups =
                researcher.get("/api/v1/evaluations/" + validation).json().get("subgroups");
        assertThat(subgroups.get("fewestPatients").intValue()).isEqualTo(10);
        JsonNode site = subgroups.get("attributes").get(0);
        assertThat(site.get("name").stringValue()).isEqualTo("site");
        assertThat(site.get("imagesWithout").intValue()).isEqualTo(1);
        JsonNode small = site.get("groups").get(0);
        assertThat(small.get("name").stringValue()).isEqualTo("A");
        assertThat(small.get("patients").intValue()).isEqualTo(5);
        assertThat(small.get("rocAuc").has("value")).isFalse();
        assertThat(small.get("rocAuc").get("undefinedBecause").stringValue()).contains("too small");
        JsonNode large = site.get("groups").get(1);
        assertThat(large.get("rocAuc").get("interval").get("upper").doubleValue())
                .isBetween(0.5, 1.0);
        assertThat(site.get("lowest").has("rocAuc")).isFalse();
    }

    @Test
    void namesTheCasesToLookAt() {
        UUID run = trainedRun();
        UUID validation = Chapters.created(evaluate(ofRun(run, "\"subset\": \"validation\"")));
        worker.evaluate(validation, true);

        JsonNode done = researcher.get("/api/v1/evaluations/" + validation).json();
        JsonNode review = done.get("errorReview");
        JsonNode confusion = done.get("report").get("confusion");
        assertThat(review.get("falsePositives")).isEqualTo(confusion.get("falsePositives"));
        assertThat(review.get("falseNegatives")).isEqualTo(confusion.get("falseNegatives"));
        long mistakes = review.get("falsePositives").longValue()
                + review.get("falseNegatives").longValue();
        assertThat(review.get("worst").size()).isEqualTo((int) mistakes);
        assertThat(review.get("doubts").get("positiveConfidence").doubleValue()).isBetween(0.4, 0.7);
    }

    @Test
    void holdsTheTestAgainstWhatDevelopmentPromised() {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID run = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
        worker.train(run);
        UUID validation = Chapters.created(evaluate(ofRun(run, "\"subset\": \"validation\"")));
        worker.evaluate(validation, true);
        UUID test = Chapters.created(
                evaluate(ofRun(run, "\"subset\": \"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"final figure\"")));
        assertThat(optimism(test).isMissingNode()).isTrue();
        worker.evaluate(test, false);

        assertThat(optimism(validation).isMissingNode()).isTrue();
        assertThat(optimism(test).get("validationId").stringValue()).isEqualTo(validation.toString());
        assertThat(optimism(test).has("crossValidationId")).isFalse();
        assertThat(optimism(test).get("verdict").stringValue()).isEqualTo("consistent");
        assertThat(optimism(test).get("difference").get("value").doubleValue()).isZero();
        assertThat(optimism(test).get("difference").get("interval").get("lower").doubleValue())
                .isNegative();

        UUID folds = chapters.experiment(researcher, split, "crossValidation");
        JsonNode before = researcher.get("/api/v1/experiments/" + folds).json();
        assertThat(before.get("optimism").size()).isZero();
        chapters.runs(researcher, folds).forEach(worker::trainFold);
        worker.summarise(folds);

        assertThat(optimism(test).get("crossValidationId").stringValue()).isEqualTo(folds.toString());
        assertThat(optimism(test).has("validationId")).isFalse();
        JsonNode experiment = researcher.get("/api/v1/experiments/" + folds).json();
        assertThat(experiment.get("optimism").size()).isEqualTo(1);
        assertThat(experiment.get("optimism").get(0)).isEqualTo(optimism(test));
        assertThat(optimism(test).get("expected"))
                .isEqualTo(experiment.get("summary").get("pooled").get("rocAuc"));
        assertThat(optimism(test).get("message").stringValue()).contains("does not show that there is none");

        UUID otherSeed = testedWith(split, "{\"epochs\": 3, \"seed\": 43}");
        assertThat(optimism(otherSeed).get("crossValidationId").stringValue()).isEqualTo(folds.toString());
        UUID otherRecipe = testedWith(split, "{\"epochs\": 4}");
        assertThat(optimism(otherRecipe).has("crossValidationId")).isFalse();
        assertThat(optimism(otherRecipe).has("validationId")).isTrue();
        assertThat(researcher
                        .get("/api/v1/experiments/" + folds)
                        .json()
                        .get("optimism")
                        .size())
                .isEqualTo(2);
    }

    /** As tests are that were made before the network's own areas were kept: of these the recalibrated one is all there is. */
    @Test
    void saysWhereATestAfterAnIsotonicMapHasNoAreaOfTheNetworksOwn() {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID training = chapters.experiment(researcher, split, "train");
        UUID run = chapters.runs(researcher, training).get(0);
        worker.train(run);
        worker.judge(training);
        worker.evaluate(
                Chapters.created(evaluate(ofRun(run, "\"subset\": \"validation\", \"recalibration\": \"isotonic\""))),
                true,
                "{\"kind\": \"isotonic\", \"knots\": [{\"input\": 0.2, \"output\": 0.1}, {\"input\": 0.8, \"output\": 0.9}]}");
        UUID test = Chapters.created(
                evaluate(ofRun(run, "\"subset\": \"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"final figure\"")));
        worker.evaluate(test, false);

        assertThat(optimism(test).get("trainingId").stringValue()).isEqualTo(training.toString());
        assertThat(optimism(test).at("/expected/value").isNumber()).isTrue();
        assertThat(optimism(test).get("found"))
                .isEqualTo(researcher.get("/api/v1/evaluations/" + test).json().at("/report/rocAuc"));
        assertThat(optimism(test).get("message").stringValue())
                .contains("What was promised is of the network's own probabilities, as the isotonic map was fitted")
                .contains("What was found is of recalibrated ones");

        UUID folds = chapters.experiment(researcher, split, "crossValidation");
        chapters.runs(researcher, folds).forEach(worker::trainFold);
        worker.summarise(folds);
        assertThat(optimism(test).has("trainingId")).isFalse();
        assertThat(optimism(test).get("message").stringValue())
                .contains(
                        "What was promised is of networks' own probabilities. What was found is of recalibrated ones");
    }

    /** The test of a training by that plan. */
    private UUID testedWith(UUID split, String plan) {
        String body = Chapters.experimentBody(split, "train").replace("{\"epochs\": 3}", plan);
        UUID run = chapters.runs(researcher, Chapters.created(researcher.post("/api/v1/experiments", body)))
                .get(0);
        worker.train(run);
        worker.evaluate(Chapters.created(evaluate(ofRun(run, "\"subset\": \"validation\""))), true);
        UUID test = Chapters.created(
                evaluate(ofRun(run, "\"subset\": \"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"final figure\"")));
        worker.evaluate(test, false);
        return test;
    }

    private JsonNode optimism(UUID evaluation) {
        return researcher.get("/api/v1/evaluations/" + evaluation).json().path("optimism");
    }

    /** A frame of a volume, or a page, is answered as a file of its pixels alone would be, and without a word the one in the middle. */
    @Test
    @Tag("engine")
    void answersAboutTheFrameThatIsAsked() {
        String path = "/predict?model=" + candidate();
        User predictor = http.user(Role.PREDICTOR, project);
        Map<String, byte[]> files =
                Map.of("application/octet-stream", Images.volume(3, 5), "image/tiff", Images.pages(3, 5));
        List<JsonNode> alone = IntStream.range(0, 5)
                .mapToObj(slice -> predictor
                        .post(path, "image/png", PngEncoder.encode(PixelImage.of(32, 32, 1, Images.slice(3, slice))))
                        .json())
                .toList();
        assertThat(alone.stream().map(answer -> answer.get("inputFingerprint")).distinct())
                .hasSize(5);

        files.forEach((mediaType, file) -> {
            for (int frame = 0; frame < 5; frame++) {
                Answer answer = predictor.post(path + "&frame=" + frame, mediaType, file);
                assertThat(answer.status()).as(answer.text()).isEqualTo(200);
                assertThat(answer.json().get("inputFingerprint"))
                        .isEqualTo(alone.get(frame).get("inputFingerprint"));
                assertThat(answer.json().get("probability"))
                        .isEqualTo(alone.get(frame).get("probability"));
                assertThat(answer.json().get("frame").intValue()).isEqualTo(frame);
            }
            JsonNode middle = predictor.post(path, mediaType, file).json();
            assertThat(middle.get("inputFingerprint")).isEqualTo(alone.get(2).get("inputFingerprint"));
            assertThat(middle.has("frame")).isFalse();
            JsonNode explained = predictor
                    .post(path + "&frame=4&explain=gradCam", mediaType, file)
                    .json();
            assertThat(explained.get("inputFingerprint")).isEqualTo(alone.get(4).get("inputFingerprint"));
            var before = stored.counts();
            for (String frame : List.of("5", "-1")) {
                for (String explain : List.of("", "&explain=gradCam")) {
                    Answer refused = predictor.post(path + "&frame=" + frame + explain, mediaType, file);
                    assertThat(refused.status()).as(refused.text()).isEqualTo(422);
                    assertThat(refused.json().at("/errors/0/pointer").stringValue())
                            .isEqualTo("/frame");
                    assertThat(refused.json().at("/errors/0/detail").stringValue())
                            .isEqualTo("frame must be 0 to 4, was " + frame + ": the file has 5 frames");
                }
            }
            assertThat(predictor.post(path + "&frame=first", mediaType, file).status())
                    .isEqualTo(422);
            assertThat(stored.counts()).isEqualTo(before);
        });
        Answer only = predictor.post(path + "&frame=1", "image/png", Images.png(5));
        assertThat(only.text()).contains("frame must be 0 to 0, was 1: the file has 1 frame");
        assertThat(predictor.post(path + "&frame=0", "image/png", Images.png(5)).status())
                .isEqualTo(200);
    }

    @Test
    @Tag("engine")
    void showsWhereItLookedIfAskedManyAtOnceAndAnswersTheSame() {
        String name = candidate();
        String path = "/api/v1/models/" + name + "/versions/1/predict";
        User predictor = http.user(Role.PREDICTOR, project);
        byte[] image = Images.png(79, 200, 160);
        JsonNode plain = predictor.post(path, "image/png", image).json();
        assertThat(plain.has("explanation")).isFalse();

        Answer explained = predictor.post(path + "?explain=gradCam", "image/png", image);
        assertThat(explained.status()).as(explained.text()).isEqualTo(200);
        assertThat(explained.json().get("probability")).isEqualTo(plain.get("probability"));
        assertThat(explained.json().get("inputFingerprint")).isEqualTo(plain.get("inputFingerprint"));
        JsonNode map = explained.json().get("explanation");
        assertThat(map.get("method").stringValue()).isEqualTo("gradCam");
        assertThat(map.get("explainedClass").stringValue()).isEqualTo("ILL");
        assertThat(map.has("overlay")).isFalse();
        assertThat(map.get("borderArea").doubleValue()).isCloseTo(0.36, within(1e-12));
        assertThat(map.has("borderShare")).isEqualTo(!map.get("blank").booleanValue());
        assertThat(map.get("heat").size()).isEqualTo(map.get("rows").intValue());
        map.get("heat").forEach(row -> {
            assertThat(row.size()).isEqualTo(map.get("columns").intValue());
            row.forEach(cell -> assertThat(cell.doubleValue()).isBetween(0.0, 1.0));
        });
        // 200 x 160 lies centred on a square
        assertThat(map.get("imageWidth").intValue()).isEqualTo(200);
        assertThat(map.get("box").get("left").doubleValue()).isZero();
        assertThat(map.get("box").get("width").doubleValue()).isEqualTo(200);
        assertThat(map.get("box").get("top").doubleValue()).isNegative();

        String full = "/predict?model=" + name + "&explain=gradCam&explainedClass=HEALTHY&overlay=true";
        List<Answer> answers = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> predictor.post(full, "image/png", image)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(answers).allSatisfy(each -> {
            assertThat(each.status()).as(each.text()).isEqualTo(200);
            assertThat(each.json().get("explanation"))
                    .isEqualTo(answers.get(0).json().get("explanation"));
        });
        JsonNode other = answers.get(0).json().get("explanation");
        assertThat(other.get("explainedClass").stringValue()).isEqualTo("HEALTHY");
        assertThat(new ImageDecoder(ImageLimits.DEFAULT)
                        .decode(Base64.getDecoder().decode(other.get("overlay").stringValue()))
                        .pixels()
                        .channels())
                .isEqualTo(3);

        Answer noClass = predictor.post(path + "?explain=gradCam&explainedClass=ODD", "image/png", image);
        assertThat(noClass.status()).isEqualTo(422);
        assertThat(noClass.text()).contains("HEALTHY").contains("ILL").doesNotContain("ODD");
        Answer nothing = predictor.post(path + "?overlay=true&explainedClass=ILL", "image/png", image);
        assertThat(nothing.status()).isEqualTo(422);
        assertThat(nothing.json().get("errors").size()).isEqualTo(2);
        assertThat(predictor.post(path + "?explain=lime", "image/png", image).status())
                .isEqualTo(422);
    }

    @Test
    @Tag("engine")
    void offersTheModelAsOnnxThatAnswersAsPredictDoes() throws Exception {
        String version = "/api/v1/models/" + candidate() + "/versions/1";
        ModelBundle bundle =
                BundleReader.read(researcher.get(version + "/bundle").response().body());

        Answer onnx = researcher.get(version + "/onnx");

        assertThat(onnx.status()).isEqualTo(200);
        assertThat(onnx.header("Content-Type")).contains("application/octet-stream");
        assertThat(onnx.header("Content-Disposition").orElse("")).endsWith("-1.onnx\"");
        assertThat(onnx.header("Cache-Control").orElse("")).contains("immutable");
        String tag = onnx.header("ETag").orElseThrow();
        assertThat(tag).matches("\"[0-9a-f]{64}-onnx-[0-9]+\"");
        Answer again = researcher.get(version + "/onnx", "If-None-Match", tag);
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.response().body()).isEmpty();
        assertThat(http.user(Role.RESEARCHER, chapters.project())
                        .get(version + "/onnx")
                        .status())
                .isEqualTo(404);

        byte[] image = Images.png(78, 200, 160);
        Answer predicted = http.user(Role.PREDICTOR, project).post(version + "/predict", "image/png", image);
        Preprocessing preprocessing = bundle.preprocessing();
        float[] pixels = new float[preprocessing.tensorLength()];
        preprocessing.toTensor(
                preprocessing.toPixels(
                        new ImageDecoder(ImageLimits.DEFAULT).decode(image).pixels()),
                pixels,
                0);
        long[] shape = {1, preprocessing.channels(), preprocessing.height(), preprocessing.width()};
        OrtEnvironment onnxRuntime = OrtEnvironment.getEnvironment();
        try (OrtSession session = onnxRuntime.createSession(onnx.response().body());
                OnnxTensor input = OnnxTensor.createTensor(onnxRuntime, FloatBuffer.wrap(pixels), shape);
                OrtSession.Result result = session.run(Map.of("images", input))) {
            float[][] probabilities =
                    (float[][]) result.get("probabilities").orElseThrow().getValue();
            assertThat((double) probabilities[0][0])
                    .isCloseTo(predicted.json().get("probability").doubleValue(), within(1e-5));
            assertThat(session.getMetadata().getCustomMetadata())
                    .containsEntry("positiveClass", "ILL")
                    .containsEntry(
                            "threshold", Double.toString(bundle.threshold().threshold()));
        }
    }

    private static byte[] form(byte[] image) {
        byte[] head = "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        byte[] tail = "\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] form = new byte[head.length + image.length + tail.length];
        System.arraycopy(head, 0, form, 0, head.length);
        System.arraycopy(image, 0, form, head.length, image.length);
        System.arraycopy(tail, 0, form, head.length + image.length, tail.length);
        return form;
    }
}
