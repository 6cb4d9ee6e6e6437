package org.foldwise.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AxisTest {
    @Test
    void writesRoundNumbers() {
        Axis share = Axis.share("share");
        assertThat(share.ticks().stream().map(share::written))
                .containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
        Axis epochs = Axis.holding("epoch", List.of(0.0, 19.0));
        assertThat(epochs.ticks().stream().map(epochs::written)).containsExactly("0", "5", "10", "15", "20");
        Axis benefit = new Axis("net benefit", -0.05, 0.35);
        assertThat(benefit.ticks().stream().map(benefit::written))
                .containsExactly("-0.05", "0.00", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30", "0.35");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void holdsAllValuesWithAFewTicksThatDiffer(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            double centre = random.nextDouble(-10, 10) * Math.pow(10, random.nextInt(-3, 4));
            double width = random.nextDouble(0.01, 1) * Math.pow(10, random.nextInt(-3, 4));
            List<Double> values = List.of(centre, centre + width / 2, centre + width);
            Axis axis = Axis.holding("a", values);
            double rounding = 1e-9 * Math.max(1, Math.abs(centre));
            assertThat(values)
                    .allSatisfy(value -> assertThat(value).isBetween(axis.from() - rounding, axis.to() + rounding));
            assertThat(axis.ticks().size()).isBetween(4, 13);
            assertThat(axis.ticks().stream().map(axis::written)).doesNotHaveDuplicates();
        }
    }

    @Test
    void hasALengthEvenWhereAllValuesAreTheSameOrThereAreNone() {
        assertThat(Axis.holding("a", List.of())).isEqualTo(new Axis("a", 0, 1));
        assertThat(Axis.holding("a", List.of(0.0))).isEqualTo(new Axis("a", -1, 1));
        assertThat(Axis.holding("a", List.of(2.0, 2.0)).from()).isLessThan(2);
        assertThatIllegalArgumentException().isThrownBy(() -> new Axis("a", 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Axis("a", Double.NaN, 1));
    }
}
