package org.foldwise.registry.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.model.ModelVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessException;
import org.springframework.data.domain.Limit;
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
        assertThat(record(ids.next(), probability).decision()).isEqualTo(positive);
    }

    @Test
    void keepsAnswersOfAVersionInOrder() {
        ModelVersion version = story.candidate();
        PredictionRecord first = records.save(record(version.id(), 0.1));
        PredictionRecord second = records.save(record(version.id(), 0.9));

        assertThat(records.findByModelVersionIdAndIdGreaterThanOrderById(version.id(), new UUID(0, 0), Limit.of(9)))
                .containsExactly(first, second);
        assertThat(records.findById(second.id())).hasValueSatisfying(stored -> {
            assertThat(stored.probability()).isEqualTo(0.9);
            assertThat(stored.inputDigest()).isEqualTo(Digest.of("an image"));
            assertThat(stored.createdAt()).isEqualTo(second.createdAt());
        });
    }

    @Test
    void neverChangesAnAnswer() {
        PredictionRecord stored = records.save(record(story.candidate().id(), 0.1));

        for (String sql : new String[] {
            "update prediction set decision = true where id = ?", "delete from prediction where id = ?"
        }) {
            assertThatThrownBy(() -> database.sql(sql).param(stored.id()).update())
                    .isInstanceOf(DataAccessException.class)
                    .hasMessageContaining("a prediction never changes");
        }
    }

    private PredictionRecord record(UUID version, double probability) {
        return new PredictionRecord(
                ids.next(), version, Digest.of("an image"), "fingerprint", probability, 0.4, 8.2, clock.now());
    }
}
