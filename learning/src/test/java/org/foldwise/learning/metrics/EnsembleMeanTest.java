package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.foldwise.learning.dataset.PatientId;
import org.junit.jupiter.api.Test;

class EnsembleMeanTest {
    private static ScoredCase scored(String image, double probability) {
        return new ScoredCase(image, new PatientId("p"), image.startsWith("sick"), probability);
    }

    @Test
    void isTheMeanOfEachImagesProbabilitiesWhateverTheirOrder() {
        List<ScoredCase> mean = EnsembleMean.of(List.of(
                List.of(scored("sick1", 0.5), scored("well1", 0.25)),
                List.of(scored("well1", 0.75), scored("sick1", 1))));
        assertThat(mean).containsExactly(scored("sick1", 0.75), scored("well1", 0.5));
        List<ScoredCase> alone = List.of(scored("sick1", 0.3));
        assertThat(EnsembleMean.of(List.of(alone))).isEqualTo(alone);
    }

    @Test
    void refusesMembersThatSpeakOfDifferentImages() {
        List<ScoredCase> one = List.of(scored("sick1", 0.5));
        List<ScoredCase> two = List.of(scored("sick1", 0.5), scored("well1", 0.25));
        List<ScoredCase> other = List.of(scored("well1", 0.5));
        List<ScoredCase> otherTruth = List.of(new ScoredCase("sick1", new PatientId("p"), false, 0.5));
        for (List<List<ScoredCase>> members :
                List.of(List.of(one, two), List.of(two, one), List.of(one, other), List.of(one, otherTruth))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> EnsembleMean.of(members))
                    .withMessageContaining("same images");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> EnsembleMean.of(List.of()));
    }
}
