package org.foldwise.registry.audit;

/** What somebody says who has looked at the contact sheet of an augmentation audit. */
public enum AuditVerdict {
    /** The views are images that a scanner could have made, and show what their labels say. */
    ACCEPTED,
    /** They are not, or do not. */
    REJECTED
}
