package org.foldwise.api.upkeep;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.EmptyServiceDirectory;
import org.foldwise.api.Http;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.config.ScheduledTaskHolder;

@ApiTest
class UpkeepIT {
    private static final Path STAGING = EmptyServiceDirectory.PATH.resolve("artifacts/staging");
    private static final Path OBJECTS = EmptyServiceDirectory.PATH.resolve("artifacts/objects");

    private final Upkeep upkeep;
    private final ScheduledTaskHolder schedule;
    private final DatabaseClock clock;
    private final JdbcClient database;
    private final ArtifactStore artifacts;
    private final Http http;
    private final Chapters chapters;

    UpkeepIT(
            Upkeep upkeep,
            ScheduledTaskHolder schedule,
            DatabaseClock clock,
            JdbcClient database,
            ArtifactStore artifacts,
            Http http,
            Chapters chapters) {
        this.upkeep = upkeep;
        this.schedule = schedule;
        this.clock = clock;
        this.database = database;
        this.artifacts = artifacts;
        this.http = http;
        this.chapters = chapters;
    }

    @Test
    void clearsAwayWhatIsOlderThanADayAndNothingElse() throws IOException {
        Path old = stagedFile(Duration.ofHours(25));
        Path young = stagedFile(Duration.ofHours(23));
        remember("old", 25);
        remember("young", 23);

        upkeep.clearAway();

        assertThat(old).doesNotExist();
        assertThat(young).exists();
        Files.delete(young);
        assertThat(database.sql("select key from idempotency_record where key like 'upkeep-%'")
                        .query(String.class)
                        .list())
                .isEqualTo(List.of("upkeep-young"));
    }

    @Test
    void deletesArtifactsThatNoRowNamesOnceTheyAreADayOld() throws IOException {
        ArtifactKey old = artifacts.put("lost long ago".getBytes(UTF_8));
        ArtifactKey young = artifacts.put("not yet named".getBytes(UTF_8));
        UUID project = chapters.project();
        chapters.filledDraft(http.user(Role.RESEARCHER, project), project);
        List<ArtifactKey> named =
                database.sql("select distinct digest from upload_image").query(String.class).list().stream()
                        .map(digest -> new ArtifactKey(new Digest(digest)))
                        .filter(artifacts::exists)
                        .toList();
        assertThat(named).isNotEmpty();
        for (ArtifactKey key : named) {
            age(key);
        }
        age(old);

        upkeep.clearAway();

        assertThat(artifacts.exists(old)).isFalse();
        assertThat(artifacts.exists(young)).isTrue();
        assertThat(named).allMatch(artifacts::exists);
    }

    private void age(ArtifactKey key) throws IOException {
        String hex = key.digest().hex();
        Path file = OBJECTS.resolve(hex.substring(0, 2)).resolve(hex.substring(2));
        Files.setLastModifiedTime(file, FileTime.from(clock.now().minus(Duration.ofHours(25))));
    }

    @Test
    void runsByItself() {
        assertThat(schedule.getScheduledTasks())
                .anySatisfy(task -> assertThat(task.toString()).contains("Upkeep.clearAway"));
    }

    private Path stagedFile(Duration age) throws IOException {
        Path file = Files.createTempFile(STAGING, "left-behind", "");
        Files.setLastModifiedTime(file, FileTime.from(clock.now().minus(age)));
        return file;
    }

    private void remember(String name, int hours) {
        database.sql(
                        """
                        insert into idempotency_record (api_key_id, key, request_digest, created_at)
                        select id, ?, repeat('0', 64), clock_timestamp() - ? * interval '1 hour' from api_key limit 1
                        """)
                .params("upkeep-" + name, hours)
                .update();
    }
}
