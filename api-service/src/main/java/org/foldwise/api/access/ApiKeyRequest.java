package org.foldwise.api.access;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.foldwise.api.json.SeenName;
import org.foldwise.registry.access.Role;
import org.jspecify.annotations.Nullable;

@Schema(description = "An API key to be issued.")
record ApiKeyRequest(
        @NotBlank @SeenName @Size(max = 100) @Schema(description = "Who or what will use it.", example = "ward 7")
                String name,
        @Schema(description = "What it may do.", example = "researcher") Role role,
        @Schema(description = "The one project that it opens; absent for all.") @Nullable UUID projectId,
        @Min(1)
                @Max(3650)
                @Schema(description = "After how many days it ends; absent for never.", example = "90")
                @Nullable
                Integer validDays) {}
