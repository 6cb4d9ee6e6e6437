package org.foldwise.api.neighbourhood;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Worker;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.neighbourhood.NeighbourhoodReport;
import org.foldwise.learning.neighbourhood.TypicalDistances;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.neighbourhood.FoundCase;
import org.foldwise.registry.neighbourhood.FoundCase.FoundNeighbour;
import org.foldwise.registry.neighbourhood.NeighbourhoodReporting;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@ApiTest
class NeighbourhoodIT {
    private final Chapters chapters;
    private final Http http;
    private final Worker worker;
    private final NeighbourhoodReporting reporting;
    private final UUID project;
    private final User researcher;
    private final UUID dataset;
    private final UUID run;
    private final UUID evaluation;

    NeighbourhoodIT(Chapters chapters, Http http, Worker worker, NeighbourhoodReporting reporting) {
        this.chapters = chapters;
        this.http = http;
        this.worker = worker;
        this.reporting = reporting;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
        this.dataset = chapters.frozen(researcher, project);
        UUID split = chapters.split(researcher, dataset);
        UUID experiment = chapters.experiment(researcher, split, "train");
        this.run = chapters.runs(researcher, experiment).get(0);
        worker.train(run);
        worker.judge(experiment);
        this.evaluation = Chapters.created(researcher.post(
                "/api/v1/evaluations",
                "{\"subject\": {\"runId\": \"%s\"}, \"subset\": \"validation\"}".formatted(run)));
    }

    private Answer start(User user, String body) {
        return user.post("/api/v1/evaluations/" + evaluation + "/neighbourhoods", body);
    }

    /** The ids of a patient's images. */
    private List<UUID> images(String patient) {
        return StreamSupport.stream(
                        researcher
                                .get("/api/v1/datasets/" + dataset + "/images?patient=" + patient)
                                .json()
                                .get("items")
                                .spliterator(),
                        false)
                .map(image -> UUID.fromString(image.get("id").stringValue()))
                .toList();
    }

    private UUID image(String patient) {
        return images(patient).get(0);
    }

    /** Plays a worker that finds for each of these patients the next five, at growing distances. */
    private void carryOut(UUID id, int cases) {
        FencingToken token = chapters.claim(id);
        reporting.start(token);
        List<FoundCase> found = new ArrayList<>();
        for (int i = 0; i < cases; i++) {
            List<FoundNeighbour> nearest = new ArrayList<>();
            for (int k = 1; k <= 5; k++) {
                nearest.add(new FoundNeighbour(image("p%03d".formatted(i + k)), (i + 1) * 0.01 + k * 0.004));
            }
            found.add(new FoundCase(
                    image("p%03d".formatted(i)),
                    List.of(i % 2 == 0 ? "ILL" : "HEALTHY"),
                    0,
                    0.25 + i / 20.0,
                    i == 1 ? null : i / 20.0,
                    nearest));
        }
        reporting.succeed(
                token,
                ReportJson.write(new NeighbourhoodReport(List.of(new NeighbourhoodReport.Model(
                        List.of(run),
                        -1,
                        17,
                        34,
                        new TypicalDistances(17, 0.012, 0.044),
                        new TypicalDistances(7, 0.019, 0.061))))),
                found);
    }

    @Test
    void goesFromTheRequestToTheReport() throws IOException {
        requireConflict(start(researcher, "{}"));
        worker.evaluate(evaluation, true);
        Answer accepted = start(researcher, "{}");
        assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
        String address = "/api/v1/neighbourhoods/" + accepted.id();
        assertThat(accepted.header("Location")).contains(address);
        assertThat(accepted.json().get("neighbours").intValue()).isEqualTo(5);
        assertThat(researcher.get(address).json().has("cases")).isFalse();

        carryOut(accepted.id(), 12);

        JsonNode done = researcher.get(address).json();
        assertThat(done.get("state").stringValue()).isEqualTo("succeeded");
        assertThat(done.at("/models/0/unseen/median").doubleValue()).isEqualTo(0.019);
        assertThat(done.at("/models/0/runIds/0").stringValue()).isEqualTo(run.toString());
        assertThat(done.get("cases")).hasSize(12);
        JsonNode first = done.at("/cases/0");
        assertThat(first.at("/image/patient").stringValue()).isEqualTo("p000");
        assertThat(first.get("nearestDistance").doubleValue()).isEqualTo(0.014);
        assertThat(first.get("neighbours").findValuesAsString("patient"))
                .containsExactly("p001", "p002", "p003", "p004", "p005");
        String label = first.at("/image/labels/0").stringValue();
        long alike = Stream.of(0, 1, 2, 3, 4)
                .filter(k -> first.at("/neighbours/" + k + "/image/labels/0")
                        .stringValue()
                        .equals(label))
                .count();
        assertThat(first.get("agreeingWithLabel").intValue()).isEqualTo((int) alike);
        long asCalled = Stream.of(0, 1, 2, 3, 4)
                .filter(k -> first.at("/neighbours/" + k + "/image/labels/0")
                        .stringValue()
                        .equals("ILL"))
                .count();
        assertThat(first.get("agreeingWithCalled").intValue()).isEqualTo((int) asCalled);
        assertThat(done.at("/cases/1").has("fartherThanUnseen")).isFalse();
        JsonNode listed = researcher
                .get("/api/v1/evaluations/" + evaluation + "/neighbourhoods")
                .json();
        assertThat(listed.at("/items/0/id").stringValue())
                .isEqualTo(accepted.id().toString());
        assertThat(listed.at("/items/0").has("cases")).isFalse();

        String report = "/api/v1/evaluations/" + evaluation + "/report";
        Answer page = researcher.get(report + "?format=html");
        assertThat(page.text())
                .contains("Nearest training patients", address, "/api/v1/images/" + image("p003"))
                .contains("0.019, 0.061 (7)");
        Files.writeString(Path.of("target", "neighbourhood.html"), page.text());
        Files.write(
                Path.of("target", "neighbourhood.pdf"),
                researcher.get(report + "?format=pdf").response().body());
    }

    @Test
    void forgetsPatientsWhoAreWithdrawn() {
        worker.evaluate(evaluation, true);
        UUID id = start(researcher, "{\"neighbours\": 5}").id();
        carryOut(id, 3);

        Answer withdrawn = http.user(Role.ADMIN, project)
                .post(
                        "/api/v1/projects/" + project + "/withdrawals",
                        "{\"patient\": \"p002\", \"reason\": \"Consent withdrawn.\"}");

        assertThat(withdrawn.status()).as(withdrawn.text()).isEqualTo(201);
        JsonNode after = researcher.get("/api/v1/neighbourhoods/" + id).json();
        assertThat(after.toString()).doesNotContain("p002");
        assertThat(after.get("cases")).hasSize(2);
        assertThat(after.at("/cases/0/neighbours").findValuesAsString("patient"))
                .containsExactly("p001", "p003", "p004", "p005");
        Answer again = start(researcher, "{}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:data-withdrawn");
    }

    @Test
    void refusesWhatItDoesNotKnowAndWhoMayNot() {
        worker.evaluate(evaluation, true);
        for (String body : List.of("{\"neighbours\": 0}", "{\"neighbours\": 21}", "{\"k\": 5}")) {
            assertThat(start(researcher, body).status()).as(body).isEqualTo(422);
        }
        assertThat(start(http.user(Role.VIEWER, project), "{}").status()).isEqualTo(403);
        UUID id = start(researcher, "{\"neighbours\": 20}").id();
        User stranger = http.user(Role.ADMIN, chapters.project());
        assertThat(start(stranger, "{}").status()).isEqualTo(404);
        for (String path : List.of("", "/events")) {
            assertThat(stranger.get("/api/v1/neighbourhoods/" + id + path).status())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(stranger.post("/api/v1/neighbourhoods/" + id + "/cancellation", "")
                        .status())
                .isEqualTo(404);
        Answer cancelled = researcher.post("/api/v1/neighbourhoods/" + id + "/cancellation", "");
        assertThat(cancelled.status()).as(cancelled.text()).isEqualTo(202);
        assertThat(cancelled.json().get("state").stringValue()).isEqualTo("cancelled");
        requireConflict(researcher.post("/api/v1/neighbourhoods/" + id + "/cancellation", ""));
    }

    private static void requireConflict(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        assertThat(answer.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:conflict");
    }
}
