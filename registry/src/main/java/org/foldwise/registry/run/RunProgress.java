package org.foldwise.registry.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.learning.metrics.ValidationFigures;
import org.foldwise.learning.metrics.ValidationFigures.ClassFigures;
import org.foldwise.registry.LowerCamelCase;
import org.foldwise.registry.RecordTamperedException;
import org.foldwise.registry.StoredDigest;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The epochs and artifacts of runs. */
@Component
public class RunProgress {
    private static final JsonMapper CLASSES = JsonMapper.builder().build();

    private final JdbcClient database;

    RunProgress(JdbcClient database) {
        this.database = database;
    }

    /** A run's finished epochs in order. */
    public List<RunEpoch> epochs(UUID run) {
        return database.sql("select * from run_epoch where run_id = ? order by epoch")
                .param(run)
                .query(RunProgress::epoch)
                .list();
    }

    /** A run's last finished epoch. */
    public Optional<RunEpoch> lastEpoch(UUID run) {
        return database.sql("select * from run_epoch where run_id = ? order by epoch desc limit 1")
                .param(run)
                .query(RunProgress::epoch)
                .optional();
    }

    /**
     * A run's artifacts, in the order of their kinds' names.
     *
     * @throws RecordTamperedException if one of them is not what the run has made
     */
    public List<RunArtifact> artifacts(UUID run) {
        return database.sql("select * from run_artifact where run_id = ? order by kind")
                .param(run)
                .query(RunProgress::artifact)
                .list();
    }

    /**
     * A run's artifact of that kind, if it has made one.
     *
     * @throws RecordTamperedException if it is not what the run has made
     */
    public Optional<RunArtifact> artifact(UUID run, RunArtifactKind kind) {
        return database.sql("select * from run_artifact where run_id = ? and kind = ?")
                .param(run)
                .param(LowerCamelCase.of(kind))
                .query(RunProgress::artifact)
                .optional();
    }

    void put(UUID run, RunEpoch epoch) {
        database.sql(
                        """
                        insert into run_epoch (run_id, epoch, train_loss, validation_loss, validation_roc_auc,
                            validation_average_precision, validation_accuracy, validation_balanced_accuracy,
                            validation_matthews_correlation, validation_classes, overfitting_since, learning_rate, seconds,
                            images_per_second)
                        values (:run, :epoch, :trainLoss, :loss, :rocAuc, :averagePrecision, :accuracy, :balancedAccuracy,
                            :matthewsCorrelation, cast(:classes as jsonb), :overfittingSince, :learningRate, :seconds,
                            :imagesPerSecond)
                        """)
                .param("run", run)
                .param("epoch", epoch.epoch())
                .param("trainLoss", epoch.trainLoss())
                .param("loss", epoch.validation().loss())
                .param("rocAuc", epoch.validation().rocAuc())
                .param("averagePrecision", epoch.validation().averagePrecision())
                .param("accuracy", epoch.validation().accuracy())
                .param("balancedAccuracy", epoch.validation().balancedAccuracy())
                .param("matthewsCorrelation", epoch.validation().matthewsCorrelation())
                .param("classes", CLASSES.writeValueAsString(epoch.validation().classes()))
                .param("overfittingSince", epoch.overfittingSince())
                .param("learningRate", epoch.learningRate())
                .param("seconds", epoch.seconds())
                .param("imagesPerSecond", epoch.imagesPerSecond())
                .update();
    }

    /** Removes the epochs that will be trained again. */
    void deleteEpochsFrom(UUID run, int epoch) {
        database.sql("delete from run_epoch where run_id = ? and epoch >= ?")
                .param(run)
                .param(epoch)
                .update();
    }

    void put(UUID run, RunArtifactKind kind, ArtifactKey key, long sizeBytes) {
        database.sql(
                        """
                        insert into run_artifact (run_id, kind, digest, size_bytes, record_digest)
                        values (:run, :kind, :digest, :size, :record)
                        on conflict (run_id, kind) do update set digest = excluded.digest, size_bytes = excluded.size_bytes,
                            created_at = excluded.created_at, record_digest = excluded.record_digest
                        """)
                .param("run", run)
                .param("kind", LowerCamelCase.of(kind))
                .param("digest", key.digest().hex())
                .param("size", sizeBytes)
                .param("record", RunArtifact.binding(run, kind, key).hex())
                .update();
    }

    Optional<ArtifactKey> delete(UUID run, RunArtifactKind kind) {
        return database.sql("delete from run_artifact where run_id = ? and kind = ? returning digest")
                .param(run)
                .param(LowerCamelCase.of(kind))
                .query(String.class)
                .optional()
                .map(hex -> new ArtifactKey(StoredDigest.of(hex)));
    }

    private static RunEpoch epoch(ResultSet row, int number) throws SQLException {
        return new RunEpoch(
                row.getInt("epoch"),
                row.getDouble("train_loss"),
                new ValidationFigures(
                        row.getDouble("validation_loss"),
                        row.getObject("validation_roc_auc", Double.class),
                        row.getObject("validation_average_precision", Double.class),
                        row.getObject("validation_accuracy", Double.class),
                        row.getObject("validation_balanced_accuracy", Double.class),
                        row.getObject("validation_matthews_correlation", Double.class),
                        classes(row.getString("validation_classes"))),
                row.getObject("overfitting_since", Integer.class),
                row.getDouble("learning_rate"),
                row.getDouble("seconds"),
                row.getDouble("images_per_second"));
    }

    private static List<ClassFigures> classes(String document) {
        try {
            return List.of(CLASSES.readValue(document, ClassFigures[].class));
        } catch (JacksonException e) {
            throw new RecordTamperedException("An epoch of a run", "its figures of classes cannot be read", e);
        }
    }

    private static RunArtifact artifact(ResultSet row, int number) throws SQLException {
        UUID run = row.getObject("run_id", UUID.class);
        RunArtifactKind kind = LowerCamelCase.parse(RunArtifactKind.class, row.getString("kind"));
        ArtifactKey key = new ArtifactKey(StoredDigest.of(row.getString("digest")));
        String bound = row.getString("record_digest");
        if (bound != null && !bound.equals(RunArtifact.binding(run, kind, key).hex())) {
            throw new RecordTamperedException(
                    "Run " + run,
                    "the artifact that is called its " + row.getString("kind") + " is none that it has made");
        }
        return new RunArtifact(
                kind,
                key,
                row.getLong("size_bytes"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
