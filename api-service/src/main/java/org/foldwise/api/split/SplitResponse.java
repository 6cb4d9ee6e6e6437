package org.foldwise.api.split;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.dataset.WaiverView;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Bond;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.SplitRules;
import org.foldwise.learning.split.Stratum;
import org.foldwise.registry.split.PatientSplit;
import org.jspecify.annotations.Nullable;

@Schema(description = "A stored patient split. It never changes.")
record SplitResponse(
        UUID id,
        UUID datasetId,
        @Schema(example = "five folds") String name,
        @Schema(example = "42") long seed,
        SplitSpec spec,
        @Schema(description = "What is never divided between roles.") List<Bond> keepTogether,
        @Schema(description = "What every role has in equal shares.") List<Stratum> stratifyBy,
        @Schema(description = "SHA-256 over dataset, seed, specification and every patient's role in every fold.")
                String digest,
        @Schema(description = "How every fold is filled; fold -1 trains on everything outside the test subset.")
                List<LeakageAudit.FoldCounts> folds,
        Certificate certificate,
        @Schema(
                        description =
                                "Of the inner folds of a nested cross-validation: the split of whose fold this divides the train and"
                                        + " validation patients.")
                @Nullable
                UUID outerSplitId,
        @Schema(description = "Index of that fold.", example = "0") @Nullable Integer outerFold,
        @Schema(
                        description =
                                "Patients whom it trains on, validates on or holds out and whom other splits of the project lock away;"
                                        + " see the finding lockedPatientsRead. Absent in lists.",
                        example = "0")
                @Nullable
                Integer lockedElsewhere,
        @Schema(description = "Blocking findings of the dataset that were set aside.") List<WaiverView> waivers,
        @Schema(
                        description =
                                "Patients who were withdrawn from the dataset since. Counts, digest and certificate are those from before;"
                                        + " nothing new begins on a split that is not whole.",
                        example = "0")
                int withdrawals,
        Instant createdAt) {

    @Schema(name = "SplitCertificate", description = "What was proved about the split.")
    record Certificate(
            @Schema(description = "SHA-256 of the split that was audited.") String digest,
            @Schema(
                            description =
                                    "SHA-256 of the bytes that /splits/{id}/certificate answers; absent for splits older than that.")
                    @Nullable
                    String certificateDigest,
            @Schema(description = "Patients with several roles in one fold.", example = "0") int sharedPatients,
            @Schema(description = "Byte-identical images with several roles in one fold.", example = "0")
                    int sharedContents,
            @Schema(
                            description = "Largest difference of a class's share between a role and the whole.",
                            example = "0.01")
                    double greatestShareDeviation,
            @Schema(description = "Whether nothing is wrong.") boolean passed) {}

    static SplitResponse of(PatientSplit split, @Nullable Integer lockedElsewhere, List<WaiverView> waivers) {
        LeakageAudit audit = split.audit();
        SplitSpec spec = SplitSpec.of(split.spec());
        SplitRules rules = split.rules();
        split.requireAsStored();
        String digest = split.digest().hex();
        Digest certificate = split.certificateDigest();
        return new SplitResponse(
                split.id(),
                split.datasetId(),
                split.name(),
                split.seed(),
                spec,
                rules.keepTogether(),
                rules.stratifyBy(),
                digest,
                audit.folds(),
                new Certificate(
                        digest,
                        certificate == null ? null : certificate.hex(),
                        audit.sharedPatients(),
                        audit.sharedContents(),
                        audit.greatestShareDeviation(),
                        audit.passed()),
                split.outerSplitId(),
                split.outerFold(),
                lockedElsewhere,
                waivers,
                split.withdrawals(),
                split.createdAt());
    }
}
