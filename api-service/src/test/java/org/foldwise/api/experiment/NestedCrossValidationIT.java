package org.foldwise.api.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.api.Worker;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A search over HTTP: what is told before it starts, what is refused, and all that is shown of it. */
@ApiTest
class NestedCrossValidationIT {
    private static final String SPACE =
            """
            [{"kind": "values", "pointer": "/head/dropout", "values": [0.1, 0.4]},
             {"kind": "range", "pointer": "/optimizer/learningRate", "lower": 1e-4, "upper": 1e-2, "scale": "logarithmic"}]
            """;
    private static final String RANDOM =
            """
            {"kind": "random", "count": 3, "seed": 4, "inner": {"folds": 2, "validation": 0.3}, "space": %s}
            """
                    .formatted(SPACE);

    private final Http http;
    private final Chapters chapters;
    private final Worker worker;
    private final UUID project;
    private final User researcher;
    private final UUID split;

    NestedCrossValidationIT(Http http, Chapters chapters, Worker worker) {
        this.http = http;
        this.chapters = chapters;
        this.worker = worker;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
        this.split = chapters.split(researcher, chapters.frozen(researcher, project));
    }

    @Test
    void aDryRunTellsHowManyRunsAndWhichCandidatesThereWouldBe() {
        JsonNode random = dryRun(RANDOM).json();

        assertThat(random.get("runs").intValue()).isEqualTo(3 * (2 * 3 + 1));
        assertThat(random.at("/search/candidates")).hasSize(3);
        assertThat(random.at("/search/candidates/2/settings").findValuesAsString("pointer"))
                .containsExactly("/head/dropout", "/optimizer/learningRate");
        assertThat(random.at("/search/candidates/2/planDigest").stringValue()).matches("[0-9a-f]{64}");
        assertThat(random.at("/search/rungs")).hasSize(1);
        assertThat(random.get("findings")).isNotEmpty();

        String halving = RANDOM.replace("\"random\", \"count\": 3", "\"halving\", \"count\": 4, \"eta\": 2");
        JsonNode rungs = dryRun(halving, "{\"epochs\": 4}").json().at("/search/rungs");
        assertThat(rungs.findValuesAsString("epochs")).containsExactly("1", "2", "4");
        assertThat(rungs.findValuesAsString("candidates")).containsExactly("4", "2", "1");
    }

    @Test
    void everyMistakeOfASearchIsToldAtOnceAtItsPlace() {
        String space =
                """
                [{"kind": "values", "pointer": "/batchSize", "values": [16, 1, "many"]},
                 {"kind": "values", "pointer": "/optimiser", "values": [{"kind": "sgd"}]},
                 {"kind": "range", "pointer": "/head/dropout", "lower": 0.5, "upper": 2},
                 {"kind": "values", "pointer": "/optimizer", "values": [{"kind": "sgd", "momentum": 7}]},
                 {"kind": "values", "pointer": "/seed", "values": [1, 2]}]""";
        Answer refused = start(RANDOM.replace(SPACE.strip(), space));

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.json().get("errors").findValuesAsString("pointer"))
                .containsExactly(
                        "/procedure/search/space/0/values/1",
                        "/procedure/search/space/0/values/2",
                        "/procedure/search/space/1/pointer",
                        "/procedure/search/space/2/upper",
                        "/procedure/search/space/3/values/0",
                        "/procedure/search/space/4/pointer");
        assertThat(dryRun(RANDOM.replace(SPACE.strip(), space)).json().get("errors"))
                .isEqualTo(refused.json().get("errors"));
    }

    @Test
    void theFormOfASearchIsCheckedWithEverythingElseOfTheRequest() {
        Answer refused = start(
                """
                {"kind": "halving", "count": 1, "eta": 11, "seed": 1, "inner": {"folds": 11},
                 "space": [{"kind": "wholeRange", "pointer": "batchSize", "lower": 9, "upper": 8},
                           {"kind": "list"}, {"kind": "range", "pointer": "/clipNorm", "lower": 0, "upper": 1, "scale": "log"}]}
                """);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().get("errors").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder(
                        "/procedure/search/count",
                        "/procedure/search/eta",
                        "/procedure/search/inner/folds",
                        "/procedure/search/space/0/pointer",
                        "/procedure/search/space/1/kind",
                        "/procedure/search/space/2/scale");
        Answer backwards = start(RANDOM.replace("\"lower\": 1e-4", "\"lower\": 1"));
        assertThat(backwards.json().at("/errors/0/pointer").stringValue()).isEqualTo("/procedure/search/space/1");
        assertThat(backwards.json().at("/errors/0/detail").stringValue()).startsWith("lower must be below upper");
    }

    @Test
    void aBudgetBeyondTheLimitIsRefusedWithTheNumberOfRuns() {
        for (Answer refused : List.of(
                start(RANDOM.replace("\"count\": 3", "\"count\": 200")),
                dryRun(RANDOM.replace("\"count\": 3", "\"count\": 200")))) {
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.json().at("/errors/0/pointer").stringValue()).isEqualTo("/procedure/search");
            assertThat(refused.json().at("/errors/0/detail").stringValue())
                    .startsWith(
                            "would make 1203 runs, at most 1000 are allowed: in each of 3 outer folds 200 trainings on each of"
                                    + " 2 inner folds, and one of what was chosen");
        }
        String hundred = "{\"kind\": \"values\", \"pointer\": \"/head/hidden\", \"values\": ["
                + String.join(
                        ", ",
                        IntStream.rangeClosed(1, 100).mapToObj(String::valueOf).toList())
                + "]}";
        String grid = "{\"kind\": \"grid\", \"seed\": 1, \"inner\": {\"folds\": 2}, \"space\": [" + hundred + ", "
                + hundred.replace("/head/hidden", "/stopping/patience") + "]}";
        assertThat(dryRun(grid).json().at("/errors/0/detail").stringValue()).startsWith("would make 60003 runs");
    }

    @Test
    void innerFoldsThatThePatientsDoNotAllowForAreRefusedWithTheReason() {
        // of 15 patients 3 are tested and 4 held out: 8 are too few for ten inner folds
        UUID few = chapters.split(
                researcher, chapters.frozen(researcher, chapters.draft(researcher, project), Images.classFolders(15)));
        String tenFolds = RANDOM.replace("\"folds\": 2", "\"folds\": 10");
        Answer refused = researcher.post(
                "/api/v1/experiments", body(tenFolds, "{\"epochs\": 3}").replace(split.toString(), few.toString()));

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:split-refused");
        assertThat(refused.json().at("/errors/0/pointer").stringValue()).isEqualTo("/procedure/search/inner");
    }

    @Test
    void aSplitWithoutFoldsAndTheOtherProceduresHaveNoSearch() {
        UUID experiment = chapters.experiment(researcher, split, "crossValidation");
        assertThat(researcher.get(path(experiment) + "/search").status()).isEqualTo(404);
        String misplaced = Chapters.experimentBody(split, "crossValidation")
                .replace("\"crossValidation\"", "\"crossValidation\", \"search\": " + RANDOM);
        assertThat(researcher
                        .post("/api/v1/experiments", misplaced)
                        .json()
                        .at("/errors/0/pointer")
                        .stringValue())
                .isEqualTo("/procedure/search");
        assertThat(researcher
                        .post("/api/v1/experiments", Chapters.experimentBody(split, "nestedCrossValidation"))
                        .json()
                        .at("/errors/0/pointer")
                        .stringValue())
                .isEqualTo("/procedure/search");
    }

    @Test
    void showsEveryCandidateItsFiguresTheChoicesAndWhatTheyWereWorth() {
        Answer started = start(RANDOM);
        assertThat(started.status()).as(started.text()).isEqualTo(202);
        UUID experiment = started.id();
        assertThat(started.json().at("/procedure/kind").stringValue()).isEqualTo("nestedCrossValidation");
        assertThat(started.json().at("/procedure/search/space/1/scale").stringValue())
                .isEqualTo("logarithmic");
        JsonNode waiting = search(experiment);
        assertThat(waiting.get("plannedRuns").intValue()).isEqualTo(21);
        assertThat(waiting.at("/folds/0/rungs")).isEmpty();
        assertThat(waiting.at("/folds/0").has("chosen")).isFalse();

        for (JsonNode run : runs(experiment)) {
            UUID id = UUID.fromString(run.get("id").stringValue());
            int candidate = run.get("candidate").intValue();
            if (candidate == 2 && run.get("fold").intValue() == 1) {
                worker.diverge(id);
            } else {
                worker.trainInner(id, candidate == 1 ? 0.95 : 0.8);
            }
        }
        assertThat(researcher.get(path(experiment)).json().get("progress").doubleValue())
                .isCloseTo(18 / 21.0, within(1e-9));
        for (JsonNode run : runs(experiment)) {
            if (!run.has("innerFold")) {
                worker.trainFold(UUID.fromString(run.get("id").stringValue()));
            }
        }
        worker.summarise(experiment);

        JsonNode search = search(experiment);
        assertThat(search.get("state").stringValue()).isEqualTo("succeeded");
        assertThat(search.get("endedRuns").intValue()).isEqualTo(21);
        assertThat(search.get("folds")).hasSize(3);
        JsonNode fold = search.at("/folds/1");
        JsonNode standings = fold.at("/rungs/0/standings");
        assertThat(standings.findValuesAsString("candidate")).containsExactly("1", "0", "2");
        assertThat(standings.findValuesAsString("kept")).containsExactly("true", "false", "false");
        assertThat(standings.at("/0/meanRocAuc").doubleValue()).isEqualTo(0.95);
        assertThat(standings.at("/0/innerRuns/1/rocAuc").doubleValue()).isEqualTo(0.95);
        assertThat(standings.at("/2/lostBecause").stringValue())
                .isEqualTo("on inner fold 0: diverged, the loss was no number in epoch 1");
        assertThat(fold.at("/chosen/candidate").intValue()).isEqualTo(1);
        assertThat(fold.at("/chosen/planDigest")).isEqualTo(search.at("/candidates/1/planDigest"));
        assertThat(fold.at("/chosen/plan/head/dropout")).isEqualTo(fold.at("/chosen/settings/0/value"));
        double outer = fold.at("/chosen/outerRocAuc/value").doubleValue();
        assertThat(search.at("/optimism/folds/1/difference").doubleValue()).isCloseTo(0.95 - outer, within(1e-9));
        assertThat(search.at("/optimism/mean/value").doubleValue())
                .isCloseTo(0.95 - search.at("/meanRocAuc/value").doubleValue(), within(1e-9));
        assertThat(search.has("standardDeviationRocAuc")).isTrue();

        requireReport(experiment, search);
        requireRefusals(experiment, fold);
    }

    /** What people read has the numbers of the search. */
    private void requireReport(UUID experiment, JsonNode search) {
        Answer json = researcher.get(path(experiment) + "/report");
        assertThat(json.status()).as(json.text()).isEqualTo(200);
        JsonNode choices = section(json.json(), "What the search chose");
        JsonNode chosen = tables(choices, "What was chosen in every outer fold").get(0);
        for (int i = 0; i < 3; i++) {
            JsonNode fold = search.at("/folds/" + i);
            JsonNode row = chosen.get("rows").get(i);
            assertThat(row.get(1).stringValue()).isEqualTo("1");
            assertThat(row.get(2).stringValue())
                    .startsWith("/head/dropout " + fold.at("/chosen/settings/0/value"))
                    .contains("/optimizer/learningRate ");
            assertThat(row.get(3).stringValue()).isEqualTo("0.950 (0.000)");
            assertThat(row.get(4).stringValue())
                    .startsWith("%.3f ("
                            .formatted(fold.at("/chosen/outerRocAuc/value").doubleValue()));
            assertThat(row.get(5).stringValue())
                    .isEqualTo("%.3f"
                            .formatted(search.at("/optimism/folds/" + i + "/difference")
                                    .doubleValue()));
        }
        assertThat(choices.toString())
                .contains("%.3f".formatted(search.at("/optimism/mean/value").doubleValue()))
                .contains("Every outer fold chose candidate 1");
        List<JsonNode> standings = tables(section(json.json(), "How the candidates stood"), "Outer fold ");
        assertThat(standings).hasSize(3);
        assertThat(standings.get(1).get("rows").get(2).toString()).contains("lost: on inner fold 0: diverged");
        // inner trainings have no place among those of the outer folds
        assertThat(tables(section(json.json(), "Provenance"), "Trainings")
                        .get(0)
                        .get("rows"))
                .hasSize(3);

        assertThat(section(json.json(), "Clinical usefulness").get("blocks")).isNotEmpty();
        assertThat(section(json.json(), "Doubted labels").get("blocks").size()).isGreaterThan(1);
        assertThat(section(json.json(), "Subgroups").toString())
                .contains("the subset \\\"outOfFold\\\" makes them")
                .contains(experiment.toString());
        assertThat(section(json.json(), "Prediction sets").toString())
                .contains("One training of the plan that somebody chooses")
                .doesNotContain("ensembles");

        Answer html = researcher.get(path(experiment) + "/report?format=html");
        assertThat(html.text())
                .contains("in each of which 3 candidates for the plan were compared on inner folds")
                .contains("the plan in every outer fold by the mean area on inner folds");
    }

    private static JsonNode section(JsonNode document, String title) {
        for (JsonNode section : document.get("sections")) {
            if (section.get("title").stringValue().equals(title)) {
                return section;
            }
        }
        throw new AssertionError("no section " + title);
    }

    private static List<JsonNode> tables(JsonNode section, String caption) {
        List<JsonNode> tables = new ArrayList<>();
        for (JsonNode block : section.get("blocks")) {
            if (block.path("caption").asString("").startsWith(caption)) {
                tables.add(block);
            }
        }
        return tables;
    }

    private void requireRefusals(UUID experiment, JsonNode fold) {
        UUID inner = UUID.fromString(fold.get("innerSplitId").stringValue());
        JsonNode innerSplit = researcher.get("/api/v1/splits/" + inner).json();
        assertThat(innerSplit.get("outerSplitId").stringValue()).isEqualTo(split.toString());
        assertThat(innerSplit.get("outerFold").intValue()).isEqualTo(1);
        assertThat(innerSplit.get("digest")).isEqualTo(fold.get("innerSplitDigest"));
        assertThat(researcher.get("/api/v1/splits/" + inner + "/certificate").status())
                .isEqualTo(200);
        Answer onInner = researcher.post("/api/v1/experiments", Chapters.experimentBody(inner, "train"));
        assertThat(onInner.status()).isEqualTo(422);
        assertThat(onInner.json().at("/errors/0/pointer").stringValue()).isEqualTo("/splitId");

        String evaluation =
                """
                {"subject": {"runId": "%s"}, "subset": "validation", "threshold": {"rule": {"kind": "youden"}}}
                """;
        List<String> refused = new ArrayList<>();
        runs(experiment).forEach(run -> refused.add(run.get("id").stringValue()));
        for (String run : List.of(refused.get(0), fold.at("/chosen/runId").stringValue())) {
            Answer answer = researcher.post("/api/v1/evaluations", evaluation.formatted(run));
            assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        }
        assertThat(http.user(Role.VIEWER, chapters.project())
                        .get(path(experiment) + "/search")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void cancellationEndsAllOfIt() {
        UUID experiment = start(RANDOM).id();
        List<JsonNode> runs = runs(experiment);
        worker.trainInner(UUID.fromString(runs.get(0).get("id").stringValue()), 0.9);

        assertThat(researcher.post(path(experiment) + "/cancellation", "").status())
                .isEqualTo(202);

        JsonNode search = search(experiment);
        assertThat(search.get("state").stringValue()).isEqualTo("cancelled");
        assertThat(search.get("endedRuns").intValue()).isEqualTo(18);
        assertThat(search.at("/folds/0/rungs")).isEmpty();

        Answer again = researcher.post(path(experiment) + "/cancellation", "");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().get("detail").stringValue()).isEqualTo("The experiment is cancelled already.");
    }

    private Answer start(String search) {
        return researcher.post("/api/v1/experiments", body(search, "{\"epochs\": 3}"));
    }

    private Answer dryRun(String search) {
        return dryRun(search, "{\"epochs\": 3}");
    }

    private Answer dryRun(String search, String plan) {
        return researcher.post("/api/v1/experiments/dry-runs", body(search, plan));
    }

    private String body(String search, String plan) {
        return """
                {"name": "searching", "splitId": "%s", "plan": %s,
                 "procedure": {"kind": "nestedCrossValidation", "search": %s}}
                """
                .formatted(split, plan, search);
    }

    private JsonNode search(UUID experiment) {
        Answer answer = researcher.get(path(experiment) + "/search");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private List<JsonNode> runs(UUID experiment) {
        List<JsonNode> runs = new ArrayList<>();
        researcher.get(path(experiment) + "/runs").json().get("runs").forEach(runs::add);
        return runs;
    }

    private static String path(UUID experiment) {
        return "/api/v1/experiments/" + experiment;
    }
}
