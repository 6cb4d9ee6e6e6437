package org.foldwise.api.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.foldwise.api.ApiTest;
import org.foldwise.registry.DatabaseClock;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.config.ScheduledTaskHolder;

@ApiTest
class UpkeepIT {
    private static final Path STAGING = Path.of("target/test-service/artifacts/staging");

    private final Upkeep upkeep;
    private final ScheduledTaskHolder schedule;
    private final DatabaseClock clock;
    private final JdbcClient database;

    UpkeepIT(Upkeep upkeep, ScheduledTaskHolder schedule, DatabaseClock clock, JdbcClient database) {
        this.upkeep = upkeep;
        this.schedule = schedule;
        this.clock = clock;
        this.database = database;
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
