package org.foldwise.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.foldwise.learning.dataset.PatientLabelRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LowerCamelCaseTest {
    @Test
    void joinsWordsWithCapitals() {
        assertThat(LowerCamelCase.of(PatientLabelRule.ANY_POSITIVE)).isEqualTo("anyPositive");
        assertThat(LowerCamelCase.of(PatientLabelRule.MAJORITY)).isEqualTo("majority");
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatItWrites(PatientLabelRule rule) {
        assertThat(LowerCamelCase.parse(PatientLabelRule.class, LowerCamelCase.of(rule)))
                .isEqualTo(rule);
    }

    @Test
    void refusesOtherSpellings() {
        assertThatThrownBy(() -> LowerCamelCase.parse(PatientLabelRule.class, "ANY_POSITIVE"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'ANY_POSITIVE' is not a PatientLabelRule");
    }
}
