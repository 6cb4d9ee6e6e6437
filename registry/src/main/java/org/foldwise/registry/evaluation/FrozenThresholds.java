package org.foldwise.registry.evaluation;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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
                        new ChosenThreshold(
                                row.getObject("value", Double.class),
                                labelValues(row),
                                row.getString("recalibration"),
                                row.getString("prediction_sets")),
                        row.getObject("frozen_at", OffsetDateTime.class).toInstant()))
                .optional();
    }

    private static @Nullable List<Double> labelValues(ResultSet row) throws SQLException {
        Array values = row.getArray("label_values");
        return values == null ? null : List.of((Double[]) values.getArray());
    }

    void freeze(UUID run, UUID evaluation, @Nullable String rule, ChosenThreshold chosen) {
        database.sql(
                        """
                        insert into frozen_threshold (run_id, evaluation_id, rule, value, label_values, recalibration, prediction_sets)
                        values (?, ?, cast(? as jsonb), ?, cast(? as double precision[]), cast(? as jsonb), cast(? as jsonb))
                        """)
                .param(run)
                .param(evaluation)
                .param(rule)
                .param(chosen.value())
                .param(
                        chosen.labelValues() == null
                                ? null
                                : chosen.labelValues().toArray(Double[]::new))
                .param(chosen.recalibration())
                .param(chosen.predictionSets())
                .update();
    }
}
