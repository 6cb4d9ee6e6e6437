package org.foldwise.learning.metrics.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.junit.jupiter.api.Test;

class EnsembleMeanTest {
    private static final PatientId PATIENT = new PatientId("p");

    private static ScoredCase scored(String image, double probability) {
        return new ScoredCase(image, PATIENT, image.startsWith("sick"), probability);
    }

    private static ScoredImages binary(ScoredCase... cases) {
        return new ScoredImages.Binary(List.of("well", "sick"), List.of(cases));
    }

    @Test
    void isTheMeanOfEachImagesProbabilitiesWhateverTheirOrder() {
        ScoredImages mean = EnsembleMean.of(List.of(
                binary(scored("sick1", 0.5), scored("well1", 0.25)),
                binary(scored("well1", 0.75), scored("sick1", 1))));
        assertThat(mean).isEqualTo(binary(scored("sick1", 0.75), scored("well1", 0.5)));
        ScoredImages alone = binary(scored("sick1", 0.3));
        assertThat(EnsembleMean.of(List.of(alone))).isEqualTo(alone);
    }

    @Test
    void isTheMeanOfEveryClassAndOfEveryLabel() {
        List<String> classes = List.of("a", "b", "c");
        assertThat(EnsembleMean.of(List.of(
                        new ScoredImages.Multiclass(
                                classes, List.of(new ClassifiedCase("i", PATIENT, 2, List.of(0.5, 0.5, 0.0)))),
                        new ScoredImages.Multiclass(
                                classes, List.of(new ClassifiedCase("i", PATIENT, 2, List.of(0.25, 0.25, 0.5)))))))
                .isEqualTo(new ScoredImages.Multiclass(
                        classes, List.of(new ClassifiedCase("i", PATIENT, 2, List.of(0.375, 0.375, 0.25)))));
        List<String> labels = List.of("left", "top");
        List<Boolean> truth = List.of(true, false);
        assertThat(EnsembleMean.of(List.of(
                        new ScoredImages.Multilabel(
                                labels, List.of(new LabelledCase("i", PATIENT, truth, List.of(1.0, 0.5)))),
                        new ScoredImages.Multilabel(
                                labels, List.of(new LabelledCase("i", PATIENT, truth, List.of(0.5, 0.25)))))))
                .isEqualTo(new ScoredImages.Multilabel(
                        labels, List.of(new LabelledCase("i", PATIENT, truth, List.of(0.75, 0.375)))));
    }

    @Test
    void refusesMembersThatSpeakOfDifferentImages() {
        ScoredImages one = binary(scored("sick1", 0.5));
        ScoredImages two = binary(scored("sick1", 0.5), scored("well1", 0.25));
        ScoredImages other = binary(scored("well1", 0.5));
        ScoredImages otherTruth = binary(new ScoredCase("sick1", PATIENT, false, 0.5));
        for (List<ScoredImages> members :
                List.of(List.of(one, two), List.of(two, one), List.of(one, other), List.of(one, otherTruth))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> EnsembleMean.of(members))
                    .withMessageContaining("same images");
        }
        ScoredImages otherClasses = new ScoredImages.Binary(List.of("well", "ill"), List.of(scored("sick1", 0.5)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnsembleMean.of(List.of(one, otherClasses)))
                .withMessageContaining("same classes");
        assertThatIllegalArgumentException().isThrownBy(() -> EnsembleMean.of(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnsembleMean.ofProbabilities(List.of(List.of(0.5), List.of(0.5, 0.5))));
    }
}
