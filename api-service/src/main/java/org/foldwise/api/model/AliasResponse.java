package org.foldwise.api.model;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.registry.model.ModelAlias;

@Schema(description = "A name that points at one of a model's versions.")
record AliasResponse(@Schema(example = "production") String alias, @Schema(example = "1") int version) {

    @Schema(name = "Aliases", description = "The aliases of a model.")
    record All(List<AliasResponse> aliases) {}

    static AliasResponse of(ModelAlias alias) {
        return new AliasResponse(alias.alias(), alias.version());
    }
}
