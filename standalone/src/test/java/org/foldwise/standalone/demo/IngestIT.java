package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foldwise.standalone.demo.PlainHttp.byCode;
import static org.foldwise.standalone.demo.PlainHttp.finding;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.standalone.demo.PlainHttp.Answer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What becomes of files on a platform of real processes until their dataset is frozen. */
@Tag("engine")
class IngestIT extends PlatformTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int FILMS = 600;

    private final PlainHttp http;

    IngestIT() throws IOException {
        http = new PlainHttp(platform);
    }

    /** Rows of the table, files and images agree, also where rows are of patients and a key stands twice. */
    @Test
    void theTableOfADicomTreeIsReconciledWithItsFiles() throws Exception {
        String project = http.made("/projects", "{\"name\": \"trees\"}");
        for (String key : List.of("file", "patient")) {
            Map<String, byte[]> files = new LinkedHashMap<>();
            StringBuilder table = new StringBuilder("key,finding\n");
            for (int i = 0; i < 24; i++) {
                int patient = i / 2;
                files.put("study/" + i + ".dcm", dicom("MRN" + patient, i));
                table.append(key.equals("file") ? "study/" + i + ".dcm" : "MRN" + patient)
                        .append(patient % 2 == 0 ? ",ill\n" : ",healthy\n");
            }
            String dataset = http.made(
                    "/datasets",
                    """
                    {"name": "tree by %s", "projectId": "%s", "task": "binary", "positiveLabel": "ill",
                     "layout": {"kind": "dicom", "key": "%s", "keyColumn": "key", "labelColumn": "finding"}}
                    """
                            .formatted(key, project, key));
            http.upload(dataset, files);
            assertThat(http.post("/datasets/" + dataset + "/manifest", "text/csv", bytes(table.toString()))
                            .status())
                    .isEqualTo(201);
            http.freeze(dataset);
            http.awaitFrozen(dataset);

            JsonNode profile = http.get("/datasets/" + dataset + "/profile");
            assertThat(profile.path("images").asInt()).isEqualTo(24);
            assertThat(profile.at("/sources/files").asInt()).isEqualTo(24);
            assertThat(profile.at("/sources/unusedFiles").asInt()).isZero();
            assertThat(profile.at("/sources/manifestRows").asInt())
                    .as("rows by " + key)
                    .isEqualTo(
                            key.equals("file")
                                    ? profile.path("images").asInt()
                                    : profile.path("patients").asInt());
        }
    }

    /** Files of one person are under two ids by their names: that blocks, and once waived every split keeps the two together. */
    @Test
    void filesOfOnePatientIdUnderTwoNamesBlockAndStayTogether() throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < 48; i++) {
            int patient = i / 2;
            String says = patient == 1 ? "MRN0" : "MRN" + patient;
            // patients 0 and 1 are one person, who is ill
            files.put(
                    "%s/p%02d_%d.dcm".formatted(patient == 1 || patient % 2 == 0 ? "ill" : "healthy", patient, i % 2),
                    dicom(says, i));
        }
        UUID dataset = http.frozen(
                """
                {"name": "two ids", "projectId": "%s", "task": "binary", "positiveLabel": "ill",
                 "layout": {"kind": "classFolders", "patientIdPattern": "(?<patient>p[0-9]+)_"}}
                """
                        .formatted(http.made("/projects", "{\"name\": \"two ids\"}")),
                files);

        JsonNode shared = finding(byCode(http.get("/datasets/" + dataset + "/findings")), "patientKeysShared");
        assertThat(shared.path("severity").asString("")).isEqualTo("blocking");
        assertThat(shared.path("evidence").asString(""))
                .isEqualTo(
                        "1 Patient ID of DICOM files occurs under several patient ids, 2 patient ids with 4 images in all");
        assertThat(shared.path("images").toString()).contains("ill/p00_0.dcm", "ill/p01_1.dcm");
        assertThat(shared.toString()).doesNotContain("MRN");

        String folds =
                """
                {"name": "folds", "seed": %d, "spec": {"kind": "kFold", "folds": 3, "test": 0.2, "validation": 0.25}}
                """;
        Answer blocked = http.post("/datasets/" + dataset + "/splits", folds.formatted(0));
        assertThat(blocked.status()).isEqualTo(409);
        assertThat(blocked.text()).contains("findings-not-waived", "patientKeysShared");
        assertThat(http.post(
                                "/datasets/" + dataset + "/waivers",
                                "{\"code\": \"patientKeysShared\", \"reason\": \"one person with two numbers\"}")
                        .status())
                .isEqualTo(201);
        for (int seed = 0; seed < 5; seed++) {
            Answer split = http.post(
                    "/datasets/" + dataset + "/splits",
                    folds.formatted(seed).replace("folds\", \"seed", "folds " + seed + "\", \"seed"));
            assertThat(split.status()).as(split.text()).isEqualTo(201);
            String id = split.json().path("id").asString("");
            assertThat(http.get("/splits/" + id + "/certificate")
                            .at("/total/tiedGroups")
                            .asInt())
                    .as("people under several ids")
                    .isEqualTo(1);
            Map<String, String> roles = new LinkedHashMap<>();
            for (JsonNode one : http.get("/splits/" + id + "/assignments").path("assignments")) {
                roles.put(
                        one.path("fold").asInt() + " " + one.path("patient").asString(""),
                        one.path("role").asString(""));
            }
            for (int fold = -1; fold < 3; fold++) {
                assertThat(roles.get(fold + " p00")).isEqualTo(roles.get(fold + " p01"));
            }
        }
    }

    /**
     * A worker is killed amid a freezing. Its successor goes on: a file that was measured before the end is gone from the store by then, and
     * nobody misses it.
     */
    @Test
    void aFreezingWhoseWorkerIsKilledGoesOnWhereItEnded() throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < FILMS; i++) {
            files.put("%s/p%03d_0.png".formatted(i % 2 == 0 ? "ill" : "healthy", i), film(random));
        }
        String dataset = http.made(
                "/datasets",
                """
                {"name": "many", "projectId": "%s", "task": "binary", "positiveLabel": "ill",
                 "layout": {"kind": "classFolders", "patientIdPattern": "(?<patient>p[0-9]+)_"}}
                """
                        .formatted(http.made("/projects", "{\"name\": \"many\"}")));
        http.upload(dataset, files);
        http.freeze(dataset);
        platform.await(LIMIT, "a part is measured", () -> progress(dataset) > 0.2);
        ProcessHandle worker = platform.worker().orElseThrow();
        worker.destroyForcibly();
        double reached = progress(dataset);
        assertThat(reached).as("killed amid it").isLessThan(0.85);
        Path measured = firstMeasured(files.values());
        Files.delete(measured);

        http.awaitFrozen(dataset);

        assertThat(platform.number("select token from job where id = ?", UUID.fromString(dataset)))
                .isEqualTo(2);
        assertThat(http.get("/datasets/" + dataset + "/profile").path("images").asInt())
                .isEqualTo(FILMS);
    }

    private double progress(String dataset) throws IOException {
        JsonNode job = http.get("/datasets/" + dataset).path("progress");
        return job.asDouble(0);
    }

    /** Portions are measured in the order of digests, so the lowest one is in the first. */
    private Path firstMeasured(Collection<byte[]> files) throws IOException {
        String lowest = files.stream()
                .map(file -> Digest.of(file).hex())
                .min(Comparator.naturalOrder())
                .orElseThrow();
        try (Stream<Path> all = Files.walk(directory.resolve("a platform"))) {
            return all.filter(path -> Files.isRegularFile(path)
                            && path.toString().replace("/", "").contains(lowest))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Large enough that some hundred of them take seconds to decode. */
    private static byte[] film(SplittableRandom random) throws IOException {
        int[] shades = random.ints(256, 20, 230).toArray();
        BufferedImage image = new BufferedImage(1400, 1000, BufferedImage.TYPE_BYTE_GRAY);
        byte[] row = new byte[1400];
        for (int y = 0; y < 1000; y++) {
            for (int x = 0; x < row.length; x++) {
                row[x] = (byte) (shades[16 * (y * 16 / 1000) + x * 16 / 1400] + (x * y & 7));
            }
            image.getRaster().setDataElements(0, y, row.length, 1, row);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * What DICOM files say of how they were taken stands in the checklists of what was trained on them: from the tags through the worker that
     * freezes the dataset to the report of an experiment.
     */
    @Test
    void whatDicomFilesSayStandsInTheChecklists() throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        StringBuilder table = new StringBuilder("key,finding,hospital\n");
        for (int i = 0; i < 36; i++) {
            Map<Integer, String> tags = new TreeMap<>();
            tags.put(0x00080020, i / 2 % 2 == 0 ? "20140203" : "20170611");
            tags.put(0x00080060, i / 2 % 4 == 0 ? "DX" : "CR");
            tags.put(0x00080070, i / 2 % 3 == 0 ? "Planmed" : "Carestream");
            tags.put(0x00081010, "ROOM" + i / 2 % 2);
            tags.put(0x00180015, "CHEST");
            tags.put(0x00185101, i < 30 ? "PA" : "AP");
            files.put("study/%02d.dcm".formatted(i), dicom("MRN%02d".formatted(i), i, tags));
            table.append("MRN%02d,%s,%s%n".formatted(i, i % 2 == 0 ? "ill" : "healthy", i < 18 ? "North" : "South"));
        }
        String dataset = http.made(
                "/datasets",
                """
                {"name": "films of two rooms", "projectId": "%s", "task": "binary", "positiveLabel": "ill",
                 "layout": {"kind": "dicom", "key": "patient", "keyColumn": "key", "labelColumn": "finding",
                            "siteColumn": "hospital"}}
                """
                        .formatted(http.made("/projects", "{\"name\": \"checklists\"}")));
        http.upload(dataset, files);
        assertThat(http.post("/datasets/" + dataset + "/manifest", "text/csv", bytes(table.toString()))
                        .status())
                .isEqualTo(201);
        http.freeze(dataset);
        http.awaitFrozen(dataset);
        for (JsonNode one : http.get("/datasets/" + dataset + "/findings").path("findings")) {
            if (one.path("severity").asString("").equals("blocking")) {
                String code = one.path("code").asString("");
                assertThat(http.post(
                                        "/datasets/" + dataset + "/waivers",
                                        "{\"code\": \"%s\", \"reason\": \"films are drawn\"}".formatted(code))
                                .status())
                        .isEqualTo(201);
            }
        }
        String split = http.made(
                "/datasets/" + dataset + "/splits",
                "{\"name\": \"halves\", \"seed\": 3, \"spec\": {\"kind\": \"kFold\", \"folds\": 2, \"test\": 0.2, \"validation\": 0.25}}");
        Answer started = http.post(
                "/experiments",
                """
                {"name": "of films", "splitId": "%s", "procedure": {"kind": "train"},
                 "plan": {"backbone": "resnet18", "image": {"size": 32, "channels": 1}, "epochs": 1, "batchSize": 8},
                 "overrides": %s}
                """
                        .formatted(split, "[]"));
        assertThat(started.status()).as(started.text()).isEqualTo(202);
        String experiment = started.json().path("id").asString("");
        platform.await(LIMIT, "the training ends", () -> http.get("/experiments/" + experiment)
                .path("state")
                .asString("")
                .equals("succeeded"));

        JsonNode report = http.get("/experiments/" + experiment + "/report?format=json");

        assertThat(checklists(report))
                .contains("36 DICOM files kept with the elements alone")
                .contains("modality: 'CR' 26 images, 'DX' 10 images")
                .contains("manufacturer: 'Carestream' 24 images, 'Planmed' 12 images")
                .contains("bodyPart: 'CHEST' 36 images")
                .contains("viewPosition: 'PA' 30 images, 'AP' 6 images")
                .contains("site: 'North' 18 images, 'South' 18 images")
                .contains("images acquired from 2014 to 2017, by the days that are known of 36 of 36 images")
                .doesNotContain("MRN");
    }

    /** The text of both checklists. */
    private static String checklists(JsonNode report) {
        StringBuilder words = new StringBuilder();
        for (JsonNode section : report.path("sections")) {
            String title = section.path("title").asString("");
            if (title.equals("CLAIM 2024") || title.equals("TRIPOD+AI")) {
                words.append(section.path("blocks"));
            }
        }
        return words.toString();
    }

    private static byte[] dicom(String patient, int seed) {
        return dicom(patient, seed, Map.of());
    }

    /**
     * A grey file of 32 x 32 pixels of 8 bits, explicit little endian.
     *
     * @param tags further elements by group and element, of groups below 0010 or in 0018
     */
    private static byte[] dicom(String patient, int seed, Map<Integer, String> tags) {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer file = ByteBuffer.allocate(2048).order(ByteOrder.LITTLE_ENDIAN);
        file.position(128).put("DICM".getBytes(StandardCharsets.US_ASCII));
        text(file, 0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1\0");
        SortedMap<Integer, String> elements = new TreeMap<>(tags);
        elements.headMap(0x00100000).forEach((tag, value) -> element(file, tag, value));
        text(file, 0x0010, 0x0020, "LO", patient.length() % 2 == 0 ? patient : patient + " ");
        elements.tailMap(0x00100000).forEach((tag, value) -> element(file, tag, value));
        number(file, 0x0002, 1);
        text(file, 0x0028, 0x0004, "CS", "MONOCHROME2 ");
        for (int[] element : new int[][] {{0x10, 32}, {0x11, 32}, {0x100, 8}, {0x101, 8}, {0x102, 7}, {0x103, 0}}) {
            number(file, element[0], element[1]);
        }
        file.putShort((short) 0x7FE0).putShort((short) 0x0010);
        file.put("OB".getBytes(StandardCharsets.US_ASCII)).putShort((short) 0).putInt(32 * 32);
        int[] shades = random.ints(64, 20, 230).toArray();
        for (int i = 0; i < 32 * 32; i++) {
            file.put((byte) (shades[8 * (i / 128) + i % 32 / 4] + random.nextInt(20)));
        }
        return Arrays.copyOf(file.array(), file.position());
    }

    private static void element(ByteBuffer file, int tag, String value) {
        String representation =
                switch (tag) {
                    case 0x00080020 -> "DA";
                    case 0x00080060, 0x00180015, 0x00185101 -> "CS";
                    case 0x00080070 -> "LO";
                    case 0x00081010 -> "SH";
                    default -> throw new IllegalArgumentException("tag " + Integer.toHexString(tag));
                };
        text(file, tag >>> 16, tag & 0xFFFF, representation, value.length() % 2 == 0 ? value : value + " ");
    }

    private static void text(ByteBuffer file, int group, int element, String vr, String value) {
        file.putShort((short) group).putShort((short) element);
        file.put(vr.getBytes(StandardCharsets.US_ASCII)).putShort((short) value.length());
        file.put(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static void number(ByteBuffer file, int element, int value) {
        file.putShort((short) 0x0028).putShort((short) element);
        file.put("US".getBytes(StandardCharsets.US_ASCII)).putShort((short) 2).putShort((short) value);
    }
}
