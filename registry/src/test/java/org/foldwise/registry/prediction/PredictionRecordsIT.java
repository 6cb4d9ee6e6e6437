package org.foldwise.registry.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Array;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.prediction.PredictionRecord.Binary;
import org.foldwise.registry.prediction.PredictionRecord.OfClasses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

@RegistryTest
class PredictionRecordsIT {
    private final PredictionRecords records;
    private final Story story;
    private final Ids ids;
    private final DatabaseClock clock;
    private final JdbcClient database;

    PredictionRecordsIT(PredictionRecords records, Story story, Ids ids, DatabaseClock clock, JdbcClient database) {
        this.records = records;
        this.story = story;
        this.ids = ids;
        this.clock = clock;
        this.database = database;
    }

    @ParameterizedTest
    @CsvSource({"0.39, false", "0.4, true", "0.41, true"})
    void decidesAtTheThresholdInFavourOfPositive(double probability, boolean positive) {
        assertThat(new Binary(probability, 0.4).decision()).isEqualTo(positive);
    }

    @Test
    void keepsAnAnswerToABinaryQuestion() {
        Instant before = clock.now();
        PredictionRecord answer = binary(0.9);

        records.add(answer);

        assertThat(stored(answer.id()))
                .containsEntry("model_version_id", answer.modelVersionId())
                .containsEntry("input_digest", Digest.of("an image").hex())
                .containsEntry("input_fingerprint", "fingerprint")
                .containsEntry("probability", 0.9)
                .containsEntry("threshold", 0.4)
                .containsEntry("decision", true)
                .containsEntry("probabilities", null)
                .containsEntry("decided", null)
                .containsEntry("milliseconds", 8.2)
                .hasEntrySatisfying("created_at", at -> assertThat(((Timestamp) at).toInstant())
                        .isBetween(before, clock.now()));
    }

    @Test
    void keepsAnAnswerOfClasses() throws SQLException {
        PredictionRecord answer = new PredictionRecord(
                ids.next(),
                story.candidate().id(),
                Digest.of("an image"),
                11,
                "fingerprint",
                null,
                new OfClasses(List.of(0.2, 0.7, 0.1), List.of("EFFUSION")),
                8.2);

        records.add(answer);

        Map<String, Object> stored = stored(answer.id());
        assertThat(stored)
                .containsEntry("probability", null)
                .containsEntry("decision", null)
                .containsEntry("frame", 11);
        assertThat((Double[]) ((Array) stored.get("probabilities")).getArray()).containsExactly(0.2, 0.7, 0.1);
        assertThat((String[]) ((Array) stored.get("decided")).getArray()).containsExactly("EFFUSION");
    }

    @Test
    void takesNoAnswerThatIsOfNoTaskOrOfTwo() {
        assertThatThrownBy(() -> new PredictionRecord(
                        ids.next(), ids.next(), Digest.of("an image"), null, "fingerprint", null, null, 8.2))
                .hasMessageContaining("both or none");
    }

    @Test
    void neverChangesAnAnswer() {
        PredictionRecord stored = binary(0.1);
        records.add(stored);

        for (String sql : new String[] {
            "update prediction set decision = true where id = ?", "delete from prediction where id = ?"
        }) {
            assertThatThrownBy(() -> database.sql(sql).param(stored.id()).update())
                    .isInstanceOf(DataAccessException.class)
                    .hasMessageContaining("a prediction never changes");
        }
    }

    private Map<String, Object> stored(UUID id) {
        return database.sql("select * from prediction where id = ?")
                .param(id)
                .query()
                .singleRow();
    }

    private PredictionRecord binary(double probability) {
        return new PredictionRecord(
                ids.next(),
                story.candidate().id(),
                Digest.of("an image"),
                null,
                "fingerprint",
                new Binary(probability, 0.4),
                null,
                8.2);
    }
}
