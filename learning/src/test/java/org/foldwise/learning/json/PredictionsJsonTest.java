package org.foldwise.learning.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.junit.jupiter.api.Test;

class PredictionsJsonTest {
    private static final List<ScoredCase> CASES = List.of(
            new ScoredCase("b.png", new PatientId("p1"), true, Math.nextUp(0.1)),
            new ScoredCase("a.png", new PatientId("p2"), false, 0));

    @Test
    void isReadBackToTheBitAndInOrder() {
        assertThat(PredictionsJson.read(PredictionsJson.write(CASES))).isEqualTo(CASES);
    }

    /** Documents lie in stores under their digest: their bytes must never change. */
    @Test
    void isWrittenAsItAlwaysWas() {
        assertThat(new String(PredictionsJson.write(CASES), StandardCharsets.UTF_8))
                .isEqualTo("{\"format\":\"foldwise predictions 1\",\"cases\":["
                        + "{\"image\":\"b.png\",\"patient\":\"p1\",\"positive\":true,\"probability\":0.10000000000000002},"
                        + "{\"image\":\"a.png\",\"patient\":\"p2\",\"positive\":false,\"probability\":0.0}]}");
    }

    @Test
    void refusesOtherDocuments() {
        for (String other : List.of("", "[]", "{}", "{\"format\":\"foldwise predictions 2\",\"cases\":[]}")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PredictionsJson.read(other.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void takesPatientsOutAndLeavesTheOthersToTheByte() {
        ScoredImages several = new ScoredImages.Multiclass(
                List.of("a", "b", "c"),
                List.of(
                        new ClassifiedCase("1.png", new PatientId("p1"), 2, List.of(0.25, 0.25, 0.5)),
                        new ClassifiedCase("2.png", new PatientId("p2"), 0, List.of(Math.nextUp(0.3), 0.3, 0.4))));

        PredictionsJson.Remainder binary =
                PredictionsJson.without(PredictionsJson.write(CASES), Set.of(new PatientId("p2")));
        PredictionsJson.Remainder multiclass = PredictionsJson.without(
                PredictionsJson.write(several), Set.of(new PatientId("p1"), new PatientId("p9")));

        assertThat(binary.text().getBytes(StandardCharsets.UTF_8))
                .isEqualTo(PredictionsJson.write(CASES.subList(0, 1)));
        assertThat(binary.removed()).isOne();
        assertThat(PredictionsJson.readImages(multiclass.text().getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new ScoredImages.Multiclass(
                        List.of("a", "b", "c"),
                        ((ScoredImages.Multiclass) several).cases().subList(1, 2)));
        assertThat(PredictionsJson.without(
                                PredictionsJson.write(CASES), Set.of(new PatientId("p1"), new PatientId("p2")))
                        .text())
                .isEqualTo("{\"format\":\"foldwise predictions 1\",\"cases\":[]}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PredictionsJson.without("{}".getBytes(StandardCharsets.UTF_8), Set.of()));
    }

    @Test
    void imagesOfEveryTaskAreReadBack() {
        ScoredImages several = new ScoredImages.Multiclass(
                List.of("a", "b", "c"),
                List.of(new ClassifiedCase("1.png", new PatientId("p1"), 2, List.of(0.25, 0.25, 0.5))));
        ScoredImages labelled = new ScoredImages.Multilabel(
                List.of("a", "b"),
                List.of(new LabelledCase(
                        "1.png", new PatientId("p1"), List.of(false, true), List.of(Math.nextUp(0.1), 0.9))));
        ScoredImages binary = new ScoredImages.Binary(List.of("negative", "positive"), CASES);

        for (ScoredImages images : List.of(several, labelled, binary)) {
            assertThat(PredictionsJson.readImages(PredictionsJson.write(images)))
                    .isEqualTo(images);
        }
    }

    /** So that what is said of the classes is said by name. */
    @Test
    void imagesOfABinaryTaskAreReadWithTheNamesOfItsClasses() {
        ScoredImages images = PredictionsJson.readImages(PredictionsJson.write(CASES), List.of("well", "ill"));

        assertThat(images).isEqualTo(new ScoredImages.Binary(List.of("well", "ill"), CASES));
        PredictionSets sets = Decision.choose(images, new ThresholdRule.Fixed(0.5))
                .withSets(images, 0.9)
                .sets();
        assertThat(sets).isInstanceOf(PredictionSets.Undefined.class);
        assertThat(((PredictionSets.Undefined) sets).because()).endsWith("'well' has 1, 'ill' has 1");
    }
}
