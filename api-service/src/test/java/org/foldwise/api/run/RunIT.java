package org.foldwise.api.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foldwise.learning.split.Role.TRAIN;
import static org.foldwise.learning.split.Role.VALIDATION;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Worker;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Split;
import org.foldwise.registry.LowerCamelCase;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.run.FailureCode;
import org.foldwise.registry.run.RunReporting;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ApiTest
class RunIT {
    private final Http http;
    private final Chapters chapters;
    private final Worker worker;
    private final RunReporting reporting;
    private final PatientSplits splits;
    private final Datasets datasets;
    private final DatasetImages images;
    private final User researcher;
    private final UUID split;

    RunIT(
            Http http,
            Chapters chapters,
            Worker worker,
            RunReporting reporting,
            PatientSplits splits,
            Datasets datasets,
            DatasetImages images) {
        this.datasets = datasets;
        this.images = images;
        this.http = http;
        this.chapters = chapters;
        this.worker = worker;
        this.reporting = reporting;
        this.splits = splits;
        UUID project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
        this.split = chapters.split(researcher, chapters.frozen(researcher, project));
    }

    @Test
    void anExperimentQueuesOneRunPerFold() {
        Answer started = researcher.post("/api/v1/experiments", Chapters.experimentBody(split, "crossValidation"));
        JsonNode runs = researcher
                .get("/api/v1/experiments/" + started.id() + "/runs")
                .json()
                .get("runs");

        assertThat(started.status()).isEqualTo(202);
        assertThat(started.header("Location")).contains("/api/v1/experiments/" + started.id());
        assertThat(runs.findValuesAsString("fold")).containsExactly("0", "1", "2");
        assertThat(runs.findValuesAsString("state")).containsOnly("queued");
        assertThat(started.json().get("plan").get("epochs").intValue()).isEqualTo(3);
        assertThat(started.json().get("plan").get("optimizer").get("kind").stringValue())
                .isEqualTo("adam");
        assertThat(started.json().get("plan").get("backbone").stringValue()).isEqualTo("resnet18");
        assertThat(started.json().get("procedure").get("kind").stringValue()).isEqualTo("crossValidation");
    }

    @Test
    void aRunThatHasSucceededIsReplayedOneAtATime() {
        UUID run = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
        String path = "/api/v1/runs/" + run + "/replays";
        assertThat(researcher.post(path, "").status()).isEqualTo(409);
        worker.train(run);

        Answer asked = researcher.post(path, "");
        assertThat(asked.status()).as(asked.text()).isEqualTo(202);
        assertThat(asked.header("Location")).contains("/api/v1/replays/" + asked.id());
        assertThat(researcher.post(path, "").status()).isEqualTo(409);
        worker.replay(asked.id());

        JsonNode replay = researcher.get("/api/v1/replays/" + asked.id()).json();
        assertThat(replay.get("state").stringValue()).isEqualTo("succeeded");
        assertThat(replay.get("verdict").stringValue()).isEqualTo("otherEnvironment");
        assertThat(replay.get("report").get("comparisons").get(0).get("equal").booleanValue())
                .isFalse();
        assertThat(replay.get("report").get("environment").get(0).get("of").stringValue())
                .isEqualTo("threads");
        assertThat(researcher.get(path).json().get("replays").get(0)).isEqualTo(replay);
        User stranger = http.user(Role.RESEARCHER, chapters.project());
        assertThat(stranger.get("/api/v1/replays/" + asked.id()).status()).isEqualTo(404);
        assertThat(stranger.post(path, "").status()).isEqualTo(404);
    }

    @Test
    void aDryRunStartsNothing() {
        int before = researcher
                .get("/api/v1/experiments?pageSize=500")
                .json()
                .get("items")
                .size();

        for (String path : List.of("/api/v1/experiments/dry-runs", "/api/v1/experiments?dryRun=true")) {
            Answer dryRun = researcher.post(path, Chapters.experimentBody(split, "crossValidation"));

            assertThat(dryRun.status()).as(dryRun.text()).isEqualTo(200);
            assertThat(dryRun.json().get("runs").intValue()).isEqualTo(3);
            assertThat(dryRun.json().get("planDigest").stringValue()).matches("[0-9a-f]{64}");
        }
        assertThat(researcher
                        .get("/api/v1/experiments?pageSize=500")
                        .json()
                        .get("items")
                        .size())
                .isEqualTo(before);
    }

    @Test
    void aDryRunTellsWhatIsAllowedAndYetShouldBeKnown() {
        String body = Chapters.experimentBody(split, "train")
                .replace("{\"epochs\": 3}", "{\"sampling\": {\"kind\": \"weighted\"}}");

        Answer dryRun = researcher.post("/api/v1/experiments/dry-runs", body);
        Answer started = researcher.post("/api/v1/experiments", body);

        for (Answer answer : List.of(dryRun, started)) {
            assertThat(answer.json().get("findings").findValuesAsString("code"))
                    .startsWith("imbalanceCorrectedTwice", "calibrationShifted")
                    .contains("fewValidationCases", "drawnOnFew");
        }
        assertThat(started.json().get("findings")).isEqualTo(dryRun.json().get("findings"));
        assertThat(researcher
                        .post("/api/v1/experiments/dry-runs", Chapters.experimentBody(split, "train"))
                        .json()
                        .get("findings")
                        .findValuesAsString("code"))
                .doesNotContain("imbalanceCorrectedTwice", "calibrationShifted");
    }

    /** The splitter gives every role images of both classes, so this split is made by hand. */
    @Test
    void aPlanThatAFoldsImagesCannotMeetIsRefusedBeforeItStarts() {
        PatientSplit sound = splits.find(split).orElseThrow();
        Cohort cohort = images.cohort(datasets.findById(sound.datasetId()).orElseThrow());
        UUID oneClass = splits.store(
                        sound.datasetId(),
                        chapters.freshName("one class"),
                        withoutPositivesToValidateOn(splits.load(split), cohort),
                        cohort)
                .id();
        String plan =
                """
                {"stopping": {"metric": "validationF1"}, "sampling": {"kind": "oversampling"}}""";
        String body = Chapters.experimentBody(oneClass, "crossValidation").replace("{\"epochs\": 3}", plan);

        for (String path : List.of("/api/v1/experiments", "/api/v1/experiments/dry-runs")) {
            Answer refused = researcher.post(path, body);

            assertThat(refused.status()).as(refused.text()).isEqualTo(422);
            assertThat(refused.json().get("errors")).hasSize(1);
            JsonNode mistake = refused.json().get("errors").get(0);
            assertThat(mistake.get("pointer").stringValue()).isEqualTo("/plan/stopping/metric");
            assertThat(mistake.get("detail").stringValue())
                    .startsWith("fold 1: needs validation images of both classes, there are ")
                    .endsWith(" negative and 0 positive");
        }
    }

    /** In the second fold they are trained on. */
    private static Split withoutPositivesToValidateOn(Split split, Cohort cohort) {
        List<Fold> folds = new ArrayList<>(split.folds());
        TreeMap<PatientId, org.foldwise.learning.split.Role> roles =
                new TreeMap<>(folds.get(1).roles());
        cohort.imagesByPatient().forEach((patient, shown) -> {
            if (shown.stream().anyMatch(cohort::isPositive)) {
                roles.computeIfPresent(patient, (id, role) -> role == VALIDATION ? TRAIN : role);
            }
        });
        folds.set(1, new Fold(1, roles));
        return new Split(split.spec(), split.rules(), split.seed(), split.dataset(), split.development(), folds);
    }

    @Test
    void showsEpochsArtifactsAndProvenance() {
        UUID run = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
        FencingToken token = worker.start(run);
        worker.epoch(token, 0);

        JsonNode running = researcher.get("/api/v1/runs/" + run).json();
        assertThat(running.get("state").stringValue()).isEqualTo("running");
        assertThat(running.get("progress").doubleValue()).isEqualTo(1.0 / 3);
        assertThat(running.get("message").stringValue()).isEqualTo("epoch 1 of 3");
        JsonNode epoch = researcher
                .get("/api/v1/runs/" + run + "/epochs")
                .json()
                .get("epochs")
                .get(0);
        // of 40 images 14 are positive; the worker's figures are those of its cases
        assertThat(epoch.get("validationRocAuc").doubleValue()).isBetween(0.9, 1.0);
        assertThat(epoch.get("validationClasses").findValuesAsString("name")).containsExactly("healthy", "pneumonia");
        assertThat(epoch.at("/validationClasses/1/support").longValue()).isEqualTo(14);
        assertThat(epoch.at("/validationClasses/1/specificity").doubleValue())
                .isEqualTo(epoch.at("/validationClasses/0/recall").doubleValue());
        assertThat(epoch.get("overfittingGap").doubleValue()).isEqualTo(0.6 - 0.5);
        assertThat(epoch.has("overfittingSince")).isFalse();

        worker.succeed(token);
        JsonNode succeeded = researcher.get("/api/v1/runs/" + run).json();
        assertThat(succeeded.get("state").stringValue()).isEqualTo("succeeded");
        assertThat(succeeded.get("provenance").get("device").stringValue()).isEqualTo("cpu()");
        assertThat(succeeded.at("/provenance/environments").valueStream())
                .extracting(environment -> environment.get("threads").intValue())
                .containsExactly(1, 2);
        assertThat(researcher
                        .get("/api/v1/runs/" + run + "/artifacts")
                        .json()
                        .get("artifacts")
                        .findValuesAsString("kind"))
                .containsExactly("validationPredictions", "weights");
    }

    @Test
    void saysSinceWhenARunOverfits() {
        UUID run = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
        FencingToken token = worker.start(run);
        worker.epoch(token, 0);
        worker.overfittingEpoch(token, 1);

        JsonNode overfitting = researcher.get("/api/v1/runs/" + run).json();

        assertThat(overfitting.get("overfittingSince").intValue()).isZero();
        assertThat(overfitting.get("message").stringValue()).isEqualTo("epoch 2 of 3, overfitting since epoch 1");
    }

    @Test
    void keepsTheCheckpointOfARunThatDivergedAndSaysSo() {
        UUID run = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
        FencingToken token = worker.start(run);
        worker.epoch(token, 0);
        worker.checkpoint(token);

        reporting.fail(token, FailureCode.DIVERGED, "the loss became NaN in epoch 2 at batch 3");

        JsonNode failed = researcher.get("/api/v1/runs/" + run).json();
        assertThat(failed.get("failureCode").stringValue()).isEqualTo("diverged");
        assertThat(failed.get("failureDetail").stringValue()).contains("epoch 2 at batch 3");
        assertThat(researcher
                        .get("/api/v1/runs/" + run + "/artifacts")
                        .json()
                        .get("artifacts")
                        .findValuesAsString("kind"))
                .containsExactly("checkpoint");
    }

    @Test
    void followsARunLiveAndGoesOnAfterTheLastEventSeen() throws Exception {
        UUID run = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
        CompletableFuture<List<String>> live = CompletableFuture.supplyAsync(() -> lines(run));

        FencingToken token = worker.start(run);
        worker.epoch(token, 0);
        worker.epoch(token, 1);
        worker.succeed(token);

        List<String> lines = live.get(30, TimeUnit.SECONDS);
        List<String> ids = lines.stream().filter(line -> line.startsWith("id:")).toList();
        assertThat(ids).containsExactly("id:1", "id:2", "id:3", "id:4", "id:5");
        assertThat(lines).contains("event:progress");
        assertThat(lines.stream()
                        .filter(line -> line.startsWith("data:"))
                        .toList()
                        .get(2))
                .contains("\"state\":\"running\"")
                .contains("\"message\":\"epoch 1 of 3\"")
                .contains("\"payload\":{");
        JsonNode told = JsonMapper.shared()
                .readTree(lines.stream()
                        .filter(line -> line.startsWith("data:"))
                        .toList()
                        .get(2)
                        .substring("data:".length()))
                .get("payload");
        JsonNode listed = researcher
                .get("/api/v1/runs/" + run + "/epochs")
                .json()
                .get("epochs")
                .get(0);
        assertThat(listed.properties())
                .as("an event tells of an epoch what the list tells")
                .allSatisfy(figure -> assertThat(told.get(figure.getKey()))
                        .as(figure.getKey())
                        .isEqualTo(figure.getValue()));

        assertThat(lines(run, "Last-Event-ID", "3").stream().filter(line -> line.startsWith("id:")))
                .containsExactly("id:4", "id:5");
        assertThat(lines(run, "Last-Event-ID", "5").stream().filter(line -> line.startsWith("id:")))
                .isEmpty();
    }

    private List<String> lines(UUID run, String... headers) {
        try {
            HttpResponse<Stream<String>> response = http.client()
                    .send(
                            researcher
                                    .request("/api/v1/runs/" + run + "/events", headers)
                                    .header("Accept", "text/event-stream")
                                    .build(),
                            HttpResponse.BodyHandlers.ofLines());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
            return new ArrayList<>(response.body().toList());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void cancelsRunsThatWaitAtOnce() {
        UUID experiment = chapters.experiment(researcher, split, "crossValidation");
        UUID first = chapters.runs(researcher, experiment).get(0);

        Answer one = researcher.post("/api/v1/runs/" + first + "/cancellation", "");
        Answer all = researcher.post("/api/v1/experiments/" + experiment + "/cancellation", "");
        Answer again = researcher.post("/api/v1/experiments/" + experiment + "/cancellation", "");

        assertThat(one.status()).isEqualTo(202);
        assertThat(one.json().get("state").stringValue()).isEqualTo("cancelled");
        assertThat(all.status()).isEqualTo(202);
        assertThat(researcher
                        .get("/api/v1/experiments/" + experiment)
                        .json()
                        .get("state")
                        .stringValue())
                .isEqualTo("cancelled");
        assertThat(again.status()).isEqualTo(409);
    }

    @Test
    void asksAWorkerToStop() {
        UUID run = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
        FencingToken token = worker.start(run);

        assertThat(researcher.post("/api/v1/runs/" + run + "/cancellation", "").status())
                .isEqualTo(202);
        assertThat(worker.isAskedToStop(token)).isTrue();
        reporting.cancelled(token);
        assertThat(researcher.get("/api/v1/runs/" + run).json().get("state").stringValue())
                .isEqualTo("cancelled");
    }

    @Test
    void adminsSeeTheQueue() {
        UUID experiment = chapters.experiment(researcher, split, "train");
        UUID run = chapters.runs(researcher, experiment).get(0);

        JsonNode queue = http.admin().get("/api/v1/jobs").json();

        assertThat(queue.get("depths").findValuesAsString("kind"))
                .containsExactlyElementsOf(
                        Stream.of(JobKind.values()).map(LowerCamelCase::of).toList());
        assertThat(queue.get("jobs").findValuesAsString("id")).contains(run.toString());
    }

    @Test
    void aHoldOutHasNoFoldsToCrossValidate() {
        UUID dataset = UUID.fromString(researcher
                .get("/api/v1/splits/" + split)
                .json()
                .get("datasetId")
                .stringValue());
        UUID holdout = Chapters.created(
                researcher.post(
                        "/api/v1/datasets/" + dataset + "/splits",
                        """
                {"name": "one", "seed": 1, "spec": {"kind": "holdout", "train": 0.6, "validation": 0.2, "test": 0.2}}
                """));

        Answer refused = researcher.post("/api/v1/experiments", Chapters.experimentBody(holdout, "crossValidation"));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().get("errors").get(0).get("pointer").stringValue())
                .isEqualTo("/procedure");
    }
}
