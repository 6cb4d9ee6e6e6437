package org.foldwise.api.audit;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.foldwise.registry.audit.AuditSignOff;
import org.foldwise.registry.audit.AuditVerdict;

@Schema(name = "SignOff", description = "Somebody has looked at the contact sheet. It stays for ever.")
record SignOffView(
        AuditVerdict verdict,
        @Schema(description = "Who looked, in their own words.") String person,
        @Schema(description = "What the verdict rests on.") String reason,
        @Schema(description = "Name of the API key.") String signedBy,
        Instant signedAt) {
    static SignOffView of(AuditSignOff signOff) {
        return new SignOffView(
                signOff.verdict(), signOff.person(), signOff.reason(), signOff.signedBy(), signOff.signedAt());
    }
}
