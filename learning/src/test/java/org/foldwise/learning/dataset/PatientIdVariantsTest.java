package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatientIdVariantsTest {
    /** Escaped, since none of these differences can be seen in a source. */
    @ParameterizedTest
    @CsvSource({
        "P 007, p007, true",
        "P007, P007\u00a0, true",
        "P 007, P\u2003007, true",
        "12, 1\u200b2, true",
        "P1, \ufeffP1, true",
        "\u00e91, e\u03011, true",
        "P1, \uff30\uff11, true",
        "stra\u00dfe, STRASSE, true",
        "\u039f\u0394\u039f\u03a3-1, \u03bf\u03b4\u03bf\u03c2-1, true",
        "P-007, p007, false",
        "P7, P007, false"
    })
    void caseBlanksAndWaysToWriteALetterAreToldFromPunctuation(String one, String other, boolean only) {
        List<PatientId> group = Stream.of(one, other).map(PatientId::new).toList();
        assertThat(PatientIdVariants.knowing(Map.of()).among(group)).hasSize(1);
        assertThat(PatientIdVariants.knowing(Map.of()).differInCaseAndBlanksOnly(group))
                .isEqualTo(only);
    }

    @ParameterizedTest
    @CsvSource({
        "Patient-A, patienta, true",
        "P 007, p7, true",
        "P-01-2, p1/2, true",
        "1 12, 01_12, true",
        "12, 12.0, true",
        "012, 12.00, true",
        "12.0, 120, false",
        "1.10, 1.1, false",
        "P12.0, P12, false",
        "-7, 7, true",
        "1-12, 11-2, false",
        "1 12, 112, false",
        "2023-1, 2023-10, false",
        "1\u00a012, 112, false",
        "A1, A2, false"
    })
    void tellsSpellingsFromOtherNumbers(String one, String other, boolean same) {
        assertThat(PatientIdVariants.knowing(Map.of())
                        .among(Stream.of(one, other).map(PatientId::new).toList())
                        .size())
                .isEqualTo(same ? 1 : 0);
    }
}
