package org.foldwise.api.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.foldwise.api.problem.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {
    @Test
    void readsNamesAliasesAndVersions() {
        assertThat(ModelReference.parse("pneumonia")).isEqualTo(new ModelReference("pneumonia", null, null));
        assertThat(ModelReference.parse("a.b-c_1@production"))
                .isEqualTo(new ModelReference("a.b-c_1", "production", null));
        assertThat(ModelReference.parse("pneumonia:12")).isEqualTo(new ModelReference("pneumonia", null, 12));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "A", "a@", "a:", "a:0", "a:01", "a:x", "a@B", "a@b:1", "../a", "a/b", "a b", "a:9999999999"})
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> ModelReference.parse(text)).isInstanceOf(RefusedException.class);
    }
}
