package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.foldwise.api.problem.RefusedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentFormatTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            -                                                               | JSON
            */*                                                             | JSON
            application/json, application/pdf, text/html                    | JSON
            text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | HTML
            application/pdf                                                 | PDF
            application/json;q=0.5, application/pdf                         | PDF
            text/*                                                          | HTML
            image/png, application/pdf;q=0.1                                | PDF
            """)
    void followsTheHeader(@Nullable String accept, DocumentFormat expected) {
        assertThat(DocumentFormat.of(null, accept)).isEqualTo(expected);
    }

    @Test
    void theParameterDecides() {
        assertThat(DocumentFormat.of(DocumentFormat.PDF, "text/html")).isEqualTo(DocumentFormat.PDF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "application/json;q=0", "no media type"})
    void refusesWhatNoDocumentIs(String accept) {
        assertThatThrownBy(() -> DocumentFormat.of(null, accept)).isInstanceOf(RefusedException.class);
    }
}
