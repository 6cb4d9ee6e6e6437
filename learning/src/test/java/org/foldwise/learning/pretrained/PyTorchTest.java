package org.foldwise.learning.pretrained;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(weights.likeliestBackbone()).isEqualTo(backbone);
        assertThat(weights.fit(backbone).differences()).isEmpty();
        assertThat(weights.notFinite()).isEmpty();
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
