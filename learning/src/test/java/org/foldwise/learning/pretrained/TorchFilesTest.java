package org.foldwise.learning.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.network.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fixture that other modules' tests rely upon. PyTorch's own opinion of it is asked by {@link PyTorchTest}. */
class TorchFilesTest {
    @TempDir
    private Path folder;

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("file"), content);
    }

    @Test
    void stateDictsAreReadBack() throws IOException {
        Map<String, Tensor> published = TorchFiles.published(BackboneName.MOBILENET_V2, 3);
        PretrainedWeights read = PretrainedWeights.read(file(TorchFiles.stateDict(published)));
        assertThat(read.stateDict().tensors()).isEqualTo(published);
        assertThat(read.likeliestBackbone()).contains(BackboneName.MOBILENET_V2);
        assertThat(read.fit(BackboneName.MOBILENET_V2).isComplete()).isTrue();
    }

    @Test
    void theOthersAreRefused() {
        assertRefused(TorchFiles.runningACommand("true"), "names 'os.system'");
        assertRefused(TorchFiles.sayingItIsHuge(), "longer than their file");
        assertRefused(TorchFiles.compressed(), "compressed entries");
    }

    private void assertRefused(byte[] content, String message) {
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> PretrainedWeights.read(file(content)))
                .withMessageContaining(message);
    }
}
