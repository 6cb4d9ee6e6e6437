package org.foldwise.learning.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.network.ElementType;
import org.foldwise.learning.network.Freezing;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.InvalidSafetensorsException;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ParameterSpec;
import org.foldwise.learning.network.SafetensorsFile;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PretrainedWeightsTest {
    private static final long SEED = 7;

    private static NetworkSpec network(BackboneName backbone, int channels) {
        return new NetworkSpec(backbone, channels, new HeadSpec(4, 0.2), 1, Freezing.NOTHING);
    }

    /** A state_dict as torchvision publishes it: other numbers than ours, its own classifier at the end. */
    private static Map<String, Tensor> published(BackboneName backbone) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (ParameterSpec parameter : network(backbone, 3).backboneParameters()) {
            boolean isCounter = parameter.kind() == ParameterSpec.Kind.BATCHES_TRACKED;
            tensors.put(
                    parameter.name().substring(NetworkSpec.BACKBONE_PREFIX.length()),
                    isCounter ? Tensor.of(1234) : recognisable(parameter, tensors.size()));
        }
        boolean isResNet = backbone == BackboneName.RESNET18 || backbone == BackboneName.RESNET50;
        tensors.put(isResNet ? "fc.weight" : "classifier.1.weight", Tensor.of(List.of(2L, 1L), new float[2]));
        tensors.put(isResNet ? "fc.bias" : "classifier.1.bias", Tensor.of(List.of(2L), new float[2]));
        return tensors;
    }

    private static Tensor recognisable(ParameterSpec parameter, int number) {
        float[] values = new float[Math.toIntExact(parameter.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = number + i % 251 / 256f;
        }
        return Tensor.of(parameter.shape(), values);
    }

    private static PretrainedWeights weights(Map<String, Tensor> tensors) {
        return new PretrainedWeights(new Weights(tensors));
    }

    @ParameterizedTest
    @EnumSource
    void fillTheBackboneAndDrawTheHead(BackboneName backbone) {
        NetworkSpec network = network(backbone, 3);
        Map<String, Tensor> published = published(backbone);
        Weights weights = weights(published).into(network, SEED);
        Network.requireMatch(network, weights);
        Weights fresh = InitialWeights.drawHead(network, SEED);
        weights.tensors().forEach((name, tensor) -> {
            Tensor expected = name.startsWith(NetworkSpec.BACKBONE_PREFIX)
                    ? published.get(name.substring(NetworkSpec.BACKBONE_PREFIX.length()))
                    : fresh.tensor(name);
            assertThat(tensor).as(name).isEqualTo(expected);
        });
        assertThat(weights(published).fit(network).dropped()).hasSize(2);
    }

    @Test
    void sumTheFirstConvolutionOverColoursForGreyImages() {
        NetworkSpec grey = network(BackboneName.RESNET18, 1);
        Map<String, Tensor> published = published(BackboneName.RESNET18);
        Weights weights = weights(published).into(grey, SEED);
        Network.requireMatch(grey, weights);
        float[] colour = published.get("conv1.weight").floats();
        float[] sums = weights.tensor("backbone.conv1.weight").floats();
        assertThat(sums[50]).isEqualTo((float) ((double) colour[148] + colour[148 + 49] + colour[148 + 98]));
        assertThat(weights.tensor("backbone.layer1.0.conv1.weight")).isEqualTo(published.get("layer1.0.conv1.weight"));
    }

    @Test
    void takeAFirstConvolutionForGreyImagesAsItIs() {
        NetworkSpec grey = network(BackboneName.RESNET18, 1);
        Map<String, Tensor> published = published(BackboneName.RESNET18);
        Tensor first = Tensor.of(List.of(64L, 1L, 7L, 7L), new float[64 * 49]);
        published.put("conv1.weight", first);
        assertThat(weights(published).into(grey, SEED).tensor("backbone.conv1.weight"))
                .isEqualTo(first);
        assertThat(weights(published).fit(network(BackboneName.RESNET18, 3)).mismatches())
                .containsExactly(
                        new WeightsFit.Mismatch("conv1.weight", "FLOAT32 [64, 3, 7, 7]", "FLOAT32 [64, 1, 7, 7]"));
    }

    @Test
    void reportAllDifferencesAtOnce() {
        Map<String, Tensor> published = published(BackboneName.RESNET18);
        published.remove("bn1.weight");
        published.remove("layer2.0.conv1.weight");
        published.put("layer5.weight", Tensor.of(1));
        published.put("bn1.bias", Tensor.of(List.of(3L), new float[3]));
        published.put("bn1.running_mean", Tensor.of(1));
        published.put("bn1.num_batches_tracked", Tensor.of(List.of(2L), new float[2]));
        NetworkSpec network = network(BackboneName.RESNET18, 3);
        WeightsFit expected = new WeightsFit(
                List.of("bn1.weight", "layer2.0.conv1.weight"),
                List.of("layer5.weight"),
                List.of(
                        new WeightsFit.Mismatch("bn1.bias", "FLOAT32 [64]", "FLOAT32 [3]"),
                        new WeightsFit.Mismatch("bn1.running_mean", "FLOAT32 [64]", "INT64 []"),
                        new WeightsFit.Mismatch("bn1.num_batches_tracked", "INT64 []", "FLOAT32 [2]")),
                List.of("fc.weight", "fc.bias"));
        assertThat(weights(published).fit(network)).isEqualTo(expected);
        assertThatExceptionOfType(UnfitWeightsException.class)
                .isThrownBy(() -> weights(published).into(network, SEED))
                .withMessage("the weights do not fit RESNET18: 2 missing: bn1.weight, layer2.0.conv1.weight;"
                        + " 1 unexpected: layer5.weight;"
                        + " 3 of another shape or type: bn1.bias (is FLOAT32 [3], should be FLOAT32 [64]),"
                        + " bn1.running_mean (is INT64 [], should be FLOAT32 [64]),"
                        + " bn1.num_batches_tracked (is FLOAT32 [2], should be INT64 [])")
                .satisfies(e -> assertThat(e.fit()).isEqualTo(expected));
    }

    @Test
    void ofAnotherBackboneNameOnlyTheFirstDifferences() {
        WeightsFit fit = weights(published(BackboneName.MOBILENET_V2)).fit(network(BackboneName.RESNET18, 3));
        assertThat(fit.isComplete()).isFalse();
        assertThat(fit.missing()).hasSize(100);
        assertThat(fit.differences())
                .contains("100 missing: conv1.weight, bn1.weight")
                .contains(", ...; ");
        assertThat(fit.differences().length()).isLessThan(2000);
    }

    @Test
    void beginToCountBatchesWhereAFileOfOldDoesNot() {
        Map<String, Tensor> published = published(BackboneName.RESNET18);
        published.keySet().removeIf(name -> name.endsWith("num_batches_tracked"));
        NetworkSpec network = network(BackboneName.RESNET18, 3);
        assertThat(weights(published).fit(network).isComplete()).isTrue();
        assertThat(weights(published).into(network, SEED).tensor("backbone.bn1.num_batches_tracked"))
                .isEqualTo(Tensor.of(0));
    }

    private static Tensor doubles(List<Long> shape, double value) {
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putDouble(0, value);
        return Tensor.copyOf(ElementType.FLOAT64, shape, bytes);
    }

    @Test
    void takeACountOfBatchesAsWhateverItWasCastTo() {
        Map<String, Tensor> published = published(BackboneName.RESNET18);
        Map<String, Tensor> counts = new LinkedHashMap<>();
        counts.put("bn1", Tensor.of(List.of(), new float[] {1232}));
        counts.put("layer1.0.bn1", Tensor.of(List.of(1L), new float[] {Float.POSITIVE_INFINITY}));
        counts.put("layer1.0.bn2", doubles(List.of(), 6.7));
        counts.put("layer1.1.bn1", doubles(List.of(1L), Double.NaN));
        ByteBuffer whole = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        whole.putLong(0, 1L << 40);
        counts.put("layer1.1.bn2", Tensor.copyOf(ElementType.INT64, List.of(1L), whole));
        counts.forEach((layer, count) -> published.put(layer + ".num_batches_tracked", count));
        NetworkSpec network = network(BackboneName.RESNET18, 3);
        PretrainedWeights weights = weights(published);
        assertThat(weights.fit(network).differences()).isEmpty();
        assertThat(weights.notFinite()).isEmpty();
        Weights filled = weights.into(network, SEED);
        Network.requireMatch(network, filled);
        assertThat(counts.keySet().stream().map(layer -> filled.tensor("backbone." + layer + ".num_batches_tracked")
                        .longValue()))
                .containsExactly(1232L, 0L, 7L, 0L, 1L << 40);
    }

    @Test
    void knowTheNumberedPartsOfOldDenseNets() {
        Map<String, Tensor> published = published(BackboneName.DENSENET121);
        Map<String, Tensor> old = new LinkedHashMap<>();
        published.forEach((name, tensor) ->
                old.put(name.replaceFirst("(denselayer[0-9]+)\\.(norm|conv)([12])", "$1.$2.$3"), tensor));
        assertThat(old).containsKey("features.denseblock4.denselayer16.norm.2.running_var");
        NetworkSpec network = network(BackboneName.DENSENET121, 1);
        assertThat(weights(old).into(network, SEED))
                .isEqualTo(weights(published).into(network, SEED));
        String twice = "features.denseblock1.denselayer1.norm1.weight";
        old.put(twice, published.get(twice));
        assertThat(weights(old).fit(network).unexpected())
                .containsExactly("features.denseblock1.denselayer1.norm.1.weight");
    }

    @Test
    void roundFloat64() {
        Map<String, Tensor> published = published(BackboneName.RESNET18);
        ByteBuffer bytes = ByteBuffer.allocate(64 * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putDouble(0, 0.1);
        published.put("bn1.weight", Tensor.copyOf(ElementType.FLOAT64, List.of(64L), bytes));
        float[] values = weights(published)
                .into(network(BackboneName.RESNET18, 3), SEED)
                .tensor("backbone.bn1.weight")
                .floats();
        assertThat(values).hasSize(64).startsWith(0.1f, 0f);
    }

    @ParameterizedTest
    @EnumSource
    void tellTheirBackbone(BackboneName backbone) {
        Map<String, Tensor> published = published(backbone);
        published.put("head.extra", Tensor.of(1));
        PretrainedWeights weights = weights(published);
        assertThat(weights.likeliestBackbone()).contains(backbone);
        assertThat(weights.foreignBeginning()).isEmpty();
        assertThat(weights.channels(backbone)).isEqualTo(3);
        assertThat(weights.fit(backbone).unexpected()).containsExactly("head.extra");
        assertThat(weights.without(List.of("head.extra")).fit(backbone).isComplete())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void tellTheirBackboneOfAFewOfItsTensorsAmongManyOthers(BackboneName backbone) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        published(backbone).entrySet().stream()
                .limit(12)
                .forEach(named -> tensors.put(named.getKey(), named.getValue()));
        for (int i = 0; i < 1_000; i++) {
            tensors.put("decoder." + i + ".weight", Tensor.of(1));
        }
        assertThat(weights(tensors).likeliestBackbone()).contains(backbone);
    }

    @ParameterizedTest
    @EnumSource
    void tellWhatEveryNameBeginsWithThatShouldNot(BackboneName backbone) {
        for (String beginning : List.of("encoder.", "net.encoder.0.")) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            published(backbone).forEach((name, tensor) -> tensors.put(beginning + name, tensor));
            assertThat(weights(tensors).likeliestBackbone()).isEmpty();
            assertThat(weights(tensors).foreignBeginning())
                    .contains(new PretrainedWeights.ForeignBeginning(beginning, backbone));

            // a head beside it says nothing about the others, any other tensor does
            tensors.put("classifier.weight", Tensor.of(1));
            assertThat(weights(tensors).foreignBeginning()).isPresent();
            tensors.put("projection.weight", Tensor.of(1));
            assertThat(weights(tensors).foreignBeginning()).isEmpty();
        }
    }

    @Test
    void tellOfNamesOfAnotherWorldNothing() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("blocks.0.attention.weight", Tensor.of(1));
        tensors.put("blocks." + "0.".repeat(50_000) + "weight", Tensor.of(1));
        assertThat(weights(tensors).likeliestBackbone()).isEmpty();
        assertThat(weights(tensors).foreignBeginning()).isEmpty();
        assertThat(weights(Map.of("w", Tensor.of(1))).foreignBeginning()).isEmpty();
    }

    @Test
    void areNotReadOutOfAFileWithoutTensors(@TempDir Path folder) throws IOException {
        Path file = safetensors(folder, new Weights(Map.of()));
        assertThatExceptionOfType(InvalidSafetensorsException.class)
                .isThrownBy(() -> PretrainedWeights.read(file))
                .withMessageContaining("the file has no tensors");
    }

    @Test
    void tellThatTheyAreForGreyImages() {
        Map<String, Tensor> published = published(BackboneName.RESNET18);
        published.put("conv1.weight", Tensor.of(List.of(64L, 1L, 7L, 7L), new float[64 * 49]));
        assertThat(weights(published).channels(BackboneName.RESNET18)).isEqualTo(1);
        assertThat(weights(published).fit(BackboneName.RESNET18).isComplete()).isTrue();
    }

    @Test
    void nameWhatIsNotFinite() {
        ByteBuffer doubles = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        doubles.putDouble(0, 1e39);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("good", Tensor.of(List.of(2L), new float[] {0, -Float.MAX_VALUE}));
        tensors.put("counter", Tensor.of(Long.MAX_VALUE));
        tensors.put("nan", Tensor.of(List.of(3L), new float[] {1, Float.NaN, 1}));
        tensors.put("infinite", Tensor.of(List.of(1L), new float[] {Float.NEGATIVE_INFINITY}));
        Tensor shared = Tensor.of(List.of(1L), new float[] {Float.NaN});
        tensors.put("bn.num_batches_tracked", shared);
        tensors.put("tied", shared);
        tensors.put("also tied", shared);
        tensors.put("too large", Tensor.copyOf(ElementType.FLOAT64, List.of(1L), doubles));
        assertThat(weights(tensors).notFinite()).containsExactly("nan", "infinite", "tied", "also tied", "too large");
    }

    @Test
    void nameVariancesThatAreNegative() {
        ByteBuffer doubles = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        doubles.putDouble(0, -1e-9);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("good.running_var", Tensor.of(List.of(3L), new float[] {0, -0f, Float.NaN}));
        tensors.put("bad.running_var", Tensor.of(List.of(2L), new float[] {1, -Float.MIN_VALUE}));
        tensors.put("bad.running_mean", Tensor.of(List.of(1L), new float[] {-1}));
        tensors.put("running_var", Tensor.copyOf(ElementType.FLOAT64, List.of(1L), doubles));
        tensors.put("whole.running_var", Tensor.of(-1));
        tensors.put("not_running_var", Tensor.of(-1));
        assertThat(weights(tensors).negativeVariances())
                .containsExactly("bad.running_var", "running_var", "whole.running_var");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"module.", "_orig_mod.", "backbone.", "model.", "module._orig_mod.model.", "module.backbone."})
    void areReadOutOfTheirWrappers(String wrapper, @TempDir Path folder) throws IOException {
        Map<String, Tensor> wrapped = new LinkedHashMap<>();
        published(BackboneName.MOBILENET_V2).forEach((name, tensor) -> wrapped.put(wrapper + name, tensor));
        // a head beside the wrapped network, as Foldwise's own files and the usual classes have it
        wrapped.put("classifier.4.weight", Tensor.of(List.of(1L), new float[1]));
        PretrainedWeights read = PretrainedWeights.read(safetensors(folder, new Weights(wrapped)));
        assertThat(read.fit(BackboneName.MOBILENET_V2).differences()).isEmpty();
        assertThat(read.likeliestBackbone()).contains(BackboneName.MOBILENET_V2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "module.", "_orig_mod."})
    void areReadOutOfTheMeanOfSeveralModels(String wrapper, @TempDir Path folder) throws IOException {
        Map<String, Tensor> averaged = new LinkedHashMap<>();
        averaged.put(wrapper + "n_averaged", Tensor.of(7));
        published(BackboneName.RESNET18).forEach((name, tensor) -> averaged.put(wrapper + "module." + name, tensor));
        PretrainedWeights read = PretrainedWeights.read(safetensors(folder, new Weights(averaged)));
        assertThat(read.fit(BackboneName.RESNET18).differences()).isEmpty();

        averaged.put(wrapper + "n_averaged", Tensor.of(List.of(2L), new float[2]));
        assertThat(PretrainedWeights.read(safetensors(folder, new Weights(averaged)))
                        .stateDict()
                        .tensors())
                .containsKey("n_averaged");
        assertThat(PretrainedWeights.read(safetensors(folder, new Weights(Map.of("n_averaged", Tensor.of(7)))))
                        .stateDict()
                        .tensors())
                .containsOnlyKeys("n_averaged");
    }

    @Test
    void keepTheirNamesWhereOnlySomeHaveAPrefix(@TempDir Path folder) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("backbone.conv1.weight", Tensor.of(List.of(1L), new float[1]));
        tensors.put("projection.weight", Tensor.of(List.of(1L), new float[1]));
        assertThat(PretrainedWeights.read(safetensors(folder, new Weights(tensors)))
                        .stateDict()
                        .tensors())
                .containsOnlyKeys("backbone.conv1.weight", "projection.weight");
    }

    @ParameterizedTest
    @EnumSource(BackboneName.class)
    void areReadFromTheFileOfAnOwnNetwork(BackboneName backbone, @TempDir Path folder) throws IOException {
        Weights own = InitialWeights.draw(network(backbone, 3), SEED);
        PretrainedWeights read = PretrainedWeights.read(safetensors(folder, own));
        assertThat(read.fit(backbone).isComplete()).isTrue();
        assertThat(read.into(network(backbone, 3), SEED)).isEqualTo(own);
    }

    private static Path safetensors(Path folder, Weights weights) throws IOException {
        Path file = folder.resolve("network.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            new SafetensorsFile(weights, new TreeMap<>()).writeTo(out);
        }
        return file;
    }

    @Test
    void areNotReadOutOfASafetensorsFileThatIsTooLong(@TempDir Path folder) throws IOException {
        byte[] header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[805306368],\"data_offsets\":[0,3221225472]}}"
                .getBytes(StandardCharsets.US_ASCII);
        Path file = folder.resolve("long.safetensors");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.writeLong(Long.reverseBytes(header.length));
            sparse.write(header);
            sparse.setLength(Long.BYTES + header.length + (3L << 30));
        }
        assertThatExceptionOfType(InvalidSafetensorsException.class)
                .isThrownBy(() -> PretrainedWeights.read(file))
                .withMessageContaining("at most 536870912 are read");
    }

    @Test
    void areReadFromBothKindsOfFiles(@TempDir Path folder) throws IOException {
        Path checkpoint = TorchCheckpointFileTest.resource("network.pth");
        Weights weights = PretrainedWeights.read(checkpoint).stateDict();
        Path safetensors = safetensors(folder, weights);
        assertThat(PretrainedWeights.read(safetensors).stateDict()).isEqualTo(weights);
        Path nameless = Files.copy(safetensors, folder.resolve("0"));
        assertThat(PretrainedWeights.read(nameless).stateDict()).isEqualTo(weights);
        Path misnamed = Files.copy(checkpoint, folder.resolve("checkpoint.safetensors"));
        assertThat(PretrainedWeights.read(misnamed).stateDict()).isEqualTo(weights);
    }
}
