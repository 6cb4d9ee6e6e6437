package org.foldwise.api.weights;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.pretrained.WeightSet;
import org.foldwise.registry.weights.ImportedWeightSet;
import org.jspecify.annotations.Nullable;

@Schema(description = "Weights that a training can begin with, or could if their file was imported.")
record WeightSetResponse(
        @Schema(description = "By which plans ask for it.", example = "ResNet18_Weights.IMAGENET1K_V1") String name,
        BackboneName backbone,
        WeightSetState state,
        @Schema(description = "Of the images it is for; weights for 3 fit plans with 1 as well.", example = "3")
                int channels,
        @Schema(description = "What the file is called.", example = "resnet18-f37072fd.pth") String fileName,
        @Schema(
                        description =
                                "With what the SHA-256 of the file begins, as its publisher or the operator's description says;"
                                        + " absent for weights of which only a file has come.",
                        example = "f37072fd")
                @Nullable
                String publishedDigestPrefix,
        @Schema(
                        description = "Where the file is listed; absent where nobody has said.",
                        example = "torchvision's page \"Models and pre-trained weights\"")
                @Nullable
                String listedIn,
        @Schema(description = "Where the configured mirror has the file. The platform itself fetches nothing.")
                @Nullable
                String mirror,
        @Schema(description = "SHA-256 of the imported file.") @Nullable String digest,
        @Schema(example = "46830571") @Nullable Long sizeBytes,
        @Schema(description = "Tensors of the imported file that the backbone does not have and that are passed over.")
                @Nullable
                List<String> ignored,
        @Schema(
                        description =
                                "With what names of tensors begin, by what those in the file begin with; absent where the file has"
                                        + " torchvision's names.")
                @Nullable
                Map<String, String> mapping,
        @Nullable Instant importedAt) {
    static WeightSetResponse of(Offer offer, WeightsProperties properties) {
        WeightSet known = offer.known();
        ImportedWeightSet imported = offer.imported();
        return new WeightSetResponse(
                offer.name(),
                offer.backbone(),
                offer.state(),
                offer.channels(),
                offer.fileName(),
                known == null ? null : known.digestPrefix(),
                known == null ? null : known.listedIn(),
                known == null ? null : properties.mirrored(known.fileName()),
                imported == null ? null : imported.file().digest().hex(),
                imported == null ? null : imported.sizeBytes(),
                imported == null ? null : imported.ignored(),
                mapping(known, imported),
                imported == null ? null : imported.createdAt());
    }

    private static @Nullable Map<String, String> mapping(
            @Nullable WeightSet known, @Nullable ImportedWeightSet imported) {
        Map<String, String> mapping = imported != null
                ? imported.mapping()
                : known == null ? Map.of() : known.mapping().beginnings();
        return mapping.isEmpty() ? null : new TreeMap<>(mapping);
    }
}
