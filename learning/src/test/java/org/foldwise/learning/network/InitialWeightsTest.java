package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InitialWeightsTest {
    private static final NetworkSpec GREY = spec(1, 1);

    private static NetworkSpec spec(int channels, int outputs) {
        return new NetworkSpec(BackboneName.RESNET18, channels, new HeadSpec(256, 0.2), outputs, Freezing.NOTHING);
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
    void drawAHeadOfItsOwnAsPartOfTheWhole() {
        Map<String, Tensor> head =
                new LinkedHashMap<>(InitialWeights.draw(GREY, 1).tensors());
        head.keySet().removeIf(name -> name.startsWith(NetworkSpec.BACKBONE_PREFIX));
        assertThat(head).isNotEmpty();
        assertThat(InitialWeights.drawHead(GREY, 1)).isEqualTo(new Weights(head));
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

    @ParameterizedTest
    @EnumSource
    void drawEveryBackboneAsTorchvisionDoes(BackboneName backbone) {
        NetworkSpec network = new NetworkSpec(backbone, 3, new HeadSpec(256, 0.2), 1, Freezing.NOTHING);
        Weights weights = InitialWeights.draw(network, 1);
        Network.requireMatch(network, weights);
        for (ParameterSpec parameter : network.parameters()) {
            if (parameter.kind() == ParameterSpec.Kind.CONVOLUTION_BIAS) {
                assertThat(weights.tensor(parameter.name()).floats()).containsOnly(0);
            }
            if (parameter.kind() == ParameterSpec.Kind.CONVOLUTION_WEIGHT) {
                List<Long> shape = parameter.shape();
                // kaiming_normal_ of torchvision's constructors: fan_in in DenseNet, fan_out elsewhere
                long channels = shape.get(backbone == BackboneName.DENSENET121 ? 1 : 0);
                double expected = Math.sqrt(2.0 / (channels * shape.get(2) * shape.get(3)));
                float[] values = weights.tensor(parameter.name()).floats();
                double squares = 0;
                for (float value : values) {
                    squares += (double) value * value;
                }
                // five standard errors of a normal distribution's deviation
                assertThat(Math.sqrt(squares / values.length))
                        .as(parameter.name())
                        .isCloseTo(expected, within(5 * expected / Math.sqrt(2.0 * values.length)));
            }
        }
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
