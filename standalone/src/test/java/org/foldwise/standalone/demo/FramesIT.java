package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foldwise.standalone.demo.PlainHttp.byCode;
import static org.foldwise.standalone.demo.PlainHttp.figure;
import static org.foldwise.standalone.demo.PlainHttp.finding;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.foldwise.standalone.demo.PlainHttp.Answer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Slices of volumes as training images, on a platform of real processes. */
@Tag("engine")
class FramesIT extends PlatformTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int PATIENTS = 24;
    private static final int SLICES = 7;
    private static final int SIDE = 48;
    private static final String LAYOUT =
            "\"task\": \"binary\", \"positiveLabel\": \"ill\", \"layout\": {\"kind\": \"classFolders\", \"patientIdPattern\":"
                    + " \"(?<patient>p[0-9]+)\"}";

    private final PlainHttp http;

    FramesIT() throws IOException {
        http = new PlainHttp(platform);
    }

    /** Shades that no other slice has; of the ill with a bright corner. */
    private static byte[] slice(int patient, int slice) {
        SplittableRandom random = new SplittableRandom(100L * patient + slice);
        int[] shades = random.ints(64, 20, 160).toArray();
        byte[] pixels = new byte[SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            int y = i / SIDE;
            int x = i % SIDE;
            int bright = patient % 2 == 0 && y > 28 && x > 28 ? 60 : 0;
            pixels[i] = (byte) (shades[8 * (y / 6) + x / 6] + random.nextInt(20) + bright);
        }
        return pixels;
    }

    private static String file(int patient) {
        return "%s/p%02d".formatted(patient % 2 == 0 ? "ill" : "healthy", patient);
    }

    private static byte[] volume(int patient) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(352 + SLICES * SIDE * SIDE).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0, 348).put(344, "n+1".getBytes(StandardCharsets.US_ASCII));
        file.putShort(40, (short) 3)
                .putShort(42, (short) SIDE)
                .putShort(44, (short) SIDE)
                .putShort(46, (short) SLICES);
        file.putShort(70, (short) 2).putFloat(108, 352);
        for (int slice = 0; slice < SLICES; slice++) {
            byte[] pixels = slice(patient, slice);
            for (int i = 0; i < pixels.length; i++) {
                // volumes are shown with the front on top and the patient's right on the left: turned by half
                file.put(352 + (slice + 1) * pixels.length - 1 - i, pixels[i]);
            }
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(file.array());
        }
        return packed.toByteArray();
    }

    private static byte[] png(byte[] pixels) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, SIDE, SIDE, pixels);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    private UUID dataset(String project, String name, String frames, Map<String, byte[]> files) throws Exception {
        return http.frozen(
                "{\"name\": \"%s\", \"projectId\": \"%s\", %s%s}".formatted(name, project, LAYOUT, frames), files);
    }

    /** A training on the development fold; what it has stored, by kind. */
    private record Trained(String run, Map<String, String> artifacts, JsonNode epochs) {}

    private Trained train(UUID dataset) throws Exception {
        String split = http.made(
                "/datasets/" + dataset + "/splits",
                """
                {"name": "one", "seed": 5, "spec": {"kind": "holdout", "train": 0.5, "validation": 0.25, "test": 0.25}}
                """);
        Answer started = http.post(
                "/experiments",
                """
                {"name": "slices", "splitId": "%s", "procedure": {"kind": "train"},
                 "plan": {"backbone": "mobilenetV2", "image": {"size": 64, "channels": 1}, "epochs": 1, "batchSize": 8, "seed": 3}}
                """
                        .formatted(split));
        assertThat(started.status()).as(started.text()).isEqualTo(202);
        String experiment = started.json().path("id").asString("");
        String run = http.get("/experiments/" + experiment + "/runs")
                .at("/runs/0/id")
                .asString("");
        platform.await(LIMIT, "the run has succeeded", () -> {
            JsonNode state = http.get("/runs/" + run);
            assertThat(state.path("state").asString("")).as(state.toString()).isNotIn("failed", "cancelled");
            return state.path("state").asString("").equals("succeeded");
        });
        Map<String, String> artifacts = new LinkedHashMap<>();
        http.get("/runs/" + run + "/artifacts")
                .path("artifacts")
                .forEach(artifact -> artifacts.put(
                        artifact.path("kind").asString(""),
                        artifact.path("digest").asString("")));
        return new Trained(run, artifacts, http.get("/runs/" + run + "/epochs"));
    }

    /**
     * A training on every second slice of volumes comes, bit for bit, to the weights and answers of one on files of these slices that are
     * called as the frames are: each image was the slice that its name says.
     */
    @Test
    void aTrainingOnFramesIsTheOneOnTheirPixels() throws Exception {
        String project = http.made("/projects", "{\"name\": \"slices\"}");
        Map<String, byte[]> volumes = new LinkedHashMap<>();
        Map<String, byte[]> slices = new LinkedHashMap<>();
        for (int patient = 0; patient < PATIENTS; patient++) {
            volumes.put(file(patient), volume(patient));
            for (int slice = 0; slice < SLICES; slice += 2) {
                slices.put(file(patient) + "#" + slice, png(slice(patient, slice)));
            }
        }
        UUID ofVolumes = dataset(project, "volumes", ", \"frames\": {\"every\": 2}", volumes);
        UUID ofSlices = dataset(project, "slices", "", slices);

        findingsAreHonest(ofVolumes);
        JsonNode profile = http.get("/datasets/" + ofVolumes + "/profile");
        assertThat(profile.path("images").asInt()).isEqualTo(4 * PATIENTS);
        assertThat(profile.at("/sources/files").asInt()).isEqualTo(PATIENTS);
        assertThat(profile.at("/sources/unusedFiles").asInt()).isZero();
        Trained frames = train(ofVolumes);
        Trained files = train(ofSlices);

        assertThat(frames.artifacts()).containsKeys("weights", "validationPredictions");
        assertThat(frames.artifacts().get("weights"))
                .isEqualTo(files.artifacts().get("weights"));
        assertThat(frames.artifacts().get("validationPredictions"))
                .isEqualTo(files.artifacts().get("validationPredictions"));

        predictionsAreOfTheFrame(project, frames.run());
        aPatientGoesWithAllFrames(project, ofVolumes);
    }

    private void findingsAreHonest(UUID dataset) throws IOException {
        Map<String, JsonNode> findings = byCode(http.get("/datasets/" + dataset + "/findings"));
        assertThat(findings.keySet())
                .as("slices of a volume are no copies")
                .noneMatch(code -> code.toLowerCase(Locale.ROOT).contains("duplicate"));
        JsonNode several = finding(findings, "severalFrames");
        assertThat(several.path("evidence").asString(""))
                .isEqualTo(
                        "24 files hold 168 frames, slices or pages; 96 of them are images of the dataset, and 72 are left out");
        assertThat(figure(several, "unused")).isEqualTo(72);
        assertThat(several.path("images")).hasSize(PATIENTS);
    }

    private void predictionsAreOfTheFrame(String project, String run) throws Exception {
        String evaluation = http.post(
                        "/evaluations",
                        """
                        {"subject": {"runId": "%s"}, "subset": "validation", "threshold": {"rule": {"kind": "youden"}}}
                        """
                                .formatted(run))
                .json()
                .path("id")
                .asString("");
        platform.await(LIMIT, "the evaluation has ended", () -> http.get("/evaluations/" + evaluation)
                .path("state")
                .asString("")
                .equals("succeeded"));
        String worst = http.get("/evaluations/" + evaluation)
                .at("/errorReview/worst/0/image")
                .asString("");
        assertThat(worst).matches("(ill|healthy)/p[0-9]{2}#[0246]");
        http.made("/models", "{\"name\": \"slices\", \"projectId\": \"%s\"}".formatted(project));
        http.made("/models/slices/versions", "{\"runId\": \"%s\"}".formatted(run));
        String path = "/models/slices/versions/1/predict";
        int patient = Integer.parseInt(worst.substring(worst.length() - 4, worst.length() - 2));
        int slice = worst.charAt(worst.length() - 1) - '0';

        Answer ofFrame = http.post(path + "?frame=" + slice, "application/octet-stream", volume(patient));
        Answer ofFile = http.post(path, "image/png", png(slice(patient, slice)));
        Answer outside = http.post(path + "?frame=7", "application/octet-stream", volume(patient));

        assertThat(ofFrame.status()).as(ofFrame.text()).isEqualTo(200);
        assertThat(ofFrame.json().path("inputFingerprint"))
                .isEqualTo(ofFile.json().path("inputFingerprint"));
        assertThat(ofFrame.json().path("probability")).isEqualTo(ofFile.json().path("probability"));
        assertThat(http.get("/models/slices/versions/1/card?format=json").toString())
                .contains("Frames of a file that are images", "one in 2, from 0 % to 100 % of the file");
        assertThat(outside.status()).isEqualTo(422);
        assertThat(outside.pointers()).containsExactly("/frame");
    }

    private void aPatientGoesWithAllFrames(String project, UUID dataset) throws Exception {
        String answers = "select count(*) from prediction where frame = ?";
        assertThat(http.post("/models/slices/versions/1/predict?frame=5", "application/octet-stream", volume(4))
                        .status())
                .isEqualTo(200);
        assertThat(platform.number(answers, 5)).isEqualTo(1);
        assertThat(platform.number(
                        "select count(*) from dataset_image where dataset_id = ? and patient = 'p04'", dataset))
                .isEqualTo(4);

        Answer withdrawn = http.post(
                "/projects/" + project + "/withdrawals", "{\"patient\": \"p04\", \"reason\": \"consent withdrawn\"}");

        assertThat(withdrawn.status()).as(withdrawn.text()).isIn(200, 201, 202);
        assertThat(platform.number(
                        "select count(*) from dataset_image where dataset_id = ? and patient = 'p04'", dataset))
                .isZero();
        assertThat(platform.number(
                        "select count(*) from upload_image where dataset_id = ? and name like '%p04%'", dataset))
                .isZero();
        assertThat(platform.number(answers, 5)).isZero();
        assertThat(http.get("/datasets/" + dataset + "/findings").toString()).doesNotContain("p04");
    }
}
