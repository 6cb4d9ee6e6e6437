package org.foldwise.api.withdrawal;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.withdrawal.Withdrawal;

@Schema(
        description =
                "A patient's data were withdrawn: who did it, when and why, and what they were part of. It stays for ever and"
                        + " does not say whose they were.")
record WithdrawalResponse(
        UUID id,
        UUID projectId,
        @Schema(description = "Why, in the words of whoever did it.") String reason,
        @Schema(description = "Name of the API key.") String withdrawnBy,
        Instant withdrawnAt,
        WithdrawalReachView touched,
        @Schema(
                        description =
                                "How many of those contents still lie in the artifact store: unnamed, and waiting to be swept, or in"
                                        + " drafts of the project again, of which another withdrawal of the patient erases them. 0 once"
                                        + " all is erased.",
                        example = "0")
                int filesLeft) {
    static WithdrawalResponse of(Withdrawal withdrawal, int filesLeft) {
        return new WithdrawalResponse(
                withdrawal.id(),
                withdrawal.projectId(),
                withdrawal.reason(),
                withdrawal.withdrawnBy(),
                withdrawal.withdrawnAt(),
                WithdrawalReachView.of(withdrawal.reach()),
                filesLeft);
    }
}
