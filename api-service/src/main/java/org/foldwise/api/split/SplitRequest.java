package org.foldwise.api.split;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.foldwise.api.json.MemberException;
import org.foldwise.api.json.SeenName;
import org.foldwise.learning.split.Bond;
import org.foldwise.learning.split.SplitRules;
import org.foldwise.learning.split.Stratum;
import org.jspecify.annotations.Nullable;

@Schema(description = "A split to be made.")
record SplitRequest(
        @NotBlank @SeenName @Size(max = 100) @Schema(description = "Unique within the dataset.", example = "five folds")
                String name,
        @Schema(description = "Breaks ties; the same seed gives the same split.", example = "42") long seed,
        SplitSpec spec,
        @Schema(
                        description =
                                "What is never divided between roles; patient and duplicates must be among it. Absent: these two.")
                @Nullable
                List<Bond> keepTogether,
        @Schema(description = "What every role has in equal shares; label must be among it. Absent: label.") @Nullable
                List<Stratum> stratifyBy) {
    public SplitRequest {
        keepTogether = keepTogether == null ? SplitRules.DEFAULT.keepTogether() : List.copyOf(keepTogether);
        stratifyBy = stratifyBy == null ? SplitRules.DEFAULT.stratifyBy() : List.copyOf(stratifyBy);
        try {
            new SplitRules(keepTogether, stratifyBy);
        } catch (IllegalArgumentException e) {
            boolean bound = keepTogether.containsAll(SplitRules.DEFAULT.keepTogether());
            throw new MemberException(bound ? "stratifyBy" : "keepTogether", String.valueOf(e.getMessage()));
        }
    }

    SplitRules rules() {
        return new SplitRules(
                keepTogether == null ? SplitRules.DEFAULT.keepTogether() : keepTogether,
                stratifyBy == null ? SplitRules.DEFAULT.stratifyBy() : stratifyBy);
    }
}
