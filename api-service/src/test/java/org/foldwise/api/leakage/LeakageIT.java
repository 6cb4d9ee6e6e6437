package org.foldwise.api.leakage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Stored;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.leakage.FoldLevel;
import org.foldwise.learning.leakage.LeakageCost;
import org.foldwise.learning.leakage.LeakageFold;
import org.foldwise.learning.leakage.LeakageScores;
import org.foldwise.learning.leakage.LeakageStudy;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.SplitRules;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.leakage.LeakageExperiments;
import org.foldwise.registry.leakage.LeakageReporting;
import org.foldwise.registry.split.PatientSplits;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@ApiTest
class LeakageIT {
    private static final String BODY = "{\"name\": \"by image\", \"plan\": {\"epochs\": 3}, \"folds\": 3, \"seed\": 7}";

    private final Chapters chapters;
    private final Http http;
    private final User researcher;
    private final UUID project;
    private final UUID dataset;
    private final LeakageReporting reporting;
    private final LeakageExperiments experiments;
    private final PatientSplits splits;
    private final Datasets datasets;
    private final DatasetImages images;
    private final Stored stored;

    LeakageIT(
            Chapters chapters,
            Http http,
            LeakageReporting reporting,
            LeakageExperiments experiments,
            PatientSplits splits,
            Datasets datasets,
            DatasetImages images,
            Stored stored) {
        this.chapters = chapters;
        this.http = http;
        this.project = chapters.project();
        this.researcher = http.user(org.foldwise.registry.access.Role.RESEARCHER, project);
        this.dataset = chapters.frozen(researcher, project);
        this.reporting = reporting;
        this.experiments = experiments;
        this.splits = splits;
        this.datasets = datasets;
        this.images = images;
        this.stored = stored;
    }

    private Answer start(String body) {
        return researcher.post("/api/v1/datasets/" + dataset + "/leakage-experiments", body);
    }

    private JsonNode read(UUID id) {
        return researcher.get("/api/v1/leakage-experiments/" + id).json();
    }

    /** Plays a worker whose models know patients and nothing else. */
    private void carryOut(UUID id) {
        FencingToken token = chapters.claim(id);
        reporting.start(token);
        Cohort cohort = images.cohort(datasets.findById(dataset).orElseThrow());
        LeakageStudy study = LeakageStudy.of(
                cohort,
                splits.lockedPatients(experiments.findById(id).orElseThrow().withheldSplits()),
                splits.ties(dataset, cohort, SplitRules.DEFAULT),
                3,
                7);
        List<LeakageScores> scores = new ArrayList<>();
        for (LeakageFold part : study.parts()) {
            List<LeakageScores.Answer> answers = part.images(Role.HELD_OUT).stream()
                    .map(image -> new LeakageScores.Answer(
                            image.name(),
                            List.of(
                                    part.level() == FoldLevel.IMAGE
                                            ? (cohort.isPositive(image) ? 0.9 : 0.1)
                                            : Math.floorMod(image.patient().hashCode(), 97) / 97.0)))
                    .toList();
            scores.add(new LeakageScores(part.level(), part.fold().index(), 3, 2, answers));
            reporting.fold(token, part.level(), part.fold().index(), ReportJson.write(scores.get(scores.size() - 1)));
        }
        reporting.succeed(token, ReportJson.write(LeakageCost.of(study, scores)));
    }

    @Test
    void goesFromTheRequestToTheReport() {
        UUID split = chapters.split(researcher, dataset);
        Answer accepted = start(BODY);

        assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
        assertThat(accepted.header("Location")).contains("/api/v1/leakage-experiments/" + accepted.id());
        JsonNode queued = read(accepted.id());
        assertThat(queued.get("state").stringValue()).isEqualTo("queued");
        assertThat(queued.get("folds").intValue()).isEqualTo(3);
        assertThat(queued.at("/plan/epochs").intValue()).isEqualTo(3);
        assertThat(queued.get("withheldSplits").intValue()).isEqualTo(1);
        assertThat(queued.has("report")).isFalse();

        carryOut(accepted.id());

        JsonNode done = read(accepted.id());
        assertThat(done.get("state").stringValue()).isEqualTo("succeeded");
        assertThat(done.get("progress").doubleValue()).isEqualTo(1.0);
        JsonNode report = done.get("report");
        assertThat(report.at("/classes/0/imageLevel/value").doubleValue()).isEqualTo(1.0);
        assertThat(report.at("/classes/0/difference/interval/method").stringValue())
                .isEqualTo("patientPairedDeLong");
        assertThat(report.get("imageLevel")).hasSize(3);
        assertThat(report.get("patientLevel").findValues("patientsOnBothSides"))
                .allSatisfy(count -> assertThat(count.intValue()).isZero());
        assertThat(report.get("patientsOnBothSides").intValue()).isPositive();
        assertThat(report.get("withheldPatients").intValue())
                .isEqualTo(splits.load(split).test().size());
        assertThat(report.get("summary").stringValue()).contains("ROC AUC within folds 1.000 on folds of images");
        assertThat(researcher
                        .get("/api/v1/datasets/" + dataset + "/leakage-experiments")
                        .json()
                        .at("/items/0/id")
                        .stringValue())
                .isEqualTo(accepted.id().toString());
        assertThat(researcher
                        .post("/api/v1/leakage-experiments/" + accepted.id() + "/cancellation", "")
                        .status())
                .isEqualTo(409);
        for (String stage : List.of("/runs/", "/experiments/", "/splits/", "/evaluations/")) {
            assertThat(researcher.get("/api/v1" + stage + accepted.id()).status())
                    .as("as " + stage)
                    .isEqualTo(404);
        }
        assertThat(researcher
                        .post(
                                "/api/v1/evaluations",
                                "{\"subject\": {\"runId\": \"%s\"}, \"subset\": \"validation\"}"
                                        .formatted(accepted.id()))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void isCalledOffWhereItWaitsAndToldToTheWorkerWhereItRuns() {
        UUID waiting = start(BODY).id();
        Answer cancelled = researcher.post("/api/v1/leakage-experiments/" + waiting + "/cancellation", "");
        assertThat(cancelled.status()).isEqualTo(202);
        assertThat(cancelled.json().get("state").stringValue()).isEqualTo("cancelled");

        UUID running = start(BODY).id();
        FencingToken token = chapters.claim(running);
        reporting.start(token);
        assertThat(researcher
                        .post("/api/v1/leakage-experiments/" + running + "/cancellation", "")
                        .json()
                        .get("state")
                        .stringValue())
                .isEqualTo("running");
        reporting.cancelled(token);
        assertThat(read(running).get("state").stringValue()).isEqualTo("cancelled");
    }

    @Test
    void refusesWithWhatWouldHaveToChange() {
        var before = stored.counts();
        Answer mistakes =
                start("{\"name\": \" \", \"folds\": 1, \"seed\": 1, \"plan\": {\"epochs\": 0}, \"level\": \"image\"}");
        assertThat(mistakes.status()).isEqualTo(422);
        assertThat(mistakes.json().get("errors").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder("/name", "/folds", "/plan/epochs", "/level");
        assertThat(start("{\"name\": \"x\", \"seed\": 1, \"plan\": {\"loss\": {\"kind\": \"crossEntropy\"}}}")
                        .json()
                        .at("/errors/0/pointer")
                        .stringValue())
                .isEqualTo("/plan/loss/kind");
        assertThat(stored.counts()).isEqualTo(before);

        UUID draft = chapters.draft(researcher, project);
        Answer early = researcher.post("/api/v1/datasets/" + draft + "/leakage-experiments", BODY);
        assertThat(early.status()).isEqualTo(409);
        assertThat(http.user(org.foldwise.registry.access.Role.VIEWER, project)
                        .post("/api/v1/datasets/" + dataset + "/leakage-experiments", BODY)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void isLookedAtAsAnyExperimentBeforeItStarts() {
        String flipping =
                "{\"name\": \"as the tutorial does\", \"seed\": 7, \"folds\": 3, \"overrides\": %s, \"plan\": {"
                        + "\"anatomy\": {\"laterality\": \"irrelevant\"}, \"augmentation\": [{\"kind\": \"horizontalFlip\"}],"
                        + " \"schedule\": {\"kind\": \"constant\"}}}";
        String path = "/api/v1/datasets/" + dataset + "/leakage-experiments";
        chapters.split(researcher, dataset);
        var before = stored.counts();

        Answer dryRun = researcher.post(path + "/dry-runs", flipping.formatted("[]"));
        assertThat(dryRun.status()).as(dryRun.text()).isEqualTo(200);
        JsonNode told = dryRun.json();
        assertThat(told.get("trainings").intValue()).isEqualTo(6);
        assertThat(told.get("withheldPatients").intValue()).isEqualTo(6);
        assertThat(told.get("patients").intValue()).isEqualTo(24);
        assertThat(told.get("findings").findValuesAsString("code"))
                .contains("mirroredAnatomy", "rateNeverChanges", "fewValidationCases", "drawnOnFew")
                // there is no test subset to miss, and no other way to deal patients out
                .doesNotContain(
                        "noTestSubset", "testOpenedBefore", "unequalShares", "fewFolds", "sitesUnused", "daysUnused");
        assertThat(researcher
                        .post(path + "?dryRun=true", flipping.formatted("[]"))
                        .json())
                .isEqualTo(told);
        assertThat(stored.counts()).isEqualTo(before);

        // nobody says what the images show, so that the flip is a warning; on a chest it blocks
        UUID started = start(flipping.formatted("[]")).id();
        assertThat(read(started).get("findings")).isEqualTo(told.get("findings"));
        assertThat(read(started).get("overrides")).isEmpty();

        UUID chest = Chapters.created(researcher.post(
                "/api/v1/datasets",
                chapters.draftBody(project).replace("\"task\"", "\"bodyPart\": \"Chest\", \"task\"")));
        chapters.freeze(researcher, chest);
        String ofChest = "/api/v1/datasets/" + chest + "/leakage-experiments";
        Answer blocked = researcher.post(ofChest, flipping.formatted("[]"));
        assertThat(blocked.status()).isEqualTo(422);
        assertThat(blocked.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:findings-block");
        assertThat(blocked.json().at("/errors/0/pointer").stringValue()).isEqualTo("/plan/augmentation");
        String reason = "that is the recipe in question";
        UUID overridden = Chapters.created(researcher.post(
                ofChest, flipping.formatted("[{\"code\": \"mirroredAnatomy\", \"reason\": \"" + reason + "\"}]")));
        assertThat(read(overridden).at("/overrides/0/reason").stringValue()).isEqualTo(reason);
        Answer needless = start(flipping.formatted("[{\"code\": \"fewUpdates\", \"reason\": \"" + reason + "\"}]"));
        assertThat(needless.json().at("/errors/0/pointer").stringValue()).isEqualTo("/overrides/0/code");
    }

    @Test
    void existsForNobodyOutsideItsProject() {
        UUID id = start(BODY).id();
        User stranger = http.user(org.foldwise.registry.access.Role.ADMIN, chapters.project());

        assertThat(stranger.get("/api/v1/leakage-experiments/" + id).status()).isEqualTo(404);
        assertThat(stranger.get("/api/v1/leakage-experiments/" + id + "/events").status())
                .isEqualTo(404);
        assertThat(stranger.post("/api/v1/leakage-experiments/" + id + "/cancellation", "")
                        .status())
                .isEqualTo(404);
        assertThat(stranger.get("/api/v1/datasets/" + dataset + "/leakage-experiments")
                        .status())
                .isEqualTo(404);
        assertThat(stranger.post("/api/v1/datasets/" + dataset + "/leakage-experiments", BODY)
                        .status())
                .isEqualTo(404);
    }
}
