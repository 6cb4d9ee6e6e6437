package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.experiment.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceGraphTest {
    private static final double EPSILON = 1e-5;

    private static Tensor one(double value) {
        return Tensor.of(List.of(1L), new float[] {(float) value});
    }

    /** A 1 x 1 convolution with weight 2 on one channel, and a normalisation: 3 (x - 1) / 2 + 5. */
    private static GraphBuilder builder() {
        return new GraphBuilder(new Weights(Map.of(
                "conv.weight", Tensor.of(List.of(1L, 1L, 1L, 1L), new float[] {2}),
                "norm.weight", one(3),
                "norm.bias", one(5),
                "norm.running_mean", one(1),
                "norm.running_var", one(4 - EPSILON))));
    }

    private static final Layer CONVOLUTION = new Layer.Convolution("conv", 1, 1, 1, 1, 0);
    private static final Layer NORMALIZATION = new Layer.BatchNormalization("norm", 1);

    @Test
    void foldsANormalizationIntoTheConvolutionBeforeIt() {
        GraphBuilder builder = builder();
        int output = Layer.Sequence.of(CONVOLUTION, NORMALIZATION).describe(0, builder);

        assertThat(output).isEqualTo(1);
        assertThat(builder.operations()).hasSize(1);
        Operation.Convolution folded =
                (Operation.Convolution) builder.operations().get(0);
        assertThat(folded.weight().floats()).containsExactly(3f);
        assertThat(folded.bias().floats()).containsExactly(3.5f);
    }

    @Test
    void keepsANormalizationThatNoConvolutionPrecedes() {
        GraphBuilder builder = builder();
        NORMALIZATION.describe(0, builder);

        Operation.ScaleShift map = (Operation.ScaleShift) builder.operations().get(0);
        assertThat(map.scale().floats()).containsExactly(1.5f);
        assertThat(map.shift().floats()).containsExactly(3.5f);
    }

    /** Folding would change what the shortcut adds. */
    @Test
    void keepsANormalizationOfWhatIsReadAgainLater() {
        GraphBuilder builder = builder();
        Layer.Sequence.of(CONVOLUTION, new Layer.Residual(NORMALIZATION, null)).describe(0, builder);

        assertThat(builder.operations())
                .extracting(operation -> (Object) operation.getClass().getSimpleName())
                .containsExactly("Convolution", "ScaleShift", "Sum");
        assertThat(((Operation.Convolution) builder.operations().get(0))
                        .weight()
                        .floats())
                .containsExactly(2f);
    }

    /** DenseNet normalises before it convolves; elsewhere every normalisation follows a convolution. */
    @ParameterizedTest
    @CsvSource({
        "RESNET18, 20, 0",
        "RESNET50, 53, 0",
        "DENSENET121, 120, 62",
        "EFFICIENTNET_B0, 81, 0",
        "MOBILENET_V2, 52, 0",
    })
    void hasOneConvolutionForEachOfTheNetworks(BackboneName backbone, int convolutions, int normalizations) {
        NetworkSpec spec = InferenceNetworkTest.spec(backbone, 1);
        InferenceGraph graph = InferenceGraph.of(spec, InferenceNetworkTest.weights(spec));

        assertThat(graph.operations())
                .filteredOn(Operation.Convolution.class::isInstance)
                .hasSize(convolutions);
        assertThat(graph.operations())
                .filteredOn(Operation.ScaleShift.class::isInstance)
                .hasSize(normalizations);
        assertThat(graph.operations())
                .filteredOn(Operation.Linear.class::isInstance)
                .hasSize(2);
        // every array but the logits is read
        int[] readers = graph.readers();
        assertThat(Arrays.copyOf(readers, graph.logits())).doesNotContain(0);
        assertThat(readers[graph.logits()]).isZero();
    }

    @ParameterizedTest
    @CsvSource({"RESNET18", "RESNET50", "DENSENET121", "EFFICIENTNET_B0", "MOBILENET_V2"})
    void isComputedWithoutAnActivationOfItsOwnBehindAConvolution(BackboneName backbone) {
        NetworkSpec spec = InferenceNetworkTest.spec(backbone, 1);
        InferenceGraph graph = InferenceGraph.of(spec, InferenceNetworkTest.weights(spec));
        String run = method(
                new InferenceProgram(graph, InferenceProgram.Dialect.PACKED, Precision.FLOAT32).methods(), "run");

        List<String> own = new ArrayList<>();
        for (Operation operation : graph.operations()) {
            if (operation instanceof Operation.Activation activation
                    && !(graph.maker(activation.input()) instanceof Operation.Convolution
                            || graph.maker(activation.input()) instanceof Operation.Sum)) {
                own.add(activation.function().toString());
            }
        }
        // of DenseNet those behind its normalisations and one everywhere within the head
        assertThat(own).hasSize(backbone == BackboneName.DENSENET121 ? 63 : 1);
        assertThat(run.split("torch\\.(relu|silu|hardtanh|sigmoid)_?\\(", -1)).hasSize(own.size() + 1);
        assertThat(run).doesNotContain("torch.add(", "torch.add_(");
    }

    private static String method(String methods, String name) {
        String from = methods.substring(methods.indexOf("  def " + name));
        int next = from.indexOf("\n  def ", 1);
        return next < 0 ? from : from.substring(0, next);
    }

    @Test
    void refusesWeightsOfAnotherNetwork() {
        NetworkSpec spec = new NetworkSpec(BackboneName.RESNET18, 1, new HeadSpec(4, 0), 1, Freezing.NOTHING);
        assertThatIllegalArgumentException().isThrownBy(() -> InferenceGraph.of(spec, new Weights(Map.of())));
    }
}
