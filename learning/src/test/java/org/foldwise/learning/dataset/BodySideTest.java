package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodySideTest {
    @ParameterizedTest
    @CsvSource({
        "left, true",
        "R, true",
        "right lung opacity, true",
        "mass_left, true",
        "Left-sided, true",
        "bright, false",
        "leftover, false",
        "R1, false",
        "ill, false",
        "grade L, false"
    })
    void aLabelIsToldByTheSideWhereAWordOfItNamesOne(String label, boolean isTold) {
        assertThat(BodySide.isToldBy(label)).isEqualTo(isTold);
    }
}
