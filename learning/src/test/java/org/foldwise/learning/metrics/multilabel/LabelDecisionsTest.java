package org.foldwise.learning.metrics.multilabel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PatientAggregation;
import org.junit.jupiter.api.Test;

class LabelDecisionsTest {
    private static final List<LabelledCase> CASES = List.of(
            labelled("a", "p", List.of(true, false), List.of(0.9, 0.2)),
            labelled("b", "p", List.of(false, true), List.of(0.4, 0.2)),
            labelled("c", "q", List.of(false, false), List.of(0.1, 0.6)));

    @Test
    void eachFindingHasItsOwnThreshold() {
        LabelDecisions decisions = LabelDecisions.at(List.of(0.4, 0.2), CASES);

        assertThat(decisions.ofLabels())
                .containsExactly(new ConfusionMatrix(1, 1, 0, 1), new ConfusionMatrix(0, 2, 0, 1));
        assertThat(decisions.micro()).isEqualTo(new ConfusionMatrix(1, 3, 0, 2));
        assertThat(decisions.subsetAccuracy()).isZero();
        assertThat(decisions.hammingLoss()).isEqualTo(0.5);
        assertThat(decisions.eachLabel(ConfusionMatrix::precision).macro().value())
                .isCloseTo((1 / 2.0 + 1 / 3.0) / 2, within(1e-15));
    }

    @Test
    void anImageWithoutFindingsHasNoRecall() {
        LabelDecisions decisions = LabelDecisions.at(0.5, CASES);

        assertThat(decisions.eachImage(ConfusionMatrix::recall).macro().undefinedBecause())
                .contains("number 2");
        assertThat(decisions.eachImage(ConfusionMatrix::recall).overDefined()).isEqualTo(Estimate.of(0.5));
        assertThat(decisions.subsetAccuracy()).isEqualTo(1 / 3.0);
    }

    @Test
    void patientsAreAggregatedByFinding() {
        List<LabelledCase> patients = LabelledCase.perPatient(
                CASES,
                PatientAggregation.MAX,
                patient -> Collections.nCopies(2, patient.value().equals("p")));

        assertThat(patients)
                .containsExactly(
                        labelled("p", "p", List.of(true, true), List.of(0.9, 0.2)),
                        labelled("q", "q", List.of(false, false), List.of(0.1, 0.6)));
    }

    @Test
    void oneFindingIsACaseOfTwoClasses() {
        LabelScores scores = LabelScores.of(2, CASES);

        assertThat(scores.ofLabel(0)).extracting(one -> one.positive()).containsExactly(true, false, false);
        assertThat(scores.rocAuc().each()).containsExactly(Estimate.of(1), Estimate.of(0.25));
        assertThat(scores.rocAucOfImages().macro().hasValue()).isFalse();
    }

    @Test
    void refusesOtherNumbersOfFindings() {
        assertThatThrownBy(() -> LabelScores.of(3, CASES)).hasMessageContaining("3 labels, had 2");
        assertThatThrownBy(() -> LabelDecisions.at(0.5, List.of())).hasMessageContaining("none");
        assertThatThrownBy(() -> labelled("a", "p", List.of(true), List.of(0.5, 0.5)))
                .hasMessageContaining("2 and 1");
        assertThatThrownBy(() -> labelled("a", "p", List.of(true), List.of(1.5)))
                .hasMessageContaining("[0, 1]");
    }

    private static LabelledCase labelled(String image, String patient, List<Boolean> truth, List<Double> scores) {
        return new LabelledCase(image, new PatientId(patient), truth, scores);
    }
}
