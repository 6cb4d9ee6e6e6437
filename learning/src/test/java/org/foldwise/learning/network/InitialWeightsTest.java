package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.network.NetworkSpec.BackboneMode;
import org.junit.jupiter.api.Test;

class InitialWeightsTest {
    private static final NetworkSpec GREY = spec(1, 1);

    private static NetworkSpec spec(int channels, int outputs) {
        return new NetworkSpec(BackboneName.RESNET18, channels, new HeadSpec(256, 0.2), outputs, BackboneMode.TRAINED);
    }

    @Test
    void fitTheNetwork() {
        Network.requireMatch(GREY, InitialWeights.draw(GREY, 1));
    }

    @Test
    void followFromSeedAndNameAlone() {
        Weights weights = InitialWeights.draw(GREY, 1);
        assertThat(InitialWeights.draw(GREY, 1)).isEqualTo(weights);
        Weights otherShape = InitialWeights.draw(spec(3, 14), 1);
        assertThat(otherShape.tensor("backbone.layer3.0.conv1.weight"))
                .isEqualTo(weights.tensor("backbone.layer3.0.conv1.weight"));
        assertThat(InitialWeights.draw(GREY, 2).tensor("backbone.conv1.weight"))
                .isNotEqualTo(weights.tensor("backbone.conv1.weight"));
    }

    @Test
    void drawConvolutionsWithTheSpreadOfTheirFanOut() {
        float[] values = InitialWeights.draw(GREY, 1)
                .tensor("backbone.layer4.0.conv2.weight")
                .floats();
        double expected = Math.sqrt(2.0 / (512 * 3 * 3));
        double sum = 0;
        double squares = 0;
        long beyondTwoDeviations = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
            beyondTwoDeviations += Math.abs(value) > 2 * expected ? 1 : 0;
        }
        // 2.4 million draws: mean and deviation to five standard errors, the tail share of a normal distribution
        // likewise
        int n = values.length;
        assertThat(sum / n).isCloseTo(0, within(5 * expected / Math.sqrt(n)));
        assertThat(Math.sqrt(squares / n)).isCloseTo(expected, within(5 * expected / Math.sqrt(2.0 * n)));
        assertThat((double) beyondTwoDeviations / n).isCloseTo(0.0455003, within(5 * Math.sqrt(0.0455 * 0.9545 / n)));
    }

    @Test
    void drawLinearLayersWithinTheirBound() {
        Weights weights = InitialWeights.draw(GREY, 1);
        double bound = 1 / Math.sqrt(512);
        double largest = 0;
        for (float value : weights.tensor("classifier.1.weight").floats()) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).isLessThanOrEqualTo((float) bound).isGreaterThan(0.999 * bound);
        for (float value : weights.tensor("classifier.1.bias").floats()) {
            assertThat(Math.abs(value)).isLessThanOrEqualTo((float) bound);
        }
        assertThat(Math.abs(weights.tensor("classifier.4.bias").floats()[0])).isLessThanOrEqualTo(1 / 16f);
    }

    @Test
    void beginNormalisationAsTheIdentity() {
        Weights weights = InitialWeights.draw(GREY, 1);
        assertThat(weights.tensor("backbone.bn1.weight").floats()).containsOnly(1);
        assertThat(weights.tensor("backbone.bn1.bias").floats()).containsOnly(0);
        assertThat(weights.tensor("backbone.bn1.running_mean").floats()).containsOnly(0);
        assertThat(weights.tensor("backbone.bn1.running_var").floats()).containsOnly(1);
        assertThat(weights.tensor("backbone.bn1.num_batches_tracked").longValue())
                .isZero();
    }
}
