package org.foldwise.api.split;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.split.Bond;
import org.foldwise.learning.split.SplitCertificate;
import org.foldwise.learning.split.Stratum;

@Schema(
        name = "SplitProof",
        description =
                "The proof that a split leaks nothing. The roles of a fold are disjoint exactly if what is in each adds up to the"
                        + " total: patients, contents, and groups of patients who must stay together.")
record SplitProofResponse(
        @Schema(description = "SHA-256 of the frozen dataset.") String dataset,
        @Schema(description = "SHA-256 of the split.") String split,
        @Schema(example = "42") long seed,
        SplitSpec spec,
        Rules rules,
        @Schema(description = "SHA-256 of the groups of patients who must stay together.") String ties,
        SplitCertificate.Holding total,
        @Schema(description = "What each role of each fold holds; fold -1 comes first.")
                List<SplitCertificate.FoldProof> folds,
        @Schema(description = "Largest difference of a class's share between a role and the whole.", example = "0.01")
                double greatestShareDeviation) {

    @Schema(name = "SplitRules", description = "What held for the split.")
    record Rules(
            @Schema(description = "What was never divided.") List<Bond> keepTogether,
            @Schema(description = "What every role has in equal shares.") List<Stratum> stratifyBy) {}
}
