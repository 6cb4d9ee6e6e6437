package org.foldwise.api.audit;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.UUID;
import org.foldwise.api.experiment.Plan;
import org.jspecify.annotations.Nullable;

@Schema(description = "An augmentation audit to be made.")
record AugmentationAuditRequest(
        @Schema(description = "The recipe whose augmentations are looked at; its seed decides what they draw.")
                Plan plan,
        @Schema(
                        description =
                                "A run whose answers are looked at as well: how often they change between an image and its views, and"
                                        + " between two exposures of one patient. It must have succeeded, be a training on the split's"
                                        + " development fold, and see images as the plan has them.")
                @Nullable
                UUID runId) {}
