package org.foldwise.api.model;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.UUID;

@Schema(description = "A run to be registered.")
record ModelVersionRequest(
        @Schema(description = "A succeeded run, or ensemble of runs, with a frozen threshold, of the model's project.")
                UUID runId) {}
