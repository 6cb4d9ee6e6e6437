package org.foldwise.api.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.EmptyServiceDirectory;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Stored;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.security.Caller;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.network.SafetensorsFile;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.pretrained.TorchFiles;
import org.foldwise.learning.pretrained.WeightSets;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Weights on their way in, the plans that ask for them, and files that nobody means well with. */
@ApiTest
class WeightSetIT {
    private static final String PATH = "/api/v1/weight-sets/";
    private static final String BINARY = "application/octet-stream";
    private static final String RESNET18 = "ResNet18_Weights.IMAGENET1K_V1";
    private static final Path DIRECTORY = EmptyServiceDirectory.PATH.resolve("weights");

    private final Http http;
    private final Chapters chapters;
    private final Stored stored;
    private final PlanWeights planWeights;
    private final User admin;

    @TempDir
    private Path folder;

    WeightSetIT(Http http, Chapters chapters, Stored stored, PlanWeights planWeights) {
        this.planWeights = planWeights;
        this.http = http;
        this.chapters = chapters;
        this.stored = stored;
        this.admin = http.admin();
    }

    private static Map<String, Tensor> mobileNet() {
        return TorchFiles.published(BackboneName.MOBILENET_V2, 11);
    }

    private static byte[] safetensors(Map<String, Tensor> tensors) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            new SafetensorsFile(new Weights(tensors), new TreeMap<>()).writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private Answer send(String name, byte[] file) {
        return admin.put(PATH + name, BINARY, file);
    }

    private static String type(Answer answer) {
        return answer.json().get("type").stringValue().replace("urn:foldwise:problem:", "");
    }

    private static List<String> pointers(Answer answer) {
        return answer.json().get("errors").findValuesAsString("pointer");
    }

    private static List<String> details(Answer answer) {
        return answer.json().get("errors").findValuesAsString("detail");
    }

    private String imported(byte[] file) {
        String name = chapters.freshName("weights");
        Answer answer = send(name, file);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return name;
    }

    @Test
    void listsWhatIsPublishedWithWhatHasToBeFetched() {
        JsonNode resnet = http.user(Role.VIEWER, null).get(PATH + RESNET18).json();

        assertThat(resnet.get("state").stringValue()).isEqualTo("missing");
        assertThat(resnet.get("backbone").stringValue()).isEqualTo("resnet18");
        assertThat(resnet.get("fileName").stringValue()).isEqualTo("resnet18-f37072fd.pth");
        assertThat(resnet.get("publishedDigestPrefix").stringValue()).isEqualTo("f37072fd");
        assertThat(resnet.has("digest")).isFalse();
        assertThat(resnet.has("mirror")).isFalse();

        List<String> names = new ArrayList<>();
        String next = "/api/v1/weight-sets?pageSize=3";
        while (next != null) {
            JsonNode page = admin.get(next).json();
            assertThat(page.get("items").size()).isLessThanOrEqualTo(3);
            names.addAll(page.get("items").findValuesAsString("name"));
            JsonNode token = page.get("nextPageToken");
            next = token == null ? null : "/api/v1/weight-sets?pageSize=3&pageToken=" + token.stringValue();
        }
        assertThat(names).isSorted().doesNotHaveDuplicates();
        WeightSets.TORCHVISION.sets().forEach(set -> assertThat(names).contains(set.name()));
    }

    @Test
    void takesBothKindsOfFilesUnderNamesOfOnesOwn() {
        Map<String, Tensor> tensors = mobileNet();
        for (byte[] file : List.of(safetensors(tensors), TorchFiles.stateDict(tensors))) {
            String name = chapters.freshName("weights");
            Answer answer = admin.put(PATH + name + "?fileName=radiology.bin", BINARY, file);

            assertThat(answer.status()).as(answer.text()).isEqualTo(201);
            assertThat(admin.get(PATH + name).json()).isEqualTo(answer.json());
            JsonNode set = answer.json();
            assertThat(set.get("state").stringValue()).isEqualTo("imported");
            assertThat(set.get("backbone").stringValue()).isEqualTo("mobilenetV2");
            assertThat(set.get("channels").intValue()).isEqualTo(3);
            assertThat(set.get("fileName").stringValue()).isEqualTo("radiology.bin");
            assertThat(set.get("digest").stringValue())
                    .isEqualTo(Digest.of(file).hex());
            assertThat(set.get("sizeBytes").longValue()).isEqualTo(file.length);
            assertThat(set.get("ignored").size()).isZero();
        }
    }

    @Test
    void theSameBytesAgainChangeNothingAndOthersNeedAnotherName() {
        byte[] file = safetensors(mobileNet());
        String name = imported(file);

        Answer again = send(name, file);
        assertThat(again.status()).isEqualTo(200);
        Answer other = send(name, safetensors(TorchFiles.published(BackboneName.MOBILENET_V2, 12)));
        assertThat(other.status()).isEqualTo(409);
        assertThat(type(other)).isEqualTo("already-exists");
        assertThat(other.json().get("detail").stringValue())
                .contains(Digest.of(file).hex());
    }

    @Test
    void everythingThatDoesNotFitIsToldAtOnce() {
        Map<String, Tensor> tensors = mobileNet();
        tensors.remove("features.0.0.weight");
        tensors.remove("features.18.1.bias");
        tensors.put("features.1.conv.0.0.weight", Tensor.of(List.of(2L), new float[2]));
        tensors.put("features.18.1.weight", Tensor.of(List.of(1280L), filled(1280, Float.NaN)));
        tensors.put("features.0.1.running_var", Tensor.of(List.of(32L), filled(32, -1)));
        tensors.put("projection.weight", Tensor.of(1));
        var before = stored.counts();

        Answer refused = send(chapters.freshName("weights"), safetensors(tensors));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(type(refused)).isEqualTo("weights-refused");
        assertThat(refused.json().get("detail").stringValue()).contains("6 mistakes");
        assertThat(pointers(refused))
                .containsExactly(
                        "/features.0.0.weight",
                        "/features.18.1.bias",
                        "/features.1.conv.0.0.weight",
                        "/projection.weight",
                        "/features.18.1.weight",
                        "/features.0.1.running_var");
        assertThat(details(refused))
                .containsExactly(
                        "mobilenetV2 needs this tensor and the file lacks it",
                        "mobilenetV2 needs this tensor and the file lacks it",
                        "is FLOAT32 [2], in mobilenetV2 it is FLOAT32 [32, 1, 3, 3]",
                        "mobilenetV2 has no such tensor; to pass such tensors over, say ignoreUnexpected",
                        "holds numbers that are infinite or not a number",
                        "is a variance and holds negative numbers");
        assertThat(stored.counts()).isEqualTo(before);
    }

    private static float[] filled(int length, float value) {
        float[] values = new float[length];
        Arrays.fill(values, value);
        return values;
    }

    @Test
    void tensorsThatTheBackboneDoesNotHaveArePassedOverWhereSomebodySaysSo() {
        Map<String, Tensor> tensors = mobileNet();
        tensors.put("projection.weight", Tensor.of(List.of(1L), new float[] {Float.NaN}));
        String name = chapters.freshName("weights");

        Answer answer = admin.put(PATH + name + "?ignoreUnexpected=true", BINARY, safetensors(tensors));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.json().get("ignored").get(0).stringValue()).isEqualTo("projection.weight");
    }

    @Test
    void hostileFilesAreRefusedInWordsAndLeaveNothingBehind() {
        Path canary = folder.resolve("canary");
        byte[] whole = safetensors(mobileNet());
        Map<byte[], String> files = new LinkedHashMap<>();
        files.put(TorchFiles.runningACommand("touch " + canary), "names 'os.system'");
        files.put(TorchFiles.sayingItIsHuge(), "longer than their file");
        files.put(TorchFiles.compressed(), "compressed entries");
        files.put(Arrays.copyOf(whole, whole.length - 1), "the tensors cover");
        files.put(Arrays.copyOf(TorchFiles.stateDict(mobileNet()), 100_000), "archive is damaged");
        files.put("#!/bin/sh\nreboot\n".getBytes(StandardCharsets.US_ASCII), "neither a zip archive nor");
        files.put(new byte[0], "neither a zip archive nor");
        files.put(new byte[] {-1, -1, -1, 127, 0, 0, 0, 0, '{', '}'}, "the header's length is 2147483647");
        var before = stored.counts();

        files.forEach((file, reason) -> {
            Answer refused = send(chapters.freshName("weights"), file);
            assertThat(refused.status()).as(reason).isEqualTo(422);
            assertThat(type(refused)).isEqualTo("weights-refused");
            assertThat(details(refused)).singleElement().asString().contains(reason);
        });
        assertThat(canary).doesNotExist();
        assertThat(stored.counts()).isEqualTo(before);
    }

    @Test
    void aPublishedNameIsForThePublishedFileAlone() {
        byte[] file = safetensors(TorchFiles.published(BackboneName.MOBILENET_V2, 1));

        Answer refused = send(RESNET18, file);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(details(refused).get(0))
                .isEqualTo("the file's SHA-256 is " + Digest.of(file)
                        + ", that of resnet18-f37072fd.pth should begin with f37072fd");
        assertThat(details(refused)).contains("resnet18 needs this tensor and the file lacks it");
        assertThat(admin.get(PATH + RESNET18).json().get("state").stringValue()).isEqualTo("missing");
    }

    @Test
    void namesThatAreNoBackbonesAreOneMistake() {
        Map<String, Tensor> wrapped = new LinkedHashMap<>();
        mobileNet().forEach((name, tensor) -> wrapped.put("encoder." + name, tensor));
        for (String query : List.of("", "?backbone=resnet18")) {
            Answer refused = admin.put(PATH + chapters.freshName("weights") + query, BINARY, safetensors(wrapped));
            assertThat(refused.status()).isEqualTo(422);
            assertThat(pointers(refused)).containsExactly("");
            assertThat(details(refused))
                    .containsExactly("no tensor's name is a backbone's: all begin with 'encoder.', and without it they"
                            + " are those of mobilenetV2; take it off before you save the file, or have it described"
                            + " with a mapping from 'encoder.' to ''");
        }

        Answer foreign =
                send(chapters.freshName("weights"), safetensors(Map.of("blocks.0.attention.weight", Tensor.of(1))));
        assertThat(details(foreign))
                .containsExactly("no tensor has the name and shape of one of a backbone's: of resnet18, resnet50,"
                        + " densenet121, efficientnetB0, mobilenetV2; the names must be torchvision's");
        assertThat(details(send(chapters.freshName("weights"), safetensors(Map.of()))))
                .containsExactly("the file has no tensors; save the network's state_dict");
    }

    @Test
    void whatIsSaidOfAFileIsCheckedBeforeTheFile() {
        Answer refused = admin.put(PATH + "none?fileName=..%2Fx", BINARY, new byte[0]);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(pointers(refused)).containsExactly("/name", "/fileName");
        assertThat(pointers(admin.put(PATH + "a%20b", BINARY, new byte[0]))).containsExactly("/name");
        assertThat(pointers(admin.put(PATH + RESNET18 + "?backbone=resnet50", BINARY, new byte[0])))
                .containsExactly("/backbone");
        assertThat(admin.put(PATH + "x?backbone=vgg", BINARY, new byte[0]).status())
                .isEqualTo(422);
        assertThat(admin.put(PATH + "x", "application/zip", new byte[0]).status())
                .isEqualTo(415);
        Answer other = admin.put(
                PATH + "x",
                BINARY,
                new byte[] {1},
                "Content-Digest",
                "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
        assertThat(type(other)).isEqualTo("digest-mismatch");
    }

    @Test
    void onlyAnAdminOfAllProjectsImportsAndRemoves() {
        User ofOneProject = http.user(Role.ADMIN, chapters.project());
        assertThat(ofOneProject.put(PATH + "x", BINARY, new byte[0]).status()).isEqualTo(403);
        assertThat(ofOneProject.method("DELETE", PATH + "x").status()).isEqualTo(403);
        assertThat(http.user(Role.RELEASER, null)
                        .put(PATH + "x", BINARY, new byte[0])
                        .status())
                .isEqualTo(403);
    }

    @Test
    void isRemovedUnlessAnExperimentBeginsWithIt() {
        String name = imported(safetensors(mobileNet()));
        UUID project = chapters.project();
        User researcher = http.user(Role.RESEARCHER, project);
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        String unused = imported(TorchFiles.stateDict(mobileNet()));

        Answer started = researcher.post("/api/v1/experiments", body(split, plan("mobilenetV2", name)));
        assertThat(started.status()).as(started.text()).isEqualTo(202);
        assertThat(started.json().at("/plan/pretrained/weights").stringValue()).isEqualTo(name);

        assertThat(admin.method("DELETE", PATH + name).status()).isEqualTo(409);
        assertThat(admin.get(PATH + name).status()).isEqualTo(200);
        assertThat(admin.method("DELETE", PATH + unused).status()).isEqualTo(204);
        assertThat(admin.get(PATH + unused).status()).isEqualTo(404);
        assertThat(admin.method("DELETE", PATH + unused).status()).isEqualTo(404);
        assertThat(admin.method("DELETE", PATH + RESNET18).status()).isEqualTo(404);
    }

    private static String plan(String backbone, String weights) {
        return "{\"backbone\": \"%s\", \"pretrained\": {\"weights\": \"%s\"}}".formatted(backbone, weights);
    }

    private static String body(UUID split, String plan) {
        return "{\"name\": \"transfer\", \"splitId\": \"%s\", \"plan\": %s, \"procedure\": {\"kind\": \"train\"}}"
                .formatted(split, plan);
    }

    @Test
    void aPlanThatAsksForWhatIsNotHereIsToldWhatToFetchAndWhatElseIsWrong() throws IOException {
        UUID project = chapters.project();
        User researcher = http.user(Role.RESEARCHER, project);
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        var before = stored.counts();
        for (String path : List.of("/api/v1/experiments", "/api/v1/experiments/dry-runs")) {
            Answer missing = researcher.post(path, body(split, plan("resnet50", RESNET18)));
            assertThat(missing.status()).isEqualTo(422);
            assertThat(pointers(missing))
                    .containsOnly("/plan/pretrained/weights")
                    .hasSize(2);
            assertThat(details(missing).get(0))
                    .contains("the weights are of resnet18, the plan's backbone is resnet50")
                    .contains("ResNet50_Weights.IMAGENET1K_V1, ResNet50_Weights.IMAGENET1K_V2");
            assertThat(details(missing).get(1))
                    .contains("fetch 'resnet18-f37072fd.pth'")
                    .contains("SHA-256 begins with f37072fd")
                    .contains("Models and pre-trained weights")
                    .contains("foldwise weights import resnet18-f37072fd.pth")
                    .contains("foldwise.weights.directory");

            Answer unknown = researcher.post(path, body(split, plan("densenet121", "chexnet")));
            assertThat(details(unknown))
                    .singleElement()
                    .asString()
                    .contains("there are no weights called 'chexnet'")
                    .contains("DenseNet121_Weights.IMAGENET1K_V1");
        }
        assertThat(stored.counts()).isEqualTo(before);

        Files.createDirectories(DIRECTORY);
        Path impostor = Files.writeString(DIRECTORY.resolve("densenet121-a639ec97.pth"), "not what it is called");
        try {
            String name = "DenseNet121_Weights.IMAGENET1K_V1";
            assertThat(admin.get(PATH + name).json().get("state").stringValue()).isEqualTo("inDirectory");
            assertThat(details(researcher.post("/api/v1/experiments", body(split, plan("densenet121", name)))))
                    .singleElement()
                    .asString()
                    .contains("is another one")
                    .contains("a639ec97");
        } finally {
            Files.delete(impostor);
        }
    }

    /** A file with names of its own, known by a document of the operator's. */
    @Test
    void whatTheOperatorDescribesIsKnownAndImportedWhenAPlanAsksForIt() throws IOException {
        Map<String, Tensor> wrapped = new LinkedHashMap<>();
        mobileNet().forEach((name, tensor) -> wrapped.put("encoder." + name, tensor));
        wrapped.put("projection.weight", Tensor.of(1));
        byte[] bytes = TorchFiles.stateDict(wrapped);
        String sha256 = Digest.of(bytes).hex();
        String name = chapters.freshName("radnet");
        UUID project = chapters.project();
        User researcher = http.user(Role.RESEARCHER, project);
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        String body = body(split, plan("mobilenetV2", name));
        Files.createDirectories(DIRECTORY);
        Path document = DIRECTORY.resolve(name + ".json");
        Path file = DIRECTORY.resolve(name + ".pth");
        try {
            Files.writeString(
                    document, "{\"backbone\": \"mobilenetV2\", \"file\": \"" + name + ".pth\", \"sha256\": \"1\"}");
            assertThat(admin.get(PATH + name).status()).isEqualTo(404);
            assertThat(details(researcher.post("/api/v1/experiments", body)))
                    .singleElement()
                    .asString()
                    .contains("the description '" + name + ".json'")
                    .contains("/sha256 must be 64 lower-case hexadecimal digits");

            Files.writeString(
                    document,
                    """
                    {"backbone": "mobilenetV2", "file": "%s.pth", "sha256": "%s", "ignoreUnexpected": true,
                     "mapping": [{"from": "encoder.", "to": ""}], "listedIn": "the group's shelf"}
                    """
                            .formatted(name, sha256));
            JsonNode missing = admin.get(PATH + name).json();
            assertThat(missing.get("state").stringValue()).isEqualTo("missing");
            assertThat(missing.get("publishedDigestPrefix").stringValue()).isEqualTo(sha256);
            assertThat(missing.at("/mapping/encoder.").stringValue()).isEmpty();
            assertThat(admin.get("/api/v1/weight-sets?pageSize=200")
                            .json()
                            .get("items")
                            .findValuesAsString("name"))
                    .contains(name);
            assertThat(details(researcher.post("/api/v1/experiments", body)))
                    .singleElement()
                    .asString()
                    .contains("fetch '" + name + ".pth' (its SHA-256 is " + sha256 + "; the group's shelf lists it as "
                            + name + ")")
                    .contains("foldwise weights import " + name + ".pth")
                    .contains("foldwise.weights.directory");

            Files.writeString(file, "half of it");
            assertThat(admin.get(PATH + name).json().get("state").stringValue()).isEqualTo("inDirectory");
            assertThat(details(researcher.post("/api/v1/experiments", body)))
                    .singleElement()
                    .asString()
                    .contains("should be " + sha256);
            assertThat(details(send(name, safetensors(mobileNet()))))
                    .anySatisfy(detail -> assertThat(detail).endsWith("should be " + sha256));

            Files.write(file, bytes);
            Answer started = researcher.post("/api/v1/experiments", body);
            assertThat(started.status()).as(started.text()).isEqualTo(202);
            JsonNode imported = admin.get(PATH + name).json();
            assertThat(imported.get("state").stringValue()).isEqualTo("imported");
            assertThat(imported.get("digest").stringValue()).isEqualTo(sha256);
            assertThat(imported.at("/mapping/encoder.").stringValue()).isEmpty();
            assertThat(imported.get("ignored").get(0).stringValue()).isEqualTo("projection.weight");

            Files.writeString(
                    document,
                    "{\"backbone\": \"mobilenetV2\", \"file\": \"%s.pth\", \"sha256\": \"%s\"}"
                            .formatted(name, Digest.of("other").hex()));
            assertThat(details(researcher.post("/api/v1/experiments", body)))
                    .hasSize(2)
                    .first()
                    .asString()
                    .contains("the weights were imported with the SHA-256 " + sha256)
                    .contains("another name");

            // of the same length, and at the same time as far as the file says
            FileTime before = Files.getLastModifiedTime(document);
            Files.writeString(
                    document,
                    "{\"backbone\": \"mobilenetV2\", \"file\": \"%s.pth\", \"sha256\": \"%s\"}"
                            .formatted(name, sha256));
            Files.setLastModifiedTime(document, before);
            assertThat(details(researcher.post("/api/v1/experiments", body)))
                    .containsExactly(
                            "the weights were imported with the mapping of names {encoder.=}, their description has no"
                                    + " mapping of names; give what the description speaks of another name");
            assertThat(send(name, bytes).json().get("detail").stringValue())
                    .startsWith(
                            "These bytes are here as '" + name + "', and the weights were imported with the mapping");
            Files.writeString(
                    document,
                    """
                    {"backbone": "resnet18", "file": "%s.pth", "sha256": "%s",
                     "mapping": [{"from": "encoder.", "to": ""}]}
                    """
                            .formatted(name, sha256));
            assertThat(details(researcher.post("/api/v1/experiments", body)))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "the weights were imported as those of mobilenetV2, by their description they are of resnet18");
            Answer asDescribed = send(name, bytes);
            assertThat(asDescribed.status()).isEqualTo(409);
            assertThat(type(asDescribed)).isEqualTo("already-exists");
        } finally {
            Files.deleteIfExists(document);
            Files.deleteIfExists(file);
        }
    }

    @Test
    void aDescriptionWithNamesThatTheFileDoesNotHaveIsToldSo() throws IOException {
        byte[] bytes = safetensors(mobileNet());
        String name = chapters.freshName("radnet");
        Files.createDirectories(DIRECTORY);
        Path document = Files.writeString(
                DIRECTORY.resolve(name + ".json"),
                "{\"backbone\": \"mobilenetV2\", \"file\": \"%s.pth\", \"sha256\": \"%s\", \"mapping\": [{\"from\": \"enc.\", \"to\": \"\"}]}"
                        .formatted(name, Digest.of(bytes)));
        try {
            Answer refused = send(name, bytes);
            assertThat(refused.status()).isEqualTo(422);
            assertThat(details(refused))
                    .containsExactly(
                            "no tensor of the file has a name that begins with 'enc.', of which the mapping speaks");
        } finally {
            Files.delete(document);
        }
    }

    @Test
    void aMappingThatGivesTwoTensorsOneNameIsToldSo() throws IOException {
        Map<String, Tensor> twice = new LinkedHashMap<>();
        mobileNet().forEach((name, tensor) -> twice.put("ema." + name, tensor));
        twice.put("features.0.0.weight", twice.get("ema.features.0.0.weight"));
        byte[] bytes = safetensors(twice);
        String name = chapters.freshName("radnet");
        Files.createDirectories(DIRECTORY);
        Path document = Files.writeString(
                DIRECTORY.resolve(name + ".json"),
                "{\"backbone\": \"mobilenetV2\", \"file\": \"%s.pth\", \"sha256\": \"%s\", \"mapping\": [{\"from\": \"ema.\", \"to\": \"\"}]}"
                        .formatted(name, Digest.of(bytes)));
        try {
            Answer refused = send(name, bytes);
            assertThat(refused.status()).isEqualTo(422);
            assertThat(details(refused))
                    .singleElement()
                    .asString()
                    .contains("'ema.features.0.0.weight' and 'features.0.0.weight' would all be 'features.0.0.weight'");
        } finally {
            Files.delete(document);
        }
    }

    /** Between the check of a plan and the taking of its weights an operator may clear the directory. */
    @Test
    void whatHasGoneSinceItWasFoundUsableIsRefused() throws IOException {
        String name = chapters.freshName("radnet");
        ExperimentPlan plan = PlanJson.read(plan("mobilenetV2", name));
        Caller caller = new Caller(UUID.randomUUID(), "nobody", Role.RESEARCHER, null);
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> planWeights.of(plan, caller))
                .satisfies(refusal -> assertThat(refusal.mistakes().get(0).detail())
                        .contains("there are no weights called '" + name + "'"));

        Files.createDirectories(DIRECTORY);
        Path document = Files.writeString(
                DIRECTORY.resolve(name + ".json"),
                "{\"backbone\": \"mobilenetV2\", \"file\": \"%s.pth\", \"sha256\": \"%s\"}"
                        .formatted(name, Digest.of("a file")));
        try {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> planWeights.of(plan, caller))
                    .satisfies(refusal -> assertThat(refusal.mistakes().get(0).detail())
                            .contains("'" + name + ".pth' in the platform's directory of weights cannot be read"));
        } finally {
            Files.delete(document);
        }
    }

    @Test
    void theSameBytesOfAnotherBackboneAreToldApart() {
        byte[] file = safetensors(mobileNet());
        String name = imported(file);
        assertThat(admin.put(PATH + name + "?backbone=mobilenetV2", BINARY, file)
                        .status())
                .isEqualTo(200);
        Answer other = admin.put(PATH + name + "?backbone=resnet18", BINARY, file);
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.json().get("detail").stringValue()).contains("imported as those of mobilenetV2");
    }

    @Test
    void greyWeightsNeedGreyImages() {
        Map<String, Tensor> tensors = mobileNet();
        tensors.put("features.0.0.weight", Tensor.of(List.of(32L, 1L, 3L, 3L), filled(32 * 9, 0.5f)));
        String name = imported(safetensors(tensors));
        UUID project = chapters.project();
        User researcher = http.user(Role.RESEARCHER, project);
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        String plan =
                "{\"backbone\": \"mobilenetV2\", \"image\": {\"channels\": %d}, \"pretrained\": {\"weights\": \"%s\"}}";

        assertThat(admin.get(PATH + name).json().get("channels").intValue()).isEqualTo(1);
        assertThat(details(researcher.post("/api/v1/experiments/dry-runs", body(split, plan.formatted(3, name)))))
                .containsExactly("the weights are for grey images, the plan's have 3 channels");
        assertThat(researcher
                        .post("/api/v1/experiments/dry-runs", body(split, plan.formatted(1, name)))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aDryRunTellsWhatAPersonShouldKnow() {
        UUID project = chapters.project();
        User researcher = http.user(Role.RESEARCHER, project);
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));

        JsonNode frozen = researcher
                .post("/api/v1/experiments/dry-runs", body(split, "{\"freeze\": {\"stages\": 5}}"))
                .json();
        assertThat(frozen.get("findings").findValuesAsString("code")).contains("frozenDrawnBackbone");
        JsonNode plain = researcher
                .post("/api/v1/experiments/dry-runs", body(split, "{}"))
                .json();
        assertThat(plain.get("findings").findValuesAsString("code")).doesNotContain("frozenDrawnBackbone");
    }
}
