package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.metrics.ValidationFigures;
import org.junit.jupiter.api.Test;

class OverfittingGapTest {
    /** The last of epochs of these pairs of training and validation loss. */
    private static EpochSummary last(double... losses) {
        List<EpochSummary> history = new ArrayList<>();
        for (int i = 0; i < losses.length; i += 2) {
            OverfittingGap gap = OverfittingGap.after(history, losses[i], losses[i + 1]);
            ValidationFigures validation =
                    new ValidationFigures(losses[i + 1], null, null, null, null, null, List.of());
            history.add(new EpochSummary(i / 2, losses[i], validation, gap, 0.1, 1, 1));
        }
        return history.get(history.size() - 1);
    }

    private static OverfittingGap of(double... losses) {
        return last(losses).overfitting();
    }

    @Test
    void isValidationMinusTrainingLoss() {
        assertThat(of(0.5, 0.75)).isEqualTo(new OverfittingGap(0.25, 0));
        assertThat(of(0.75, 0.5)).isEqualTo(new OverfittingGap(-0.25, 0));
    }

    @Test
    void countsEpochsInARowThatLearnTheTrainingImagesOnly() {
        assertThat(of(0.5, 0.5, 0.25, 0.25)).isEqualTo(new OverfittingGap(0, 0));
        assertThat(of(0.5, 0.5, 0.25, 0.75)).isEqualTo(new OverfittingGap(0.5, 1));
        assertThat(of(0.5, 0.5, 0.25, 0.75, 0.125, 0.75)).isEqualTo(new OverfittingGap(0.625, 2));
        assertThat(of(0.5, 0.5, 0.25, 0.75, 0.125, 0.25)).isEqualTo(new OverfittingGap(0.125, 0));
        assertThat(of(0.5, 0.5, 0.25, 0.75, 0.5, 1)).isEqualTo(new OverfittingGap(0.5, 0));
    }

    @Test
    void tellsOfTheSecondEpochInARow() {
        assertThat(last(0.5, 0.5, 0.25, 0.75).overfittingSince()).isNull();
        assertThat(last(0.5, 0.5, 0.25, 0.75, 0.125, 0.75).overfittingSince()).isEqualTo(1);
        assertThat(last(0.5, 0.5, 0.25, 0.75, 0.125, 0.75, 0.1, 0.6).overfittingSince())
                .isEqualTo(1);
        assertThat(last(0.5, 0.5, 0.25, 0.75, 0.125, 0.75, 0.1, 0.4).overfittingSince())
                .isNull();
    }
}
