package org.foldwise.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.api.Stored;
import org.foldwise.api.Worker;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.json.PredictionsJson;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.model.BundleReader;
import org.foldwise.learning.model.ModelBundle;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Ensembles over HTTP: who may be a member, and that an ensemble is a run as any other from there on. */
@ApiTest
class EnsembleIT {
    /** A small network, so that a test's heap holds several. */
    private static final String SMALL_PLAN = "{\"epochs\": 3, \"backbone\": \"mobilenetV2\"}";

    private static final ExperimentPlan SMALL = PlanJson.read(SMALL_PLAN);

    private final Http http;
    private final Chapters chapters;
    private final Worker worker;
    private final Stored stored;
    private final ArtifactStore artifacts;
    private final UUID project;
    private final User researcher;
    private final UUID split;

    EnsembleIT(Http http, Chapters chapters, Worker worker, Stored stored, ArtifactStore artifacts) {
        this.http = http;
        this.chapters = chapters;
        this.worker = worker;
        this.stored = stored;
        this.artifacts = artifacts;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
        this.split = chapters.split(researcher, chapters.frozen(researcher, project));
    }

    private UUID run(UUID ofSplit, String plan) {
        UUID experiment = Chapters.created(researcher.post(
                "/api/v1/experiments", Chapters.experimentBody(ofSplit, "train").replace("{\"epochs\": 3}", plan)));
        return chapters.runs(researcher, experiment).get(0);
    }

    private UUID trained(UUID ofSplit, long seed, String further) {
        String plan = "{\"epochs\": 3, \"backbone\": \"mobilenetV2\", \"seed\": %d%s}".formatted(seed, further);
        UUID run = run(ofSplit, plan);
        worker.train(run, PlanJson.read(plan));
        return run;
    }

    private UUID trained(long seed) {
        return trained(split, seed, "");
    }

    private static String ofRuns(List<UUID> runs) {
        return """
                {"name": "the mean", "members": {"kind": "runs", "runIds": [%s]}}"""
                .formatted(String.join(
                        ", ", runs.stream().map(run -> "\"" + run + "\"").toList()));
    }

    private static String ofFolds(UUID experiment) {
        return """
                {"name": "the mean", "members": {"kind": "folds", "experimentId": "%s"}}"""
                .formatted(experiment);
    }

    private Answer make(String body) {
        return researcher.post("/api/v1/ensembles", body);
    }

    private static Map<String, String> mistakes(Answer refused) {
        Map<String, String> mistakes = new TreeMap<>();
        for (JsonNode mistake : refused.json().get("errors")) {
            mistakes.merge(
                    mistake.get("pointer").stringValue(), mistake.get("detail").stringValue(), (a, b) -> a + "; " + b);
        }
        return mistakes;
    }

    private UUID validated(UUID run) {
        UUID validation = Chapters.created(researcher.post(
                "/api/v1/evaluations",
                "{\"subject\": {\"runId\": \"%s\"}, \"subset\": \"validation\"}".formatted(run)));
        worker.evaluate(validation, true);
        return run;
    }

    private String registered(UUID run) {
        String name = chapters.freshName("model");
        Chapters.created(researcher.post(
                "/api/v1/models", "{\"name\": \"%s\", \"projectId\": \"%s\"}".formatted(name, project)));
        Answer version = researcher.post(
                "/api/v1/models/" + name + "/versions", "{\"runId\": \"%s\"}".formatted(validated(run)));
        assertThat(version.status()).as(version.text()).isEqualTo(201);
        return name;
    }

    @Test
    @Tag("engine")
    void aModelOfSeveralRunsAnswersTheMeanOfTheirs() throws IOException {
        UUID first = trained(split, 7, ", \"sampling\": {\"kind\": \"balancedSubset\", \"member\": 0, \"of\": 2}");
        UUID second = trained(split, 8, ", \"sampling\": {\"kind\": \"balancedSubset\", \"member\": 1, \"of\": 2}");

        Answer made = make(ofRuns(List.of(first, second)));

        assertThat(made.status()).as(made.text()).isEqualTo(201);
        UUID run = made.id();
        assertThat(made.header("Location"))
                .hasValueSatisfying(path -> assertThat(path).endsWith("/runs/" + run));
        assertThat(made.json().get("state").stringValue()).isEqualTo("succeeded");
        assertThat(made.json().get("progress").doubleValue()).isEqualTo(1);
        assertThat(made.json().has("provenance")).isFalse();
        assertThat(made.json().get("members").findValuesAsString("runId"))
                .containsExactly(first.toString(), second.toString());
        assertThat(researcher.get("/api/v1/runs/" + first).json().has("members"))
                .isFalse();
        assertThat(researcher.get("/api/v1/runs/" + run).json()).isEqualTo(made.json());
        assertThat(researcher.get("/api/v1/runs/" + run + "/epochs").json().get("epochs"))
                .isEmpty();
        UUID experiment = UUID.fromString(made.json().get("experimentId").stringValue());
        assertThat(researcher
                        .get("/api/v1/experiments/" + experiment)
                        .json()
                        .at("/procedure/kind")
                        .stringValue())
                .isEqualTo("ensemble");
        worker.judge(experiment);
        assertThat(researcher
                        .get("/api/v1/experiments/" + experiment)
                        .json()
                        .get("state")
                        .stringValue())
                .isEqualTo("succeeded");

        String together = registered(run);
        ModelBundle bundle = BundleReader.read(researcher
                .get("/api/v1/models/" + together + "/versions/1/bundle")
                .response()
                .body());
        assertThat(bundle.members()).extracting(ModelBundle.Member::run).containsExactly(first, second);
        assertThat(bundle.members()).extracting(member -> member.plan().seed()).containsExactly(7L, 8L);
        User predictor = http.user(Role.PREDICTOR, project);
        byte[] image = Images.png(77, 200, 160);
        double mean = 0;
        for (UUID alone : List.of(first, second)) {
            mean += predictor
                            .post("/predict?model=" + registered(alone), "image/png", image)
                            .json()
                            .get("probability")
                            .doubleValue()
                    / 2;
        }
        Answer predicted = predictor.post("/predict?model=" + together, "image/png", image);
        assertThat(predicted.status()).as(predicted.text()).isEqualTo(200);
        assertThat(predicted.json().get("probability").doubleValue())
                .isCloseTo(mean, org.assertj.core.api.Assertions.within(1e-15));
        JsonNode explained = predictor
                .post("/predict?model=" + together + "&explain=gradCam&overlay=true", "image/png", image)
                .json();
        assertThat(explained.get("probability")).isEqualTo(predicted.json().get("probability"));
        assertThat(explained.at("/explanation/heat")).isNotEmpty();
        assertThat(researcher
                        .get("/api/v1/models/" + together + "/versions/1/onnx")
                        .status())
                .isEqualTo(200);

        String card = researcher
                .get("/api/v1/models/" + together + "/versions/1/card?format=html")
                .text();
        assertThat(card)
                .contains("ensemble: the mean of the probabilities of 2 trainings on the same patients")
                .contains("/api/v1/runs/" + first)
                .contains(made.json().at("/members/1/weights").stringValue());
        assertThat(researcher
                        .get("/api/v1/experiments/" + experiment + "/report?format=html")
                        .text())
                .contains("2 models trained")
                .contains("whose probabilities are averaged")
                .contains("Decision curve")
                .contains("Groups by site")
                .doesNotContain("none: each model is one network")
                .contains("/api/v1/runs/" + second);
        Answer replay = researcher.post("/api/v1/runs/" + run + "/replays", "");
        assertThat(replay.status()).isEqualTo(409);
        assertThat(replay.json().get("detail").stringValue())
                .contains("trained nothing; replay its members")
                .contains(first.toString());
        assertThat(researcher.post("/api/v1/runs/" + run + "/cancellation", "").status())
                .isEqualTo(409);
    }

    /** Whoever had not seen a patient scores the patient's images; the reports say what that is worth. */
    @Test
    void anEnsembleOfFoldsIsValidatedByWhatEachFoldHeldOut() throws IOException {
        UUID experiment = crossValidation(split);
        List<UUID> folds = chapters.runs(researcher, experiment);
        assertThat(make(ofFolds(experiment)).status()).isEqualTo(409);
        List<ScoredCase> heldOut = List.of(scored("a", 0.25), scored("b", 0.5), scored("d", 0.75));
        for (int fold = 0; fold < 3; fold++) {
            worker.trainFold(folds.get(fold), SMALL, List.of(heldOut.get(fold)));
        }
        worker.summarise(experiment);

        Answer made = make(ofFolds(experiment));

        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.json().get("members").findValuesAsString("runId"))
                .isEqualTo(folds.stream().map(UUID::toString).toList());
        assertThat(PredictionsJson.read(artifacts.read(artifact(made.id(), "validationPredictions"))))
                .isEqualTo(heldOut);
        String validation = researcher
                .get("/api/v1/evaluations?runId=" + validated(made.id()))
                .json()
                .at("/items/0/id")
                .stringValue();
        assertThat(researcher
                        .get("/api/v1/evaluations/" + validation + "/report?format=html")
                        .text())
                .contains("scored by networks that had not seen its patient, not by the ensemble");
        assertThat(chapters.runs(researcher, experiment)).isEqualTo(folds);
    }

    /** Each image has then been held out as often, and counts with the mean of those that held it out. */
    @Test
    void foldsThatWereRepeatedScoreEachImageByAllThatHeldItOut() throws IOException {
        UUID repeated = Chapters.created(
                researcher.post(
                        "/api/v1/datasets/" + dataset() + "/splits",
                        """
                {"name": "twice two", "seed": 7,
                 "spec": {"kind": "kFold", "folds": 2, "repeats": 2, "test": 0.2, "validation": 0.25}}"""));
        UUID experiment = crossValidation(repeated);
        List<UUID> folds = chapters.runs(researcher, experiment);
        List<List<ScoredCase>> heldOut = List.of(
                List.of(scored("a", 0.25), scored("b", 0.5)),
                List.of(scored("c", 0.125), scored("d", 1)),
                List.of(scored("d", 0), scored("b", 0.75)),
                List.of(scored("c", 0.375), scored("a", 0.25)));
        for (int fold = 0; fold < 4; fold++) {
            worker.trainFold(folds.get(fold), SMALL, heldOut.get(fold));
        }
        worker.summarise(experiment);

        UUID ensemble = Chapters.created(make(ofFolds(experiment)));

        assertThat(PredictionsJson.read(artifacts.read(artifact(ensemble, "validationPredictions"))))
                .containsExactly(scored("a", 0.25), scored("b", 0.625), scored("c", 0.25), scored("d", 0.5));
    }

    private UUID crossValidation(UUID ofSplit) {
        return Chapters.created(researcher.post(
                "/api/v1/experiments",
                Chapters.experimentBody(ofSplit, "crossValidation").replace("{\"epochs\": 3}", SMALL_PLAN)));
    }

    private static ScoredCase scored(String image, double probability) {
        return new ScoredCase(image, new PatientId("p" + image), image.equals("d"), probability);
    }

    private String dataset() {
        return researcher.get("/api/v1/splits/" + split).json().get("datasetId").stringValue();
    }

    private ArtifactKey artifact(UUID run, String kind) {
        for (JsonNode artifact :
                researcher.get("/api/v1/runs/" + run + "/artifacts").json().get("artifacts")) {
            if (artifact.get("kind").stringValue().equals(kind)) {
                return new ArtifactKey(new Digest(artifact.get("digest").stringValue()));
            }
        }
        throw new AssertionError("run " + run + " has no " + kind);
    }

    @Test
    void allThatIsWrongWithRunsIsToldAtOnce() {
        UUID first = trained(7);
        UUID same = trained(7);
        UUID second = trained(8);
        UUID fold = chapters.runs(researcher, chapters.experiment(researcher, split, "crossValidation"))
                .get(0);
        worker.trainFold(fold);
        UUID failed = run(split, "{\"epochs\": 3}");
        worker.diverge(failed);
        UUID waiting = run(split, "{\"epochs\": 3}");
        UUID large = trained(split, 9, ", \"image\": {\"size\": 256}, \"head\": {\"hidden\": 7}");
        UUID otherNetwork = run(split, "{\"epochs\": 3}");
        worker.train(otherNetwork);
        UUID otherSplit = Chapters.created(
                researcher.post(
                        "/api/v1/datasets/" + dataset() + "/splits",
                        """
                {"name": "another", "seed": 8, "spec": {"kind": "kFold", "folds": 3, "test": 0.2, "validation": 0.25}}"""));
        UUID elsewhere = trained(otherSplit, 10, "");
        UUID ensemble = Chapters.created(make(ofRuns(List.of(first, second))));
        UUID unknown = UUID.randomUUID();
        Map<String, Long> before = stored.counts();

        Answer refused = make(ofRuns(List.of(
                first,
                same,
                fold,
                failed,
                waiting,
                large,
                elsewhere,
                ensemble,
                unknown,
                second,
                second,
                otherNetwork)));

        assertThat(refused.status()).isEqualTo(422);
        Map<String, String> mistakes = mistakes(refused);
        String at = "/members/runIds/";
        assertThat(mistakes).doesNotContainKeys(at + 0, at + 9).hasSize(10);
        assertThat(mistakes.get(at + 1)).startsWith("has the same weights as " + first);
        assertThat(mistakes.get(at + 2)).startsWith("was trained on fold 0 of a cross-validation");
        assertThat(mistakes.get(at + 3)).isEqualTo("is failed; a member has succeeded");
        assertThat(mistakes.get(at + 4)).isEqualTo("is queued; a member has succeeded");
        assertThat(mistakes.get(at + 5)).startsWith("has another plan.image and another plan.head than " + first);
        assertThat(mistakes.get(at + 6)).startsWith("has another split than " + first);
        assertThat(mistakes.get(at + 7)).startsWith("is an ensemble itself");
        assertThat(mistakes.get(at + 8)).startsWith("there is no such run");
        assertThat(mistakes.get(at + 10)).isEqualTo("is named twice");
        assertThat(mistakes.get(at + 11)).startsWith("has another plan.backbone than " + first);
        assertThat(stored.counts()).isEqualTo(before);
    }

    /** Nothing is opened for it either. */
    @Test
    void whatLearntFromImagesOfOtherRulesIsAskedAboutNoImages() {
        UUID run = run(split, SMALL_PLAN);
        worker.trainByOtherRules(run, SMALL);
        validated(run);
        String name = chapters.freshName("model");
        Chapters.created(researcher.post(
                "/api/v1/models", "{\"name\": \"%s\", \"projectId\": \"%s\"}".formatted(name, project)));
        UUID elsewhere = chapters.frozen(researcher, project);
        Map<String, Long> before = stored.counts();

        for (Answer refused : List.of(
                researcher.post(
                        "/api/v1/evaluations",
                        "{\"subject\": {\"runId\": \"%s\"}, \"subset\": \"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"final\"}"
                                .formatted(run)),
                researcher.post(
                        "/api/v1/evaluations",
                        "{\"subject\": {\"runId\": \"%s\"}, \"subset\": \"external\", \"datasetId\": \"%s\"}"
                                .formatted(run, elsewhere)),
                make(ofRuns(List.of(run, trained(7)))),
                researcher.post("/api/v1/models/" + name + "/versions", "{\"runId\": \"%s\"}".formatted(run)))) {
            assertThat(refused.status()).as(refused.text()).isEqualTo(409);
            assertThat(refused.json().get("detail").stringValue()).contains("other rules", "Train it anew");
        }
        assertThat(stored.counts().get("test_opening")).isEqualTo(before.get("test_opening"));
        assertThat(stored.counts().get("evaluation")).isEqualTo(before.get("evaluation"));
        assertThat(stored.counts().get("model_version")).isEqualTo(before.get("model_version"));
    }

    @Test
    void whatIsNoEnsembleIsRefused() {
        UUID training = chapters.experiment(researcher, split, "train");
        User viewer = http.user(Role.VIEWER, project);
        Map<String, Long> before = stored.counts();
        assertThat(mistakes(make(ofFolds(training))))
                .hasEntrySatisfying("/members/experimentId", detail -> assertThat(detail)
                        .isEqualTo("must be a cross-validation of one plan, was train"));
        assertThat(make(ofFolds(UUID.randomUUID())).status()).isEqualTo(404);
        assertThat(mistakes(make(ofRuns(List.of(UUID.randomUUID()))))).containsOnlyKeys("/members/runIds");
        assertThat(mistakes(make("{\"name\": \" \", \"members\": {\"kind\": \"best\"}}")))
                .containsOnlyKeys("/name", "/members/kind");
        assertThat(viewer.post("/api/v1/ensembles", ofFolds(training)).status()).isEqualTo(403);
        for (String path : List.of("/api/v1/experiments", "/api/v1/experiments/dry-runs")) {
            Answer started = researcher.post(path, Chapters.experimentBody(split, "ensemble"));
            assertThat(started.status()).isEqualTo(422);
            assertThat(mistakes(started).get("/procedure/kind")).contains("POST /api/v1/ensembles");
        }
        assertThat(stored.counts()).isEqualTo(before);

        String nested =
                """
                {"name": "n", "splitId": "%s", "plan": {"epochs": 1}, "procedure": {"kind": "nestedCrossValidation", "search":
                 {"kind": "grid", "inner": {"folds": 2, "validation": 0.3}, "seed": 1,
                  "space": [{"kind": "values", "pointer": "/head/dropout", "values": [0.1, 0.4]}]}}}"""
                        .formatted(split);
        UUID search = Chapters.created(researcher.post("/api/v1/experiments", nested));
        assertThat(mistakes(make(ofFolds(search))).get("/members/experimentId"))
                .contains("was nestedCrossValidation; cross-validate the plan that is chosen");
        UUID inner = chapters.runs(researcher, search).get(0);
        worker.trainInner(inner, 0.9);
        assertThat(mistakes(make(ofRuns(List.of(inner, inner)))).get("/members/runIds/0"))
                .isEqualTo("is of an inner fold of a search, whose weights are not kept");
    }
}
