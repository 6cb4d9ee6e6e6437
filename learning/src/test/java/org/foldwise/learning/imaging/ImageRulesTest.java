package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageRulesTest {
    @Test
    void areThoseOfWhatLearntByThemAlone() {
        Map<String, String> ours = Map.of("java", "17", ImageRules.LIBRARY, ImageRules.NUMBER);
        assertThat(ImageRules.areThoseOf(ours)).isTrue();
        ImageRules.requireThoseOf(ours);

        Map<String, String> later = Map.of("java", "17", ImageRules.LIBRARY, ImageRules.NUMBER + "0");
        assertThat(ImageRules.areThoseOf(later)).isFalse();
        assertThatExceptionOfType(OtherPreprocessingException.class)
                .isThrownBy(() -> ImageRules.requireThoseOf(later))
                .withMessageContaining("rules " + ImageRules.NUMBER + "0");
    }

    /** They had the first rules. */
    @Test
    void areNotThoseOfTrainingsFromBeforeTheyWereKept() {
        assertThatExceptionOfType(OtherPreprocessingException.class)
                .isThrownBy(() -> ImageRules.requireThoseOf(Map.of("java", "17")))
                .withMessageContaining("rules 1")
                .withMessageContaining("train it anew");
    }
}
