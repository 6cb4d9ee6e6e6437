package org.foldwise.api.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.learning.dataset.DuplicateGroups;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.dataset.DatasetReporting;
import org.foldwise.registry.dataset.ExaminedImages;
import org.foldwise.registry.dataset.MeasuredImage;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@ApiTest
class SplitIT {
    private final User researcher;
    private final UUID dataset;
    private final Chapters chapters;
    private final DatasetReporting reporting;
    private final UUID project;

    SplitIT(Http http, Chapters chapters, DatasetReporting reporting) {
        this.project = chapters.project();
        this.reporting = reporting;
        this.chapters = chapters;
        this.researcher = http.user(Role.RESEARCHER, project);
        this.dataset = chapters.frozen(researcher, project);
    }

    @Test
    void aRepeatedCrossValidationHasFoldsOfEveryRepeatAndACertificate() {
        Answer made = split("{\"kind\": \"kFold\", \"folds\": 3, \"repeats\": 2, \"test\": 0.2, \"validation\": 0.25}");

        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.json().get("folds")).hasSize(7);
        assertThat(made.json().at("/spec/repeats").intValue()).isEqualTo(2);
        assertThat(made.json().get("keepTogether").toString()).isEqualTo("[\"patient\",\"duplicates\"]");
        Answer certificate = researcher.get("/api/v1/splits/" + made.id() + "/certificate");
        assertThat(certificate.status()).isEqualTo(200);
        assertThat(Digest.of(certificate.text()).hex())
                .isEqualTo(made.json().at("/certificate/certificateDigest").stringValue());
        JsonNode proof = certificate.json();
        assertThat(proof.get("split").stringValue())
                .isEqualTo(made.json().get("digest").stringValue());
        for (JsonNode fold : proof.get("folds")) {
            int patients = 0;
            for (JsonNode role : fold.get("roles")) {
                patients += role.at("/holding/patients").intValue();
            }
            assertThat(patients).isEqualTo(proof.at("/total/patients").intValue());
        }
    }

    @Test
    void whatTheDatasetDoesNotAllowForIsRefusedWithWhatItDoes() {
        Answer temporal =
                split("{\"kind\": \"temporal\", \"test\": 0.2, \"validation\": 0.25, \"straddling\": \"dropped\"}");
        assertThat(temporal.status()).isEqualTo(422);
        assertThat(temporal.json().at("/type").stringValue()).endsWith("split-refused");
        assertThat(temporal.json().at("/errors/0/detail").stringValue())
                .startsWith("a temporal split needs the day of every image")
                .endsWith("is feasible");

        Answer site = split("{\"kind\": \"site\", \"validation\": 0.25}");
        assertThat(site.json().at("/errors/0/detail").stringValue()).endsWith("a split without sites is feasible");
    }

    @Test
    void allMistakesAreToldAtOnce() {
        Answer refused = researcher.post(
                "/api/v1/datasets/" + dataset + "/splits",
                """
                {"name": " ", "seed": 1, "keepTogether": ["patient", "colour"],
                 "spec": {"kind": "temporal", "test": 2, "validation": 0.7, "straddling": "no"}}
                """);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().get("errors").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder(
                        "/name", "/keepTogether/1", "/spec/test", "/spec/validation", "/spec/straddling");
        Answer leaking = researcher.post(
                "/api/v1/datasets/" + dataset + "/splits",
                """
                {"name": "x", "seed": 1, "keepTogether": ["patient"],
                 "spec": {"kind": "holdout", "train": 0.6, "validation": 0.2, "test": 0.2}}
                """);
        assertThat(leaking.json().at("/errors/0/detail").stringValue())
                .startsWith("keepTogether must hold patient and duplicates");
    }

    @Test
    void rolesMadeElsewhereAreTakenAsTableAndAsJson() {
        UUID made = split("{\"kind\": \"kFold\", \"folds\": 3, \"test\": 0.2, \"validation\": 0.25}")
                .id();
        String csv = researcher
                .get("/api/v1/splits/" + made + "/assignments", "Accept", "text/csv")
                .text();
        String json = researcher
                .get("/api/v1/splits/" + made + "/assignments")
                .json()
                .get("assignments")
                .toString();

        Answer fromCsv = csv("as published", "\ufeff" + csv.replace(',', ';'));
        Answer fromJson = split("{\"kind\": \"fixed\", \"assignments\": " + json + "}");

        assertThat(fromCsv.status()).as(fromCsv.text()).isEqualTo(201);
        assertThat(fromJson.status()).as(fromJson.text()).isEqualTo(201);
        assertThat(fromCsv.json().at("/spec/kind").stringValue()).isEqualTo("fixed");
        assertThat(fromCsv.json().get("digest")).isEqualTo(fromJson.json().get("digest"));
        for (Answer taken : List.of(fromCsv, fromJson)) {
            assertThat(researcher
                            .get("/api/v1/splits/" + taken.id() + "/assignments", "Accept", "text/csv")
                            .text())
                    .isEqualTo(csv);
        }
    }

    /** Who is held out, and nothing else; or who is trained on and tested. */
    @Test
    void plainFoldsAndFoldersGetTheirValidationHere() {
        UUID made = split("{\"kind\": \"kFold\", \"folds\": 3, \"test\": 0.2, \"validation\": 0.25}")
                .id();
        String csv = researcher
                .get("/api/v1/splits/" + made + "/assignments", "Accept", "text/csv")
                .text()
                .replace(",validation", ",train");
        String plain =
                csv.lines().filter(row -> !row.startsWith("-1,")).collect(Collectors.joining("\r\n", "", "\r\n"));

        assertThat(csv("no validation", plain).status()).isEqualTo(422);
        Answer taken = csv("plain&validation=0.2", plain);

        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        String completed = researcher
                .get("/api/v1/splits/" + taken.id() + "/assignments", "Accept", "text/csv")
                .text();
        assertThat(completed.lines().filter(row -> row.endsWith(",validation")).map(row -> row.split(",", -1)[0]))
                .contains("-1", "0", "1", "2");
        assertThat(completed.lines().filter(row -> row.endsWith(",heldOut")))
                .containsExactlyInAnyOrderElementsOf(
                        csv.lines().filter(row -> row.endsWith(",heldOut")).toList());
        Answer folders = split("{\"kind\": \"folders\", \"validation\": 0.2}");
        assertThat(folders.status()).isEqualTo(422);
        assertThat(folders.json().at("/errors/0/pointer").stringValue()).isEqualTo("/spec/kind");
        assertThat(split("{\"kind\": \"folders\", \"validation\": 0.7}")
                        .json()
                        .at("/errors/0/pointer")
                        .stringValue())
                .isEqualTo("/spec/validation");
    }

    /** Validation images have a frame that no other image has; nobody opened one to see it. */
    @Test
    void rolesThatDifferAreToldOfAPlanAndBeforeAStart() {
        UUID framed = chapters.draft(researcher, project);
        Map<String, byte[]> files = Images.classFolders(60);
        Chapters.created(researcher.put(Chapters.archive(framed), "application/zip", Images.zip(files)));
        researcher.post("/api/v1/datasets/" + framed + "/freeze", "");
        reporting.freeze(
                chapters.claim(framed),
                Chapters.PROFILE,
                "[]",
                new ExaminedImages(
                        DuplicateGroups.NONE,
                        files.keySet().stream()
                                .map(name -> new MeasuredImage(
                                        name,
                                        120,
                                        40,
                                        7,
                                        300,
                                        0,
                                        0,
                                        roleOf(name).equals("validation") ? 0.05 : 0,
                                        5))
                                .toList()));
        String assignments = IntStream.range(0, 60)
                .mapToObj("p%03d"::formatted)
                .map(patient -> "{\"fold\": -1, \"patient\": \"%s\", \"role\": \"%s\"}"
                        .formatted(patient, roleOf("x/" + patient + "_0.png")))
                .collect(Collectors.joining(", ", "[", "]"));
        String spec = "{\"kind\": \"fixed\", \"assignments\": " + assignments + "}";

        Answer plan = researcher.post(
                "/api/v1/datasets/" + framed + "/split-plans",
                "{\"name\": \"framed\", \"seed\": 7, \"spec\": %s}".formatted(spec));
        assertThat(plan.status()).as(plan.text()).isEqualTo(200);
        UUID stored = Chapters.created(researcher.post(
                "/api/v1/datasets/" + framed + "/splits",
                "{\"name\": \"framed\", \"seed\": 7, \"spec\": %s}".formatted(spec)));
        Answer dryRun = researcher.post("/api/v1/experiments/dry-runs", Chapters.experimentBody(stored, "train"));

        for (Answer answer : List.of(plan, dryRun)) {
            List<JsonNode> told = answer.json()
                    .get("findings")
                    .valueStream()
                    .filter(finding -> finding.get("code").stringValue().equals("rolesDiffer"))
                    .toList();
            assertThat(told).as(answer.text()).singleElement().satisfies(finding -> {
                assertThat(finding.get("severity").stringValue()).isEqualTo("warning");
                assertThat(finding.get("evidence").stringValue())
                        .startsWith("Validation images can be told from those to train on")
                        .contains("by 'border' with a ROC AUC of 1.000")
                        .doesNotContain("intensity");
            });
        }
    }

    /** The patients p000, p004 and so on validate, p002, p006 and so on are tested. */
    private static String roleOf(String name) {
        int patient = Integer.parseInt(name.replaceAll(".*/p([0-9]+)_.*", "$1"));
        return patient % 4 == 0 ? "validation" : patient % 4 == 2 ? "test" : "train";
    }

    @Test
    void everyRowThatLeaksIsNamed() {
        UUID made = split("{\"kind\": \"kFold\", \"folds\": 3, \"test\": 0.2, \"validation\": 0.25}")
                .id();
        String csv = researcher
                .get("/api/v1/splits/" + made + "/assignments", "Accept", "text/csv")
                .text();
        String[] rows = csv.split("\r\n", -1);
        String patient = rows[1].split(",", -1)[1];
        String other = rows[1].endsWith(",train") ? "validation" : "train";

        Answer refused = csv("leaking", csv + "-1," + patient + "," + other + "\r\n-1,nobody,train\r\n");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().at("/type").stringValue()).endsWith("split-refused");
        int first = rows.length - 2;
        assertThat(refused.json().get("errors").findValuesAsString("pointer"))
                .containsExactly("/row/" + first, "/row/" + (first + 1));
        assertThat(refused.text()).doesNotContain(patient).doesNotContain("nobody");
        assertThat(csv("unreadable", "patient\r\np1\r\n")
                        .json()
                        .at("/errors/0/detail")
                        .stringValue())
                .isEqualTo("has no column 'role'");
        assertThat(csv("unreadable", "fold;patient;role\nx;p1;train\n0;p2;nurse\n")
                        .json()
                        .get("errors")
                        .findValuesAsString("pointer"))
                .containsExactly("/row/0", "/row/1");
    }

    private Answer split(String spec) {
        return researcher.post(
                "/api/v1/datasets/" + dataset + "/splits",
                "{\"name\": \"%s\", \"seed\": 7, \"spec\": %s}".formatted(chapters.freshName("split"), spec));
    }

    private Answer csv(String name, String table) {
        return researcher.post(
                "/api/v1/datasets/" + dataset + "/splits/csv?name=" + name.replace(" ", "%20"),
                "text/csv",
                table.getBytes(StandardCharsets.UTF_8));
    }
}
