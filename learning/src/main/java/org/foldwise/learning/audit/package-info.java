/**
 * What a plan's augmentations make of training images: figures, findings and a contact sheet for a person to look at. Main type: {@link
 * org.foldwise.learning.audit.AugmentationAuditor}. Nothing is trained.
 */
@NullMarked
package org.foldwise.learning.audit;

import org.jspecify.annotations.NullMarked;
