package org.foldwise.learning.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameMappingTest {
    @TempDir
    private Path folder;

    private static Weights named(String... names) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : names) {
            tensors.put(name, Tensor.of(tensors.size()));
        }
        return new Weights(tensors);
    }

    private static List<String> names(Weights weights) {
        return List.copyOf(weights.tensors().keySet());
    }

    @Test
    void theLongestBeginningCounts() {
        NameMapping mapping = new NameMapping(Map.of("encoder.", "", "encoder.0.", "conv1.", "encoder.01.", "never."));
        Weights renamed = mapping.apply(named("encoder.0.weight", "encoder.layer1.weight", "head.weight"));

        assertThat(names(renamed)).containsExactly("conv1.weight", "layer1.weight", "head.weight");
        assertThat(renamed.tensor("conv1.weight").longValue()).isZero();
        assertThat(mapping.idle(named("encoder.0.weight", "encoder.a"))).containsExactly("encoder.01.");
        // decided by a longer one alone, the shorter one does nothing
        assertThat(mapping.idle(named("encoder.0.weight", "encoder.01.weight"))).containsExactly("encoder.");
    }

    /** Whichever comes first, and whether both were renamed or one has that name of its own. */
    @ParameterizedTest
    @CsvSource({
        "student.fc.weight, teacher.fc.weight",
        "teacher.fc.weight, student.fc.weight",
        "student.fc.weight, fc.weight",
        "fc.weight, student.fc.weight"
    })
    void noTensorIsLostWhereTwoWouldHaveOneName(String first, String second) {
        NameMapping mapping = new NameMapping(Map.of("student.", "", "teacher.", ""));

        assertThatExceptionOfType(CollidingNamesException.class)
                .isThrownBy(() -> mapping.apply(named("student.conv1.weight", first, second)))
                .withMessageContaining("'" + first + "' and '" + second + "' would all be 'fc.weight'")
                .withMessageNotContaining("conv1");
    }

    /** Children of a network that somebody has put into a sequence have numbers for names. */
    @Test
    void readsAFileWhoseLayersHaveNumbers() throws IOException {
        Map<String, Tensor> published = TorchFiles.published(BackboneName.RESNET18, 3);
        Map<String, String> numbers = Map.of(
                "conv1.", "backbone.0.",
                "bn1.", "backbone.1.",
                "layer1.", "backbone.4.",
                "layer2.", "backbone.5.",
                "layer3.", "backbone.6.",
                "layer4.", "backbone.7.");
        Map<String, Tensor> numbered = new LinkedHashMap<>();
        published.forEach((name, tensor) -> {
            String beginning = name.substring(0, name.indexOf('.') + 1);
            numbered.put(numbers.getOrDefault(beginning, beginning) + name.substring(beginning.length()), tensor);
        });
        Path file = Files.write(folder.resolve("radnet.pth"), TorchFiles.stateDict(numbered));
        Map<String, String> back = new LinkedHashMap<>();
        numbers.forEach((name, number) -> back.put(number, name));

        assertThat(PretrainedWeights.read(file).fit(BackboneName.RESNET18).isComplete())
                .isFalse();
        PretrainedWeights read = PretrainedWeights.read(file, new NameMapping(back));
        assertThat(read.fit(BackboneName.RESNET18).differences()).isEmpty();
        assertThat(read.stateDict().tensors()).isEqualTo(published);

        back.put("backbone.3.", "pool.");
        assertThatExceptionOfType(UnusedMappingException.class)
                .isThrownBy(() -> PretrainedWeights.read(file, new NameMapping(back)))
                .withMessage(
                        "no tensor of the file has a name that begins with 'backbone.3.', of which the mapping speaks");
    }
}
