/**
 * Augmentation audits: what a plan's augmentations make of training images. Main type: {@link
 * org.foldwise.api.audit.AuditController}.
 */
@NullMarked
package org.foldwise.api.audit;

import org.jspecify.annotations.NullMarked;
