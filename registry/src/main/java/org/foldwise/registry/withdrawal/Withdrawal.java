package org.foldwise.registry.withdrawal;

import java.time.Instant;
import java.util.UUID;

/**
 * The tombstone of a patient's data: who took them out, when and why, and what they were part of. It never changes and holds no
 * patient data.
 *
 * @param withdrawnBy the name of the API key
 */
public record Withdrawal(
        UUID id, UUID projectId, String reason, String withdrawnBy, Instant withdrawnAt, WithdrawalReach reach) {}
