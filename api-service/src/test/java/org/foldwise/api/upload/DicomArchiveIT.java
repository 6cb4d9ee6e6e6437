package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
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
import tools.jackson.databind.JsonNode;

/** DICOM files in class folders, from the upload to the frozen dataset. */
@ApiTest
class DicomArchiveIT {
    private final Chapters chapters;
    private final Stored stored;
    private final UUID project;
    private final User researcher;
    private UUID dataset;

    DicomArchiveIT(Http http, Chapters chapters, Stored stored) {
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
    void refusesTheWholeArchiveForOneCutFileByItsCode() {
        Map<String, byte[]> files = classFolders();
        byte[] sound = Images.dicom(7, 24, 20);
        files.put("ILL/cut.dcm", Arrays.copyOf(sound, sound.length - 10));
        var before = stored.counts();

        Answer answer = researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(files));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().get("errors").findValuesAsString("pointer")).containsExactly("/ILL~1cut.dcm");
        assertThat(answer.text())
                .contains("truncated: the DICOM file ends before")
                .doesNotContain("MRN");
        assertThat(stored.counts()).isEqualTo(before);
    }

    @Test
    void takesASingleFile() {
        Answer answer = researcher.put(
                "/api/v1/datasets/" + dataset + "/images?name=ILL/p1.dcm",
                "application/dicom",
                Images.dicom(1, 24, 20));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }
}
