package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.foldwise.standalone.demo.PlainHttp.byCode;
import static org.foldwise.standalone.demo.PlainHttp.figure;
import static org.foldwise.standalone.demo.PlainHttp.finding;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.foldwise.standalone.demo.PlainHttp.Answer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The recipe that docs/tutorial-rules.md goes through rule by rule: its folders, file names, copies and shares on a few hundred generated
 * films, its rule for patients, its split and its plan, handed to a platform of real processes. Nothing that the platform is to find out
 * is told to it.
 */
@Tag("engine")
class TutorialIT extends PlatformTest {
    /** Everything before the first underscore, and of names without one everything before the dot. */
    private static final String PATIENT_RULE = "(?<patient>[^_.]+)";

    /** Weights are drawn, as a platform has no published ones before somebody has brought them; all else is as the recipe has it. */
    private static final String PLAN =
            """
            {"backbone": "resnet18",
             "image": {"size": 128, "channels": 3, "aspect": "stretch"},
             "anatomy": {"laterality": "irrelevant"},
             "augmentation": [{"kind": "horizontalFlip"}, {"kind": "rotation", "degrees": 10}],
             "sampling": {"kind": "weighted"},
             "loss": {"kind": "binaryCrossEntropy", "positiveWeight": {"kind": "fixed", "value": 0.6730323}},
             "optimizer": {"kind": "adam", "learningRate": 1e-4, "weightDecay": 1e-5},
             "epochs": 5, "batchSize": 16, "stopping": {"patience": 5}}
            """;

    private final PlainHttp http;
    private final SplittableRandom random = new SplittableRandom(5);
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    TutorialIT() throws IOException {
        http = new PlainHttp(platform);
    }

    @Test
    void everyRuleThatTheRecipeBreaksIsNamed() throws Exception {
        fill();
        UUID dataset = frozen();

        datasetIsExamined(dataset);
        copiesAreToldByGroup(dataset);
        countsAddUp(dataset);
        imagesAreNoUnitOfASplit(dataset);
        UUID split = foldersBecomeASplitWithoutWhomTheyShare(dataset);
        nothingTrainsOnAFolder(dataset);
        validationImagesCannotBeAugmented(split);
        theTestChoosesNoThreshold();
        planIsHeldAgainstTheData(split);
    }

    /** T2: ids by file name; T7: roles of few; T12: labels that differ within a patient; T14: patients on two sides; T16: shapes. */
    private void datasetIsExamined(UUID dataset) throws Exception {
        Map<String, JsonNode> findings = byCode(http.get("/datasets/" + dataset + "/findings"));

        assertThat(findings)
                .containsKeys(
                        "oneImagePerPatient",
                        "tinyRole",
                        "patientsWithSeveralLabels",
                        "patientsInSeveralRoles",
                        "duplicatesAcrossPatients",
                        "duplicatesWithinPatient",
                        "duplicatesInSeveralRoles",
                        "aspectRatiosVary");
        assertThat(finding(findings, "oneImagePerPatient").path("severity").asString(""))
                .isEqualTo("blocking");
        assertThat(finding(findings, "oneImagePerPatient").path("evidence").asString(""))
                .startsWith("the 121 images of class 'NORMAL' have 121 patient ids, nearly one each");
        assertThat(figure(finding(findings, "patientsInSeveralRoles"), "patients"))
                .isEqualTo(8);
    }

    /** Five groups of equal files: one of two NORMAL ids, three of one person each, and one in train and test. */
    private void copiesAreToldByGroup(UUID dataset) throws Exception {
        JsonNode across = finding(byCode(http.get("/datasets/" + dataset + "/findings")), "duplicatesAcrossPatients");
        assertThat(across.path("evidence").asString(""))
                .isEqualTo(
                        "1 file content occurs under several patient ids, 2 images in all; of 5 groups of such copies");
        JsonNode group = across.at("/groups/0");
        assertThat(group.path("patients").asInt()).isEqualTo(2);
        assertThat(group.path("labels").toString()).isEqualTo("[\"NORMAL\"]");
        assertThat(group.path("roles").toString()).isEqualTo("[\"train\"]");

        JsonNode groups = http.get("/datasets/" + dataset + "/duplicate-groups");
        assertThat(groups.path("items")).hasSize(5).allSatisfy(item -> assertThat(
                        item.path("identical").asBoolean())
                .isTrue());
        assertThat(groups.path("items"))
                .filteredOn(item -> item.path("patientCount").asInt() > 1)
                .singleElement()
                .satisfies(item -> assertThat(item.path("number")).isEqualTo(group.path("number")));
        assertThat(groups.path("items"))
                .filteredOn(item -> new TreeSet<>(item.path("images").findValuesAsString("role")).size() > 1)
                .singleElement()
                .satisfies(item -> assertThat(item.path("images").findValuesAsString("name"))
                        .containsExactly(
                                "test/PNEUMONIA/person3_bacteria_90.jpeg", "train/PNEUMONIA/person3_bacteria_1.jpeg"));
    }

    /** T13: nothing is cut short in silence; and the shares are those of the recipe. */
    private void countsAddUp(UUID dataset) throws Exception {
        JsonNode profile = http.get("/datasets/" + dataset + "/profile");

        assertThat(profile.path("images").asInt()).isEqualTo(files.size());
        assertThat(profile.at("/sources/files").asInt()).isEqualTo(files.size());
        assertThat(profile.at("/sources/unusedFiles").asInt()).isZero();
        int ofRoles = 0;
        for (JsonNode role : profile.path("roles")) {
            int ofClasses = 0;
            for (JsonNode ofClass : role.path("classes")) {
                ofClasses += ofClass.path("images").asInt();
            }
            assertThat(role.path("images").asInt()).isEqualTo(ofClasses);
            ofRoles += ofClasses;
            if (role.path("role").asString("").equals("train")) {
                assertThat((double) role.at("/classes/1/images").asInt()
                                / role.at("/classes/0/images").asInt())
                        .isEqualTo(2.89, within(0.005));
            }
            if (role.path("role").asString("").equals("validation")) {
                assertThat(ofClasses).isEqualTo(16);
            }
        }
        assertThat(ofRoles).isEqualTo(files.size());
    }

    /** T3: no kind of split deals out images, and patients cannot be given up. */
    private void imagesAreNoUnitOfASplit(UUID dataset) throws Exception {
        Answer kind = http.post(
                "/datasets/" + dataset + "/split-plans",
                "{\"name\": \"x\", \"seed\": 42, \"spec\": {\"kind\": \"stratifiedKFold\", \"folds\": 3}}");
        assertThat(kind.status()).isEqualTo(422);
        assertThat(kind.pointers()).containsExactly("/spec/kind");
        Answer loose = http.post(
                "/datasets/" + dataset + "/split-plans",
                """
                {"name": "x", "seed": 42, "keepTogether": [],
                 "spec": {"kind": "kFold", "folds": 3, "test": 0.2, "validation": 0.2}}
                """);
        assertThat(loose.status()).isEqualTo(422);
        assertThat(loose.text()).contains("keepTogether must hold patient and duplicates");
    }

    /** T14 again, and T2: the folders are no split before somebody has answered for the ids, and never with whom they share. */
    private UUID foldersBecomeASplitWithoutWhomTheyShare(UUID dataset) throws Exception {
        String asTheyAre = "{\"name\": \"folders\", \"seed\": 42, \"spec\": {\"kind\": \"folders\"}}";
        Answer blocked = http.post("/datasets/" + dataset + "/splits", asTheyAre);
        assertThat(blocked.status()).isEqualTo(409);
        assertThat(blocked.text()).contains("findings-not-waived", "oneImagePerPatient", "duplicatesAcrossPatients");
        for (String code : List.of("oneImagePerPatient", "duplicatesAcrossPatients")) {
            assertThat(http.post(
                                    "/datasets/" + dataset + "/waivers",
                                    "{\"code\": \"%s\", \"reason\": \"the recipe has it so\"}".formatted(code))
                            .status())
                    .isEqualTo(201);
        }
        Answer shared = http.post("/datasets/" + dataset + "/splits", asTheyAre);
        assertThat(shared.status()).isEqualTo(422);
        assertThat(shared.text()).contains("split-refused", "8 of ", "patients have images in several of the folders");

        Answer split = http.post(
                "/datasets/" + dataset + "/splits",
                asTheyAre.replace("\"folders\"}}", "\"folders\", \"dropShared\": true}}"));
        assertThat(split.status()).as(split.text()).isEqualTo(201);
        JsonNode made = split.json();
        JsonNode roles = http.get("/splits/" + made.path("id").asString("") + "/certificate")
                .at("/folds/0/roles");
        assertThat(roles.valueStream().map(role -> role.path("role").asString("")))
                .containsExactly("train", "validation", "test", "dropped");
        assertThat(roles.at("/1/holding/images").asInt()).isEqualTo(16);
        assertThat(roles.at("/3/holding/patients").asInt()).isEqualTo(8);
        return UUID.fromString(made.path("id").asString(""));
    }

    /** T1: a run is of a split, or it is not. */
    private void nothingTrainsOnAFolder(UUID dataset) throws Exception {
        Answer refused = http.post(
                "/experiments",
                "{\"name\": \"x\", \"datasetId\": \"%s\", \"plan\": {}, \"procedure\": {\"kind\": \"train\"}}"
                        .formatted(dataset));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.pointers()).contains("/splitId", "/datasetId");
    }

    /** T4: what changes images belongs to those that are trained on; there is no word for others. */
    private void validationImagesCannotBeAugmented(UUID split) throws Exception {
        Answer refused = http.post(
                "/experiments?dryRun=true",
                experiment(
                        split,
                        PLAN.replace(
                                "\"horizontalFlip\"", "\"horizontalFlip\", \"roles\": [\"train\", \"validation\"]"),
                        "[]"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.pointers()).containsExactly("/plan/augmentation/0/roles");
    }

    /** T6: a threshold comes from validation images, and is frozen before the test is opened. */
    private void theTestChoosesNoThreshold() throws Exception {
        Answer refused = http.post(
                "/evaluations",
                """
                {"subject": {"runId": "%s"}, "subset": "test", "threshold": {"rule": {"kind": "f1"}},
                 "reason": "to find the best threshold", "metrics": ["f1"]}
                """
                        .formatted(UUID.randomUUID()));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("threshold belongs to the subsets validation and outOfFold");
    }

    /** T2, T7, T9, T10, T11, T12 and T16, by a dry run and by a start, which keeps what it was told. */
    private void planIsHeldAgainstTheData(UUID split) throws Exception {
        String[] expected = {
            "datasetFinding",
            "fewValidationCases",
            "positiveWeightOff",
            "imbalanceCorrectedTwice",
            "mirroredAnatomy",
            "patientsWithSeveralLabels",
            "shapesStretched",
            "stoppingNeverActs"
        };
        Answer dryRun = http.post("/experiments?dryRun=true", experiment(split, PLAN, "[]"));
        assertThat(dryRun.status()).as(dryRun.text()).isEqualTo(200);
        Map<String, JsonNode> told = byCode(dryRun.json());
        assertThat(told).containsKeys(expected);
        assertThat(finding(told, "fewValidationCases").path("evidence").asString(""))
                .startsWith("16 validation images are 8 positive of 6 patients and 8 negative of 8 patients");
        assertThat(finding(told, "positiveWeightOff").path("evidence").asString(""))
                .contains("0.67", "n / (2 positives)");
        assertThat(finding(told, "datasetFinding").path("severity").asString(""))
                .isEqualTo("warning");

        Answer refused = http.post("/experiments", experiment(split, PLAN, "[]"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("findings-block", "mirroredAnatomy");

        Answer started = http.post(
                "/experiments",
                experiment(split, PLAN, "[{\"code\": \"mirroredAnatomy\", \"reason\": \"the recipe has it so\"}]"));
        assertThat(started.status()).as(started.text()).isEqualTo(202);
        String id = started.json().path("id").asString("");
        assertThat(byCode(http.get("/experiments/" + id)).keySet()).isEqualTo(told.keySet());
        assertThat(http.get("/experiments/" + id).at("/overrides/0/code").asString(""))
                .isEqualTo("mirroredAnatomy");
        String run = http.get("/experiments/" + id + "/runs").at("/runs/0/id").asString("");
        assertThat(http.post("/runs/" + run + "/cancellation", "").status()).isBetween(200, 202);
    }

    private static String experiment(UUID split, String plan, String overrides) {
        return """
                {"name": "the recipe", "splitId": "%s", "plan": %s, "procedure": {"kind": "train"}, "overrides": %s}
                """
                .formatted(split, plan, overrides);
    }

    private void fill() throws IOException {
        for (int i = 0; i < 89; i++) {
            film("train/NORMAL/%sIM-%04d-0001.jpeg".formatted(i % 3 == 0 ? "NORMAL2-" : "", 100 + i));
        }
        film("train/NORMAL/person9_normal_1.jpeg");
        for (int i = 0; i < 260; i++) {
            film("train/PNEUMONIA/person%d_%s_%d.jpeg"
                    .formatted(1 + i % 110, i % 2 == 0 ? "bacteria" : "virus", 1 + i / 110));
        }
        for (int i = 0; i < 8; i++) {
            film("val/NORMAL/NORMAL2-IM-%04d-0001.jpeg".formatted(1427 + i));
            film("val/PNEUMONIA/person%d_bacteria_%d.jpeg".formatted(1946 + i % 6, 4875 + i));
        }
        for (int i = 0; i < 23; i++) {
            film("test/NORMAL/IM-%04d-0001.jpeg".formatted(i + 1));
        }
        for (int i = 0; i < 39; i++) {
            int person = i % 18;
            film("test/PNEUMONIA/person%d_virus_%d.jpeg".formatted(person < 8 ? person + 1 : person + 1600, 50 + i));
        }
        files.remove("test/PNEUMONIA/person3_virus_52.jpeg");
        copy("train/PNEUMONIA/person3_bacteria_1.jpeg", "test/PNEUMONIA/person3_bacteria_90.jpeg");
        copy("train/NORMAL/NORMAL2-IM-0100-0001.jpeg", "train/NORMAL/NORMAL2-IM-0103-0001.jpeg");
        copy("train/PNEUMONIA/person20_virus_1.jpeg", "train/PNEUMONIA/person20_virus_2.jpeg");
        copy("train/PNEUMONIA/person30_virus_1.jpeg", "train/PNEUMONIA/person30_virus_2.jpeg");
        copy("train/PNEUMONIA/person41_bacteria_1.jpeg", "train/PNEUMONIA/person41_bacteria_2.jpeg");
    }

    private void copy(String from, String to) {
        byte[] film = files.get(from);
        assertThat(film).as(from).isNotNull();
        files.put(to, film);
    }

    /** Blocks of random shades, in a frame between upright and three times as wide as high. */
    private void film(String name) throws IOException {
        int height = 40 + random.nextInt(24);
        int width = (int) (height * (0.95 + 2.1 * random.nextDouble() * random.nextDouble()));
        int[] shades = random.ints(64, 20, 230).toArray();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.getRaster().setSample(x, y, 0, shades[8 * (y * 8 / height) + x * 8 / width] + random.nextInt(20));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", bytes);
        files.put(name, bytes.toByteArray());
    }

    private UUID frozen() throws Exception {
        return http.frozen(
                """
                {"name": "chest films", "projectId": "%s", "task": "binary", "positiveLabel": "PNEUMONIA",
                 "patientLabelRule": "anyPositive", "modality": "X-ray", "bodyPart": "chest",
                 "layout": {"kind": "classFolders", "patientIdPattern": "%s"}}
                """
                        .formatted(http.made("/projects", "{\"name\": \"recipe\"}"), PATIENT_RULE),
                files);
    }
}
