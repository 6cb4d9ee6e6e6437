package org.foldwise.registry.audit;

import java.time.Instant;
import java.util.UUID;

/**
 * Somebody has looked at the contact sheet of an augmentation audit, and says what comes of it, for ever.
 *
 * @param person who looked, in their own words, such as name and office
 * @param reason what the verdict rests on
 * @param signedBy the name of the API key
 */
public record AuditSignOff(
        UUID id, UUID auditId, AuditVerdict verdict, String person, String reason, String signedBy, Instant signedAt) {}
