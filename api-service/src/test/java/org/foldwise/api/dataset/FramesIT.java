package org.foldwise.api.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.learning.SharedFolder;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Slices, frames and pages of files as images of a dataset. */
@ApiTest
class FramesIT {
    private static final String FOLDERS =
            "\"layout\": {\"kind\": \"classFolders\", \"patientIdPattern\": \"(?<patient>p[0-9]+)\"}";
    private static final String MANIFEST =
            "\"layout\": {\"kind\": \"manifest\", \"columns\": {\"file\": \"file\", \"patientId\": \"patient\", \"label\":"
                    + " \"label\", \"frame\": \"slice\"}}";

    private final Chapters chapters;
    private final UUID project;
    private final User researcher;

    FramesIT(Http http, Chapters chapters) {
        this.chapters = chapters;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    private Answer create(String rest) {
        return researcher.post(
                "/api/v1/datasets",
                "{\"name\": \"%s\", \"projectId\": \"%s\", \"task\": \"binary\", \"positiveLabel\": \"ILL\", %s}"
                        .formatted(UUID.randomUUID(), project, rest));
    }

    private UUID draft(String layout, String frames) {
        return Chapters.created(create(layout + (frames.isEmpty() ? "" : ", \"frames\": " + frames)));
    }

    private Answer upload(UUID dataset, Map<String, byte[]> files) {
        return researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(files));
    }

    private Answer freeze(UUID dataset) {
        return researcher.post("/api/v1/datasets/" + dataset + "/freeze", "");
    }

    private JsonNode frozen(UUID dataset, Map<String, byte[]> files) {
        return images(chapters.frozen(researcher, dataset, files), "");
    }

    private JsonNode images(UUID dataset, String query) {
        return researcher
                .get("/api/v1/datasets/" + dataset + "/images?pageSize=200" + query)
                .json()
                .get("items");
    }

    /** The pixels of an image no larger than thumbnails are, from the upper left. */
    private byte[] shown(JsonNode image) throws IOException {
        Answer thumbnail =
                researcher.get("/api/v1/images/" + image.get("id").stringValue() + "/content?rendition=thumbnail");
        assertThat(thumbnail.status()).isEqualTo(200);
        var picture = ImageIO.read(new ByteArrayInputStream(thumbnail.response().body()));
        byte[] pixels = new byte[picture.getWidth() * picture.getHeight()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) picture.getRaster().getSample(i % picture.getWidth(), i / picture.getWidth(), 0);
        }
        return pixels;
    }

    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int patient = 0; patient < 6; patient++) {
            files.put((patient % 2 == 0 ? "ILL" : "HEALTHY") + "/p" + patient + ".nii", Images.volume(patient, 11));
        }
        files.put("ILL/p6.tif", Images.pages(6, 5));
        files.put("HEALTHY/p7.png", Images.png(7, 32, 32));
        return files;
    }

    @Test
    void everyNthFrameOfARangeIsAnImageOfItsOwn() throws IOException {
        UUID dataset = draft(FOLDERS, "{\"every\": 3, \"from\": 0.2, \"to\": 0.9}");

        JsonNode images = frozen(dataset, files());

        // of 11 slices those from 2 to 9, of 5 pages those from 1 to 4
        List<String> names = new ArrayList<>();
        images.forEach(image -> names.add(image.get("name").stringValue()));
        assertThat(names)
                .containsExactly(
                        "HEALTHY/p1.nii#02",
                        "HEALTHY/p1.nii#05",
                        "HEALTHY/p1.nii#08",
                        "HEALTHY/p3.nii#02",
                        "HEALTHY/p3.nii#05",
                        "HEALTHY/p3.nii#08",
                        "HEALTHY/p5.nii#02",
                        "HEALTHY/p5.nii#05",
                        "HEALTHY/p5.nii#08",
                        "HEALTHY/p7.png",
                        "ILL/p0.nii#02",
                        "ILL/p0.nii#05",
                        "ILL/p0.nii#08",
                        "ILL/p2.nii#02",
                        "ILL/p2.nii#05",
                        "ILL/p2.nii#08",
                        "ILL/p4.nii#02",
                        "ILL/p4.nii#05",
                        "ILL/p4.nii#08",
                        "ILL/p6.tif#1",
                        "ILL/p6.tif#4");
        for (JsonNode image : images) {
            int patient = image.get("patient").stringValue().charAt(1) - '0';
            if (patient < 7) {
                int frame = image.get("frame").intValue();
                assertThat(shown(image)).as(image.toString()).isEqualTo(Images.slice(patient, frame));
                assertThat(image.get("label").stringValue()).isEqualTo(patient % 2 == 0 ? "ILL" : "HEALTHY");
                assertThat(image.get("file").stringValue()).endsWith(patient == 6 ? ".tif" : ".nii");
            } else {
                assertThat(image.has("frame")).isFalse();
                assertThat(image.get("file")).isEqualTo(image.get("name"));
            }
        }
        assertThat(images(dataset, "&file=ILL/p6.tif")).hasSize(2);
        assertThat(images(dataset, "&patient=p2")).hasSize(3);
        JsonNode told = researcher.get("/api/v1/datasets/" + dataset).json();
        assertThat(told.get("frames").toString()).isEqualTo("{\"every\":3,\"from\":0.2,\"to\":0.9}");
        assertThat(told.get("imageCount").intValue()).isEqualTo(21);
        assertThat(told.get("patientCount").intValue()).isEqualTo(8);
        JsonNode first = images.get(0);
        assertThat(researcher
                        .get("/api/v1/images/" + first.get("id").stringValue() + "/content")
                        .response()
                        .body())
                .as("the whole file")
                .isEqualTo(Images.volume(1, 11));
    }

    @Test
    void withoutAWordAFileIsTheFrameInItsMiddle() throws IOException {
        UUID dataset = draft(FOLDERS, "");

        JsonNode images = frozen(dataset, files());

        assertThat(images).hasSize(8);
        for (JsonNode image : images) {
            int patient = image.get("patient").stringValue().charAt(1) - '0';
            assertThat(image.has("frame")).isFalse();
            assertThat(image.get("file")).isEqualTo(image.get("name"));
            if (patient < 7) {
                assertThat(shown(image)).isEqualTo(Images.slice(patient, patient == 6 ? 2 : 5));
            }
        }
        assertThat(researcher.get("/api/v1/datasets/" + dataset).json().has("frames"))
                .isFalse();
    }

    /** Real files of several frames: what is shown of each is what the decoder makes of it. */
    @Test
    @Tag("reference")
    void framesOfRealDicomFilesAreImages() throws IOException {
        byte[] cine = Files.readAllBytes(SharedFolder.DATA.require("dicom/valid/emri_small_RLE.dcm"));
        byte[] volume = Files.readAllBytes(SharedFolder.DATA.require("dicom/same-slice/u8_5frames_128.dcm"));
        byte[] head = Files.readAllBytes(SharedFolder.DATA.require("nifti/anatomical.nii"));
        UUID dataset = draft(FOLDERS, "{\"every\": 2}");

        JsonNode images = frozen(dataset, Map.of("ILL/p1.dcm", cine, "HEALTHY/p2.dcm", volume, "HEALTHY/p3.nii", head));

        assertThat(images).hasSize(5 + 3 + 13);
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        Map<String, byte[]> files = Map.of("p1", cine, "p2", volume, "p3", head);
        Set<String> pixels = new HashSet<>();
        for (JsonNode image : images) {
            byte[] shown = shown(image);
            assertThat(shown)
                    .as(image.get("name").stringValue())
                    .isEqualTo(decoder.decode(
                                    files.get(image.get("patient").stringValue()),
                                    image.get("frame").intValue())
                            .pixels()
                            .samples());
            pixels.add(Arrays.toString(shown));
        }
        assertThat(pixels).hasSizeGreaterThan(15);
    }

    @Test
    void rowsOfAManifestNameFramesWithLabelsOfTheirOwn() throws IOException {
        UUID dataset = draft(MANIFEST, "");
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("a.nii", Images.volume(1, 12));
        files.put("b.nii", Images.volume(2, 12));
        files.put("c.png", Images.png(3, 32, 32));
        files.put(
                "rows.csv",
                "file,patient,label,slice\na.nii,p1,HEALTHY,0\na.nii,p1,ILL,7\na.nii,p1,ILL,11\nb.nii,p2,HEALTHY,\nc.png,p3,ILL,\n"
                        .getBytes(StandardCharsets.UTF_8));

        JsonNode images = frozen(dataset, files);

        Map<String, String> labels = new LinkedHashMap<>();
        images.forEach(image ->
                labels.put(image.get("name").stringValue(), image.get("label").stringValue()));
        assertThat(labels)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "a.nii#00",
                        "HEALTHY",
                        "a.nii#07",
                        "ILL",
                        "a.nii#11",
                        "ILL",
                        "b.nii",
                        "HEALTHY",
                        "c.png",
                        "ILL"));
        for (JsonNode image : images(dataset, "&file=a.nii")) {
            assertThat(shown(image))
                    .isEqualTo(Images.slice(1, image.get("frame").intValue()));
        }
    }

    @Test
    void tellsEveryMistakeOfAManifestsFrames() {
        UUID dataset = draft(MANIFEST, "");
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("a.nii", Images.volume(1, 12));
        files.put("b.nii", Images.volume(2, 3));
        files.put(
                "rows.csv",
                "file,patient,label,slice\na.nii,p1,HEALTHY,12\na.nii,p1,ILL,x\na.nii,p1,ILL,1\na.nii,p2,ILL,2\nb.nii,p3,ILL,\nb.nii,p3,ILL,1\n"
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(upload(dataset, files).status()).isEqualTo(201);

        Answer refused = freeze(dataset);

        assertThat(refused.status()).isEqualTo(422);
        List<String> pointers = new ArrayList<>();
        refused.json()
                .get("errors")
                .forEach(error -> pointers.add(error.get("pointer").stringValue()));
        assertThat(pointers)
                .containsExactlyInAnyOrder(
                        "/row 2, column slice",
                        "/row 3, column slice",
                        "/row 5, column patient",
                        "/row 7, column file");
        assertThat(refused.text()).contains("from 0 to 11", "a file is of one patient");
    }

    @Test
    void refusesFilesThatComeToTooManyImagesAndFramesThatCannotBeRead() {
        UUID dataset = draft(FOLDERS, "{\"every\": 2}");
        ByteBuffer broken = ByteBuffer.allocate(352 + 5 * 4096).order(ByteOrder.LITTLE_ENDIAN);
        broken.put(0, Images.volume(1, 0), 0, 352);
        broken.putShort(46, (short) 5).putShort(70, (short) 16).putFloat(352 + 4 * 4096, Float.POSITIVE_INFINITY);
        Map<String, byte[]> files = new LinkedHashMap<>(files());
        files.put("ILL/p8.nii", Images.volume(8, 4_001));
        files.put("ILL/p9.nii", broken.array());

        Answer refused = upload(dataset, files);

        assertThat(refused.status()).isEqualTo(422);
        JsonNode errors = refused.json().get("errors");
        assertThat(errors).hasSize(2);
        assertThat(errors.get(0).get("pointer").stringValue()).isEqualTo("/ILL~1p8.nii");
        assertThat(errors.get(0).get("detail").stringValue())
                .isEqualTo(
                        "tooLarge: 2001 of its 4001 frames would be taken, and 2000 are the most of a file: take fewer of each, or"
                                + " divide the file");
        assertThat(errors.get(1).get("pointer").stringValue()).isEqualTo("/ILL~1p9.nii");
        assertThat(errors.get(1).get("detail").stringValue())
                .startsWith("corrupt: frame 4: ")
                .contains("finite");
        files.put("ILL/p8.nii", Images.volume(8, 4_000));
        files.remove("ILL/p9.nii");
        assertThat(upload(dataset, files).status()).isEqualTo(201);
    }

    @Test
    void refusesSelectionsThatAreNone() {
        for (String frames : List.of(
                "{\"every\": 0}",
                "{\"every\": -1}",
                "{}",
                "{\"every\": 1.5}",
                "{\"every\": 2, \"from\": 0.5, \"to\": 0.5}",
                "{\"every\": 2, \"from\": -0.1}",
                "{\"every\": 2, \"to\": 1.01}",
                "{\"every\": 2, \"step\": 1}",
                "\"middle\"")) {
            Answer refused = create(FOLDERS + ", \"frames\": " + frames);
            assertThat(refused.status()).as(frames).isEqualTo(422);
            assertThat(refused.json().get("errors").get(0).get("pointer").stringValue())
                    .as(refused.text())
                    .startsWith("/frames");
        }
    }

    /** Patients are parted, and with them all that came in one file. */
    @Test
    void framesOfOneFileAreOnOneSideOfEverySplit() {
        UUID dataset = draft(FOLDERS, "{\"every\": 4}");
        Map<String, byte[]> files = new LinkedHashMap<>();
        IntStream.range(0, 24)
                .forEach(patient -> files.put(
                        (patient % 2 == 0 ? "ILL" : "HEALTHY") + "/p" + patient + ".nii", Images.volume(patient, 9)));
        JsonNode images = frozen(dataset, files);
        assertThat(images).hasSize(72);

        UUID split = chapters.split(researcher, dataset);

        JsonNode certificate =
                researcher.get("/api/v1/splits/" + split + "/certificate").json();
        assertThat(certificate.at("/total/images").intValue()).isEqualTo(72);
        assertThat(certificate.at("/total/contents").intValue()).isEqualTo(24);
        Map<String, Set<String>> rolesOfFiles = new LinkedHashMap<>();
        for (JsonNode one : researcher
                .get("/api/v1/splits/" + split + "/assignments")
                .json()
                .get("assignments")) {
            for (JsonNode image : images) {
                if (image.get("patient").equals(one.get("patient"))) {
                    rolesOfFiles
                            .computeIfAbsent(
                                    one.get("fold").intValue() + " "
                                            + image.get("file").stringValue(),
                                    file -> new HashSet<>())
                            .add(one.get("role").stringValue());
                }
            }
        }
        assertThat(rolesOfFiles).hasSizeGreaterThanOrEqualTo(24);
        assertThat(rolesOfFiles.values()).allSatisfy(roles -> assertThat(roles).hasSize(1));
    }
}
