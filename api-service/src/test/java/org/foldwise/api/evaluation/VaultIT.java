package org.foldwise.api.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Stored;
import org.foldwise.api.Worker;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** A lock is not lifted by dividing the patients once more, and what happens to it stands wherever an opening does. */
@ApiTest
class VaultIT {
    private static final String SPEC =
            "\"seed\": 7, \"spec\": {\"kind\": \"kFold\", \"folds\": 3, \"test\": 0.2, \"validation\": 0.25}";

    private final Chapters chapters;
    private final Worker worker;
    private final Stored stored;
    private final RunProgress progress;
    private final ArtifactStore artifacts;
    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private final User researcher;
    private final UUID dataset;
    private final UUID split;

    VaultIT(
            Http http,
            Chapters chapters,
            Worker worker,
            Stored stored,
            RunProgress progress,
            ArtifactStore artifacts,
            JdbcClient database,
            TransactionTemplate transaction) {
        this.progress = progress;
        this.artifacts = artifacts;
        this.database = database;
        this.transaction = transaction;
        this.chapters = chapters;
        this.worker = worker;
        this.stored = stored;
        UUID project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
        this.dataset = chapters.frozen(researcher, project);
        this.split = Chapters.created(split("first"));
    }

    private Answer split(String name) {
        return researcher.post(
                "/api/v1/datasets/" + dataset + "/splits", "{\"name\": \"%s\", %s}".formatted(name, SPEC));
    }

    private UUID validated(UUID ofSplit) {
        return validatedRun(chapters.experiment(researcher, ofSplit, "train"));
    }

    private UUID validatedRun(UUID experiment) {
        UUID run = chapters.runs(researcher, experiment).get(0);
        worker.train(run);
        worker.evaluate(Chapters.created(evaluate(run, "\"subset\": \"validation\"")), true);
        return run;
    }

    private Answer evaluate(UUID run, String rest) {
        return researcher.post("/api/v1/evaluations", "{\"subject\": {\"runId\": \"%s\"}, %s}".formatted(run, rest));
    }

    /** Its answer and, once it has been judged, the report for people. */
    private record Opened(JsonNode opening, String html) {}

    private Opened open(UUID run) {
        Answer test = evaluate(
                run, "\"subset\": \"test\", \"metrics\": [\"recall\", \"rocAuc\"], \"reason\": \"final figures\"");
        assertThat(test.status()).as(test.text()).isEqualTo(202);
        worker.evaluate(test.id(), false);
        return new Opened(
                researcher.get("/api/v1/evaluations/" + test.id()).json().get("opening"),
                researcher
                        .get("/api/v1/evaluations/" + test.id() + "/report?format=html")
                        .text());
    }

    private void changePastTheTriggers(String change) {
        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            assertThat(database.sql(change).update()).as(change).isOne();
        });
    }

    /** What would fail before an image is scored is no opening: it is refused, and the next is the first. */
    @Test
    void nothingIsOpenedThatCannotBeScored() throws CorruptArtifactException {
        UUID ofSplit = Chapters.created(split("with a weights file that gets lost"));
        UUID run = validated(ofSplit);
        ArtifactKey weights =
                progress.artifact(run, RunArtifactKind.WEIGHTS).orElseThrow().key();
        byte[] content = artifacts.read(weights);
        String wish = "\"subset\": \"test\", \"metrics\": [\"recall\"], \"reason\": \"final figures\"";
        artifacts.delete(weights);

        Answer lost = evaluate(run, wish);
        assertThat(lost.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:artifact-corrupt");
        assertThat(lost.json().get("detail").stringValue())
                .contains("the file of the weights of run " + run + " is missing. Restore it");
        artifacts.put(content);
        String member = " where split_id = '" + ofSplit + "' and fold = -1 and patient = (select min(patient)"
                + " from fold_member where split_id = '" + ofSplit + "' and fold = -1 and role = 'test')";
        changePastTheTriggers("update fold_member set role = 'dropped'" + member);
        Answer changed = evaluate(run, wish);
        assertThat(changed.status()).as(changed.text()).isEqualTo(409);
        assertThat(changed.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:record-damaged");
        changePastTheTriggers("update fold_member set role = 'test' where split_id = '" + ofSplit
                + "' and fold = -1 and role = 'dropped'");

        assertThat(open(run).opening().get("number").intValue()).isOne();
    }

    @Test
    void theSameSplitUnderAnotherNameIsNoNewTest() {
        UUID again = Chapters.created(split("second"));
        assertThat(researcher
                        .get("/api/v1/splits/" + again)
                        .json()
                        .get("lockedElsewhere")
                        .intValue())
                .isZero();
        UUID one = validated(split);
        UUID other = validated(again);

        Opened first = open(one);
        Opened second = open(other);

        int patients = first.opening().at("/past/patients").intValue();
        assertThat(patients).isPositive();
        assertThat(first.opening().get("number").intValue()).isOne();
        assertThat(first.opening().get("reuse").booleanValue()).isFalse();
        assertThat(first.opening().get("splitId").stringValue()).isEqualTo(split.toString());
        assertThat(first.opening().get("metrics").toString()).isEqualTo("[\"recall\",\"rocAuc\"]");
        assertThat(first.opening().at("/past/openedBefore").intValue()).isZero();
        assertThat(first.opening().at("/past/readBefore").intValue()).isZero();
        assertThat(first.html())
                .contains("was opened once", "Named before: recall", "Named before: ROC AUC", "recall, ROC AUC")
                .doesNotContain("a re-use, not a first test");
        assertThat(second.opening().get("number").intValue()).isEqualTo(2);
        assertThat(second.opening().get("reuse").booleanValue()).isTrue();
        assertThat(second.opening().at("/past/openedBefore").intValue()).isEqualTo(patients);
        assertThat(second.html())
                .contains("This is opening 2 of the test subset: a re-use, not a first test.")
                .contains(patients + " of its " + patients + " patients had been opened before")
                .contains("opened 2 times, of which 1 under other splits");
        assertThat(findings(again).findValuesAsString("code")).contains("testOpenedBefore");
    }

    private JsonNode findings(UUID ofSplit) {
        Answer dryRun = researcher.post("/api/v1/experiments/dry-runs", Chapters.experimentBody(ofSplit, "train"));
        assertThat(dryRun.status()).as(dryRun.text()).isEqualTo(200);
        return dryRun.json().get("findings");
    }

    /** The first split's development fold with those who validate locked away and the locked patients validating. */
    private UUID swapped() {
        String table = researcher
                .get("/api/v1/splits/" + split + "/assignments", "Accept", "text/csv")
                .text();
        String swapped = Stream.of(table.split("\r\n", -1))
                .filter(line -> line.startsWith("fold") || line.startsWith("-1,"))
                .map(line -> line.endsWith(",test")
                        ? line.replace(",test", ",validation")
                        : line.replace(",validation", ",test"))
                .collect(Collectors.joining("\r\n", "", "\r\n"));
        Answer made = researcher.post(
                "/api/v1/datasets/" + dataset + "/splits/csv?name=by+hand",
                "text/csv",
                swapped.getBytes(StandardCharsets.UTF_8));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.json().get("lockedElsewhere").intValue()).isPositive();
        return made.id();
    }

    @Test
    void readingLockedPatientsByHandTakesAReasonAndStandsWithTheOpening() {
        UUID byHand = swapped();
        Answer refused = researcher.post("/api/v1/experiments", Chapters.experimentBody(byHand, "train"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().at("/errors/0/pointer").stringValue()).isEqualTo("/splitId");
        assertThat(refused.json().at("/errors/0/detail").stringValue()).startsWith("lockedPatientsRead: ");
        UUID reading = Chapters.created(researcher.post(
                "/api/v1/experiments",
                """
                {"name": "peek", "splitId": "%s", "plan": {"epochs": 3}, "procedure": {"kind": "train"},
                 "overrides": [{"code": "lockedPatientsRead", "reason": "the first split is given up"}]}
                """
                        .formatted(byHand)));
        UUID run = validatedRun(reading);
        JsonNode validation =
                researcher.get("/api/v1/evaluations?runId=" + run).json().at("/items/0");
        assertThat(validation.at("/overrides/0/code").stringValue()).isEqualTo("lockedPatientsRead");
        assertThat(researcher
                        .get("/api/v1/evaluations/" + validation.get("id").stringValue() + "/report?format=html")
                        .text())
                .contains("lockedPatientsRead", "the first split is given up");

        Opened opened = open(validated(split));

        assertThat(opened.opening().get("number").intValue()).isOne();
        int patients = opened.opening().at("/past/patients").intValue();
        assertThat(opened.opening().at("/past/readBefore").intValue()).isEqualTo(patients);
        assertThat(opened.opening().at("/past/readBy").toString()).isEqualTo("[\"" + reading + "\"]");
        assertThat(opened.html())
                .contains(patients + " of the " + patients + " patients of opening 1 had been read before");
    }

    /** A second seed is common and has its use; what it reads is told and does not stop it. */
    @Test
    void anotherSeedIsToldAndDoesNotBlock() {
        UUID seeded = Chapters.created(researcher.post(
                "/api/v1/datasets/" + dataset + "/splits",
                "{\"name\": \"another seed\", %s}".formatted(SPEC.replace("7", "8"))));
        JsonNode finding = findings(seeded)
                .valueStream()
                .filter(found -> found.get("code").stringValue().equals("lockedPatientsRead"))
                .findFirst()
                .orElseThrow();
        assertThat(finding.get("severity").stringValue()).isEqualTo("warning");
        Answer planned = researcher.post(
                "/api/v1/datasets/" + dataset + "/split-plans",
                "{\"name\": \"a third\", %s}".formatted(SPEC.replace("7", "9")));
        assertThat(planned.json().get("findings").findValuesAsString("code")).contains("lockedPatientsRead");

        chapters.experiment(researcher, seeded, "crossValidation");
    }

    @Test
    void metricsAreNamedBeforeAnythingIsOpened() {
        UUID run = validated(split);
        var before = stored.counts();
        Answer nothing = evaluate(run, "\"subset\": \"test\", \"coverage\": 0.9");
        assertThat(nothing.status()).isEqualTo(422);
        assertThat(nothing.json().at("/errors/0/detail").stringValue())
                .contains("needs a reason", "needs metrics", "coverage belongs to the subset validation");
        assertThat(pointers(evaluate(run, "\"subset\": \"test\", \"metrics\": [], \"reason\": \"final\"")))
                .containsExactly("/metrics");
        assertThat(pointers(evaluate(
                        run, "\"subset\": \"test\", \"metrics\": [\"auc\", \"f1\", \"best\"], \"reason\": \"final\"")))
                .containsExactly("/metrics/0", "/metrics/2");
        Answer others = evaluate(
                run,
                "\"subset\": \"test\", \"metrics\": [\"kappa\", \"hammingLoss\", \"kappa\", \"meanF1\"], \"reason\": \"final\"");
        assertThat(pointers(others)).containsExactly("/metrics/1", "/metrics/2", "/metrics/3");
        assertThat(others.json().at("/errors/0/detail").stringValue())
                .startsWith("is not of a binary task, whose metrics are rocAuc, averagePrecision, accuracy");
        assertThat(evaluate(run, "\"subset\": \"validation\", \"metrics\": [\"f1\"]")
                        .text())
                .contains("metrics belongs to the subset test");
        assertThat(stored.counts()).isEqualTo(before);
    }

    private static List<String> pointers(Answer refused) {
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        return refused.json().get("errors").findValuesAsString("pointer");
    }
}
