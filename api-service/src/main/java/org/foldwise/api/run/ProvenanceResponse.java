package org.foldwise.api.run;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.SortedMap;
import org.foldwise.learning.provenance.Provenance;

@Schema(name = "Provenance", description = "What weights were made from; digests are SHA-256.")
record ProvenanceResponse(
        String dataset,
        String split,
        String plan,
        @Schema(example = "0") int fold,
        @Schema(example = "42") long seed,
        @Schema(description = "Versions by name.") SortedMap<String, String> libraries,
        @Schema(example = "cpu()") String device,
        @Schema(example = "2") int threads,
        @Schema(
                        description = "What convolutions and linear layers were computed in while training.",
                        example = "float32",
                        allowableValues = {"float32", "bfloat16"})
                String precision,
        @Schema(description = "Why, in words.", example = "as planned") String precisionReason) {
    static ProvenanceResponse of(Provenance provenance) {
        return new ProvenanceResponse(
                provenance.dataset().hex(),
                provenance.split().hex(),
                provenance.plan().hex(),
                provenance.fold(),
                provenance.seed(),
                provenance.libraries(),
                provenance.device(),
                provenance.threads(),
                provenance.precision(),
                provenance.precisionReason());
    }
}
