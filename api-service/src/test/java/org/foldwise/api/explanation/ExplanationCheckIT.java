package org.foldwise.api.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Worker;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.ExplanationReport;
import org.foldwise.learning.metrics.ExplanationReport.BorderFigure;
import org.foldwise.learning.metrics.ExplanationReport.Explained;
import org.foldwise.learning.metrics.ExplanationReport.MapFigure;
import org.foldwise.learning.metrics.ExplanationReport.Redrawn;
import org.foldwise.learning.metrics.ExplanationReport.RedrawnWeights;
import org.foldwise.learning.metrics.PatientMean;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.explanation.ExplanationCheckReporting;
import org.foldwise.registry.jobs.FencingToken;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@ApiTest
class ExplanationCheckIT {
    private final Chapters chapters;
    private final Http http;
    private final Worker worker;
    private final ExplanationCheckReporting reporting;
    private final UUID project;
    private final User researcher;
    private final UUID evaluation;

    ExplanationCheckIT(Chapters chapters, Http http, Worker worker, ExplanationCheckReporting reporting) {
        this.chapters = chapters;
        this.http = http;
        this.worker = worker;
        this.reporting = reporting;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID experiment = chapters.experiment(researcher, split, "train");
        UUID run = chapters.runs(researcher, experiment).get(0);
        worker.train(run);
        worker.judge(experiment);
        this.evaluation = Chapters.created(researcher.post(
                "/api/v1/evaluations",
                "{\"subject\": {\"runId\": \"%s\"}, \"subset\": \"validation\"}".formatted(run)));
    }

    private Answer start(User user, String body) {
        return user.post("/api/v1/evaluations/" + evaluation + "/explanation-checks", body);
    }

    private static Estimate mean(double... values) {
        PatientMean mean = new PatientMean(-1, 1);
        for (int i = 0; i < values.length; i++) {
            mean.add(new PatientId("p" + i), values[i]);
        }
        return mean.estimate(0.95);
    }

    /** Plays a worker that has looked at some images. */
    private void carryOut(UUID id) {
        MapFigure figure =
                new MapFigure(11, mean(0.21, 0.25, 0.19), 0.0306, Estimate.of(0.36), mean(-0.15, -0.11, -0.17));
        FencingToken token = chapters.claim(id);
        reporting.start(token);
        reporting.succeed(
                token,
                ReportJson.write(new ExplanationReport(
                        List.of(new Explained("HEALTHY", 5, 4), new Explained("ILL", 7, 6)),
                        12,
                        12,
                        1,
                        8,
                        new BorderFigure(0.1, figure),
                        figure,
                        figure,
                        figure,
                        List.of(
                                new Redrawn(RedrawnWeights.HEAD, 88, 0.0123, 0.081, figure),
                                new Redrawn(
                                        RedrawnWeights.ALL,
                                        88,
                                        -0.0456,
                                        0.092,
                                        new MapFigure(
                                                11,
                                                mean(0.4, 0.5),
                                                null,
                                                Estimate.undefined("nobody"),
                                                Estimate.undefined("nobody")))))));
    }

    @Test
    void goesFromTheRequestToTheReport() throws IOException {
        requireConflict(start(researcher, "{}"));
        worker.evaluate(evaluation, true);
        Answer accepted = start(
                researcher,
                "{\"images\": 12, \"explainedClass\": \"ILL\", \"region\": {\"left\": 0.1, \"top\": 0.1, \"right\": 0.9,"
                        + " \"bottom\": 0.8}}");
        assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
        String address = "/api/v1/explanation-checks/" + accepted.id();
        assertThat(accepted.header("Location")).contains(address);
        assertThat(researcher.get(address).json().has("report")).isFalse();

        carryOut(accepted.id());

        JsonNode done = researcher.get(address).json();
        assertThat(done.get("state").stringValue()).isEqualTo("succeeded");
        assertThat(done.get("explainedClass").stringValue()).isEqualTo("ILL");
        assertThat(done.at("/region/bottom").doubleValue()).isEqualTo(0.8);
        assertThat(done.at("/report/inBorder/share/baseline/value").doubleValue())
                .isEqualTo(0.36);
        assertThat(done.at("/report/redrawn/1/weights").stringValue()).isEqualTo("all");
        assertThat(done.at("/report/blankMaps").intValue()).isEqualTo(1);
        assertThat(researcher
                        .get("/api/v1/evaluations/" + evaluation + "/explanation-checks")
                        .json()
                        .at("/items/0/id")
                        .stringValue())
                .isEqualTo(accepted.id().toString());

        String report = "/api/v1/evaluations/" + evaluation + "/report";
        Answer page = researcher.get(report + "?format=html");
        assertThat(page.text())
                .contains("Do explanations hold?", address, "Heat in the outer 10 %", "0.360, its area")
                .contains(
                        "Maps of 12 images of 12 patients", "In 1 map no place speaks", "-0.046, standard error 0.092");
        Files.writeString(Path.of("target", "explanation.html"), page.text());
        Files.write(
                Path.of("target", "explanation.pdf"),
                researcher.get(report + "?format=pdf").response().body());
    }

    /** Sums over many images stay, as an evaluation's do; nothing new begins. */
    @Test
    void namesNobodyAndBeginsNothingWhereSomebodyWasWithdrawn() {
        worker.evaluate(evaluation, true);
        UUID finished = start(researcher, "{}").id();
        carryOut(finished);

        Answer withdrawn = http.user(Role.ADMIN, project)
                .post(
                        "/api/v1/projects/" + project + "/withdrawals",
                        "{\"patient\": \"p002\", \"reason\": \"Consent withdrawn.\"}");

        assertThat(withdrawn.status()).as(withdrawn.text()).isEqualTo(201);
        assertThat(researcher.get("/api/v1/explanation-checks/" + finished).text())
                .doesNotContain("p002");
        Answer again = start(researcher, "{}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:data-withdrawn");
    }

    @Test
    void refusesWhatItDoesNotKnowAndWhoMayNot() {
        worker.evaluate(evaluation, true);
        for (String body : List.of(
                "{\"images\": 3}",
                "{\"images\": 201}",
                "{\"n\": 5}",
                "{\"region\": {\"left\": 0.5, \"top\": 0, \"right\": 0.4, \"bottom\": 1}}")) {
            Answer refused = start(researcher, body);
            assertThat(refused.status()).as(body + refused.text()).isEqualTo(422);
        }
        requireConflict(start(researcher, "{\"explainedClass\": \"DEAD\"}"));
        assertThat(start(http.user(Role.VIEWER, project), "{}").status()).isEqualTo(403);
        UUID id = start(researcher, "{}").id();
        User stranger = http.user(Role.ADMIN, chapters.project());
        assertThat(start(stranger, "{}").status()).isEqualTo(404);
        for (String path : List.of("", "/events")) {
            assertThat(stranger.get("/api/v1/explanation-checks/" + id + path).status())
                    .as(path)
                    .isEqualTo(404);
        }
        Answer cancelled = researcher.post("/api/v1/explanation-checks/" + id + "/cancellation", "");
        assertThat(cancelled.status()).as(cancelled.text()).isEqualTo(202);
        assertThat(cancelled.json().get("state").stringValue()).isEqualTo("cancelled");
        requireConflict(researcher.post("/api/v1/explanation-checks/" + id + "/cancellation", ""));
    }

    private static void requireConflict(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        assertThat(answer.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:conflict");
    }
}
