package org.foldwise.api.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Worker;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@ApiTest
class ComparisonIT {
    private final Http http;
    private final Chapters chapters;
    private final Worker worker;
    private final UUID project;
    private final User researcher;

    ComparisonIT(Http http, Chapters chapters, Worker worker) {
        this.http = http;
        this.chapters = chapters;
        this.worker = worker;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    private UUID crossValidated(UUID split) {
        UUID experiment = chapters.experiment(researcher, split, "crossValidation");
        worker.crossValidate(experiment, chapters.runs(researcher, experiment));
        return experiment;
    }

    private Answer compare(User user, UUID first, UUID second) {
        return user.get("/api/v1/experiments/" + first + "/comparisons/" + second);
    }

    @Test
    void comparesTwoCrossValidationsOnTheSameSplit() {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID first = crossValidated(split);
        UUID second = crossValidated(split);

        Answer answer = compare(researcher, first, second);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode comparison = answer.json();
        assertThat(comparison.get("folds").size()).isEqualTo(3);
        assertThat(comparison.get("testToTrain").doubleValue()).isBetween(0.3, 2.0);
        // both play the same scores
        assertThat(comparison.get("overFolds").get("pValue").get("value").doubleValue())
                .isEqualTo(1);
        assertThat(comparison.get("overPatients").get("pValue").doubleValue()).isEqualTo(1);
        assertThat(comparison.get("overPatients").get("figures").size()).isEqualTo(7);
        assertThat(comparison.get("verdict").stringValue()).contains("no interval and nothing to conclude");
        assertThat(compare(http.user(Role.ADMIN, chapters.project()), first, second)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void refusesWhatCannotBeCompared() {
        UUID dataset = chapters.frozen(researcher, project);
        UUID split = chapters.split(researcher, dataset);
        UUID other = Chapters.created(
                researcher.post(
                        "/api/v1/datasets/" + dataset + "/splits",
                        """
                {"name": "other", "seed": 8, "spec": {"kind": "kFold", "folds": 3, "test": 0.2, "validation": 0.25}}
                """));
        UUID first = chapters.experiment(researcher, split, "crossValidation");

        Answer otherSplit = compare(researcher, first, chapters.experiment(researcher, other, "crossValidation"));
        assertThat(otherSplit.status()).isEqualTo(409);
        assertThat(otherSplit.json().get("detail").stringValue()).contains("different splits");

        Answer unfinished = compare(researcher, first, chapters.experiment(researcher, split, "train"));
        assertThat(unfinished.status()).isEqualTo(409);
        assertThat(unfinished.json().get("detail").stringValue()).contains("queued");
    }
}
