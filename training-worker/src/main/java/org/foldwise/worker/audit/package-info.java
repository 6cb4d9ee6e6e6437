/** The job that audits a plan's augmentations on training images. Main type: {@code AuditAugmentation}. It trains nothing. */
@NullMarked
package org.foldwise.worker.audit;

import org.jspecify.annotations.NullMarked;
