package org.foldwise.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.Test;

/** What belongs to another project does not exist: the answer is the same as for an id that was never given out. */
@ApiTest
class ProjectsApartIT {
    private static final UUID UNKNOWN = UUID.fromString("01912d68-783e-7a51-8f2b-6a1d6f1f5a10");

    private final Http http;
    private final Chapters chapters;
    private final UUID project;
    private final User owner;
    private final User stranger;

    ProjectsApartIT(Http http, Chapters chapters) {
        this.http = http;
        this.chapters = chapters;
        this.project = chapters.project();
        this.owner = http.user(Role.ADMIN, project);
        this.stranger = http.user(Role.ADMIN, chapters.project());
    }

    private static String withoutInstance(Answer answer) {
        return answer.text().replaceAll("urn:foldwise:request:[^\"]*", "");
    }

    private void assertHidden(String path, UUID id) {
        Answer foreign = stranger.get(path.formatted(id));
        Answer unknown = stranger.get(path.formatted(UNKNOWN));

        assertThat(owner.get(path.formatted(id)).status()).as(path).isIn(200, 409);
        assertThat(foreign.status()).as(path).isEqualTo(404);
        assertThat(withoutInstance(foreign)).as(path).isEqualTo(withoutInstance(unknown));
    }

    @Test
    void whatBelongsToAnotherProjectIsNotFound() {
        UUID dataset = chapters.frozen(owner, project);
        UUID image = UUID.fromString(owner.get("/api/v1/datasets/" + dataset + "/images?pageSize=1")
                .json()
                .get("items")
                .get(0)
                .get("id")
                .stringValue());
        UUID split = chapters.split(owner, dataset);
        UUID experiment = chapters.experiment(owner, split, "crossValidation");
        UUID run = chapters.runs(owner, experiment).get(0);

        assertHidden("/api/v1/projects/%s", project);
        for (String path : List.of("", "/profile", "/findings", "/images", "/uploads", "/splits")) {
            assertHidden("/api/v1/datasets/%s" + path, dataset);
        }
        assertHidden("/api/v1/images/%s", image);
        assertHidden("/api/v1/images/%s/content", image);
        assertHidden("/api/v1/splits/%s", split);
        assertHidden("/api/v1/splits/%s/assignments", split);
        assertHidden("/api/v1/splits/%s/certificate", split);
        assertHidden("/api/v1/experiments/%s", experiment);
        assertHidden("/api/v1/experiments/%s/runs", experiment);
        assertHidden("/api/v1/runs/%s", run);
        assertHidden("/api/v1/runs/%s/epochs", run);
        assertHidden("/api/v1/runs/%s/artifacts", run);
        assertHidden("/api/v1/evaluations?runId=%s", run);
    }

    @Test
    void nothingOfAnotherProjectCanBeChangedOrBuiltUpon() {
        UUID dataset = chapters.frozen(owner, project);
        UUID split = chapters.split(owner, dataset);
        UUID experiment = chapters.experiment(owner, split, "train");
        UUID run = chapters.runs(owner, experiment).get(0);

        assertThat(stranger.post("/api/v1/datasets", chapters.draftBody(project))
                        .status())
                .isEqualTo(404);
        assertThat(stranger.post("/api/v1/datasets/" + dataset + "/freeze", "").status())
                .isEqualTo(404);
        assertThat(stranger.put(Chapters.archive(dataset), "application/zip", new byte[] {1})
                        .status())
                .isEqualTo(404);
        for (String path : List.of("/splits/csv?name=mine", "/splits", "/split-plans")) {
            assertThat(stranger.post(
                                    "/api/v1/datasets/" + dataset + path,
                                    path.contains("csv") ? "text/csv" : "application/json",
                                    (path.contains("csv")
                                                    ? "patient,role\n"
                                                    : "{\"name\": \"mine\", \"seed\": 1, \"spec\": {\"kind\": \"site\","
                                                            + " \"validation\": 0.2}}")
                                            .getBytes(java.nio.charset.StandardCharsets.UTF_8))
                            .status())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(stranger.post("/api/v1/experiments", Chapters.experimentBody(split, "train"))
                        .status())
                .isEqualTo(404);
        assertThat(stranger.post("/api/v1/experiments/" + experiment + "/cancellation", "")
                        .status())
                .isEqualTo(404);
        assertThat(stranger.post("/api/v1/runs/" + run + "/cancellation", "").status())
                .isEqualTo(404);
        assertThat(stranger.post(
                                "/api/v1/evaluations",
                                "{\"subject\": {\"runId\": \"%s\"}, \"subset\": \"validation\"}".formatted(run))
                        .status())
                .isEqualTo(404);
        assertThat(stranger.post(
                                "/api/v1/models",
                                "{\"name\": \"m%s\", \"projectId\": \"%s\"}".formatted(UNKNOWN, project))
                        .status())
                .isEqualTo(404);
        assertThat(owner.get("/api/v1/experiments/" + experiment)
                        .json()
                        .get("state")
                        .stringValue())
                .isEqualTo("queued");
    }

    @Test
    void listsShowOnlyTheOwnProject() {
        UUID dataset = chapters.draft(owner, project);

        assertThat(stranger.get("/api/v1/datasets?pageSize=500").text()).doesNotContain(dataset.toString());
        assertThat(stranger.get("/api/v1/projects?pageSize=500").text()).doesNotContain(project.toString());
        assertThat(owner.get("/api/v1/datasets?pageSize=500").text()).contains(dataset.toString());
        assertThat(http.admin().get("/api/v1/projects?pageSize=500").text()).contains(project.toString());
    }

    @Test
    void anAdminOfOneProjectManagesNoKeysAndMakesNoProjects() {
        assertThat(owner.get("/api/v1/api-keys").status()).isEqualTo(403);
        assertThat(owner.post("/api/v1/api-keys", "{\"name\": \"me\", \"role\": \"admin\"}")
                        .status())
                .isEqualTo(403);
        String another = chapters.freshName("another");
        assertThat(owner.post("/api/v1/projects", "{\"name\": \"%s\"}".formatted(another))
                        .status())
                .isEqualTo(403);
        // nor does it hear whether there is one of that name
        assertThat(http.admin()
                        .post("/api/v1/projects", "{\"name\": \"%s\"}".formatted(another))
                        .status())
                .isEqualTo(201);
        assertThat(owner.post("/api/v1/projects", "{\"name\": \"%s\"}".formatted(another))
                        .status())
                .isEqualTo(403);
    }
}
