package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.foldwise.client.ApiException;
import org.foldwise.client.EvaluationsApi;
import org.foldwise.client.ExperimentsApi;
import org.foldwise.client.ReplaysApi;
import org.foldwise.client.RunsApi;
import org.foldwise.client.UploadsApi;
import org.foldwise.client.model.Assignment;
import org.foldwise.client.model.CandidateStanding;
import org.foldwise.client.model.Dataset;
import org.foldwise.client.model.DatasetRequest;
import org.foldwise.client.model.DatasetState;
import org.foldwise.client.model.DryRun;
import org.foldwise.client.model.EndedRung;
import org.foldwise.client.model.Epoch;
import org.foldwise.client.model.EvaluationRequest;
import org.foldwise.client.model.EvaluationState;
import org.foldwise.client.model.EvaluationSubject;
import org.foldwise.client.model.Experiment;
import org.foldwise.client.model.ExperimentRequest;
import org.foldwise.client.model.ExperimentSearch;
import org.foldwise.client.model.ExperimentState;
import org.foldwise.client.model.F1ThresholdRule;
import org.foldwise.client.model.FailureCode;
import org.foldwise.client.model.Freeze;
import org.foldwise.client.model.HalvingSearch;
import org.foldwise.client.model.HoldoutSplitSpec;
import org.foldwise.client.model.InnerFolds;
import org.foldwise.client.model.InnerRun;
import org.foldwise.client.model.KFoldSplitSpec;
import org.foldwise.client.model.Neighbourhood;
import org.foldwise.client.model.NestedCrossValidationProcedure;
import org.foldwise.client.model.NumberRange;
import org.foldwise.client.model.OneCycleSchedule;
import org.foldwise.client.model.Optimizer;
import org.foldwise.client.model.PatientRole;
import org.foldwise.client.model.Procedure;
import org.foldwise.client.model.Replay;
import org.foldwise.client.model.ReplayVerdict;
import org.foldwise.client.model.Run;
import org.foldwise.client.model.RunArtifact;
import org.foldwise.client.model.RunArtifactKind;
import org.foldwise.client.model.RunStatus;
import org.foldwise.client.model.Schedule;
import org.foldwise.client.model.ScoredCase;
import org.foldwise.client.model.Search;
import org.foldwise.client.model.SearchCandidate;
import org.foldwise.client.model.SearchDimension;
import org.foldwise.client.model.SearchFold;
import org.foldwise.client.model.SearchScale;
import org.foldwise.client.model.SgdOptimizer;
import org.foldwise.client.model.Split;
import org.foldwise.client.model.SplitRequest;
import org.foldwise.client.model.SplitSpec;
import org.foldwise.client.model.Stopping;
import org.foldwise.client.model.Subset;
import org.foldwise.client.model.Task;
import org.foldwise.client.model.Threshold;
import org.foldwise.client.model.ThresholdRule;
import org.foldwise.client.model.TrainProcedure;
import org.foldwise.client.model.Update;
import org.foldwise.client.model.Upload;
import org.foldwise.client.model.WholeNumberRange;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.foldwise.learning.training.Checkpoint;
import org.foldwise.learning.training.CheckpointCodec;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A platform of real processes, from upload to prediction by the generated client, and what it survives. One platform serves all
 * tests, in order: starting one takes longer than most of what is tested.
 */
@Tag("engine")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JourneyIT extends PlatformTest {
    private static final SyntheticCohortSpec TINY = SyntheticCohortSpec.DEFAULT
            .withPatients(36)
            .withImagesPerPatient(1, 2)
            .withImageSize(48)
            .withSignal(2);
    private static final Story.Scale SMALLEST = new Story.Scale(2, 32, 1, 8);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static Split undisturbedSplit;

    @Test
    @Order(1)
    void goesFromUploadToPrediction() throws Exception {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        DemoFigures figures = new Story(
                        platform.client(),
                        CohortArchive.synthetic(TINY, directory),
                        null,
                        SMALLEST,
                        directory,
                        new PrintStream(told, true, StandardCharsets.UTF_8),
                        false,
                        new PhaseSeconds())
                .tell();

        assertThat(figures.dataset().patients()).isEqualTo(36);
        assertThat(figures.dataset().digest()).matches("[0-9a-f]{64}");
        assertThat(figures.split().sharedPatients()).isZero();
        assertThat(figures.crossValidation().folds()).hasSize(2).allSatisfy(fold -> assertThat(fold.auc())
                .isBetween(0.0, 1.0));
        assertThat(figures.test().auc()).isBetween(0.0, 1.0);
        DemoFigures.Confusion confusion = figures.test().confusion();
        assertThat(confusion.truePositives()
                        + confusion.falseNegatives()
                        + confusion.trueNegatives()
                        + confusion.falsePositives())
                .as("decisions on test images, of all images")
                .isBetween(2L, (long) figures.dataset().images() / 2);
        assertThat(figures.model().version()).isEqualTo(1);
        assertThat(figures.model().sha256()).matches("[0-9a-f]{64}");
        assertThat(figures.prediction().probability()).isBetween(0.0, 1.0);
        assertThat(figures.seconds()).containsKeys("upload", "freeze", "crossValidation", "training", "total");
        assertThat(told.toString(StandardCharsets.UTF_8)).contains("patients on two sides: 0", "ROC AUC");
        assertThat(platform.number(
                        "select count(*) from evaluation where subset = ? and error_review->>'falsePositives' is not null"
                                + " and subgroups->'attributes'->0->>'name' = 'site'",
                        "test"))
                .as("tests with figures of sites and cases to look at")
                .isEqualTo(1);
        new EnsembleJourney(platform, CohortArchive.synthetic(TINY, directory), directory).isTold();
        new NeighbourhoodJourney(platform).isTold();
    }

    /** The killed worker's run waits until the worker is missed; meanwhile its successor trains the other one. */
    @Test
    @Order(2)
    void aRunWhoseWorkerIsKilledComesToTheSameWeights() throws Exception {
        PlatformClient client = platform.client();
        Split split = split(client, "killed worker");
        UUID disturbed = train(client, split, "disturbed", 3);
        platform.await(
                LIMIT, "an epoch is finished", () -> !epochs(client, disturbed).isEmpty());
        ProcessHandle worker = platform.worker().orElseThrow();
        worker.destroyForcibly();
        UUID undisturbed = train(client, split, "undisturbed", 3);
        awaitSuccess(client, undisturbed);
        awaitSuccess(client, disturbed);

        assertThat(platform.number("select token from job where id = ?", disturbed))
                .isEqualTo(2);
        assertThat(platform.number("select token from job where id = ?", undisturbed))
                .isEqualTo(1);
        assertThat(epochs(client, disturbed)).hasSameSizeAs(epochs(client, undisturbed));
        assertThat(digest(client, disturbed, RunArtifactKind.WEIGHTS))
                .isEqualTo(digest(client, undisturbed, RunArtifactKind.WEIGHTS));
        assertThat(digest(client, disturbed, RunArtifactKind.VALIDATION_PREDICTIONS))
                .isEqualTo(digest(client, undisturbed, RunArtifactKind.VALIDATION_PREDICTIONS));
        Replay asked = new ReplaysApi(client.generated()).replayRun(disturbed, null);
        platform.await(
                LIMIT,
                "the replay has ended",
                () -> replay(client, asked.getId()).getFinishedAt() != null);
        Replay replay = replay(client, asked.getId());
        assertThat(replay.getVerdict()).as(String.valueOf(replay)).isEqualTo(ReplayVerdict.IDENTICAL);
        assertThat(replay.getReport().getReplayedEpochs()).isEqualTo(3);
        assertThat(replay.getReport().getComparisons())
                .hasSize(2)
                .allSatisfy(comparison -> assertThat(comparison.getEqual()).isTrue());
        assertThat(platform.worker())
                .hasValueSatisfying(successor -> assertThat(successor.pid()).isNotEqualTo(worker.pid()));
    }

    @Test
    @Order(3)
    void aCancelledRunStopsAtTheNextBatchAndStaysCancelled() throws Exception {
        PlatformClient client = platform.client();
        UUID run = train(client, split(client, "cancelled run"), "endless", 1000);
        platform.await(LIMIT, "an epoch is finished", () -> !epochs(client, run).isEmpty());

        runs(client).cancelRun(run, null);

        platform.await(
                Duration.ofSeconds(30),
                "the run is cancelled",
                () -> run(client, run).getState() == RunStatus.CANCELLED);
        assertThat(runs(client).listRunArtifacts(run).getArtifacts())
                .as("the checkpoint is gone with the run")
                .isEmpty();
        assertThatThrownBy(() -> runs(client).cancelRun(run, null))
                .isInstanceOfSatisfying(
                        ApiException.class, late -> assertThat(late.getCode()).isEqualTo(409));
    }

    @Test
    @Order(4)
    void theGeneratedClientUploadsAnImageWhoseNameHoldsFolders() throws Exception {
        PlatformClient client = platform.client();
        CohortArchive cohort = CohortArchive.synthetic(TINY, directory);
        UUID draft = client.createDataset(new DatasetRequest()
                        .name("single images")
                        .projectId(client.createProject("single images").getId())
                        .task(Task.BINARY)
                        .layout(cohort.layout()))
                .getId();
        Path film = directory.resolve("film.png");
        try (ZipFile zip = new ZipFile(cohort.zip().toFile())) {
            ZipEntry entry = zip.stream()
                    .filter(each -> each.getName().endsWith(".png"))
                    .findFirst()
                    .orElseThrow();
            Files.write(film, zip.getInputStream(entry).readAllBytes());
        }
        UploadsApi uploads = new UploadsApi(client.generated());
        List<String> names = List.of("A/B/plain.png", "A & B/50 % + ü?#.png");

        for (String name : names) {
            assertThat(uploads.uploadImage(draft, name, film.toFile(), null).getName())
                    .isEqualTo(name);
        }

        assertThat(uploads.listUploads(draft, null, null).getItems())
                .extracting(Upload::getName)
                .containsExactlyElementsOf(names);
    }

    @Test
    @Order(5)
    void theGeneratedClientTellsADryRunFromAStart() throws Exception {
        PlatformClient client = platform.client();
        ExperimentRequest request = new ExperimentRequest()
                .name("dry")
                .splitId(undisturbedSplit(client).getId())
                .plan(Story.plan(SMALLEST))
                .procedure(new Procedure(new TrainProcedure()));

        DryRun foreseen = new ExperimentsApi(client.generated()).dryRunExperiment(request);
        Experiment started = client.startExperiment(request);

        assertThat(foreseen.getRuns()).isEqualTo(1);
        assertThat(foreseen.getPlanDigest()).isEqualTo(started.getPlanDigest());
        assertThat(client.runs(started.getId())).hasSize(foreseen.getRuns());
    }

    /** Decay by the whole weight at a rate that rises to 10: harmless at first, above 2 each step throws the weights further out. */
    @Test
    @Order(6)
    void aRunThatDivergesSaysWhereAndKeepsItsLastGoodCheckpoint() throws Exception {
        PlatformClient client = platform.client();
        UUID experiment = client.startExperiment(new ExperimentRequest()
                        .name("diverging")
                        .splitId(split(client, "diverging run").getId())
                        .plan(Story.plan(new Story.Scale(2, 32, 40, 8))
                                .freeze(new Freeze().stages(5))
                                .optimizer(new Optimizer(
                                        new SgdOptimizer().learningRate(10.0).weightDecay(1.0)))
                                .schedule(new Schedule(new OneCycleSchedule()
                                        .risingShare(0.9)
                                        .initialDivisor(1e6)
                                        .finalDivisor(1.0)))
                                .update(new Update().explosionFactor(10.0))
                                .stopping(new Stopping().patience(40)))
                        .procedure(new Procedure(new TrainProcedure())))
                .getId();
        UUID id = client.runs(experiment).get(0).getId();

        platform.await(LIMIT, "the run has failed", () -> run(client, id).getState() == RunStatus.FAILED);

        List<Epoch> good = epochs(client, id);
        assertThat(good).isNotEmpty().allSatisfy(epoch -> {
            assertThat(epoch.getTrainLoss()).isFinite();
            assertThat(epoch.getValidationClasses()).hasSize(2);
        });
        assertThat(run(client, id).getFailureCode()).isEqualTo(FailureCode.DIVERGED);
        assertThat(run(client, id).getFailureDetail())
                .contains("in epoch " + (good.size() + 1) + " at batch ")
                .contains("epoch " + good.size() + " is the last good one, the last checkpoint is kept")
                .contains("lower learning rate");
        assertThat(runs(client).listRunArtifacts(id).getArtifacts())
                .extracting(RunArtifact::getKind)
                .containsExactly(RunArtifactKind.CHECKPOINT);
        assertThat(checkpoint(digest(client, id, RunArtifactKind.CHECKPOINT)).history())
                .as("epochs of the checkpoint")
                .hasSameSizeAs(good);
    }

    /** Read from the platform's own store: nothing else reads checkpoints but a training that goes on. */
    private static Checkpoint checkpoint(String digest) throws IOException {
        Path objects = directory.resolve("a platform/artifacts/objects");
        ByteBuffer bytes = ByteBuffer.wrap(
                Files.readAllBytes(objects.resolve(digest.substring(0, 2)).resolve(digest.substring(2))));
        while (bytes.get() != '\n') {
            // the first line names the run
        }
        return CheckpointCodec.read(bytes.slice());
    }

    @Test
    @Order(7)
    void augmentationsAreAudited() throws Exception {
        Split split = undisturbedSplit(platform.client());
        UUID run = train(platform.client(), split, "audited", 1);
        awaitSuccess(platform.client(), run);

        new AuditJourney(platform).isTold(split, run);
    }

    /** The killed worker's run waits until the worker is missed; meanwhile its successor goes on with both searches. */
    @Test
    @Order(8)
    void aSearchWhoseWorkerIsKilledChoosesTheSameAndComesToTheSameWeights() throws Exception {
        PlatformClient client = platform.client();
        UUID dataset = frozen(client, "killed search", TINY.withPatients(64).withImagesPerPatient(1, 1));
        Split split = client.split(
                dataset,
                new SplitRequest()
                        .name("two folds")
                        .seed(1L)
                        .spec(new SplitSpec(
                                new KFoldSplitSpec().folds(2).test(0.2).validation(0.3))));
        UUID disturbed = search(client, split, "disturbed");
        killTheWorkerWhileItTrains(client, disturbed);
        UUID undisturbed = search(client, split, "undisturbed");

        for (UUID experiment : List.of(disturbed, undisturbed)) {
            platform.await(LIMIT, "search " + experiment + " has succeeded", () -> {
                ExperimentState state = client.experiment(experiment).getState();
                assertThat(state).isNotIn(ExperimentState.FAILED, ExperimentState.CANCELLED);
                return state == ExperimentState.SUCCEEDED;
            });
        }

        String tokens = "select max(token) from job join run on run.id = job.id where run.experiment_id = ?";
        assertThat(platform.number(tokens, disturbed)).isGreaterThan(1);
        assertThat(platform.number(tokens, undisturbed)).isEqualTo(1);
        assertThat(figures(client, disturbed)).isEqualTo(figures(client, undisturbed));
        ExperimentSearch search = new ExperimentsApi(client.generated()).getExperimentSearch(disturbed);
        assertThat(search.getEndedRuns()).isEqualTo(search.getPlannedRuns()).isEqualTo(2 * ((2 + 1) * 2 + 1));
        assertThat(search.getFolds()).allSatisfy(fold -> {
            assertThat(fold.getRungs()).hasSize(2);
            assertThat(fold.getRungs().get(0).getStandings()).hasSize(2);
        });
        assertThat(search.getOptimism()).isNotNull();
        requireEachJudgedOnce(client, split, client.experiment(disturbed), search);
    }

    /** By the one network that had held the patient out, which the search had chosen; areas by hand over all pairs. */
    private static void requireEachJudgedOnce(
            PlatformClient client, Split split, Experiment nested, ExperimentSearch search) throws Exception {
        UUID evaluation = client.startEvaluation(new EvaluationRequest()
                        .subject(new EvaluationSubject().experimentId(nested.getId()))
                        .subset(Subset.OUT_OF_FOLD)
                        .threshold(new Threshold().rule(new ThresholdRule(new F1ThresholdRule()))))
                .getId();
        platform.await(LIMIT, "the outer folds are evaluated", () -> {
            assertThat(client.evaluation(evaluation).getFailure()).isNull();
            return client.evaluation(evaluation).getState() == EvaluationState.SUCCEEDED;
        });
        Map<String, Integer> heldOutIn = new HashMap<>();
        for (Assignment assignment : client.assignments(split.getId())) {
            if (assignment.getRole() == PatientRole.HELD_OUT) {
                assertThat(heldOutIn.put(assignment.getPatient(), assignment.getFold()))
                        .isNull();
            }
        }
        List<ScoredCase> cases = new EvaluationsApi(client.generated())
                .getEvaluationCases(evaluation)
                .getCases();

        // every patient has one image
        assertThat(cases)
                .extracting(ScoredCase::getPatient)
                .containsExactlyInAnyOrderElementsOf(heldOutIn.keySet())
                .hasSizeGreaterThan(40);
        assertThat(cases).extracting(ScoredCase::getImage).doesNotHaveDuplicates();
        double mean = 0;
        for (int fold = 0; fold < 2; fold++) {
            int number = fold;
            double area = concordance(cases.stream()
                    .filter(one -> heldOutIn.get(one.getPatient()) == number)
                    .toList());
            assertThat(area)
                    .isCloseTo(
                            search.getFolds()
                                    .get(fold)
                                    .getChosen()
                                    .getOuterRocAuc()
                                    .getValue(),
                            within(1e-9));
            mean += area / 2;
        }
        assertThat(mean)
                .isCloseTo(nested.getSummary().getMeanRocAuc().getValue(), within(1e-9))
                .isCloseTo(search.getMeanRocAuc().getValue(), within(1e-9));
        assertThat(client.evaluation(evaluation).getReport().getRocAuc().getValue())
                .isCloseTo(concordance(cases), within(1e-9));
        // networks of different candidates are opened, each by its own plan
        new ExplanationJourney(platform).soundOf(evaluation);
        Neighbourhood neighbours = new NeighbourhoodJourney(platform).soundOf(evaluation);
        assertThat(search.getFolds())
                .extracting(fold -> fold.getChosen().getRunId())
                .containsAll(neighbours.getModels().stream()
                        .flatMap(model -> model.getRunIds().stream())
                        .toList());
    }

    private static double concordance(List<ScoredCase> cases) {
        double above = 0;
        long pairs = 0;
        for (ScoredCase ill : cases) {
            for (ScoredCase well : cases) {
                if (ill.getPositive() && !well.getPositive()) {
                    above += (Math.signum(ill.getProbability() - well.getProbability()) + 1) / 2;
                    pairs++;
                }
            }
        }
        return above / pairs;
    }

    private static UUID search(PlatformClient client, Split split, String name) {
        Search search = new Search(new HalvingSearch()
                .count(2)
                .eta(2)
                .minimumEpochs(3)
                .seed(5L)
                .inner(new InnerFolds().folds(2).validation(0.3))
                .addSpaceItem(new SearchDimension(new NumberRange()
                        .pointer("/optimizer/learningRate")
                        .lower(1e-4)
                        .upper(1e-1)
                        .scale(SearchScale.LOGARITHMIC)))
                .addSpaceItem(new SearchDimension(
                        new WholeNumberRange().pointer("/head/hidden").lower(16).upper(64))));
        return client.startExperiment(new ExperimentRequest()
                        .name(name)
                        .splitId(split.getId())
                        .plan(Story.plan(new Story.Scale(2, 32, 6, 8)).freeze(new Freeze().stages(5)))
                        .procedure(new Procedure(new NestedCrossValidationProcedure().search(search))))
                .getId();
    }

    /** A run may end between the look and the blow; then the next one is met. */
    private static void killTheWorkerWhileItTrains(PlatformClient client, UUID experiment) throws Exception {
        String running =
                "select count(*) from job join run on run.id = job.id where run.experiment_id = ? and job.state = 'running'";
        platform.await(
                LIMIT,
                "some runs have ended",
                () -> client.runs(experiment).stream()
                                .filter(run -> run.getState() == RunStatus.SUCCEEDED)
                                .count()
                        >= 3);
        do {
            platform.await(
                    LIMIT,
                    "a worker trains",
                    () -> platform.worker().isPresent()
                            && client.runs(experiment).stream().anyMatch(run -> run.getState() == RunStatus.RUNNING));
            ProcessHandle worker = platform.worker().orElseThrow();
            worker.destroyForcibly();
            worker.onExit().join();
        } while (platform.number(running, experiment) == 0);
    }

    /** All that a search came to, without ids: figures, places, choices, and the digests of what was trained. */
    private static List<String> figures(PlatformClient client, UUID experiment) {
        ExperimentSearch search = new ExperimentsApi(client.generated()).getExperimentSearch(experiment);
        List<String> figures = new ArrayList<>();
        for (SearchCandidate candidate : search.getCandidates()) {
            figures.add(candidate.getCandidate() + " " + candidate.getPlanDigest());
        }
        for (SearchFold fold : search.getFolds()) {
            figures.add("fold " + fold.getFold() + " " + fold.getInnerSplitDigest());
            for (EndedRung rung : fold.getRungs()) {
                for (CandidateStanding standing : rung.getStandings()) {
                    figures.add("rung " + rung.getRung() + ": " + standing.getCandidate() + " "
                            + standing.getMeanRocAuc() + " " + standing.getKept());
                    for (InnerRun run : standing.getInnerRuns()) {
                        figures.add(run.getRocAuc() + " "
                                + digest(client, run.getRunId(), RunArtifactKind.HELD_OUT_PREDICTIONS));
                    }
                }
            }
            UUID chosen = fold.getChosen().getRunId();
            figures.add("chosen " + fold.getChosen().getCandidate() + " "
                    + fold.getChosen().getOuterRocAuc().getValue() + " "
                    + digest(client, chosen, RunArtifactKind.WEIGHTS) + " "
                    + digest(client, chosen, RunArtifactKind.HELD_OUT_PREDICTIONS));
        }
        figures.add("mean " + search.getMeanRocAuc() + ", optimism " + search.getOptimism());
        return figures;
    }

    @Test
    @Order(9)
    void aKilledPlatformLeavesNobodyBehindAndLosesNothing() throws Exception {
        int datasets = platform.client().countDatasets();
        String key = Files.readString(directory.resolve("a platform/admin.key"));
        List<ProcessHandle> children = platform.descendants();
        assertThat(children).hasSizeGreaterThanOrEqualTo(3);

        platform.kill();

        platform.await(Duration.ofMinutes(1), "worker and database have ended", () -> children.stream()
                .noneMatch(JourneyIT::lives));
        platform = StandaloneProcess.start(directory.resolve("a platform"));
        assertThat(platform.client().countDatasets()).isEqualTo(datasets).isGreaterThan(0);
        assertThat(Files.readString(directory.resolve("a platform/admin.key"))).isEqualTo(key);
    }

    /** A process that has ended and that nobody has waited for still counts as alive, but has no command line any more. */
    private static boolean lives(ProcessHandle process) {
        return process.isAlive() && process.info().commandLine().isPresent();
    }

    private static UUID frozen(PlatformClient client, String name, SyntheticCohortSpec spec)
            throws IOException, InterruptedException {
        CohortArchive cohort = CohortArchive.synthetic(spec.withSeed(3), directory);
        Dataset draft = client.createDataset(new DatasetRequest()
                .name(name)
                .projectId(client.createProject(name).getId())
                .task(Task.BINARY)
                .layout(cohort.layout()));
        client.upload(draft.getId(), cohort.zip());
        client.freeze(draft.getId());
        platform.await(
                LIMIT,
                "the dataset is frozen",
                () -> client.dataset(draft.getId()).getState() == DatasetState.FROZEN);
        return draft.getId();
    }

    /** One that tests share, as none of them changes anything about it. */
    private static Split undisturbedSplit(PlatformClient client) throws IOException, InterruptedException {
        if (undisturbedSplit == null) {
            undisturbedSplit = split(client, "undisturbed");
        }
        return undisturbedSplit;
    }

    private static Split split(PlatformClient client, String name) throws IOException, InterruptedException {
        UUID dataset = frozen(client, name, TINY);
        SplitSpec spec =
                new SplitSpec(new HoldoutSplitSpec().train(0.6).validation(0.4).test(0.0));
        return client.split(dataset, new SplitRequest().name("holdout").seed(1L).spec(spec));
    }

    private static UUID train(PlatformClient client, Split split, String name, int epochs) {
        UUID experiment = client.startExperiment(new ExperimentRequest()
                        .name(name)
                        .splitId(split.getId())
                        .plan(Story.plan(new Story.Scale(2, 32, epochs, 8)))
                        .procedure(new Procedure(new TrainProcedure())))
                .getId();
        assertThat(client.experiment(experiment).getState()).isIn(ExperimentState.QUEUED, ExperimentState.RUNNING);
        return client.runs(experiment).get(0).getId();
    }

    private static RunsApi runs(PlatformClient client) {
        return new RunsApi(client.generated());
    }

    private static Run run(PlatformClient client, UUID id) {
        return runs(client).getRun(id);
    }

    private static Replay replay(PlatformClient client, UUID id) {
        return new ReplaysApi(client.generated()).getReplay(id);
    }

    private static List<Epoch> epochs(PlatformClient client, UUID run) {
        return runs(client).listEpochs(run).getEpochs();
    }

    private static void awaitSuccess(PlatformClient client, UUID run) throws IOException, InterruptedException {
        platform.await(LIMIT, "run " + run + " has succeeded", () -> {
            RunStatus state = run(client, run).getState();
            assertThat(state).isNotIn(RunStatus.FAILED, RunStatus.CANCELLED);
            return state == RunStatus.SUCCEEDED;
        });
    }

    private static String digest(PlatformClient client, UUID run, RunArtifactKind kind) {
        return runs(client).listRunArtifacts(run).getArtifacts().stream()
                .filter(artifact -> artifact.getKind() == kind)
                .findFirst()
                .orElseThrow()
                .getDigest();
    }
}
