package org.foldwise.api.withdrawal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.api.Stored;
import org.foldwise.api.Worker;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.dataset.DatasetReporting;
import org.foldwise.registry.upload.UploadAcceptance;
import org.foldwise.registry.upload.UploadedImage;
import org.foldwise.registry.withdrawal.Withdrawals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

@ApiTest
@ExtendWith(OutputCaptureExtension.class)
class WithdrawalIT {
    private final Http http;
    private final Chapters chapters;
    private final Worker worker;
    private final Stored stored;
    private final DatasetReporting reporting;
    private final UploadAcceptance acceptance;
    private final Withdrawals tombstones;
    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private final UUID project;
    private final User researcher;
    private final User steward;

    WithdrawalIT(
            Http http,
            Chapters chapters,
            Worker worker,
            Stored stored,
            DatasetReporting reporting,
            UploadAcceptance acceptance,
            Withdrawals tombstones,
            JdbcClient database,
            TransactionTemplate transaction) {
        this.acceptance = acceptance;
        this.tombstones = tombstones;
        this.database = database;
        this.transaction = transaction;
        this.http = http;
        this.chapters = chapters;
        this.worker = worker;
        this.stored = stored;
        this.reporting = reporting;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
        this.steward = http.user(Role.ADMIN, project);
    }

    /** Of DICOM files that no other test has. */
    private UUID uploaded() {
        UUID dataset = chapters.draft(researcher, project);
        Chapters.created(researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(files())));
        return dataset;
    }

    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new TreeMap<>();
        for (int patient = 0; patient < 30; patient++) {
            for (int image = 0; image <= patient % 3; image++) {
                files.put(
                        "%s/p%03d_%d.dcm".formatted(patient % 3 == 0 ? "ILL" : "HEALTHY", patient, image),
                        file(patient, image));
            }
        }
        return files;
    }

    /** As a hospital has it, with the Patient ID that uploads are rid of. */
    private static byte[] file(int patient, int image) {
        return Images.dicom(47_000 + 10 * patient + image, 24, 20);
    }

    private UUID frozen() {
        UUID dataset = uploaded();
        assertThat(researcher
                        .post("/api/v1/datasets/" + dataset + "/freeze", "")
                        .status())
                .isEqualTo(202);
        reporting.freeze(chapters.claim(dataset), Chapters.PROFILE, "[]");
        return dataset;
    }

    private String withdrawals() {
        return "/api/v1/projects/" + project + "/withdrawals";
    }

    private static String body(String patient) {
        return "{\"patient\": \"%s\", \"reason\": \"Consent withdrawn, letter of 2026-11-20.\"}".formatted(patient);
    }

    /** Patients with that role in the first fold. */
    private List<String> patients(UUID split, String role) {
        List<String> patients = new ArrayList<>();
        for (JsonNode assignment : researcher
                .get("/api/v1/splits/" + split + "/assignments")
                .json()
                .get("assignments")) {
            if (assignment.get("fold").intValue() == 0
                    && assignment.get("role").stringValue().equals(role)) {
                patients.add(assignment.get("patient").stringValue());
            }
        }
        return patients;
    }

    private static void requireProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:" + code);
    }

    private static Map<String, Long> differences(Map<String, Long> before, Map<String, Long> after) {
        Map<String, Long> differences = new TreeMap<>();
        after.forEach((what, count) -> differences.put(what, count - before.getOrDefault(what, 0L)));
        differences.values().removeIf(difference -> difference == 0);
        return differences;
    }

    @Test
    void tellsErasesMarksAndStopsWhatIsNew(CapturedOutput log) {
        UUID dataset = frozen();
        UUID split = chapters.split(researcher, dataset);
        String patient = patients(split, "train").get(0);
        long images = 1 + Long.parseLong(patient.substring(1)) % 3;
        UUID experiment = chapters.experiment(researcher, split, "crossValidation");
        List<UUID> runs = chapters.runs(researcher, experiment);
        UUID run = runs.get(0);
        Answer busy = steward.post(withdrawals(), body(patient));
        requireProblem(busy, 409, "conflict");
        assertThat(busy.json().get("errors")).hasSize(3);
        worker.crossValidate(experiment, runs);
        String evaluation = "{\"subject\": {\"runId\": \"%s\"}, \"subset\": \"validation\"}".formatted(run);
        UUID validation = Chapters.created(researcher.post("/api/v1/evaluations", evaluation));
        worker.evaluate(validation, true);
        String model = chapters.freshName("withdrawn");
        Chapters.created(researcher.post(
                "/api/v1/models", "{\"name\": \"%s\", \"projectId\": \"%s\"}".formatted(model, project)));
        String versions = "/api/v1/models/" + model + "/versions";
        String registration = "{\"runId\": \"%s\"}".formatted(run);
        Chapters.created(researcher.post(versions, registration));
        JsonNode image = researcher
                .get("/api/v1/datasets/" + dataset + "/images?patient=" + patient)
                .json()
                .get("items")
                .get(0);
        int number = Integer.parseInt(patient.substring(1));
        for (byte[] asked : List.of(file(number, 0), file((number + 1) % 30, 0))) {
            Answer answered = researcher.post(versions + "/1/predict", "application/dicom", asked);
            assertThat(answered.status()).as(answered.text()).isEqualTo(200);
        }
        Map<String, Long> before = stored.counts();

        Answer dryRun = steward.post(withdrawals() + "/dry-runs", body(patient));
        Answer brief = steward.post(withdrawals() + "?dryRun=true", body(patient));

        assertThat(dryRun.status()).as(dryRun.text()).isEqualTo(200);
        assertThat(brief.json()).isEqualTo(dryRun.json());
        assertThat(stored.counts()).isEqualTo(before);
        JsonNode touched = dryRun.json().get("touched");
        assertThat(touched.get("datasets").get(0).get("images").longValue()).isEqualTo(images);
        assertThat(touched.get("splits").get(0).stringValue()).isEqualTo(split.toString());
        assertThat(touched.get("runs")).hasSize(3);
        assertThat(touched.get("runs").get(0).get("id").stringValue()).isEqualTo(run.toString());
        assertThat(touched.get("runs").get(0).get("roles").get(0).stringValue()).isEqualTo("train");
        assertThat(touched.get("modelVersions").get(0).get("model").stringValue())
                .isEqualTo(model);
        assertThat(touched.get("predictions").intValue()).isOne();
        // no digest: that of a manifest tells whose it was to whoever tries keys
        assertThat(touched.get("contents").intValue()).isPositive();
        assertThat(dryRun.json().get("openWork")).isEmpty();

        Answer done = steward.post(withdrawals(), body(patient));

        assertThat(done.status()).as(done.text()).isEqualTo(201);
        assertThat(done.json().get("touched")).isEqualTo(touched);
        assertThat(done.json().get("filesLeft").longValue()).isEqualTo(images);
        assertThat(differences(before, stored.counts()))
                .containsEntry("dataset_image", -images)
                .containsEntry("upload_image", -images)
                .containsEntry("fold_member", -4L)
                .containsEntry("prediction", -1L)
                .containsEntry("withdrawal", 1L)
                .doesNotContainKeys("files", "run", "evaluation", "model_version", "dataset", "patient_split");
        Answer tombstone =
                http.user(Role.VIEWER, project).get(done.header("Location").orElseThrow());
        assertThat(tombstone.json()).isEqualTo(done.json());
        assertThat(steward.get(withdrawals()).json().get("items")).hasSize(1);
        assertThat(List.of(dryRun, done, tombstone))
                .allSatisfy(answer -> assertThat(answer.text()).doesNotContain("\"" + patient));

        requireProblem(researcher.get("/api/v1/images/" + image.get("id").stringValue()), 404, "not-found");
        assertThat(researcher
                        .get("/api/v1/datasets/" + dataset + "/images?patient=" + patient)
                        .json()
                        .get("items"))
                .isEmpty();
        assertThat(patients(split, "train")).isNotEmpty().doesNotContain(patient);
        for (String marked :
                List.of("datasets/" + dataset, "splits/" + split, "runs/" + run, versions.substring(8) + "/1")) {
            assertThat(researcher
                            .get("/api/v1/" + marked)
                            .json()
                            .get("withdrawals")
                            .intValue())
                    .as(marked)
                    .isOne();
        }
        assertThat(researcher
                        .get("/api/v1/evaluations/" + validation)
                        .json()
                        .get("withdrawals")
                        .intValue())
                .isZero();

        String splitBody =
                """
                {"name": "late", "seed": 7, "spec": {"kind": "kFold", "folds": 3, "test": 0.2, "validation": 0.25}}
                """;
        String datasetPath = "/api/v1/datasets/" + dataset;
        for (Answer late : List.of(
                researcher.post(datasetPath + "/splits", splitBody),
                researcher.post(datasetPath + "/split-plans", splitBody),
                researcher.post("/api/v1/experiments", Chapters.experimentBody(split, "train")),
                researcher.post("/api/v1/experiments/dry-runs", Chapters.experimentBody(split, "train")),
                researcher.post(
                        "/api/v1/evaluations",
                        evaluation.replace(
                                "\"validation\"", "\"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"late\"")),
                researcher.post(versions, registration),
                researcher.post("/api/v1/runs/" + run + "/replays", ""),
                http.user(Role.RELEASER, project)
                        .put(versions + "/1/state", "{\"state\": \"released\"}", "If-Match", "\"0\""))) {
            requireProblem(late, 409, "data-withdrawn");
            assertThat(late.json().get("detail").stringValue()).contains("new dataset without");
        }

        Answer prediction = researcher.post(versions + "/1/predict", "image/png", Images.png(7));
        assertThat(prediction.status()).as(prediction.text()).isEqualTo(200);
        assertThat(prediction.json().get("warnings").toString()).contains("were withdrawn since: 1");
        assertThat(researcher.get(versions + "/1/card?format=json").text())
                .contains("Patients whom this version learned from and who were withdrawn since: 1");
        assertThat(researcher
                        .get("/api/v1/evaluations/" + validation + "/report?format=json")
                        .text())
                .contains("Patients who were withdrawn since the dataset was frozen: 1");
        requireProblem(steward.post(withdrawals(), body(patient)), 422, "invalid-request");
        requireTakenOutForGood(patient, images, done.header("Location").orElseThrow());
        assertThat(log.getAll()).doesNotContain("\"" + patient + "\"").doesNotContain("patient=" + patient);
    }

    /** Neither an archive of before brings the patient back, nor one that the withdrawal has overtaken. */
    private void requireTakenOutForGood(String patient, long images, String tombstone) {
        UUID draft = chapters.draft(researcher, project);
        Answer archive = researcher.put(Chapters.archive(draft), "application/zip", Images.zip(files()));
        requireProblem(archive, 422, "archive-refused");
        assertThat(archive.json().get("errors")).hasSize((int) images);
        assertThat(archive.json().at("/errors/0/detail").stringValue()).contains("was withdrawn from the project");
        byte[] file = file(Integer.parseInt(patient.substring(1)), 0);
        Answer single = researcher.put(
                "/api/v1/datasets/" + draft + "/images?name=ILL/x1_0.dcm", "application/octet-stream", file);
        requireProblem(single, 422, "image-refused");
        assertThat(images(draft)).isZero();

        Digest content = Digest.of(new ImageDecoder(ImageLimits.DEFAULT).stripped(file));
        acceptance.accept(
                draft,
                "late.zip",
                "application/zip",
                1,
                content,
                List.of(new UploadedImage(
                        "ILL/" + patient + "_0.dcm", content, 1, "application/dicom", 24, 20, 1, 16, null, 1)));
        // workers forget it all the same
        assertThat(tombstones.contents()).contains(content);
        Answer returning = researcher.post("/api/v1/datasets/" + draft + "/freeze", "");
        requireProblem(returning, 422, "dataset-refused");
        assertThat(returning.json().get("errors")).hasSize(1);
        assertThat(returning.json().get("detail").stringValue()).contains("Have these patients withdrawn again");
        assertThat(steward.get(tombstone).json().get("filesLeft").longValue()).isEqualTo(images);
        Answer again = steward.post(withdrawals(), body(patient));
        assertThat(again.status()).as(again.text()).isEqualTo(201);
        assertThat(images(draft)).isZero();
    }

    /** Whoever asks while a withdrawal is under way is told the same as whoever asks afterwards. */
    @Test
    void tellsWhomItOvertakesThatTheDatasetIsNotWhole() throws Exception {
        UUID dataset = frozen();
        UUID split = chapters.split(researcher, dataset);
        String patient = patients(split, "train").get(0);
        Map<String, String> asked = Map.of(
                "/api/v1/datasets/" + dataset + "/splits",
                """
                {"name": "late", "seed": 7, "spec": {"kind": "kFold", "folds": 3, "test": 0.2, "validation": 0.25}}
                """,
                "/api/v1/experiments",
                Chapters.experimentBody(split, "train"),
                "/api/v1/splits/" + split + "/augmentation-audits",
                "{\"plan\": {\"image\": {\"size\": 32}, \"augmentation\": [{\"kind\": \"rotation\"}]}}",
                "/api/v1/datasets/" + dataset + "/leakage-experiments",
                "{\"name\": \"by image\", \"plan\": {\"epochs\": 3}, \"folds\": 3, \"seed\": 7}");
        List<CompletableFuture<Answer>> late = new ArrayList<>();
        AtomicReference<CompletableFuture<Answer>> withdrawn = new AtomicReference<>();

        transaction.executeWithoutResult(status -> {
            // the withdrawal has the datasets' locks by then, and no tombstone yet
            database.sql("lock table withdrawal in share mode").update();
            withdrawn.set(CompletableFuture.supplyAsync(() -> steward.post(withdrawals(), body(patient))));
            awaitWaiting(1);
            asked.forEach((path, body) -> late.add(CompletableFuture.supplyAsync(() -> researcher.post(path, body))));
            awaitWaiting(1 + asked.size());
        });

        assertThat(withdrawn.get().get(1, TimeUnit.MINUTES).status()).isEqualTo(201);
        for (CompletableFuture<Answer> answer : late) {
            requireProblem(answer.get(1, TimeUnit.MINUTES), 409, "data-withdrawn");
            assertThat(answer.get().json().get("detail").stringValue())
                    .startsWith("The dataset is not whole")
                    .contains("new dataset without");
        }
    }

    private void awaitWaiting(int sessions) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (database.sql("select count(distinct pid) from pg_locks where not granted")
                        .query(Integer.class)
                        .single()
                < sessions) {
            assertThat(System.nanoTime())
                    .as("waiting for " + sessions + " to wait")
                    .isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Test
    void isForTheProjectsStewardAloneAndTellsEveryMistakeWithoutThePatient() {
        chapters.frozen(researcher, project);
        User stranger = http.user(Role.ADMIN, chapters.project());
        Map<String, Long> before = stored.counts();

        requireProblem(researcher.post(withdrawals(), body("p004")), 403, "forbidden");
        requireProblem(researcher.post(withdrawals() + "/dry-runs", body("p004")), 403, "forbidden");
        requireProblem(stranger.post(withdrawals(), body("p004")), 404, "not-found");
        requireProblem(stranger.get(withdrawals()), 404, "not-found");
        Answer unknown = steward.post(withdrawals(), body("nobody4711"));
        requireProblem(unknown, 422, "invalid-request");
        Answer told = steward.post(
                withdrawals(), "{\"patient\": \"p004\", \"reason\": \"On the wish of p004, by telephone.\"}");
        for (Answer named : List.of(
                told,
                steward.post(withdrawals(), "{\"patient\": \"p004\", \"reason\": \"About P 004, by letter.\"}"),
                steward.post(withdrawals(), "{\"patient\": \"P 004\", \"reason\": \"p\u00a0004 has moved\"}"))) {
            requireProblem(named, 422, "invalid-request");
            assertThat(named.json().at("/errors/0/pointer").stringValue()).isEqualTo("/reason");
            assertThat(named.json().at("/errors/0/detail").stringValue()).contains("must not name the patient");
        }
        requireProblem(
                steward.post(withdrawals(), "{\"patient\": \"nobody1\", \"reason\": \"Nobody12 of step 004.\"}"),
                422,
                "invalid-request");
        Answer empty = steward.post(withdrawals(), "{\"patient\": \"\", \"reason\": \" \", \"force\": true}");
        requireProblem(empty, 422, "invalid-request");
        assertThat(empty.json().get("errors")).hasSize(3);
        Answer longKey = steward.post(withdrawals(), body("q".repeat(129)));
        requireProblem(longKey, 422, "invalid-request");
        requireProblem(steward.get(withdrawals() + "/" + project), 404, "not-found");

        assertThat(List.of(unknown, told, longKey)).allSatisfy(answer -> assertThat(answer.text())
                .doesNotContain("nobody4711")
                .doesNotContain("p004")
                .doesNotContain("qqqq"));
        Map<String, Long> after = stored.counts();
        after.keySet().removeIf(what -> what.equals("api_key"));
        before.keySet().removeIf(what -> what.equals("api_key"));
        assertThat(after).isEqualTo(before);
    }

    @Test
    void knowsDicomPatientsByTheirIdAndByTheirPseudonym() {
        UUID draft = chapters.draft(researcher, project);
        Map<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < 6; i++) {
            files.put((i < 3 ? "ILL" : "HEALTHY") + "/p" + i + "_1.dcm", Images.dicom(i, 24, 20));
        }
        Chapters.created(researcher.put(Chapters.archive(draft), "application/zip", Images.zip(files)));
        assertThat(researcher.post("/api/v1/datasets/" + draft + "/freeze", "").status())
                .isEqualTo(202);
        String pseudonym = researcher
                .get("/api/v1/datasets/" + draft + "/images?patient=p3")
                .json()
                .get("items")
                .get(0)
                .get("metadata")
                .get("patient")
                .stringValue();
        Answer open = steward.post(withdrawals() + "/dry-runs", body("MRN00002"));

        assertThat(open.status()).as(open.text()).isEqualTo(200);
        assertThat(open.json().get("openWork").get(0).get("kind").stringValue()).isEqualTo("ingest");
        assertThat(open.json()
                        .get("touched")
                        .get("datasets")
                        .get(0)
                        .get("images")
                        .intValue())
                .isOne();
        assertThat(steward.post(withdrawals() + "/dry-runs", body(pseudonym))
                        .json()
                        .get("touched")
                        .get("datasets")
                        .get(0)
                        .get("images")
                        .intValue())
                .isOne();
        requireProblem(steward.post(withdrawals(), body(pseudonym)), 409, "conflict");
    }

    @Test
    void takesPatientsOutOfDraftsWhichStayUseful() {
        UUID draft = chapters.filledDraft(researcher, project);

        Answer done = steward.post(withdrawals(), body("p004"));

        assertThat(done.status()).as(done.text()).isEqualTo(201);
        assertThat(done.json().get("touched").get("draftImages").intValue()).isEqualTo(2);
        assertThat(done.json().get("touched").get("datasets")).isEmpty();
        JsonNode after = researcher.get("/api/v1/datasets/" + draft).json();
        assertThat(after.get("imageCount").intValue()).isEqualTo(58);
        assertThat(after.get("withdrawals").intValue()).isZero();
        assertThat(researcher.post("/api/v1/datasets/" + draft + "/freeze", "").status())
                .isEqualTo(202);
    }

    private UUID draftOf(Charset charset, String... rows) {
        UUID draft = chapters.manifestDraft(researcher, project);
        Map<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < 3; i++) {
            files.put("film%d.png".formatted(i), Images.png(4_700 + i));
        }
        files.put("manifest.csv", ("file,patient,label\n" + String.join("\n", rows) + "\n").getBytes(charset));
        Chapters.created(researcher.put(Chapters.archive(draft), "application/zip", Images.zip(files)));
        return draft;
    }

    private int images(UUID draft) {
        return researcher
                .get("/api/v1/datasets/" + draft)
                .json()
                .get("imageCount")
                .intValue();
    }

    /** A missing label, a row too short and letters of a spreadsheet do not keep an image from being the patient's. */
    @Test
    void findsPatientsInDraftsThatAreNotInOrder() {
        UUID draft = draftOf(
                StandardCharsets.ISO_8859_1, "film0.png,M\u00fcller,", "film1.png,M\u00fcller", "film2.png,q1,ill");

        Answer done = steward.post(withdrawals(), body("M\u00fcller"));

        assertThat(done.status()).as(done.text()).isEqualTo(201);
        assertThat(done.json().at("/touched/draftImages").intValue()).isEqualTo(2);
        assertThat(done.json().at("/touched/unreadDrafts")).isEmpty();
        assertThat(images(draft)).isOne();
    }

    /** The manifest is the only record of whose the images are: where it cannot be read, it stays until somebody has looked. */
    @Test
    void namesDraftsWhoseManifestCannotBeRead() {
        UUID draft = draftOf(StandardCharsets.UTF_8, "film0.png,q71,ill", "film1.png,\"q72,ill", "film2.png,q71,ill");

        Answer half = steward.post(withdrawals(), body("q71"));
        Answer nothing = steward.post(withdrawals(), body("q72"));

        assertThat(half.status()).as(half.text()).isEqualTo(201);
        assertThat(half.json().at("/touched/draftImages").intValue()).isOne();
        assertThat(half.json().at("/touched/unreadDrafts/0").stringValue()).isEqualTo(draft.toString());
        assertThat(http.user(Role.VIEWER, project)
                        .get(half.header("Location").orElseThrow())
                        .json())
                .isEqualTo(half.json());
        requireProblem(nothing, 422, "invalid-request");
        assertThat(nothing.json().at("/errors/0/detail").stringValue())
                .contains(draft.toString())
                .endsWith("upload a manifest that can be read");
        assertThat(nothing.text()).doesNotContain("q72");
        assertThat(images(draft)).isEqualTo(2);

        Answer mended = researcher.post(
                "/api/v1/datasets/" + draft + "/manifest",
                "text/csv",
                "file,patient,label\nfilm1.png,q72,ill\nfilm2.png,q71,ill\n".getBytes(StandardCharsets.UTF_8));
        assertThat(mended.status()).as(mended.text()).isLessThan(300);
        for (String patient : List.of("q71", "q72")) {
            Answer dryRun = steward.post(withdrawals() + "/dry-runs", body(patient));
            assertThat(dryRun.json().at("/touched/draftImages").intValue()).isOne();
            assertThat(dryRun.json().at("/touched/unreadDrafts")).isEmpty();
        }
    }
}
