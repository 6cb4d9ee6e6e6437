package org.foldwise.registry.evaluation;

import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The thresholds of runs. */
@Component
public class FrozenThresholds {
    private final JdbcClient database;

    FrozenThresholds(JdbcClient database) {
        this.database = database;
    }

    /** The run's threshold; empty before a validation has chosen it. */
    public Optional<FrozenThreshold> ofRun(UUID run) {
        return database.sql("select * from frozen_threshold where run_id = ?")
                .param(run)
                .query((row, number) -> new FrozenThreshold(
                        row.getObject("run_id", UUID.class),
                        row.getObject("evaluation_id", UUID.class),
                        row.getString("rule"),
                        row.getDouble("value"),
                        row.getObject("frozen_at", OffsetDateTime.class).toInstant()))
                .optional();
    }

    void freeze(UUID run, UUID evaluation, String rule, double value) {
        database.sql(
                        """
                        insert into frozen_threshold (run_id, evaluation_id, rule, value)
                        values (?, ?, cast(? as jsonb), ?)
                        """)
                .param(run)
                .param(evaluation)
                .param(rule)
                .param(value)
                .update();
    }
}
