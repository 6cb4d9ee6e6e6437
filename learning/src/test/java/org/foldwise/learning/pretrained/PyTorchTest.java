package org.foldwise.learning.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.network.PyTorch;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that PyTorch writes while the test runs, of torchvision's own networks, and files of ours that PyTorch reads. Which Python is
 * asked says the system property {@code foldwise.python}; where it has no PyTorch, nothing is tested.
 */
class PyTorchTest {
    /** Prints name, shape and SHA-256 of every tensor of a state_dict. */
    private static final String PRINT =
            """
            import hashlib, sys, torch
            def show(state):
                for name, tensor in state.items():
                    data = tensor.detach().contiguous().numpy().tobytes()
                    print(name, list(tensor.shape), hashlib.sha256(data).hexdigest(), sep="|")
            """;

    private static final String SAVE = PRINT
            + """
            import torchvision
            torch.manual_seed(int(sys.argv[3]))
            state = getattr(torchvision.models, sys.argv[1])(weights=None).state_dict()
            torch.save(state, sys.argv[2], _use_new_zipfile_serialization=sys.argv[4] == "zip")
            show(state)
            """;

    private static final String LOAD = PRINT + "show(torch.load(sys.argv[1], weights_only=True))\n";

    @TempDir
    private Path folder;

    private static String line(String name, Tensor tensor) {
        byte[] bytes = new byte[tensor.bytes().remaining()];
        tensor.bytes().get(bytes);
        return name + "|" + tensor.shape() + "|" + Digest.of(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "RESNET18, resnet18, zip",
        "RESNET18, resnet18, legacy",
        "RESNET50, resnet50, zip",
        "DENSENET121, densenet121, zip",
        "EFFICIENTNET_B0, efficientnet_b0, zip",
        "MOBILENET_V2, mobilenet_v2, legacy"
    })
    void readsWhatPyTorchSavesOfTorchvisionsNetworks(BackboneName backbone, String model, String format)
            throws Exception {
        Path file = folder.resolve("model.pth");
        List<String> expected = PyTorch.run(folder, SAVE, model, file.toString(), "5", format);

        PretrainedWeights weights = PretrainedWeights.read(file);
        assertThat(weights.stateDict().tensors().entrySet().stream()
                        .map(named -> line(named.getKey(), named.getValue()))
                        .toList())
                .isEqualTo(expected);
        assertThat(weights.likeliestBackbone()).contains(backbone);
        assertThat(weights.fit(backbone).differences()).isEmpty();
        assertThat(weights.notFinite()).isEmpty();
    }

    /** Saves what people make of a state_dict; PyTorch itself loads each of them into a network. */
    private static final String SAVE_VARIANT =
            """
            import sys, torch, torchvision
            torch.manual_seed(5)
            model = torchvision.models.mobilenet_v2(weights=None)
            state = model.state_dict()
            half = {k: v.half() if v.is_floating_point() else v for k, v in state.items()}
            saved = {
                "half": lambda: {k: v.half() for k, v in state.items()},
                "bfloat16": lambda: {k: v.bfloat16() for k, v in state.items()},
                "float": lambda: {k: v.float() for k, v in state.items()},
                "double": lambda: {k: v.double() for k, v in state.items()},
                "counter1": lambda: {k: v.reshape(1) if v.dim() == 0 else v for k, v in state.items()},
                "general": lambda: {"epoch": 3, "model_state_dict": state, "loss": 0.1,
                    "optimizer_state_dict": torch.optim.Adam(model.parameters()).state_dict()},
                "averaged": lambda: torch.optim.swa_utils.AveragedModel(model).state_dict(),
                "tied": lambda: {"encoder." + k: v for k, v in half.items()} | half,
                "tied3": lambda: {p + k: v for p in ("a.", "b.", "") for k, v in state.items()},
            }[sys.argv[1]]()
            if sys.argv[1] not in ("general", "averaged", "tied", "tied3"):
                torchvision.models.mobilenet_v2(weights=None).load_state_dict(saved)
            torch.save(saved, sys.argv[2], _use_new_zipfile_serialization=sys.argv[3] == "zip")
            """;

    @ParameterizedTest
    @CsvSource({
        "half, zip",
        "bfloat16, legacy",
        "float, zip",
        "double, zip",
        "counter1, zip",
        "general, zip",
        "general, legacy",
        "averaged, zip",
        "tied, zip",
        "tied3, zip",
        "tied3, legacy"
    })
    void readsWhatPyTorchLoads(String variant, String format) throws Exception {
        Path file = folder.resolve("variant.pth");
        PyTorch.run(folder, SAVE_VARIANT, variant, file.toString(), format);

        PretrainedWeights weights = PretrainedWeights.read(file);
        WeightsFit fit = weights.fit(BackboneName.MOBILENET_V2);
        assertThat(fit.missing()).isEmpty();
        assertThat(fit.mismatches()).isEmpty();
        assertThat(fit.unexpected()).allMatch(name -> name.matches("(encoder|a|b)[.].*"));
        assertThat(fit.unexpected().isEmpty()).isEqualTo(!variant.startsWith("tied"));
        assertThat(weights.notFinite()).isEmpty();
    }

    private static final String SAVE_OF_TYPE =
            """
            import sys, torch
            made = {
                "uint16": lambda: torch.ones(3).to(torch.uint16),
                "float8": lambda: torch.ones(3).to(torch.float8_e4m3fn),
                "complex64": lambda: torch.ones(3, dtype=torch.complex64),
                "quantised": lambda: torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
                "sparse": lambda: torch.ones(3).to_sparse(),
            }[sys.argv[1]]()
            torch.save({"weight": made}, sys.argv[2])
            torch.save({"weight": (made.dequantize() if made.is_quantized else made).to_dense().float()}, sys.argv[3])
            """;

    @ParameterizedTest
    @ValueSource(strings = {"uint16", "float8", "complex64", "quantised", "sparse"})
    void saysOfTypesThatAreNotReadHowToSaveThem(String type) throws Exception {
        Path file = folder.resolve("type.pth");
        Path asAdvised = folder.resolve("advised.pth");
        PyTorch.run(folder, SAVE_OF_TYPE, type, file.toString(), asAdvised.toString());

        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> PretrainedWeights.read(file))
                .withMessageContaining("holds tensors of a kind that is not read")
                .withMessageContaining("tensor.to_dense().float()")
                .withMessageContaining("tensor.dequantize()");
        assertThat(PretrainedWeights.read(asAdvised)
                        .stateDict()
                        .tensor("weight")
                        .floats())
                .containsExactly(1, 1, 1);
    }

    private static final String SAVE_NEGATED =
            """
            import sys, torch
            state = {"weight": torch._neg_view(torch.ones(3))}
            torch.save({k: v.resolve_neg() for k, v in state.items()} if sys.argv[2] == "resolved" else state,
                sys.argv[1])
            """;

    @Test
    void readsANegatedTensorWithItsSignOrNotAtAll() throws Exception {
        Path file = folder.resolve("negated.pth");
        PyTorch.run(folder, SAVE_NEGATED, file.toString(), "flagged");
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> PretrainedWeights.read(file))
                .withMessageContaining("resolve_neg()");

        PyTorch.run(folder, SAVE_NEGATED, file.toString(), "resolved");
        assertThat(PretrainedWeights.read(file).stateDict().tensor("weight").floats())
                .containsExactly(-1, -1, -1);
    }

    private static final String SAVE_IN_PROTOCOL =
            """
            import sys, torch
            state = torch.nn.BatchNorm2d(3).state_dict()
            torch.save({"state_dict": dict(state), "epoch": 70000} if sys.argv[4] == "dict" else state, sys.argv[2],
                pickle_protocol=int(sys.argv[1]), _use_new_zipfile_serialization=sys.argv[3] == "zip")
            """;

    @ParameterizedTest
    @CsvSource({
        "0, zip, state",
        "1, zip, state",
        "0, legacy, state",
        "1, legacy, state",
        "0, zip, dict",
        "1, zip, dict",
        "0, legacy, dict",
        "1, legacy, dict"
    })
    void saysOfWhichProtocolAPickleIsThatIsTooOld(int protocol, String format, String content) throws Exception {
        Path file = folder.resolve("old.pth");
        PyTorch.run(folder, SAVE_IN_PROTOCOL, Integer.toString(protocol), file.toString(), format, content);

        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> PretrainedWeights.read(file))
                .withMessage("the pickle is of protocol " + protocol
                        + ", and only those of protocol 2 and newer are read; save it again in PyTorch:"
                        + " torch.save(state_dict, FILE) with pickle_protocol 2 or newer, which is the default");
    }

    @ParameterizedTest
    @CsvSource({"2, zip", "3, zip", "4, zip", "5, zip", "3, legacy", "5, legacy"})
    void readsEveryNewerProtocol(int protocol, String format) throws Exception {
        Path file = folder.resolve("new.pth");
        PyTorch.run(folder, SAVE_IN_PROTOCOL, Integer.toString(protocol), file.toString(), format, "dict");

        assertThat(PretrainedWeights.read(file).stateDict().tensors())
                .containsOnlyKeys("weight", "bias", "running_mean", "running_var", "num_batches_tracked");
    }

    @Test
    void pyTorchReadsWhatTheFixtureWrites() throws Exception {
        Map<String, Tensor> published = TorchFiles.published(BackboneName.MOBILENET_V2, 3);
        Path file = Files.write(folder.resolve("ours.pth"), TorchFiles.stateDict(published));

        assertThat(PyTorch.run(folder, LOAD, file.toString()))
                .isEqualTo(published.entrySet().stream()
                        .map(named -> line(named.getKey(), named.getValue()))
                        .toList());
    }
}
