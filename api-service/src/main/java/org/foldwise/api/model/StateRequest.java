package org.foldwise.api.model;

import io.swagger.v3.oas.annotations.media.Schema;

@Schema(name = "ModelVersionStateRequest", description = "What a model version is to become.")
record StateRequest(Target state) {

    @Schema(name = "ModelVersionTarget", description = "Approved for use, or not to be used any more.")
    enum Target {
        RELEASED,
        WITHDRAWN
    }
}
