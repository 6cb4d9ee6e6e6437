package org.foldwise.registry.jobs;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.foldwise.registry.LowerCamelCase;
import org.jspecify.annotations.Nullable;

/** Reads rows of {@code job} and {@code job_event}. */
final class JobRows {
    private JobRows() {}

    static Job job(ResultSet row, int number) throws SQLException {
        return new Job(
                row.getObject("id", UUID.class),
                LowerCamelCase.parse(JobKind.class, row.getString("kind")),
                row.getLong("token"),
                LowerCamelCase.parse(JobState.class, row.getString("state")),
                row.getDouble("progress"),
                row.getString("message"),
                row.getString("worker"),
                row.getInt("attempts"),
                row.getString("failure"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                instant(row, "cancel_requested_at"));
    }

    static JobEvent event(ResultSet row, int number) throws SQLException {
        return new JobEvent(
                row.getLong("sequence"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                LowerCamelCase.parse(JobState.class, row.getString("state")),
                row.getDouble("progress"),
                row.getString("message"),
                row.getString("payload"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
