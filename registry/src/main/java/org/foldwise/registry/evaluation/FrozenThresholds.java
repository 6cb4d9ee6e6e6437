package org.foldwise.registry.evaluation;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.RecordDigest;
import org.foldwise.registry.RecordTamperedException;
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

    /**
     * The run's threshold; empty before a validation has chosen it.
     *
     * @throws RecordTamperedException if it is not what was frozen
     */
    public Optional<FrozenThreshold> ofRun(UUID run) {
        return database.sql("select * from frozen_threshold where run_id = ?")
                .param(run)
                .query((row, number) -> frozen(row))
                .optional();
    }

    private static FrozenThreshold frozen(ResultSet row) throws SQLException {
        UUID run = row.getObject("run_id", UUID.class);
        UUID evaluation = row.getObject("evaluation_id", UUID.class);
        String rule = row.getString("rule");
        ChosenThreshold chosen = new ChosenThreshold(
                row.getObject("value", Double.class),
                labelValues(row),
                row.getString("recalibration"),
                row.getString("prediction_sets"));
        String bound = row.getString("record_digest");
        if (bound != null
                && !bound.equals(binding(run, evaluation, rule, chosen).hex())) {
            throw new RecordTamperedException(
                    "The frozen threshold of run " + run,
                    "threshold, rule, recalibration or prediction sets are others than its validation froze");
        }
        return new FrozenThreshold(
                run,
                evaluation,
                rule,
                chosen,
                row.getObject("frozen_at", OffsetDateTime.class).toInstant());
    }

    private static Digest binding(UUID run, UUID evaluation, @Nullable String rule, ChosenThreshold chosen) {
        RecordDigest facts = RecordDigest.of("frozen threshold")
                .fact("run", run)
                .fact("evaluation", evaluation)
                .document("rule", rule)
                .number("value", chosen.value())
                .document("recalibration", chosen.recalibration())
                .document("predictionSets", chosen.predictionSets());
        List<Double> ofLabels = Objects.requireNonNullElse(chosen.labelValues(), List.of());
        for (int label = 0; label < ofLabels.size(); label++) {
            facts.number("label " + label, ofLabels.get(label));
        }
        return facts.digest();
    }

    private static @Nullable List<Double> labelValues(ResultSet row) throws SQLException {
        Array values = row.getArray("label_values");
        return values == null ? null : List.of((Double[]) values.getArray());
    }

    void freeze(UUID run, UUID evaluation, @Nullable String rule, ChosenThreshold chosen) {
        database.sql(
                        """
                        insert into frozen_threshold (run_id, evaluation_id, rule, value, label_values, recalibration, prediction_sets,
                            record_digest)
                        values (?, ?, cast(? as jsonb), ?, cast(? as double precision[]), cast(? as jsonb), cast(? as jsonb), ?)
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
                .param(binding(run, evaluation, rule, chosen).hex())
                .update();
    }
}
