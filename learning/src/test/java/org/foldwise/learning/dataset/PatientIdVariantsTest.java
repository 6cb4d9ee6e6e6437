package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatientIdVariantsTest {
    @ParameterizedTest
    @CsvSource({
        "Patient-A, patienta, true",
        "P 007, p7, true",
        "P-01-2, p1/2, true",
        "1 12, 01_12, true",
        "-7, 7, true",
        "1-12, 11-2, false",
        "1 12, 112, false",
        "2023-1, 2023-10, false",
        "A1, A2, false"
    })
    void tellsSpellingsFromOtherNumbers(String one, String other, boolean same) {
        assertThat(PatientIdVariants.among(
                                Stream.of(one, other).map(PatientId::new).toList())
                        .size())
                .isEqualTo(same ? 1 : 0);
    }
}
