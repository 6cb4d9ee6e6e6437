package org.foldwise.api.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
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
import org.foldwise.api.Worker;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.dataset.DatasetReporting;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** What stands against an experiment, and what becomes of a reason to start it all the same. */
@ApiTest
class ClearanceIT {
    private static final String PLANNED =
            "{\"name\": \"planned\", \"seed\": 7, \"spec\": {\"kind\": \"kFold\", \"folds\": 3, \"test\": 0.2, \"validation\": 0.25}}";

    private static final String FINDINGS =
            """
            [{"code": "patientIdRuleSuspect", "severity": "warning", "evidence": "one image a patient", "images": [],
              "suggestion": "look at the pattern"},
             {"code": "oneImagePerPatient", "severity": "notice", "evidence": "30 of 30 patient ids have one image only",
              "images": [], "suggestion": "make sure"},
             {"code": "harmless", "severity": "info", "evidence": "nothing", "images": [], "suggestion": "none"}]
            """;

    private final Chapters chapters;
    private final Worker worker;
    private final User researcher;
    private final UUID project;
    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private final UUID dataset;
    private final UUID split;

    ClearanceIT(
            Http http,
            Chapters chapters,
            Worker worker,
            DatasetReporting reporting,
            JdbcClient database,
            TransactionTemplate transaction) {
        this.project = chapters.project();
        this.database = database;
        this.transaction = transaction;
        this.chapters = chapters;
        this.worker = worker;
        this.researcher = http.user(Role.RESEARCHER, project);
        String draft = chapters.draftBody(project).replace("\"task\"", "\"bodyPart\": \"Chest\", \"task\"");
        this.dataset = Chapters.created(researcher.post("/api/v1/datasets", draft));
        Chapters.created(
                researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(Images.classFolders(30))));
        assertThat(researcher
                        .post("/api/v1/datasets/" + dataset + "/freeze", "")
                        .status())
                .isEqualTo(202);
        reporting.freeze(chapters.claim(dataset), Chapters.PROFILE, FINDINGS);
        this.split = chapters.split(researcher, dataset);
    }

    @Test
    void nothingStartsAgainstABlockingFindingWithoutAReason() {
        JsonNode dryRun =
                researcher.post("/api/v1/experiments/dry-runs", flipping("[]")).json();
        JsonNode finding = finding(dryRun, "mirroredAnatomy");
        assertThat(finding.get("severity").stringValue()).isEqualTo("blocking");
        assertThat(finding.get("subject").stringValue()).isEqualTo("plan");
        assertThat(finding(dryRun, "datasetFinding").get("evidence").stringValue())
                .contains("patientIdRuleSuspect");
        assertThat(dryRun.get("findings").toString()).doesNotContain("harmless");
        // ResNet-18 with one input channel and the default head of one output
        assertThat(dryRun.at("/parameters/total").longValue()).isEqualTo(11_301_825);
        assertThat(dryRun.at("/parameters/trainable").longValue()).isEqualTo(11_301_825);

        Answer refused = researcher.post("/api/v1/experiments", flipping("[]"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:findings-block");
        assertThat(refused.json().at("/errors/0/pointer").stringValue()).isEqualTo("/plan/augmentation");
        assertThat(refused.json().at("/errors/0/detail").stringValue()).startsWith("mirroredAnatomy: ");
    }

    @Test
    void aReasonIsKeptAndShownWithTheExperimentAndItsEvaluations() {
        String reason = "the label follows the flip";
        Answer started = researcher.post(
                "/api/v1/experiments", flipping("[{\"code\": \"mirroredAnatomy\", \"reason\": \"" + reason + "\"}]"));
        assertThat(started.status()).as(started.text()).isEqualTo(202);
        JsonNode experiment =
                researcher.get("/api/v1/experiments/" + started.id()).json();
        assertThat(experiment.at("/overrides/0/reason").stringValue()).isEqualTo(reason);
        assertThat(finding(experiment, "mirroredAnatomy").get("severity").stringValue())
                .isEqualTo("blocking");

        UUID run = chapters.runs(researcher, started.id()).get(0);
        worker.train(run);
        Answer evaluation = researcher.post(
                "/api/v1/evaluations",
                """
                {"subject": {"runId": "%s"}, "subset": "validation", "threshold": {"rule": {"kind": "youden"}}}
                """
                        .formatted(run));
        assertThat(evaluation.status()).as(evaluation.text()).isEqualTo(202);
        assertThat(evaluation.json().at("/overrides/0/code").stringValue()).isEqualTo("mirroredAnatomy");
    }

    /** Ids that may be names of images make a split of patients one of images, whatever it is called: every step says so again. */
    @Test
    void thatEverybodyHasOneImageIsToldAtEveryStep() {
        JsonNode planned = researcher
                .post(
                        "/api/v1/datasets/" + dataset + "/split-plans",
                        """
                        {"name": "planned", "seed": 7, "spec": {"kind": "kFold", "folds": 3, "test": 0.2, "validation": 0.25}}
                        """)
                .json();
        JsonNode dryRun =
                researcher.post("/api/v1/experiments/dry-runs", flipping("[]")).json();
        Answer started = researcher.post(
                "/api/v1/experiments",
                flipping("[{\"code\": \"mirroredAnatomy\", \"reason\": \"the label follows\"}]"));
        assertThat(started.status()).as(started.text()).isEqualTo(202);
        JsonNode kept = researcher.get("/api/v1/experiments/" + started.id()).json();

        for (JsonNode answer : List.of(planned, dryRun, kept)) {
            assertThat(answer.get("findings").valueStream())
                    .filteredOn(finding -> finding.get("code").stringValue().equals("datasetFinding")
                            && finding.get("severity").stringValue().equals("notice"))
                    .singleElement()
                    .extracting(finding -> finding.get("evidence").stringValue())
                    .isEqualTo(
                            "The dataset's own check found oneImagePerPatient (notice): 30 of 30 patient ids have one image only");
        }
        chapters.runs(researcher, started.id()).forEach(worker::train);
        worker.judge(started.id());
        assertThat(researcher
                        .get("/api/v1/experiments/" + started.id() + "/report")
                        .text())
                .contains("oneImagePerPatient", "found oneImagePerPatient (notice)");
    }

    @Test
    void reasonsForWhatDoesNotBlockAreRefused() {
        for (String start : List.of("/api/v1/experiments", "/api/v1/experiments/dry-runs")) {
            Answer needless = researcher.post(
                    start,
                    flipping(
                            """
                            [{"code": "mirroredAnatomy", "reason": "so"}, {"code": "drawnOnFew", "reason": "so"},
                             {"code": "mirroredAnatomy", "reason": "once more"}]"""));
            assertThat(needless.status()).as(start).isEqualTo(422);
            assertThat(needless.json().get("errors").findValuesAsString("pointer"))
                    .containsExactly("/overrides/1/code", "/overrides/2/code");
        }
        Answer needed = researcher.post(
                "/api/v1/experiments/dry-runs", flipping("[{\"code\": \"mirroredAnatomy\", \"reason\": \"so\"}]"));
        assertThat(needed.status()).as(needed.text()).isEqualTo(200);
        assertThat(researcher
                        .post("/api/v1/experiments", flipping("[{\"code\": \"mirroredAnatomy\", \"reason\": \" \"}]"))
                        .json()
                        .at("/errors/0/pointer")
                        .stringValue())
                .isEqualTo("/overrides/0/reason");
    }

    @Test
    void aSplitCanBePlannedWithoutBeingStored() {
        String spec =
                "{\"name\": \"planned\", \"seed\": 7, \"spec\": {\"kind\": \"kFold\", \"folds\": 3, \"test\": 0.2,"
                        + " \"validation\": 0.25}}";
        Answer planned = researcher.post("/api/v1/datasets/" + dataset + "/split-plans", spec);
        assertThat(planned.status()).as(planned.text()).isEqualTo(200);
        assertThat(planned.json().get("roles")).hasSize(3 + 3 * 4);
        JsonNode test = planned.json().at("/roles/2");
        assertThat(test.get("role").stringValue()).isEqualTo("test");
        assertThat(test.at("/expectedIntervals/2/rocAuc").doubleValue()).isEqualTo(0.9);
        int patients = Math.min(
                test.at("/positives/patients").intValue(),
                test.at("/negatives/patients").intValue());
        assertThat(patients).isGreaterThan(1);
        assertThat(test.at("/expectedIntervals/2/lower").doubleValue()).isBetween(0.0, 0.15);
        assertThat(test.at("/expectedIntervals/2").has("undefinedBecause")).isFalse();
        assertThat(finding(planned.json(), "fewTestCases").get("severity").stringValue())
                .isEqualTo("warning");

        Answer made = researcher.post("/api/v1/datasets/" + dataset + "/splits", spec);
        assertThat(made.json().get("digest")).isEqualTo(planned.json().get("digest"));
    }

    /** What a search trains is its candidates: what stands against one of them stands against the search. */
    @Test
    void noCandidateOfASearchDoesWhatThePlanMayNot() {
        JsonNode dryRun =
                researcher.post("/api/v1/experiments/dry-runs", searching("[]")).json();
        JsonNode finding = finding(dryRun, "mirroredAnatomy");
        assertThat(finding.get("severity").stringValue()).isEqualTo("blocking");
        assertThat(finding.get("evidence").stringValue()).startsWith("Of 1 of 2 candidates, candidate 1 for one: ");
        assertThat(dryRun.get("findings").findValuesAsString("code"))
                .filteredOn(code -> !code.equals("datasetFinding"))
                .doesNotHaveDuplicates();

        Answer refused = researcher.post("/api/v1/experiments", searching("[]"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().at("/errors/0/detail").stringValue()).startsWith("mirroredAnatomy: Of 1 of 2");
        Answer started = researcher.post(
                "/api/v1/experiments", searching("[{\"code\": \"mirroredAnatomy\", \"reason\": \"to be seen\"}]"));
        assertThat(started.status()).as(started.text()).isEqualTo(202);
    }

    /** Changed past the triggers, as somebody who owns the database may: as skin the images could be mirrored. */
    @Test
    void nothingStartsOnADatasetOfWhichSomethingElseIsSaidThanWhenItWasFrozen() {
        for (String change : List.of("body_part = 'skin'", "modality = 'dermoscopy'", "positive_label = 'HEALTHY'")) {
            UUID own = chapters.frozen(researcher, project);
            UUID made = chapters.split(researcher, own);
            changePastTheTriggers("update dataset set " + change + " where id = :own", own);

            for (String start : List.of("/api/v1/experiments", "/api/v1/experiments/dry-runs")) {
                Answer refused = researcher.post(start, Chapters.experimentBody(made, "train"));
                assertThat(refused.status()).as(refused.text()).isEqualTo(409);
                assertThat(refused.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:record-damaged");
                assertThat(refused.json().get("detail").stringValue())
                        .startsWith("Dataset " + own
                                + " was changed past the platform: its positive label, modality or part");
            }
            assertThat(researcher.get("/api/v1/datasets/" + own).status()).isEqualTo(409);
        }
    }

    /** Nor on one of which a row says what makes it another, or nothing that can be read. */
    @Test
    void nothingStartsOnADatasetWhoseOwnRowIsAnother() {
        for (String change : List.of(
                "task = 'multilabel'",
                "task = 'multiclass'",
                "classes = '{ILL,HEALTHY}'",
                "classes = '{HEALTHY,ILL,OTHER}'",
                "classes = '{}'",
                "layout = '{\"kind\": \"folders\"}'",
                "layout = '{\"kind\": \"classFolders\"}'",
                "layout = '{\"kind\": \"classFolders\", \"patientIdPattern\": \"(\"}'",
                "layout = '{\"kind\": \"manifest\"}'",
                "layout = '{\"kind\": \"manifest\", \"columns\": {}}'",
                "layout = '{\"kind\": \"dicom\"}'",
                "deidentified_only = not deidentified_only",
                "manifest_digest = repeat('0', 64), manifest_name = 'other.csv'",
                "image_count = image_count + 1",
                "state = 'draft'",
                "profile = '{}'",
                "profile = 'null'",
                "findings = '{}'",
                "layout = 'null'")) {
            UUID own = chapters.frozen(researcher, project);
            UUID made = chapters.split(researcher, own);
            changePastTheTriggers("update dataset set " + change + " where id = :own", own);

            List<Answer> refusals = new ArrayList<>();
            for (String start : List.of("/api/v1/experiments", "/api/v1/experiments/dry-runs")) {
                refusals.add(researcher.post(start, Chapters.experimentBody(made, "train")));
            }
            boolean isExamination = change.startsWith("profile") || change.startsWith("findings");
            if (!isExamination) {
                refusals.add(researcher.get("/api/v1/datasets/" + own));
                refusals.add(researcher.get("/api/v1/datasets?pageSize=200"));
            }
            refusals.add(researcher.get("/api/v1/datasets/" + own + "/duplicate-groups"));
            if (!change.startsWith("state")) {
                refusals.add(researcher.post("/api/v1/datasets/" + own + "/split-plans", PLANNED));
            }
            if (change.equals("layout = 'null'")) {
                refusals.add(researcher.get("/api/v1/splits/" + made));
            }
            assertThat(refusals).allSatisfy(refused -> {
                assertThat(refused.status())
                        .as("%s: %s", change, refused.text())
                        .isEqualTo(409);
                assertThat(refused.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:record-damaged");
            });
        }
    }

    /** Nor on one whose copies are others than those by which its splits keep patients together. */
    @Test
    void nothingStartsOnADatasetWhoseCopiesAreOthers() {
        UUID own = chapters.frozen(researcher, project);
        UUID made = chapters.split(researcher, own);
        changePastTheTriggers(
                "update dataset_image set duplicate_group = 0 where dataset_id = :own and name in"
                        + " (select name from dataset_image where dataset_id = :own order by name limit 2)",
                own);

        String started = Chapters.experimentBody(made, "train");
        assertThat(List.of(
                        researcher.post("/api/v1/experiments", started),
                        researcher.post("/api/v1/experiments/dry-runs", started),
                        researcher.get("/api/v1/datasets/" + own + "/duplicate-groups")))
                .allSatisfy(refused -> {
                    assertThat(refused.status()).as(refused.text()).isEqualTo(409);
                    assertThat(refused.json().get("type").stringValue())
                            .isEqualTo("urn:foldwise:problem:record-damaged");
                    assertThat(refused.json().get("detail").stringValue())
                            .contains("which of its images are copies of each other");
                });
    }

    /** Nor on one whose images' rows contradict its task, its manifest or themselves. The reasons name no image, since names may hold patients. */
    @Test
    void nothingStartsOnADatasetWhoseRowsContradictEachOther() {
        for (String change : List.of(
                "update dataset_image set labels = '{HEALTHY,ILL}' where name = (%s)",
                "update dataset_image set labels = '{}' where name = (%s)",
                "update dataset_image set labels = '{OTHER}' where name = (%s)",
                "update dataset_image set metadata = '{\"sex\": \"Q\"}' where name = (%s)",
                "update dataset_image set patient = 'p000x' where name = (%s)",
                "update dataset_image set metadata = 'null' where name = (%s)",
                "delete from dataset_image where name = (%s)")) {
            boolean deletes = change.startsWith("delete");
            boolean isCohort = deletes || change.contains("patient");
            UUID own = deletes ? chapters.frozenOfLabels(researcher, project) : chapters.frozen(researcher, project);
            UUID made = chapters.split(researcher, own);
            changePastTheTriggers(
                    change.formatted("select min(name) from dataset_image where dataset_id = :own")
                            + " and dataset_id = :own",
                    own);

            String started = Chapters.experimentBody(made, "train");
            String ofLeakage = "/api/v1/datasets/" + own + "/leakage-experiments";
            Map<String, String> starts =
                    new TreeMap<>(Map.of("/api/v1/experiments", started, "/api/v1/experiments/dry-runs", started));
            // what images say of themselves does not matter to it
            if (!change.contains("metadata")) {
                String leaking = "{\"name\": \"by image\", \"plan\": {\"epochs\": 3}, \"folds\": 3, \"seed\": 7}";
                starts.put(ofLeakage, leaking);
                starts.put(ofLeakage + "/dry-runs", leaking);
            }
            for (Map.Entry<String, String> start : starts.entrySet()) {
                Answer refused = researcher.post(start.getKey(), start.getValue());
                assertThat(refused.status())
                        .as("%s: %s: %s", change, start.getKey(), refused.text())
                        .isEqualTo(409);
                assertThat(refused.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:record-damaged");
                assertThat(refused.json().get("detail").stringValue())
                        .startsWith("Dataset " + own
                                + " was changed past the platform: "
                                + (isCohort
                                        ? "its images, their patients or their labels"
                                        : "rows of its images contradict its task"))
                        .doesNotContain("p000");
            }
        }
    }

    /** Who is locked away is asked of other splits as well: one of them has a patient of another role in the place of one whom it locks away. */
    @Test
    void nothingStartsWhereAnotherSplitLocksOthersAwayThanItDid() {
        UUID own = chapters.frozen(researcher, project);
        UUID made = chapters.split(researcher, own);
        UUID other = Chapters.created(
                researcher.post("/api/v1/datasets/" + own + "/splits", PLANNED.replace("planned", "others")));
        String swap =
                "update fold_member set role = case role when 'test' then 'train' else 'test' end where fold = -1 and split_id = '"
                        + other + "' and patient in ('%s', '%s') and :own = :own";
        String swapped = swap.formatted(firstOf(other, "test"), firstOf(other, "train"));
        changePastTheTriggers(swapped, own);

        String started = Chapters.experimentBody(made, "train");
        String leakage = "{\"name\": \"by image\", \"plan\": {\"epochs\": 3}, \"folds\": 3, \"seed\": 7}";
        Map<String, String> starts = Map.of(
                "/api/v1/experiments",
                started,
                "/api/v1/experiments/dry-runs",
                started,
                "/api/v1/datasets/" + own + "/leakage-experiments",
                leakage,
                "/api/v1/datasets/" + own + "/leakage-experiments/dry-runs",
                leakage,
                "/api/v1/datasets/" + own + "/split-plans",
                PLANNED);
        starts.forEach((path, body) -> {
            Answer refused = researcher.post(path, body);
            assertThat(refused.status()).as(path + ": " + refused.text()).isEqualTo(409);
            assertThat(refused.json().get("detail").stringValue())
                    .startsWith("Split " + other
                            + " was changed past the platform: the patients whom it locks away are others");
        });
        changePastTheTriggers(swapped, own);
        assertThat(researcher.post("/api/v1/experiments/dry-runs", started).status())
                .isEqualTo(200);
    }

    private String firstOf(UUID ofSplit, String role) {
        return database.sql("select min(patient) from fold_member where split_id = ? and fold = -1 and role = ?")
                .param(ofSplit)
                .param(role)
                .query(String.class)
                .single();
    }

    private void changePastTheTriggers(String change, UUID own) {
        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            database.sql(change).param("own", own).update();
        });
    }

    private String searching(String overrides) {
        return """
                {"name": "searching", "splitId": "%s", "overrides": %s,
                 "plan": {"epochs": 3, "anatomy": {"laterality": "irrelevant"}},
                 "procedure": {"kind": "nestedCrossValidation", "search":
                     {"kind": "grid", "seed": 4, "inner": {"folds": 2, "validation": 0.3}, "space":
                         [{"kind": "values", "pointer": "/augmentation", "values": [[], [{"kind": "horizontalFlip"}]]}]}}}
                """
                .formatted(split, overrides);
    }

    private String flipping(String overrides) {
        return """
                {"name": "flipping", "splitId": "%s", "procedure": {"kind": "train"}, "overrides": %s,
                 "plan": {"epochs": 3, "anatomy": {"laterality": "irrelevant"},
                          "augmentation": [{"kind": "horizontalFlip"}]}}
                """
                .formatted(split, overrides);
    }

    private static JsonNode finding(JsonNode answer, String code) {
        for (JsonNode finding : answer.get("findings")) {
            if (finding.get("code").stringValue().equals(code)) {
                return finding;
            }
        }
        throw new AssertionError("no finding " + code + " in " + answer);
    }
}
