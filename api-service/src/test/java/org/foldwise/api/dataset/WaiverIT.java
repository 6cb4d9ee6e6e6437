package org.foldwise.api.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.dataset.DatasetReporting;
import org.junit.jupiter.api.Test;

@ApiTest
class WaiverIT {
    private static final String SPLIT =
            """
            {"name": "three folds", "seed": 7, "spec": {"kind": "kFold", "folds": 3, "test": 0.2, "validation": 0.25}}
            """;

    private final Chapters chapters;
    private final DatasetReporting reporting;
    private final UUID project;
    private final User researcher;
    private final User viewer;

    WaiverIT(Http http, Chapters chapters, DatasetReporting reporting) {
        this.chapters = chapters;
        this.reporting = reporting;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
        this.viewer = http.user(Role.VIEWER, project);
    }

    private String frozen() {
        UUID dataset = chapters.filledDraft(researcher, project);
        String path = "/api/v1/datasets/" + dataset;
        researcher.post(path + "/freeze", "");
        reporting.freeze(
                chapters.claim(dataset),
                "{}",
                """
                [{"code": "duplicatesAcrossPatients", "severity": "blocking", "evidence": "1 file content occurs twice",
                  "figures": [{"name": "groups", "value": 1, "lower": null, "upper": null}], "images": [], "suggestion": "check"},
                 {"code": "borders", "severity": "info", "evidence": "stored by an earlier version", "images": [],
                  "suggestion": "crop"}]
                """);
        return path;
    }

    @Test
    void aBlockingFindingStopsSplitsUntilItIsWaivedWithAReason() {
        String path = frozen();

        Answer stopped = researcher.post(path + "/splits", SPLIT);
        assertThat(stopped.status()).as(stopped.text()).isEqualTo(409);
        assertThat(stopped.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:findings-not-waived");
        assertThat(stopped.json().get("errors").get(0).get("detail").stringValue())
                .contains("duplicatesAcrossPatients");
        Answer planned = researcher.post(path + "/split-plans", SPLIT);
        assertThat(planned.status())
                .as("what a split would be is told: %s", planned.text())
                .isEqualTo(200);

        Answer waived = researcher.post(
                path + "/waivers", "{\"code\": \"duplicatesAcrossPatients\", \"reason\": \"twins, checked\"}");
        assertThat(waived.status()).as(waived.text()).isEqualTo(201);
        Answer split = researcher.post(path + "/splits", SPLIT);
        assertThat(split.status()).as(split.text()).isEqualTo(201);

        for (Answer shown : new Answer[] {researcher.get(path), researcher.get(path + "/findings"), split}) {
            assertThat(shown.json().get("waivers").get(0).get("code").stringValue())
                    .isEqualTo("duplicatesAcrossPatients");
            assertThat(shown.json().get("waivers").get(0).get("reason").stringValue())
                    .isEqualTo("twins, checked");
            assertThat(shown.json().get("waivers").get(0).get("waivedBy").stringValue())
                    .isNotBlank();
        }
        Answer again = researcher.post(
                path + "/waivers",
                "{\"code\": \"duplicatesAcrossPatients\", \"reason\": \"another reason\"}",
                "Idempotency-Key",
                "again");
        assertThat(again.status()).isEqualTo(409);
    }

    @Test
    void refusesWaiversOfWhatIsNotBlockingWithoutAReasonAndOfViewers() {
        String path = frozen();

        String borders = "{\"code\": \"borders\", \"reason\": \"no matter\"}";
        Answer refused = researcher.post(path + "/waivers", borders);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().at("/errors/0/detail").stringValue())
                .isEqualTo("must be one of duplicatesAcrossPatients");
        Answer ofNothing =
                researcher.post("/api/v1/datasets/" + chapters.frozen(researcher, project) + "/waivers", borders);
        assertThat(ofNothing.status()).isEqualTo(422);
        assertThat(ofNothing.json().at("/errors/0/detail").stringValue()).contains("nothing to waive");
        assertThat(researcher
                        .post(path + "/waivers", "{\"code\": \"duplicatesAcrossPatients\", \"reason\": \" \"}")
                        .status())
                .isEqualTo(422);
        assertThat(viewer.post(path + "/waivers", "{\"code\": \"duplicatesAcrossPatients\", \"reason\": \"x\"}")
                        .status())
                .isEqualTo(403);
        UUID draft = chapters.draft(researcher, project);
        assertThat(researcher
                        .post(
                                "/api/v1/datasets/" + draft + "/waivers",
                                "{\"code\": \"duplicatesAcrossPatients\", \"reason\": \"x\"}")
                        .status())
                .isEqualTo(409);
        assertThat(researcher.get(path + "/findings").json().get("findings").findValuesAsString("severity"))
                .containsExactly("blocking", "notice");
    }
}
