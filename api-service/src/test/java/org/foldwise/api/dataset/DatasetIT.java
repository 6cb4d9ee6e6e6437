package org.foldwise.api.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.api.Stored;
import org.foldwise.learning.dataset.DuplicateGroups;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.dataset.DatasetReporting;
import org.foldwise.registry.dataset.ExaminedImages;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@ApiTest
class DatasetIT {
    private final Chapters chapters;
    private final Stored stored;
    private final DatasetReporting reporting;
    private final UUID project;
    private final User researcher;

    DatasetIT(Http http, Chapters chapters, Stored stored, DatasetReporting reporting) {
        this.chapters = chapters;
        this.stored = stored;
        this.reporting = reporting;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    private static String path(UUID dataset) {
        return "/api/v1/datasets/" + dataset;
    }

    @Test
    void goesFromDraftToFrozen() {
        UUID dataset = chapters.frozen(researcher, project);

        Answer frozen = researcher.get(path(dataset));

        assertThat(frozen.status()).isEqualTo(200);
        assertThat(frozen.json().get("state").stringValue()).isEqualTo("frozen");
        assertThat(frozen.json().get("imageCount").intValue()).isEqualTo(60);
        assertThat(frozen.json().get("patientCount").intValue()).isEqualTo(30);
        assertThat(frozen.json().get("classes").toString()).isEqualTo("[\"HEALTHY\",\"ILL\"]");
        assertThat(frozen.json().get("layout").get("kind").stringValue()).isEqualTo("classFolders");
        assertThat(frozen.json().get("digest").stringValue()).matches("[0-9a-f]{64}");
    }

    @Test
    void showsWhatTheWorkerHasFound() {
        UUID dataset = chapters.filledDraft(researcher, project);
        researcher.post(path(dataset) + "/freeze", "");
        reporting.refuse(
                chapters.claim(dataset),
                """
                [{"code": "unreadableImage", "severity": "blocking", "evidence": "1 image", "images": ["ILL/p000_0.png"],
                  "suggestion": "leave it out"}]
                """);

        Answer draft = researcher.get(path(dataset));
        JsonNode findings = researcher.get(path(dataset) + "/findings").json().get("findings");

        assertThat(draft.json().get("state").stringValue()).isEqualTo("draft");
        assertThat(findings.get(0).get("severity").stringValue()).isEqualTo("blocking");
        assertThat(findings.get(0).get("code").stringValue()).isEqualTo("unreadableImage");
        assertThat(researcher
                        .get(path(chapters.frozen(researcher, project)) + "/profile")
                        .json()
                        .get("imbalance")
                        .get("level")
                        .stringValue())
                .isEqualTo("moderate");
    }

    @Test
    void theEventsOfAFreezingEndWithIt() {
        UUID dataset = chapters.frozen(researcher, project);

        Answer all = researcher.get(path(dataset) + "/events");
        Answer last = researcher.get(path(dataset) + "/events", "Last-Event-ID", "2");

        assertThat(all.header("Content-Type").orElse("")).startsWith("text/event-stream");
        assertThat(all.text().lines().filter(line -> line.startsWith("id:"))).containsExactly("id:1", "id:2", "id:3");
        assertThat(all.text().lines().filter(line -> line.startsWith("data:")))
                .satisfiesExactly(
                        queued -> assertThat(queued).contains("\"state\":\"queued\""),
                        running -> assertThat(running).contains("\"state\":\"running\""),
                        finished -> assertThat(finished).contains("\"state\":\"finished\""));
        assertThat(last.text().lines().filter(line -> line.startsWith("id:"))).containsExactly("id:3");
    }

    @Test
    void theAnswerToFreezingTellsWhereToLook() {
        UUID dataset = chapters.filledDraft(researcher, project);

        Answer freezing = researcher.post(path(dataset) + "/freeze", "");

        assertThat(freezing.status()).isEqualTo(202);
        assertThat(freezing.header("Location")).contains(path(dataset));
        assertThat(freezing.json().get("state").stringValue()).isEqualTo("freezing");
        assertThat(freezing.json().get("progress").doubleValue()).isZero();
    }

    @Test
    void refusesWhatATaskDoesNotAllowBeforeAnythingIsUploaded() {
        String folders = "{\"kind\": \"classFolders\", \"patientIdPattern\": \"(?<patient>p[0-9]+)_\"}";
        String table = "{\"kind\": \"manifest\", \"columns\": {\"file\": \"f\", \"patientId\": \"p\", %s}%s}";
        String labels = "\"labels\": [\"Effusion\", \"Mass\"]";

        for (String body : List.of(
                "\"task\": \"multilabel\", \"layout\": " + folders,
                "\"task\": \"multiclass\", \"positiveLabel\": \"ILL\", \"layout\": " + folders,
                "\"task\": \"multiclass\", \"patientLabelRule\": \"anyPositive\", \"layout\": " + folders,
                "\"task\": \"binary\", \"layout\": " + table.formatted("\"label\": \"l\"", ", \"separator\": \";\""),
                "\"task\": \"multilabel\", \"layout\": " + table.formatted("\"label\": \"l\", " + labels, ""),
                "\"task\": \"multilabel\", \"layout\": " + table.formatted("\"date\": \"d\"", ""),
                "\"task\": \"multilabel\", \"layout\": " + table.formatted(labels, ", \"emptyLabel\": \"None\""))) {
            Answer refused = researcher.post(
                    "/api/v1/datasets",
                    "{\"name\": \"%s\", \"projectId\": \"%s\", %s}"
                            .formatted(chapters.freshName("unfit"), project, body));
            assertThat(refused.status()).as(body).isEqualTo(422);
        }
        Answer made = researcher.post(
                "/api/v1/datasets",
                "{\"name\": \"%s\", \"projectId\": \"%s\", \"task\": \"multilabel\", \"layout\": %s}"
                        .formatted(chapters.freshName("labels"), project, table.formatted(labels, "")));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.json().get("layout").get("columns").get("labels").size())
                .isEqualTo(2);
        assertThat(made.json().get("patientLabelRule").stringValue()).isEqualTo("anyPositive");
    }

    /** Patients that are the labels, or sites that are the patients, would be split and counted without a word. */
    @Test
    void refusesColumnsThatAreToSayTwoThings() {
        String body =
                "{\"name\": \"%s\", \"projectId\": \"%s\", \"task\": \"binary\", \"layout\": {\"kind\": \"manifest\","
                        + " \"columns\": {%s}}}";

        Answer refused = researcher.post(
                "/api/v1/datasets",
                body.formatted(
                        chapters.freshName("twice"),
                        project,
                        "\"file\": \"f\", \"patientId\": \"l\", \"label\": \"l\", \"date\": \"f\", \"site\": \"l\","
                                + " \"frame\": \"f\", \"attributes\": [\"view\", \"f\"]"));
        Answer patients = researcher.post(
                "/api/v1/datasets",
                body.formatted(
                        chapters.freshName("twice"),
                        project,
                        "\"file\": \"f\", \"patientId\": \"p\", \"label\": \"l\", \"site\": \"p\", \"attributes\": [\"p\"]"));
        Answer taken = researcher.post(
                "/api/v1/datasets",
                body.formatted(
                        chapters.freshName("once"),
                        project,
                        "\"file\": \"f\", \"patientId\": \"f\", \"label\": \"l\", \"date\": \"d\", \"site\": \"s\","
                                + " \"attributes\": [\"d\", \"s\"]"));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().get("errors").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder(
                        "/layout/columns/label",
                        "/layout/columns/date",
                        "/layout/columns/site",
                        "/layout/columns/frame",
                        "/layout/columns/attributes/1");
        assertThat(patients.json().get("errors").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder("/layout/columns/site", "/layout/columns/attributes/0");
        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
    }

    @Test
    void tellsEveryMistakeOfTheUploadsAndStaysADraft() {
        UUID dataset = chapters.draft(researcher, project);
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("ILL/p001_1.png", Images.png(1));
        files.put("ILL/nobody.png", Images.png(2));
        files.put("stray.png", Images.png(3));
        Chapters.created(researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(files)));
        var before = stored.counts();

        Answer refused = researcher.post(path(dataset) + "/freeze", "");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:dataset-refused");
        assertThat(refused.json().get("errors").findValuesAsString("pointer"))
                .contains("/ILL~1nobody.png", "/stray.png");
        assertThat(researcher.get(path(dataset)).json().get("state").stringValue())
                .isEqualTo("draft");
        assertThat(stored.counts()).isEqualTo(before);
    }

    @Test
    void refusesOneClassOnePatientAndNoImages() {
        UUID empty = chapters.draft(researcher, project);
        UUID oneClass = chapters.draft(researcher, project);
        UUID onePatient = chapters.draft(researcher, project);
        researcher.put(
                Chapters.archive(oneClass),
                "application/zip",
                Images.zip(Map.of("ILL/p001_1.png", Images.png(1), "ILL/p002_1.png", Images.png(2))));
        researcher.put(
                Chapters.archive(onePatient),
                "application/zip",
                Images.zip(Map.of("ILL/p001_1.png", Images.png(1), "HEALTHY/p001_2.png", Images.png(2))));

        for (UUID dataset : List.of(empty, oneClass, onePatient)) {
            Answer refused = researcher.post(path(dataset) + "/freeze", "");
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.json().get("errors")).isNotEmpty();
        }
    }

    @Test
    void readsPatientsAndLabelsOffAManifestInAnArchive() {
        UUID dataset = chapters.manifestDraft(researcher, project);
        Map<String, byte[]> files = new LinkedHashMap<>();
        StringBuilder csv = new StringBuilder("file,patient,label\r\n");
        for (int i = 0; i < 6; i++) {
            files.put("films/images/" + i + ".png", Images.png(i));
            csv.append("images/%d.png,\"patient, %d\",%s\r\n".formatted(i, i / 2, i < 2 ? "ill" : "healthy"));
        }
        files.put("films/list.csv", csv.toString().getBytes(StandardCharsets.UTF_8));

        Chapters.created(researcher.put(Chapters.archive(dataset), "application/gzip", Images.tarGzip(files)));
        Answer freezing = researcher.post(path(dataset) + "/freeze", "");

        assertThat(freezing.status()).as(freezing.text()).isEqualTo(202);
        assertThat(freezing.json().get("patientCount").intValue()).isEqualTo(3);
        assertThat(freezing.json().get("hasManifest").booleanValue()).isTrue();
    }

    @Test
    void aManifestUploadedByItselfTellsItsMistakesByRowAndNamesNoCell() {
        UUID dataset = chapters.manifestDraft(researcher, project);
        Chapters.created(researcher.put(
                Chapters.archive(dataset),
                "application/zip",
                Images.zip(Map.of("a.png", Images.png(1), "b.png", Images.png(2), "c.png", Images.png(3)))));
        String csv =
                """
                file,patient,label
                a.png,,ill
                ../../etc/passwd,SECRETNAME,ill
                b.png,p2,healthy
                b.png,p3,healthy
                missing.png,p4,ill
                """;

        Answer uploaded =
                researcher.post(path(dataset) + "/manifest", "text/csv", csv.getBytes(StandardCharsets.UTF_8));
        Answer refused = researcher.post(path(dataset) + "/freeze", "");

        assertThat(uploaded.status()).as(uploaded.text()).isEqualTo(201);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().get("errors").size()).isGreaterThanOrEqualTo(4);
        assertThat(refused.text())
                .contains("row 2")
                .doesNotContain("SECRETNAME")
                .doesNotContain("passwd");
    }

    @Test
    void imagesAreListedPageByPageWithoutGapOrRepetition() {
        UUID dataset = chapters.frozen(researcher, project);
        List<String> names = new ArrayList<>();
        String token = "";
        int pages = 0;

        do {
            Answer page = researcher.get(
                    path(dataset) + "/images?pageSize=7" + (token.isEmpty() ? "" : "&pageToken=" + token));
            page.json().get("items").forEach(item -> names.add(item.get("name").stringValue()));
            token = page.json().path("nextPageToken").asString("");
            pages++;
        } while (!token.isEmpty());

        assertThat(names).hasSize(60);
        assertThat(new HashSet<>(names)).hasSize(60);
        assertThat(pages).isEqualTo(9);
    }

    @Test
    void imagesAreFilteredByLabelAndPatient() {
        UUID dataset = chapters.frozen(researcher, project);

        assertThat(researcher
                        .get(path(dataset) + "/images?label=ILL")
                        .json()
                        .get("items")
                        .size())
                .isEqualTo(10);
        assertThat(researcher
                        .get(path(dataset) + "/images?patient=p002")
                        .json()
                        .get("items")
                        .size())
                .isEqualTo(3);
        assertThat(researcher
                        .get(path(dataset) + "/images?patient=p000&label=HEALTHY")
                        .json()
                        .get("items")
                        .size())
                .isZero();
    }

    @Test
    void anImageIsShownAsItCameAndSmall() throws IOException {
        UUID dataset = chapters.draft(researcher, project);
        byte[] film = Images.png(5, 600, 300);
        Map<String, byte[]> files = new LinkedHashMap<>(Images.classFolders(4));
        files.put("ILL/p900_1.png", film);
        Chapters.created(researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(files)));
        researcher.post(path(dataset) + "/freeze", "");
        String id = researcher
                .get(path(dataset) + "/images?patient=p900")
                .json()
                .get("items")
                .get(0)
                .get("id")
                .stringValue();

        Answer original = researcher.get("/api/v1/images/" + id + "/content");
        Answer thumbnail = researcher.get("/api/v1/images/" + id + "/content?rendition=thumbnail");

        assertThat(original.response().body()).isEqualTo(film);
        assertThat(original.header("Content-Type")).contains("image/png");
        assertThat(original.header("Cache-Control").orElse("")).contains("no-store");
        var small = ImageIO.read(new ByteArrayInputStream(thumbnail.response().body()));
        assertThat(List.of(small.getWidth(), small.getHeight())).containsExactly(256, 128);
        assertThat(researcher
                        .get("/api/v1/images/" + id + "/content?rendition=huge")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void pollingCostsNoBodyWhileNothingChanges() {
        UUID dataset = chapters.filledDraft(researcher, project);
        String tag = researcher.get(path(dataset)).header("ETag").orElseThrow();

        Answer unchanged = researcher.get(path(dataset), "If-None-Match", tag);
        researcher.post(path(dataset) + "/freeze", "");
        Answer changed = researcher.get(path(dataset), "If-None-Match", tag);

        assertThat(unchanged.status()).isEqualTo(304);
        assertThat(unchanged.text()).isEmpty();
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.header("ETag").orElseThrow()).isNotEqualTo(tag);
    }

    /** Two groups of copies, of which one is across patients and folders, as the worker stores them. */
    @Test
    void copiesAreShownGroupByGroup() {
        UUID dataset = chapters.draft(researcher, project);
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int patient = 0; patient < 8; patient++) {
            files.put(
                    "%s/%s/p%03d_0.png"
                            .formatted(patient < 4 ? "train" : "test", patient % 2 == 0 ? "HEALTHY" : "ILL", patient),
                    Images.png(patient));
        }
        files.put("train/HEALTHY/p000_1.png", Images.png(0));
        files.put("test/HEALTHY/p004_1.png", Images.png(0));
        files.put("test/ILL/p005_1.png", Images.png(5));
        Chapters.created(researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(files)));
        assertThat(researcher.get(path(dataset) + "/duplicate-groups").json().get("items"))
                .isEmpty();
        researcher.post(path(dataset) + "/freeze", "");
        reporting.freeze(
                chapters.claim(dataset),
                Chapters.PROFILE.substring(0, Chapters.PROFILE.lastIndexOf('}'))
                        + ", \"roles\": [{\"role\": \"train\", \"images\": 5, \"patients\": 4, \"classes\": []}]}",
                """
                [{"code": "duplicatesAcrossPatients", "severity": "blocking", "evidence": "1 file contents", "figures": [],
                  "images": ["test/HEALTHY/p004_1.png"], "suggestion": "look",
                  "groups": [{"number": 1, "identical": true, "imageCount": 3, "patients": 2, "labels": ["HEALTHY"],
                              "roles": ["train", "test"], "images": ["test/HEALTHY/p004_1.png"]}]},
                 {"code": "borders", "severity": "notice", "evidence": "older", "images": [], "suggestion": "look"}]
                """,
                new ExaminedImages(
                        new DuplicateGroups(List.of(
                                new TreeSet<>(List.of(
                                        "train/HEALTHY/p000_0.png",
                                        "train/HEALTHY/p000_1.png",
                                        "test/HEALTHY/p004_1.png")),
                                new TreeSet<>(List.of("test/ILL/p005_0.png", "test/ILL/p005_1.png")))),
                        List.of()));

        JsonNode findings = researcher.get(path(dataset) + "/findings").json().get("findings");
        assertThat(findings.at("/0/groups/0/roles").toString()).isEqualTo("[\"train\",\"test\"]");
        assertThat(findings.at("/0/groups/0/patients").intValue()).isEqualTo(2);
        assertThat(findings.at("/1/groups").size()).isZero();

        Answer first = researcher.get(path(dataset) + "/duplicate-groups?pageSize=1");
        assertThat(first.status()).as(first.text()).isEqualTo(200);
        JsonNode across = first.json().at("/items/0");
        assertThat(across.get("number").intValue()).isZero();
        assertThat(across.get("identical").booleanValue()).isTrue();
        assertThat(across.get("imageCount").intValue()).isEqualTo(3);
        assertThat(across.get("patientCount").intValue()).isEqualTo(2);
        assertThat(across.get("images").findValuesAsString("patient")).containsExactly("p004", "p000", "p000");
        assertThat(across.get("images").findValuesAsString("role")).containsExactly("test", "train", "train");
        assertThat(across.at("/images/0/labels/0").stringValue()).isEqualTo("HEALTHY");

        Answer second = researcher.get(path(dataset) + "/duplicate-groups?pageSize=1&pageToken="
                + first.json().get("nextPageToken").stringValue());
        assertThat(second.json().at("/items/0/number").intValue()).isEqualTo(1);
        assertThat(second.json().has("nextPageToken")).isFalse();

        JsonNode members = researcher
                .get(path(dataset) + "/images?duplicateGroup=1")
                .json()
                .get("items");
        assertThat(members.findValuesAsString("name"))
                .containsExactlyInAnyOrder("test/ILL/p005_0.png", "test/ILL/p005_1.png");
        JsonNode image = researcher
                .get("/api/v1/images/" + across.at("/images/0/id").stringValue())
                .json();
        assertThat(image.get("duplicateGroup").intValue()).isZero();
        assertThat(researcher
                        .get(path(dataset) + "/images?patient=p007")
                        .json()
                        .at("/items/0")
                        .has("duplicateGroup"))
                .isFalse();
    }

    /** What nobody compared is told of every split's plan. */
    @Test
    void aSearchForCopiesThatEndedEarlyIsToldOfSplits() {
        UUID dataset = chapters.filledDraft(researcher, project);
        researcher.post(path(dataset) + "/freeze", "");
        reporting.freeze(
                chapters.claim(dataset),
                Chapters.PROFILE,
                """
                [{"code": "nearDuplicateSearchIncomplete", "severity": "warning", "images": [], "figures": [],
                  "evidence": "7 of 60 different files were not compared with each other", "suggestion": "leave some out"}]
                """);

        Answer plan = researcher.post(
                path(dataset) + "/split-plans",
                """
                {"name": "planned", "seed": 7, "spec": {"kind": "kFold", "folds": 3, "test": 0.2, "validation": 0.25}}
                """);

        assertThat(plan.status()).as(plan.text()).isEqualTo(200);
        assertThat(plan.json().get("findings").valueStream().filter(finding -> finding.get("code")
                        .stringValue()
                        .equals("datasetFinding")))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.get("severity").stringValue()).isEqualTo("warning");
                    assertThat(finding.get("evidence").stringValue())
                            .contains("nearDuplicateSearchIncomplete", "7 of 60 different files");
                });
    }
}
