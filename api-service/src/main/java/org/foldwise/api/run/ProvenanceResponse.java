package org.foldwise.api.run;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.SortedMap;
import org.foldwise.learning.provenance.Environment;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.provenance.WeightsFile;
import org.jspecify.annotations.Nullable;

@Schema(name = "Provenance", description = "What weights were made from; digests are SHA-256.")
record ProvenanceResponse(
        String dataset,
        String split,
        String plan,
        @Schema(example = "0") int fold,
        @Schema(example = "42") long seed,
        @Schema(description = "What the training began with; absent where the weights were drawn.") @Nullable
                PretrainedResponse pretrained,
        @Schema(description = "Versions by name.") SortedMap<String, String> libraries,
        @Schema(example = "cpu()") String device,
        @Schema(example = "2") int threads,
        @Schema(
                        description = "What convolutions and linear layers were computed in while training.",
                        example = "float32",
                        allowableValues = {"float32", "bfloat16", "float16"})
                String precision,
        @Schema(description = "Why, in words.", example = "as planned") String precisionReason,
        @Schema(
                        description =
                                "By what the training was computed: kernels of libtorch, or, where these do not compute the same,"
                                        + " the plain blocks that they are compared with. Absent of trainings from before there was a"
                                        + " choice, all of which kernels computed.",
                        example = "kernels",
                        allowableValues = {"kernels", "blocks"})
                @Nullable
                String trainingPath,
        @Schema(
                        description = "Why, in words; absent with it.",
                        example = "a probe has found that they compute what the blocks do")
                @Nullable
                String trainingPathReason,
        @Schema(
                        description = "What the backbone is computed in whenever the model answers.",
                        example = "float32",
                        allowableValues = {"float32", "bfloat16"})
                String predictionPrecision,
        @Schema(description = "Why, in words.", example = "as planned") String predictionPrecisionReason,
        @Schema(description = "Of samples, in the training and whenever the model answers.")
                NormalisationResponse normalisation,
        @Schema(
                        description =
                                "Where the training was computed, in order, if it went on from a checkpoint elsewhere than it had"
                                        + " begun; the last one is that of libraries, device and threads. Absent where all of it"
                                        + " was computed in that one.")
                @Nullable
                List<EnvironmentResponse> environments) {
    @Schema(
            name = "Normalisation",
            description = "What is taken off samples on the scale from 0 to 1, and what they are divided by.")
    record NormalisationResponse(
            @Schema(description = "One value a channel.", example = "[0.449]") List<Double> mean,
            @Schema(description = "One value a channel.", example = "[0.226]") List<Double> std) {}

    @Schema(name = "Environment", description = "Where part of a training was computed.")
    record EnvironmentResponse(
            @Schema(description = "Versions by name, without Foldwise's own.") SortedMap<String, String> libraries,
            @Schema(example = "cpu()") String device,
            @Schema(example = "2") int threads) {
        static EnvironmentResponse of(Environment environment) {
            return new EnvironmentResponse(environment.libraries(), environment.device(), environment.threads());
        }
    }

    @Schema(name = "PretrainedFile", description = "A file of weights that a training began with.")
    record PretrainedResponse(
            @Schema(description = "The weight set.", example = "ResNet18_Weights.IMAGENET1K_V1") String name,
            @Schema(description = "SHA-256 of the file.") String digest) {
        static PretrainedResponse of(WeightsFile file) {
            return new PretrainedResponse(file.name(), file.digest().hex());
        }
    }

    static ProvenanceResponse of(Provenance provenance) {
        WeightsFile pretrained = provenance.pretrained();
        List<Environment> environments = provenance.environments();
        return new ProvenanceResponse(
                provenance.dataset().hex(),
                provenance.split().hex(),
                provenance.plan().hex(),
                provenance.fold(),
                provenance.seed(),
                pretrained == null ? null : PretrainedResponse.of(pretrained),
                provenance.libraries(),
                provenance.device(),
                provenance.threads(),
                provenance.precision(),
                provenance.precisionReason(),
                provenance.trainingPath(),
                provenance.trainingPathReason(),
                provenance.predictionPrecision(),
                provenance.predictionPrecisionReason(),
                new NormalisationResponse(
                        provenance.normalisation().mean(),
                        provenance.normalisation().std()),
                environments == null
                        ? null
                        : environments.stream().map(EnvironmentResponse::of).toList());
    }
}
