package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assertj.core.data.Offset;
import org.foldwise.client.ApiException;
import org.foldwise.client.ExperimentsApi;
import org.foldwise.client.ModelVersionsApi;
import org.foldwise.client.WeightSetsApi;
import org.foldwise.client.model.Backbone;
import org.foldwise.client.model.Dataset;
import org.foldwise.client.model.DatasetRequest;
import org.foldwise.client.model.DatasetState;
import org.foldwise.client.model.EvaluationRequest;
import org.foldwise.client.model.EvaluationState;
import org.foldwise.client.model.EvaluationSubject;
import org.foldwise.client.model.ExperimentRequest;
import org.foldwise.client.model.Freeze;
import org.foldwise.client.model.HoldoutSplitSpec;
import org.foldwise.client.model.ModelVersion;
import org.foldwise.client.model.Plan;
import org.foldwise.client.model.Pretrained;
import org.foldwise.client.model.Procedure;
import org.foldwise.client.model.Project;
import org.foldwise.client.model.RecalibrationMethod;
import org.foldwise.client.model.Run;
import org.foldwise.client.model.RunStatus;
import org.foldwise.client.model.Split;
import org.foldwise.client.model.SplitRequest;
import org.foldwise.client.model.SplitSpec;
import org.foldwise.client.model.Subset;
import org.foldwise.client.model.Task;
import org.foldwise.client.model.TrainProcedure;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.model.BundleReader;
import org.foldwise.learning.model.ModelBundle;
import org.foldwise.learning.network.EngineSettings;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.prediction.Classifier;
import org.foldwise.learning.pretrained.NameMapping;
import org.foldwise.learning.pretrained.PretrainedWeights;
import org.foldwise.learning.pretrained.TorchFiles;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.WeightsFile;
import org.foldwise.standalone.weights.Mirror;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Weights from a file at a terminal to a prediction, on a platform of real processes. */
@Tag("engine")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WeightsJourneyIT {
    private static final SyntheticCohortSpec TINY = SyntheticCohortSpec.DEFAULT
            .withPatients(36)
            .withImagesPerPatient(1, 2)
            .withImageSize(48)
            .withSignal(2);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String NAME = "Phantoms-1";
    /** Described by the operator, in a file with names of its own. */
    private static final String FETCHED = "RadNet-1";

    @TempDir
    static Path directory;

    private static StandaloneProcess platform;
    private static Path file;
    private static Path fetched;

    private record Outcome(int code, String output) {}

    @BeforeAll
    static void startPlatform() throws Exception {
        Map<String, Tensor> published = new HashMap<>(TorchFiles.published(BackboneName.MOBILENET_V2, 5));
        published.put("projection.weight", Tensor.of(1));
        file = Files.write(directory.resolve("phantoms of ours.pth"), TorchFiles.stateDict(published));
        platform = StandaloneProcess.start(directory.resolve("platform"));
    }

    @AfterAll
    static void stopPlatform() throws Exception {
        if (platform != null) {
            platform.close();
        }
    }

    private static Outcome weights(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.foldwise.standalone.weights.WeightsCommand",
                "--url",
                platform.url(),
                "--key-file",
                directory.resolve("platform/admin.key").toString(),
                "--downloads",
                directory.resolve("platform/downloads").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Outcome(process.exitValue(), output);
    }

    @Test
    @Order(1)
    void theCommandSaysWhatToDoWhereItCannotDoIt() throws Exception {
        Outcome nameless = weights("import", file.toString());
        assertThat(nameless.code()).isEqualTo(1);
        assertThat(nameless.output())
                .contains("is no file that the platform knows")
                .contains("--name");

        Outcome unexpected = weights("import", file.toString(), "--name", NAME);
        assertThat(unexpected.code()).isEqualTo(1);
        assertThat(unexpected.output())
                .contains("The file of weights is refused: The file of weights has one mistake")
                .contains("/projection.weight: mobilenetV2 has no such tensor");

        Path hostile = Files.write(directory.resolve("hostile.pth"), TorchFiles.runningACommand("touch canary"));
        Outcome refused = weights("import", hostile.toString(), "--name", "hostile");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.output()).contains("names 'os.system'").contains("nothing is run");
        assertThat(Path.of("canary")).doesNotExist();

        Path impostor = Files.copy(file, directory.resolve("resnet18-f37072fd.pth"));
        assertThat(weights("import", impostor.toString()).output())
                .contains("is not the file of that name that the platform knows")
                .contains("should begin with f37072fd");

        Outcome noMirror = weights("fetch", "ResNet18_Weights.IMAGENET1K_V1");
        assertThat(noMirror.code()).isEqualTo(1);
        assertThat(noMirror.output())
                .contains("no mirror is configured")
                .contains("Fetch 'resnet18-f37072fd.pth'")
                .contains("foldwise weights import resnet18-f37072fd.pth")
                .contains("foldwise.weights.mirror");
        assertThat(weights("fetch", "vgg").output()).contains("there are no weights called 'vgg'");
        assertThat(weights("import", "nowhere.pth").output()).contains("there is no file 'nowhere.pth'");
    }

    private static byte[] described(String name, long seed) throws IOException {
        Map<String, Tensor> wrapped = new LinkedHashMap<>();
        TorchFiles.published(BackboneName.MOBILENET_V2, seed)
                .forEach((tensor, values) -> wrapped.put("encoder." + tensor, values));
        byte[] content = TorchFiles.stateDict(wrapped);
        Path shelf = Files.createDirectories(directory.resolve("platform/weights"));
        Files.writeString(
                shelf.resolve(name + ".json"),
                """
                {"backbone": "mobilenetV2", "file": "%s.pth", "sha256": "%s", "listedIn": "the group's shelf",
                 "mapping": [{"from": "encoder.", "to": ""}]}
                """
                        .formatted(name, Digest.of(content)));
        return content;
    }

    private static String mirrored(Mirror mirror) {
        String address = mirror.uri("").toString();
        return address.substring(0, address.length() - 1);
    }

    @Test
    @Order(2)
    void theCommandFetchesWhatTheOperatorHasDescribed() throws Exception {
        byte[] content = described(FETCHED, 21);
        fetched = Files.write(directory.resolve("what the mirror has.pth"), content);
        assertThat(weights("list").output()).containsPattern("RadNet-1 +mobilenetV2 +missing +[0-9a-f]+ +RadNet-1.pth");
        assertThat(weights("fetch", "RadNet-1").output())
                .contains("no mirror is configured")
                .contains("Fetch 'RadNet-1.pth' (its SHA-256 is " + Digest.of(content)
                        + "; the group's shelf lists it as RadNet-1)")
                .contains("foldwise weights import RadNet-1.pth");

        try (Mirror mirror = new Mirror(content, Mirror.Habit.HONEST, 0)) {
            Outcome fetched = weights("fetch", "RadNet-1", "--mirror", mirrored(mirror));
            assertThat(fetched.code()).as(fetched.output()).isZero();
            assertThat(fetched.output())
                    .contains("50 % of " + content.length + " bytes")
                    .contains("Imported 'RadNet-1', SHA-256 " + Digest.of(content));
            assertThat(mirror.ranges()).containsExactly("all");
            assertThat(weights("fetch", "RadNet-1", "--mirror", mirrored(mirror))
                            .output())
                    .contains("has been imported before");
            assertThat(mirror.ranges()).hasSize(1);
        }
        Path downloads = directory.resolve("platform/downloads");
        assertThat(downloads).isEmptyDirectory();
        assertThat(weights("list").output()).containsPattern("RadNet-1 +mobilenetV2 +imported");
    }

    @Test
    @Order(2)
    void theCommandGoesOnWhereAnEarlierOneEnded() throws Exception {
        byte[] content = described("RadNet-2", 22);
        Path part =
                Files.createDirectories(directory.resolve("platform/downloads")).resolve("RadNet-2.pth.part");
        Files.write(part, Arrays.copyOf(content, 300_000));

        try (Mirror mirror = new Mirror(content, Mirror.Habit.HONEST, 0)) {
            Outcome fetched = weights("fetch", "RadNet-2", "--mirror", mirrored(mirror));
            assertThat(fetched.code()).as(fetched.output()).isZero();
            assertThat(fetched.output()).contains("Imported 'RadNet-2', SHA-256 " + Digest.of(content));
            assertThat(mirror.ranges()).containsExactly("bytes=300000-");
        }
        assertThat(part).doesNotExist();
    }

    @Test
    @Order(2)
    void theCommandKeepsNothingOfAFileWithOtherBytes() throws Exception {
        byte[] content = described("RadNet-3", 23);
        byte[] other = content.clone();
        other[content.length / 2] ^= 1;

        try (Mirror mirror = new Mirror(other, Mirror.Habit.HONEST, 0)) {
            Outcome fetched = weights("fetch", "RadNet-3", "--mirror", mirrored(mirror));
            assertThat(fetched.code()).isEqualTo(1);
            assertThat(fetched.output())
                    .contains("its SHA-256 is " + Digest.of(other) + " and should be " + Digest.of(content));
        }
        assertThat(directory.resolve("platform/downloads")).isEmptyDirectory();
        assertThat(weights("list").output()).containsPattern("RadNet-3 +mobilenetV2 +missing");
    }

    @Test
    @Order(2)
    void theCommandImportsAndLists() throws Exception {
        Outcome imported = weights("import", file.toString(), "--name", NAME, "--ignore-unexpected");

        assertThat(imported.code()).as(imported.output()).isZero();
        assertThat(imported.output())
                .contains("Imported 'Phantoms-1' for mobilenetV2, SHA-256 " + Digest.of(Files.readAllBytes(file)))
                .contains("Passed over 1 tensors that the backbone does not have: projection.weight")
                .contains("\"pretrained\": {\"weights\": \"Phantoms-1\"}");
        assertThat(weights("list").output())
                .containsPattern("Phantoms-1 +mobilenetV2 +imported +[0-9a-f]{12} +Phantoms-1")
                .containsPattern("ResNet18_Weights.IMAGENET1K_V1 +resnet18 +missing +f37072fd +resnet18-f37072fd.pth");
    }

    @Test
    @Order(3)
    void aTrainingBeginsWithThemAndSaysSoToTheEnd() throws Exception {
        PlatformClient client = platform.client();
        CohortArchive cohort = CohortArchive.synthetic(TINY, directory);
        Project project = client.createProject("transfer");
        Split split = split(client, cohort, project);
        ExperimentRequest request = new ExperimentRequest()
                .name("transfer")
                .splitId(split.getId())
                .plan(plan())
                .procedure(new Procedure(new TrainProcedure()));
        assertThat(new ExperimentsApi(client.generated())
                        .dryRunExperiment(request)
                        .getFindings())
                .as("weights of one's own have no size, colours or scale to differ from")
                .noneMatch(finding -> finding.getCode().getValue().startsWith("weights"));

        UUID experiment = client.startExperiment(request).getId();
        platform.await(LIMIT, "the run has succeeded", () -> {
            Run run = client.runs(experiment).get(0);
            assertThat(run.getState()).as(run.getFailureDetail()).isNotIn(RunStatus.FAILED, RunStatus.CANCELLED);
            return run.getState() == RunStatus.SUCCEEDED;
        });

        Run run = client.runs(experiment).get(0);
        Digest digest = Digest.of(Files.readAllBytes(fetched));
        assertThat(run.getProvenance().getPretrained().getName()).isEqualTo(FETCHED);
        assertThat(run.getProvenance().getPretrained().getDigest()).isEqualTo(digest.hex());

        ModelVersion version = register(client, project, run.getId());
        ModelBundle bundle = bundle(client, version);
        assertThat(bundle.provenance().pretrained()).isEqualTo(new WeightsFile(FETCHED, digest));
        assertThat(bundle.plan().pretrained().weights()).isEqualTo(FETCHED);
        assertThat(bundle.decision().recalibration()).isInstanceOf(Recalibration.Isotonic.class);
        assertThat(version.getRecalibration().getMethod()).isEqualTo(RecalibrationMethod.ISOTONIC);
        Weights began = PretrainedWeights.read(fetched, new NameMapping(Map.of("encoder.", "")))
                .into(bundle.network(), bundle.plan().seed());
        began.tensors().forEach((name, tensor) -> {
            if (name.startsWith(NetworkSpec.BACKBONE_PREFIX)) {
                assertThat(bundle.weights().tensor(name)).as(name).isEqualTo(tensor);
            }
        });
        assertThat(bundle.weights()).as("the head has learned").isNotEqualTo(began);

        byte[] film = film(cohort);
        Path image = Files.write(directory.resolve("film.png"), film);
        double answered = client.predict(version, image, "image/png").getProbability();
        EngineSettings settings = EngineSettings.threads(1);
        try (Classifier classifier =
                Classifier.open(TorchEngine.start(settings), bundle, new ImageDecoder(ImageLimits.DEFAULT))) {
            // another number of threads may add up in another order, and between two knots the map may be steep
            assertThat(classifier.predict(film).probability()).isCloseTo(answered, Offset.offset(1e-3));
        }
    }

    @Test
    @Order(4)
    void whatATrainingBeganWithStays() throws Exception {
        PlatformClient client = platform.client();
        assertThatThrownBy(() -> new WeightSetsApi(client.generated()).removeWeightSet(FETCHED))
                .isInstanceOfSatisfying(ApiException.class, refusal -> assertThat(refusal.getCode())
                        .isEqualTo(409));
    }

    private static Plan plan() {
        return Story.plan(new Story.Scale(2, 32, 2, 8))
                .backbone(Backbone.MOBILENET_V2)
                .pretrained(new Pretrained().weights(FETCHED))
                .freeze(new Freeze().stages(5));
    }

    private static Split split(PlatformClient client, CohortArchive cohort, Project project)
            throws IOException, InterruptedException {
        Dataset draft = client.createDataset(new DatasetRequest()
                .name("phantoms")
                .projectId(project.getId())
                .task(Task.BINARY)
                .layout(cohort.layout()));
        client.upload(draft.getId(), cohort.zip());
        client.freeze(draft.getId());
        platform.await(
                LIMIT,
                "the dataset is frozen",
                () -> client.dataset(draft.getId()).getState() == DatasetState.FROZEN);
        SplitSpec spec =
                new SplitSpec(new HoldoutSplitSpec().train(0.6).validation(0.4).test(0.0));
        return client.split(
                draft.getId(), new SplitRequest().name("holdout").seed(1L).spec(spec));
    }

    private static ModelVersion register(PlatformClient client, Project project, UUID run)
            throws IOException, InterruptedException {
        UUID validation = client.startEvaluation(new EvaluationRequest()
                        .subject(new EvaluationSubject().runId(run))
                        .subset(Subset.VALIDATION)
                        .recalibration(RecalibrationMethod.ISOTONIC))
                .getId();
        platform.await(
                LIMIT,
                "the validation has succeeded",
                () -> client.evaluation(validation).getState() == EvaluationState.SUCCEEDED);
        client.createModel("transfer", project.getId());
        return client.register("transfer", run);
    }

    private static ModelBundle bundle(PlatformClient client, ModelVersion version) throws IOException {
        Path bundle = new ModelVersionsApi(client.generated())
                .downloadBundle(version.getModel(), version.getVersion())
                .toPath();
        try (InputStream bytes = Files.newInputStream(bundle)) {
            return BundleReader.read(bytes);
        }
    }

    private static byte[] film(CohortArchive cohort) throws IOException {
        try (ZipFile zip = new ZipFile(cohort.zip().toFile())) {
            ZipEntry entry = zip.stream()
                    .filter(each -> each.getName().endsWith(".png"))
                    .findFirst()
                    .orElseThrow();
            return zip.getInputStream(entry).readAllBytes();
        }
    }
}
