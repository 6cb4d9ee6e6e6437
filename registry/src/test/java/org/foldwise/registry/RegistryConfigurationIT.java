package org.foldwise.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.TimeZone;
import org.foldwise.registry.access.Project;
import org.foldwise.registry.access.Projects;
import org.foldwise.registry.model.ModelVersion;
import org.foldwise.registry.model.ModelVersionState;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@RegistryTest
class RegistryConfigurationIT {
    private final Story story;
    private final Projects projects;
    private final JdbcClient database;
    private final DatabaseClock clock;

    RegistryConfigurationIT(Story story, Projects projects, JdbcClient database, DatabaseClock clock) {
        this.story = story;
        this.projects = projects;
        this.database = database;
        this.clock = clock;
    }

    @Test
    void tellsTheWholeStoryOnOneDatabase() {
        ModelVersion candidate = story.candidate();

        assertThat(candidate.number()).isEqualTo(1);
        assertThat(candidate.state()).isEqualTo(ModelVersionState.CANDIDATE);
    }

    @Test
    void keepsInstantsToTheMicrosecondWhateverTheTimeZones() {
        assertThat(database.sql("show time zone").query(String.class).single())
                .isEqualTo(TestDatabase.TIME_ZONE)
                .isNotEqualTo(TimeZone.getDefault().getID());
        Instant instant = Instant.parse("2026-03-29T01:30:00.123456Z");
        Project project = projects.save(new Project(new java.util.UUID(7, 7), "project of a summer's night", instant));

        assertThat(projects.findById(project.id()).orElseThrow().createdAt()).isEqualTo(instant);
        assertThat(database.sql(
                                "select created_at = timestamptz '2026-03-29 01:30:00.123456+00' from project where id = ?")
                        .param(project.id())
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void asksTheDatabaseForTheTime() {
        Instant before = database.sql("select clock_timestamp()")
                .query(java.time.OffsetDateTime.class)
                .single()
                .toInstant();
        Instant now = clock.now();

        assertThat(now).isAfterOrEqualTo(before).isBefore(before.plus(Duration.ofMinutes(1)));
    }
}
