package org.foldwise.learning.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.foldwise.learning.network.ElementType;
import org.foldwise.learning.network.StorageType;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files that PyTorch wrote (src/test/python/checkpoints.py), and the values it found in them. */
class TorchCheckpointFileTest {
    private static JsonNode expected() {
        try (InputStream in = TorchCheckpointFileTest.class.getResourceAsStream("expected.json")) {
            return JsonMapper.shared().readTree(in).path("files");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Path resource(String name) {
        try {
            return Path.of(TorchCheckpointFileTest.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<String> files() {
        return expected().propertyNames().stream();
    }

    @Test
    void hasFilesToRead() {
        assertThat(files()).hasSize(12);
    }

    @ParameterizedTest
    @MethodSource("files")
    void readsWhatPyTorchWrote(String file) throws IOException {
        JsonNode tensors = expected().path(file);
        // parallel.pth comes from a DataParallel, whose prefix goes
        Weights weights = PretrainedWeights.read(resource(file)).stateDict();
        assertThat(weights.tensors().keySet()).containsExactlyElementsOf(tensors.propertyNames());
        weights.tensors().forEach((name, tensor) -> {
            JsonNode node = tensors.path(name);
            StorageType stored =
                    StorageType.valueOf(node.path("dtype").stringValue().toUpperCase(Locale.ROOT));
            assertThat(tensor.type()).as(name).isEqualTo(stored.elementType());
            assertThat(tensor.shape())
                    .as(name)
                    .containsExactlyElementsOf(node.path("shape")
                            .valueStream()
                            .map(JsonNode::longValue)
                            .toList());
            assertThat(values(tensor))
                    .as(name)
                    .containsExactlyElementsOf(node.path("values")
                            .valueStream()
                            .map(value -> number(value, tensor.type()))
                            .toList());
        });
    }

    /** Exact: texts such as "nan" are numbers that JSON lacks, booleans count as 0 and 1. */
    private static Number number(JsonNode node, ElementType type) {
        if (type == ElementType.INT64) {
            return node.longValue();
        }
        double value = node.isString()
                ? Double.parseDouble(
                        node.stringValue().replace("inf", "Infinity").replace("nan", "NaN"))
                : node.doubleValue();
        return type == ElementType.FLOAT32 ? (Number) (float) value : (Number) value;
    }

    private static List<Number> values(Tensor tensor) {
        ByteBuffer bytes = tensor.bytes();
        List<Number> values = new ArrayList<>();
        while (bytes.hasRemaining()) {
            values.add(
                    switch (tensor.type()) {
                        case FLOAT32 -> (Number) bytes.getFloat();
                        case FLOAT64 -> (Number) bytes.getDouble();
                        case INT64 -> (Number) bytes.getLong();
                    });
        }
        return values;
    }

    @Test
    void readsTheSameFromBothFormats() throws IOException {
        for (String kind : List.of("kinds", "views")) {
            assertThat(TorchCheckpointFile.read(resource("legacy-" + kind + ".pth")))
                    .isEqualTo(TorchCheckpointFile.read(resource(kind + ".pth")));
        }
    }

    @Test
    void copiesTensorsThatShareAStorageEachInItsOwnOrder() throws IOException {
        Weights weights = TorchCheckpointFile.read(resource("views.pth"));
        // base is 0 to 23 in 2 x 3 x 4; transposed swaps the outer dimensions, slice is base[1, 1:, ::2]
        assertThat(weights.tensor("transposed").shape()).containsExactly(4L, 3L, 2L);
        assertThat(weights.tensor("transposed").floats()).startsWith(0, 12, 4, 16, 8, 20, 1, 13);
        assertThat(weights.tensor("slice").floats()).containsExactly(16, 18, 20, 22);
        assertThat(weights.tensor("expanded").floats()).containsExactly(7, 7, 7, 7, 7, 8, 8, 8, 8, 8);
    }

    @Test
    void saysWhatIsWrongWithOldAndForeignFiles(@TempDir Path folder) throws IOException {
        byte[] tar = new byte[1024];
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        refused(Files.write(folder.resolve("tar"), tar), "a tar archive, as torch.save wrote before PyTorch 0.1.10");
        byte[] pickle = "L119547037146038801333356L\n.I1001\n.".getBytes(StandardCharsets.US_ASCII);
        refused(Files.write(folder.resolve("0"), pickle), "the pickle is of protocol 0");
        byte[] text = "name,label".getBytes(StandardCharsets.US_ASCII);
        refused(Files.write(folder.resolve("text"), text), "neither a zip archive nor a pickle of protocol 2 or newer");
    }

    private static void refused(Path file, String message) {
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> TorchCheckpointFile.read(file))
                .withMessageContaining(message);
    }

    @Test
    void refusesAFileThatIsMissing() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> TorchCheckpointFile.read(Path.of("no-such-checkpoint.pth")));
    }
}
