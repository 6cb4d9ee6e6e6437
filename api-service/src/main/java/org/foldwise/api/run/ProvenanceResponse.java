package org.foldwise.api.run;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.SortedMap;
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
                        allowableValues = {"float32", "bfloat16"})
                String precision,
        @Schema(description = "Why, in words.", example = "as planned") String precisionReason) {
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
                provenance.precisionReason());
    }
}
