package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Worker;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Whatever tells a result refuses one that was changed past the triggers, as whoever owns the database may, and says what is wrong. */
@ApiTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TamperedRecordIT {
    private final Http http;
    private final Chapters chapters;
    private final Worker worker;
    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private User researcher;
    private UUID dataset;
    private UUID run;
    private UUID test;
    private UUID otherTest;
    private String model;

    TamperedRecordIT(
            Http http, Chapters chapters, Worker worker, JdbcClient database, TransactionTemplate transaction) {
        this.http = http;
        this.chapters = chapters;
        this.worker = worker;
        this.database = database;
        this.transaction = transaction;
    }

    @BeforeAll
    void tellTheStory() {
        UUID project = chapters.project();
        researcher = http.user(Role.RESEARCHER, project);
        dataset = chapters.frozen(researcher, project);
        UUID split = chapters.split(researcher, dataset);
        run = trained(chapters.experiment(researcher, split, "train"));
        UUID second = trained(chapters.experiment(researcher, split, "train"));
        evaluated(run, "\"subset\": \"validation\"", true);
        evaluated(second, "\"subset\": \"validation\"", true);
        String opening = "\"subset\": \"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"final figures\"";
        test = evaluated(run, opening, false);
        otherTest = evaluated(second, opening, false);
        model = chapters.freshName("model");
        Chapters.created(researcher.post(
                "/api/v1/models", "{\"name\": \"%s\", \"projectId\": \"%s\"}".formatted(model, project)));
        Chapters.created(researcher.post(versions(), "{\"runId\": \"%s\"}".formatted(run)));
    }

    private UUID trained(UUID ofExperiment) {
        UUID trained = chapters.runs(researcher, ofExperiment).get(0);
        worker.train(trained);
        return trained;
    }

    private UUID evaluated(UUID ofRun, String rest, boolean freezes) {
        UUID asked = Chapters.created(researcher.post(
                "/api/v1/evaluations", "{\"subject\": {\"runId\": \"%s\"}, %s}".formatted(ofRun, rest)));
        worker.evaluate(asked, freezes);
        return asked;
    }

    private String versions() {
        return "/api/v1/models/" + model + "/versions";
    }

    /** What is read, while one row is another than the platform had written, and afterwards when it is as before. */
    private void refused(String change, String undo, String reason, List<String> paths) {
        changed(change);
        try {
            for (String path : paths) {
                Answer refused = researcher.get(path);
                assertThat(refused.status())
                        .as(change + ": " + path + ": " + refused.text())
                        .isEqualTo(409);
                requireReason(refused, reason);
            }
        } finally {
            changed(undo);
        }
        // what was invented for some of the others has no patients behind it
        for (String path : paths.subList(0, 2)) {
            Answer answered = researcher.get(path);
            assertThat(answered.status()).as(path + ": " + answered.text()).isEqualTo(200);
        }
    }

    private static void requireReason(Answer refused, String reason) {
        assertThat(refused.json().get("type").stringValue())
                .as(refused.text())
                .isEqualTo("urn:foldwise:problem:record-damaged");
        assertThat(refused.json().get("detail").stringValue())
                .contains(" was changed past the platform: ", reason, "restore the database");
    }

    private void changed(String change) {
        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            assertThat(database.sql(change).update()).as(change).isPositive();
        });
    }

    private List<String> readersOfTheTest() {
        String path = "/api/v1/evaluations/" + test;
        return List.of(
                path,
                path + "/report",
                path + "/report?format=html",
                path + "/report?format=pdf",
                path + "/cases",
                path + "/curves",
                path + "/patients",
                path + "/subgroups",
                path + "/proportions",
                path + "/predictive-values?prevalence=0.1",
                path + "/comparisons/" + otherTest,
                path + "/comparisons/" + otherTest + "/report",
                "/api/v1/evaluations?runId=" + run);
    }

    @Test
    void everyReaderOfAnEvaluationRefuses() {
        List<String> columns = List.of("report", "subgroups", "error_review", "patient_report", "cases_digest");
        Map<String, String> changes = Map.of(
                "report", "jsonb_set(report, '{rocAuc,value}', '0.987')",
                "subgroups", "'{}'",
                "error_review", "'{}'",
                "patient_report", "'{}'",
                "cases_digest", "repeat('0', 64)");
        for (String column : columns) {
            Map<String, Object> before = database.sql(
                            "select cast(" + column + " as text) as was from evaluation where id = ?")
                    .param(test)
                    .query()
                    .singleRow();
            if (before.get("was") == null) {
                continue;
            }
            String was = before.get("was").toString().replace("'", "''");
            refused(
                    "update evaluation set " + column + " = " + changes.get(column) + " where id = '" + test + "'",
                    "update evaluation set " + column + " = '" + was + "' where id = '" + test + "'",
                    "Evaluation " + test,
                    column.equals("report")
                            ? readersOfTheTest()
                            : readersOfTheTest().subList(0, 2));
        }
    }

    /** What an evaluation has not kept of patients is read off the dataset, which has to be the one that was judged. */
    @Test
    void whatPatientsShowIsNotReadOffADatasetThatWasChanged() {
        String image = " where dataset_id = '" + dataset
                + "' and name = (select min(name) from dataset_image where dataset_id = '" + dataset + "')";
        for (String column : List.of("patient", "labels")) {
            String was = database.sql("select cast(" + column + " as text) from dataset_image" + image)
                    .query(String.class)
                    .single();
            String other = column.equals("patient") ? "somebody" : was.equals("{ILL}") ? "{HEALTHY}" : "{ILL}";
            changed("update dataset_image set " + column + " = '" + other + "'" + image);
            try {
                Answer refused = researcher.get("/api/v1/evaluations/" + test + "/curves?aggregation=mean");
                assertThat(refused.status()).as(column + ": " + refused.text()).isEqualTo(409);
                requireReason(refused, "its images, their patients or their labels are others");
            } finally {
                changed("update dataset_image set " + column + " = '" + was + "'" + image);
            }
        }
    }

    /** A report of one task is not read as one of another, and no state of its dataset says that nothing is to be compared. */
    @Test
    void noReportIsReadByATaskOrAStateThatWasChanged() {
        for (Map.Entry<String, String> change : Map.of(
                        "task", "multilabel", "state", "draft", "classes", "{ILL,HEALTHY}")
                .entrySet()) {
            String was = database.sql("select cast(" + change.getKey() + " as text) from dataset where id = ?")
                    .param(dataset)
                    .query(String.class)
                    .single();
            String to = "update dataset set " + change.getKey() + " = '%s' where id = '" + dataset + "'";
            refused(
                    to.formatted(change.getValue()),
                    to.formatted(was),
                    "another than when it was frozen",
                    readersOfTheTest().subList(0, 7));
        }
    }

    /** What it says of its file would be the file's name, so that is left out. */
    @Test
    void anImageThatIsNoneIsRefusedWithoutItsName() {
        String image = " where dataset_id = '" + dataset
                + "' and name = (select min(name) from dataset_image where dataset_id = '" + dataset + "')";
        String was = database.sql("select cast(labels as text) from dataset_image" + image)
                .query(String.class)
                .single();
        String id = database.sql("select cast(id as text) from dataset_image" + image)
                .query(String.class)
                .single();
        refused(
                "update dataset_image set labels = '{ILL,ILL}'" + image,
                "update dataset_image set labels = '" + was + "'" + image,
                "its row is that of no image",
                List.of("/api/v1/datasets/" + dataset + "/images", "/api/v1/images/" + id));
    }

    @Test
    void aTestEvaluationWithoutItsOpeningIsRefused() {
        database.sql("create table opening_kept as select * from test_opening where evaluation_id = '" + test + "'")
                .update();
        try {
            refused(
                    "delete from test_opening where evaluation_id = '" + test + "'",
                    "insert into test_opening select * from opening_kept",
                    "not among those that are counted",
                    List.of("/api/v1/evaluations/" + test, "/api/v1/evaluations/" + test + "/report"));
        } finally {
            database.sql("drop table opening_kept").update();
        }
    }

    @Test
    void aThresholdThatNoValidationFrozeJudgesAndRegistersNothing() {
        changed("update frozen_threshold set value = value / 2 where run_id = '" + run + "'");
        try {
            for (Map.Entry<String, String> start : Map.of(
                            "/api/v1/evaluations",
                            "{\"subject\": {\"runId\": \"%s\"}, \"subset\": \"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"more\"}"
                                    .formatted(run),
                            versions(),
                            "{\"runId\": \"%s\"}".formatted(run))
                    .entrySet()) {
                Answer refused = researcher.post(start.getKey(), start.getValue());
                assertThat(refused.status()).as(refused.text()).isEqualTo(409);
                requireReason(refused, "others than its validation froze");
            }
            assertThat(researcher.get(versions() + "/1").status()).isEqualTo(409);
        } finally {
            changed("update frozen_threshold set value = value * 2 where run_id = '" + run + "'");
        }
    }

    @Test
    void weightsOfAnotherRunAreNotRegistered() {
        String own = database.sql("select digest from run_artifact where kind = 'weights' and run_id = ?")
                .param(run)
                .query(String.class)
                .single();
        changed("update run_artifact set digest = repeat('0', 64) where kind = 'weights' and run_id = '" + run + "'");
        try {
            Answer refused = researcher.post(versions(), "{\"runId\": \"%s\"}".formatted(run));
            assertThat(refused.status()).as(refused.text()).isEqualTo(409);
            requireReason(refused, "the artifact that is called its weights");
            assertThat(researcher.get("/api/v1/runs/" + run + "/artifacts").status())
                    .isEqualTo(409);
        } finally {
            changed("update run_artifact set digest = '" + own + "' where kind = 'weights' and run_id = '" + run + "'");
        }
    }
}
