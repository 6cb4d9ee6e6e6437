package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.api.Stored;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** DICOM files in class folders, from the upload to the frozen dataset. */
@ApiTest
class DicomArchiveIT {
    private final Http http;
    private final Chapters chapters;
    private final Stored stored;
    private final JdbcClient database;
    private final UUID project;
    private final User researcher;
    private UUID dataset;

    DicomArchiveIT(Http http, Chapters chapters, Stored stored, JdbcClient database) {
        this.database = database;
        this.http = http;
        this.chapters = chapters;
        this.stored = stored;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    @BeforeEach
    void makeADraft() {
        dataset = chapters.draft(researcher, project);
    }

    private static Map<String, byte[]> classFolders() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int patient = 0; patient < 6; patient++) {
            files.put(
                    "%s/p%03d_0.dcm".formatted(patient % 3 == 0 ? "ILL" : "HEALTHY", patient),
                    Images.dicom(patient, 24, 20));
        }
        return files;
    }

    @Test
    void takesAnArchiveOfThemAndShowsThem() throws IOException {
        Answer upload = researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(classFolders()));

        assertThat(upload.status()).as(upload.text()).isEqualTo(201);
        assertThat(upload.json().get("images").intValue()).isEqualTo(6);
        Answer freezing = researcher.post("/api/v1/datasets/" + dataset + "/freeze", "");
        assertThat(freezing.status()).as(freezing.text()).isEqualTo(202);
        JsonNode image = researcher
                .get("/api/v1/datasets/" + dataset + "/images")
                .json()
                .get("items")
                .get(0);
        assertThat(image.get("width").intValue()).isEqualTo(24);
        assertThat(image.get("height").intValue()).isEqualTo(20);
        assertThat(image.get("bitDepth").intValue()).isEqualTo(12);
        String content = "/api/v1/images/" + image.get("id").stringValue() + "/content";
        assertThat(researcher.get(content).header("Content-Type")).contains("application/dicom");
        Answer thumbnail = researcher.get(content + "?rendition=thumbnail");
        assertThat(ImageIO.read(new ByteArrayInputStream(thumbnail.response().body()))
                        .getWidth())
                .isEqualTo(24);
    }

    @Test
    void refusesTheWholeArchiveForACutAndARenamedFileByTheirCodes() {
        Map<String, byte[]> files = classFolders();
        byte[] sound = Images.dicom(7, 24, 20);
        files.put("ILL/cut.dcm", Arrays.copyOf(sound, sound.length - 10));
        files.put("ILL/film.dcm", Images.jpeg(1));
        var before = stored.counts();

        Answer answer = researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(files));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().get("errors").findValuesAsString("pointer"))
                .containsExactly("/ILL~1cut.dcm", "/ILL~1film.dcm");
        assertThat(answer.text())
                .contains("truncated: the DICOM file ends before")
                .doesNotContain("MRN");
        assertThat(stored.counts()).isEqualTo(before);
    }

    @Test
    void keepsPatientsAsPseudonymsOnly() {
        researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(classFolders()));
        researcher.post("/api/v1/datasets/" + dataset + "/freeze", "");

        Answer images = researcher.get("/api/v1/datasets/" + dataset + "/images");

        assertThat(images.text()).doesNotContain("MRN");
        Set<String> patients = new HashSet<>();
        for (JsonNode image : images.json().get("items")) {
            JsonNode metadata = image.get("metadata");
            assertThat(metadata.get("modality").stringValue()).isEqualTo("DX");
            assertThat(metadata.get("transferSyntax").stringValue()).isEqualTo("1.2.840.10008.1.2.1");
            assertThat(metadata.get("photometricInterpretation").stringValue()).isEqualTo("MONOCHROME2");
            patients.add(metadata.get("patient").stringValue());
            Answer content = researcher.get("/api/v1/images/" + image.get("id").stringValue() + "/content");
            assertThat(new String(content.response().body(), StandardCharsets.ISO_8859_1))
                    .contains("DICM")
                    .doesNotContain("MRN");
        }
        assertThat(patients).hasSize(6).allMatch(patient -> patient.matches("[0-9a-f]{32}"));
        assertThat(database.sql("select count(*) from upload_image i where i.dataset_id = ? and i::text like '%MRN%'")
                        .param(dataset)
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    /** Afterwards it is a pseudonym, which says nothing. */
    @Test
    void looksAtThePatientIdWhileItIsAWord() {
        Map<String, byte[]> files = classFolders();
        files.put("ILL/MRN00008.dcm", Images.dicom(8, 24, 20));

        researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(files));

        assertThat(database.sql(
                                "select name, metadata -> 'statedPatient' ->> 'doubt' as doubt from upload_image where dataset_id = ? and"
                                        + " metadata -> 'statedPatient' ->> 'doubt' is not null")
                        .param(dataset)
                        .query()
                        .singleRow())
                .isEqualTo(Map.of("name", "ILL/MRN00008.dcm", "doubt", "FILE_NAME"));
    }

    @Test
    void refusesFilesThatDoNotSayTheyAreDeidentifiedWhereTheDatasetAsksForIt() {
        Answer draft = researcher.post(
                "/api/v1/datasets",
                chapters.draftBody(project).replaceFirst("\"task\"", "\"deidentifiedOnly\": true, \"task\""));
        assertThat(draft.status()).as(draft.text()).isEqualTo(201);
        assertThat(draft.json().get("deidentifiedOnly").booleanValue()).isTrue();

        Answer archive = researcher.put(Chapters.archive(draft.id()), "application/zip", Images.zip(classFolders()));
        Answer single = researcher.put(
                "/api/v1/datasets/" + draft.id() + "/images?name=ILL/p1.dcm",
                "application/dicom",
                Images.dicom(1, 24, 20));

        assertThat(archive.status()).isEqualTo(422);
        assertThat(archive.json().get("errors")).hasSize(6);
        assertThat(archive.text()).contains("notDeidentified: ").doesNotContain("MRN");
        assertThat(single.status()).isEqualTo(422);
        assertThat(single.text()).contains("notDeidentified: ");
    }

    /** Nobody has to remember it for each dataset, and nobody can do without. */
    @Test
    void whatTheProjectDemandsHoldsForEachOfItsDatasets() {
        UUID strict = http.admin()
                .post(
                        "/api/v1/projects",
                        "{\"name\": \"%s\", \"deidentifiedOnly\": true}".formatted(chapters.freshName("strict")))
                .id();
        User theirs = http.user(Role.RESEARCHER, strict);
        String body = chapters.draftBody(strict);

        Answer lax =
                theirs.post("/api/v1/datasets", body.replaceFirst("\"task\"", "\"deidentifiedOnly\": false, \"task\""));
        Answer draft = theirs.post("/api/v1/datasets", body);
        Answer archive = theirs.put(Chapters.archive(draft.id()), "application/zip", Images.zip(classFolders()));

        assertThat(theirs.get("/api/v1/projects/" + strict)
                        .json()
                        .get("deidentifiedOnly")
                        .booleanValue())
                .isTrue();
        assertThat(lax.status()).isEqualTo(422);
        assertThat(lax.json().get("errors").findValuesAsString("pointer")).containsExactly("/deidentifiedOnly");
        assertThat(draft.json().get("deidentifiedOnly").booleanValue()).isTrue();
        assertThat(archive.status()).isEqualTo(422);
        assertThat(archive.json().get("errors")).hasSize(6);
    }

    /** As media have them: a directory of its own kind, files without suffixes, and a table that names patients. */
    @Test
    void readsATreeWhoseFilesNameTheirPatients() {
        Answer draft = researcher.post(
                "/api/v1/datasets",
                """
                {"name": "%s", "projectId": "%s", "task": "binary", "positiveLabel": "ill",
                 "layout": {"kind": "dicom", "key": "patient", "keyColumn": "PatientID", "labelColumn": "finding",
                  "siteColumn": "hospital", "attributes": ["ward"]}}
                """
                        .formatted(chapters.freshName("tree"), project));
        assertThat(draft.status()).as(draft.text()).isEqualTo(201);
        Map<String, byte[]> files = new LinkedHashMap<>();
        StringBuilder table = new StringBuilder("Name,PatientID,finding,hospital,ward\n");
        files.put("DICOMDIR", new byte[] {1});
        for (int patient = 0; patient < 6; patient++) {
            files.put("S%d/IM1".formatted(patient), Images.dicom(patient, 24, 20));
            table.append("DOE%d,MRN%05d,%s,%s,A\n"
                    .formatted(patient, patient, patient % 2 == 0 ? "ill" : "well", patient < 3 ? "North" : "South"));
        }
        files.put("labels.csv", table.toString().getBytes(StandardCharsets.UTF_8));

        Answer upload = researcher.put(Chapters.archive(draft.id()), "application/zip", Images.zip(files));
        assertThat(upload.status()).as(upload.text()).isEqualTo(201);
        Answer freezing = researcher.post("/api/v1/datasets/" + draft.id() + "/freeze", "");

        assertThat(freezing.status()).as(freezing.text()).isEqualTo(202);
        assertThat(freezing.json().get("patientCount").intValue()).isEqualTo(6);
        assertThat(freezing.json().get("layout").get("key").stringValue()).isEqualTo("patient");
        Answer images = researcher.get("/api/v1/datasets/" + draft.id() + "/images");
        assertThat(images.text()).doesNotContain("MRN").doesNotContain("DOE");
        for (JsonNode image : images.json().get("items")) {
            assertThat(image.get("patient")).isEqualTo(image.get("metadata").get("patient"));
            int number = image.get("name").stringValue().charAt(1) - '0';
            assertThat(image.get("label").stringValue()).isEqualTo(number % 2 == 0 ? "ill" : "well");
            assertThat(image.get("site").stringValue()).isEqualTo(number < 3 ? "North" : "South");
        }
    }

    @Test
    void readsATreeWhoseTableSaysSeveralLabels() {
        Answer draft = researcher.post(
                "/api/v1/datasets",
                """
                {"name": "%s", "projectId": "%s", "task": "multilabel",
                 "layout": {"kind": "dicom", "key": "patient", "keyColumn": "PatientID",
                  "labelColumns": ["Effusion", "Mass"]}}
                """
                        .formatted(chapters.freshName("tree"), project));
        assertThat(draft.status()).as(draft.text()).isEqualTo(201);
        Map<String, byte[]> files = new LinkedHashMap<>();
        StringBuilder table = new StringBuilder("PatientID,Mass,Effusion\n");
        for (int patient = 0; patient < 6; patient++) {
            files.put("S%d/IM1".formatted(patient), Images.dicom(patient, 24, 20));
            table.append("MRN%05d,%d,%d\n".formatted(patient, patient % 2, patient / 3));
        }
        files.put("labels.csv", table.toString().getBytes(StandardCharsets.UTF_8));

        Chapters.created(researcher.put(Chapters.archive(draft.id()), "application/zip", Images.zip(files)));
        Answer freezing = researcher.post("/api/v1/datasets/" + draft.id() + "/freeze", "");

        assertThat(freezing.status()).as(freezing.text()).isEqualTo(202);
        assertThat(freezing.json().at("/layout/labelColumns/1").stringValue()).isEqualTo("Mass");
        for (JsonNode image : researcher
                .get("/api/v1/datasets/" + draft.id() + "/images")
                .json()
                .get("items")) {
            int number = image.get("name").stringValue().charAt(1) - '0';
            assertThat(image.get("labels").valueStream().map(JsonNode::stringValue))
                    .containsExactlyElementsOf(
                            number < 3
                                    ? (number % 2 == 0 ? List.<String>of() : List.of("Mass"))
                                    : (number % 2 == 0 ? List.of("Effusion") : List.of("Effusion", "Mass")));
        }
        Answer neither = researcher.post(
                "/api/v1/datasets", tree().replace("\"labelColumn\": \"finding\"", "\"siteColumn\": \"finding\""));
        assertThat(neither.status()).isEqualTo(422);
        assertThat(neither.text()).contains("must name either labelColumn or labelColumns");
    }

    /** Files in class folders say their day, so the later ones can be tested on. */
    @Test
    void splitsClassFoldersByTheDayThatTheFilesSay() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int patient = 0; patient < 30; patient++) {
            files.put(
                    "%s/p%03d_0.dcm".formatted(patient % 3 == 0 ? "ILL" : "HEALTHY", patient),
                    Images.dicom(patient, 24, 20, "202601%02d".formatted(patient + 1)));
        }
        chapters.frozen(researcher, dataset, files);

        Answer split = researcher.post(
                "/api/v1/datasets/" + dataset + "/splits",
                """
                {"name": "later", "seed": 7, "spec": {"kind": "temporal", "testFrom": "2026-01-22", "validation": 0.25,
                 "straddling": "dropped"}}
                """);

        assertThat(split.status()).as(split.text()).isEqualTo(201);
        String roles = researcher
                .get("/api/v1/splits/" + split.id() + "/assignments", "Accept", "text/csv")
                .text();
        assertThat(roles.lines().filter(row -> row.endsWith(",test")))
                .hasSize(9)
                .allMatch(row -> row.compareTo("-1,p021") >= 0);
    }

    /** As scanners and archives name them: after their identifiers, which end in numbers. */
    @Test
    void takesFilesThatAreNamedAfterTheirIdentifiers() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        List<String> names =
                List.of("1.2.840.113619.2.55.%d", "MR.1.2.840.113619.%d", "p%d.IMA", "p%d.dic", "IM.000%d", "p%d.dc3");
        for (int patient = 0; patient < names.size(); patient++) {
            String name = "p%d_".formatted(patient) + names.get(patient).formatted(patient);
            files.put((patient % 3 == 0 ? "ILL/" : "HEALTHY/") + name, Images.dicom(patient, 24, 20));
        }

        Answer upload = researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(files));
        Answer single = researcher.put(
                "/api/v1/datasets/" + dataset + "/images?name=ILL/p9_1.2.840.10008.9",
                "application/dicom",
                Images.dicom(9, 24, 20));

        assertThat(upload.status()).as(upload.text()).isEqualTo(201);
        assertThat(upload.json().get("images").intValue()).isEqualTo(6);
        assertThat(single.status()).as(single.text()).isEqualTo(201);
    }

    @Test
    void takesNothingElseByThoseNamesAndNoProgramByAny() {
        Map<String, byte[]> files = classFolders();
        files.put("ILL/p7_1.2.840.7", Images.png(7));
        files.put("ILL/p8.exe", Images.dicom(8, 24, 20));
        files.put("ILL/p9.IMA", "MZ, a program".getBytes(StandardCharsets.UTF_8));

        Answer answer = researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(files));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().get("errors").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder("/ILL~1p7_1.2.840.7", "/ILL~1p8.exe", "/ILL~1p9.IMA");
        Answer single = researcher.put(
                "/api/v1/datasets/" + dataset + "/images?name=ILL/p8.exe",
                "application/dicom",
                Images.dicom(8, 24, 20));
        assertThat(single.status()).isEqualTo(422);
        assertThat(single.json().get("errors").findValuesAsString("pointer")).containsExactly("/name");
    }

    /** All files of that layout are DICOM files, whatever they are called. */
    @Test
    void readsATreeWhoseFilesHaveNamesOfAnyKind() {
        Answer draft = researcher.post("/api/v1/datasets", tree());
        Map<String, byte[]> files = new LinkedHashMap<>();
        StringBuilder table = new StringBuilder("PatientID,finding\n");
        for (int patient = 0; patient < 6; patient++) {
            files.put("S%d/1.2.840.%d.MR".formatted(patient, patient), Images.dicom(patient, 24, 20));
            table.append("MRN%05d,%s\n".formatted(patient, patient % 2 == 0 ? "ill" : "well"));
        }
        files.put("labels.csv", table.toString().getBytes(StandardCharsets.UTF_8));
        byte[] whole = Images.zip(files);
        files.put("S0/report.pdf", "%PDF-1.7".getBytes(StandardCharsets.UTF_8));
        files.put("S0/renamed.dcm", Images.jpeg(1));

        Answer refused = researcher.put(Chapters.archive(draft.id()), "application/zip", Images.zip(files));
        Answer upload = researcher.put(Chapters.archive(draft.id()), "application/zip", whole);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().get("errors").findValuesAsString("pointer"))
                .containsExactly("/S0~1renamed.dcm", "/S0~1report.pdf");
        assertThat(upload.status()).as(upload.text()).isEqualTo(201);
    }

    private String tree() {
        return """
                {"name": "%s", "projectId": "%s", "task": "binary", "positiveLabel": "ill",
                 "layout": {"kind": "dicom", "key": "patient", "keyColumn": "PatientID", "labelColumn": "finding"}}
                """
                .formatted(chapters.freshName("tree"), project);
    }

    @Test
    void takesASingleFile() {
        Answer answer = researcher.put(
                "/api/v1/datasets/" + dataset + "/images?name=ILL/p1.dcm",
                "application/dicom",
                Images.dicom(1, 24, 20));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    @Test
    void takesNoPartOfAFileAndNoFileOfTwoNames() {
        String path = "/api/v1/datasets/" + dataset + "/images?name=ILL/p1.dcm";
        byte[] file = Images.dicom(1, 24, 20);

        Answer part = researcher.put(path, "application/dicom", file, "Content-Range", "bytes 0-99/200");
        Answer twoNames = researcher.put(path + "&name=ILL/p2.dcm", "application/dicom", file);

        assertThat(part.status()).as(part.text()).isEqualTo(400);
        assertThat(twoNames.status()).as(twoNames.text()).isEqualTo(422);
        assertThat(twoNames.json().get("errors").findValuesAsString("pointer")).containsExactly("/name");
        assertThat(researcher
                        .get("/api/v1/datasets/" + dataset)
                        .json()
                        .get("imageCount")
                        .intValue())
                .isZero();
    }
}
