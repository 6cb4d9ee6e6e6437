package org.foldwise.registry.prediction;

import java.sql.Types;
import org.foldwise.registry.prediction.PredictionRecord.Binary;
import org.foldwise.registry.prediction.PredictionRecord.OfClasses;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The stored predictions. */
@Component
public class PredictionRecords {
    private final JdbcClient database;

    PredictionRecords(JdbcClient database) {
        this.database = database;
    }

    /**
     * Stores an answer, for good: it is on the database's disk when this returns. One statement, which is its own transaction where none is open, for an
     * answer takes some milliseconds and every journey to the database adds to them.
     */
    public void add(PredictionRecord answer) {
        Binary binary = answer.binary();
        OfClasses ofClasses = answer.ofClasses();
        database.sql(
                        """
                        insert into prediction (id, model_version_id, input_digest, frame, input_fingerprint, probability, threshold,
                            decision, probabilities, decided, milliseconds, created_at)
                        values (:id, :modelVersion, :inputDigest, :frame, :inputFingerprint, :probability, :threshold,
                            :decision, :probabilities, :decided, :milliseconds, clock_timestamp())
                        """)
                .param("id", answer.id())
                .param("modelVersion", answer.modelVersionId())
                .param("inputDigest", answer.inputDigest().hex())
                .param("frame", answer.frame(), Types.INTEGER)
                .param("inputFingerprint", answer.inputFingerprint())
                .param("probability", binary == null ? null : binary.probability(), Types.DOUBLE)
                .param("threshold", binary == null ? null : binary.threshold(), Types.DOUBLE)
                .param("decision", binary == null ? null : binary.decision(), Types.BOOLEAN)
                .param(
                        "probabilities",
                        ofClasses == null ? null : ofClasses.probabilities().toArray(Double[]::new),
                        Types.ARRAY)
                .param("decided", ofClasses == null ? null : ofClasses.decided().toArray(String[]::new), Types.ARRAY)
                .param("milliseconds", answer.milliseconds())
                .update();
    }
}
