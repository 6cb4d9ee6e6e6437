package org.foldwise.api.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.Test;

@ApiTest
class DatasetIT {
    private final Chapters chapters;
    private final UUID project;
    private final User researcher;

    DatasetIT(Http http, Chapters chapters) {
        this.chapters = chapters;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    @Test
    void goesFromDraftToFrozen() {
        UUID dataset = chapters.frozen(researcher, project);

        Answer frozen = researcher.get("/api/v1/datasets/" + dataset);

        assertThat(frozen.status()).isEqualTo(200);
        assertThat(frozen.json().get("state").stringValue()).isEqualTo("frozen");
        assertThat(frozen.json().get("imageCount").intValue()).isEqualTo(60);
        assertThat(frozen.json().get("patientCount").intValue()).isEqualTo(30);
        assertThat(frozen.json().get("classes").toString()).isEqualTo("[\"HEALTHY\",\"ILL\"]");
        assertThat(frozen.json().get("layout").get("kind").stringValue()).isEqualTo("classFolders");
        assertThat(frozen.json().get("digest").stringValue()).matches("[0-9a-f]{64}");
    }
}
