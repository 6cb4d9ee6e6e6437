package org.foldwise.learning.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.foldwise.learning.ReferenceTables;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PositiveWeightTest {
    private static final ClassBalance CHESTS = new ClassBalance(1341, 3875);

    @Test
    @Tag("reference")
    void balancesAsNegativesOverPositives() {
        int compared = 0;
        for (JsonNode table : ReferenceTables.read("losses.json").get("class_weights")) {
            JsonNode counts = table.get("counts");
            if (counts.size() == 2) {
                ClassBalance balance = new ClassBalance(
                        counts.get(0).longValue(), counts.get(1).longValue());
                assertThat(new PositiveWeight.Balanced().in(balance))
                        .isEqualTo(table.get("pos_weight_neg_over_pos").doubleValue());
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(1);
    }

    /** (1 - 0.999^1341) / (1 - 0.999^3875), by decimal arithmetic of 60 digits. */
    @Test
    void countsEffectiveImagesAsThePaperDoes() {
        assertThat(new PositiveWeight.EffectiveNumber(0.999).in(CHESTS)).isCloseTo(0.754214397895538322, within(1e-13));
    }

    @Test
    void liesBetweenNoWeightAndTheBalancedOne() {
        double balanced = new PositiveWeight.Balanced().in(CHESTS);
        assertThat(new PositiveWeight.EffectiveNumber(0).in(CHESTS)).isEqualTo(1);
        assertThat(new PositiveWeight.EffectiveNumber(Math.nextDown(1.0)).in(CHESTS))
                .isCloseTo(balanced, within(1e-9));
        double previous = 1;
        for (double beta : new double[] {0.9, 0.99, 0.999, 0.9999, 0.99999}) {
            double weight = new PositiveWeight.EffectiveNumber(beta).in(CHESTS);
            assertThat(weight).isLessThanOrEqualTo(previous).isGreaterThan(balanced);
            previous = weight;
        }
    }

    @Test
    void isGivenOrNone() {
        assertThat(new PositiveWeight.None().in(CHESTS)).isEqualTo(1);
        assertThat(new PositiveWeight.Fixed(2.5).in(CHESTS)).isEqualTo(2.5);
        assertThatIllegalArgumentException().isThrownBy(() -> new PositiveWeight.Fixed(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new PositiveWeight.EffectiveNumber(1));
    }
}
