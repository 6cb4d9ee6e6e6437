package org.foldwise.api.audit;

import io.swagger.v3.oas.annotations.media.Schema;
import org.foldwise.api.experiment.Plan;

@Schema(description = "An augmentation audit to be made.")
record AugmentationAuditRequest(
        @Schema(description = "The recipe whose augmentations are looked at; its seed decides what they draw.")
                Plan plan) {}
