package org.foldwise.api.weights;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
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
                                "With what the SHA-256 of the published file begins; absent for weights of one's own.",
                        example = "f37072fd")
                @Nullable
                String publishedDigestPrefix,
        @Schema(
                        description = "Where the publisher lists it; absent for weights of one's own.",
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
        @Nullable Instant importedAt) {
    static WeightSetResponse of(Offer offer, WeightsProperties properties) {
        WeightSet published = offer.published();
        ImportedWeightSet imported = offer.imported();
        return new WeightSetResponse(
                offer.name(),
                offer.backbone(),
                offer.state(),
                offer.channels(),
                offer.fileName(),
                published == null ? null : published.digestPrefix(),
                published == null ? null : published.listedIn(),
                published == null ? null : properties.mirrored(published.fileName()),
                imported == null ? null : imported.file().digest().hex(),
                imported == null ? null : imported.sizeBytes(),
                imported == null ? null : imported.ignored(),
                imported == null ? null : imported.createdAt());
    }
}
