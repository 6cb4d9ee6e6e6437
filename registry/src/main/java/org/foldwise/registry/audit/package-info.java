/**
 * Augmentation audits: what a plan's augmentations make of the training images of a split, with a contact sheet. {@link
 * org.foldwise.registry.audit.AuditRequests} queues them, {@link org.foldwise.registry.audit.AuditReporting} is the only way by which
 * workers write.
 */
@NullMarked
package org.foldwise.registry.audit;

import org.jspecify.annotations.NullMarked;
