package org.foldwise.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestColumnTest {
    private final DigestColumn column = new DigestColumn();

    @Test
    void readsWhatItWrote() {
        Digest digest = Digest.of("a split");

        assertThat(column.convertToEntityAttribute(column.convertToDatabaseColumn(digest)))
                .isEqualTo(digest);
        assertThat(column.convertToEntityAttribute(null)).isNull();
        assertThat(column.convertToDatabaseColumn(null)).isNull();
    }

    /** The constraints of all columns keep them out, and whoever owns the database may drop those. */
    @ParameterizedTest
    @ValueSource(strings = {"", "ABCDEF", "sha256:0000000000000000000000000000000000000000000000000000000000000000"})
    void takesNothingElseForADamagedRecord(String text) {
        assertThatThrownBy(() -> column.convertToEntityAttribute(text))
                .isInstanceOf(RecordTamperedException.class)
                .satisfies(thrown -> assertThat(RecordTamperedException.in(
                                new IllegalStateException("wrapped", new IllegalStateException(thrown))))
                        .containsSame((RecordTamperedException) thrown));
        assertThat(RecordTamperedException.in(new IllegalStateException())).isEmpty();
    }
}
