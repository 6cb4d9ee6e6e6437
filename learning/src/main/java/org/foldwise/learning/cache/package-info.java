/**
 * What has been computed from a content and may be computed again, kept in files that several processes share. Main type:
 * {@link org.foldwise.learning.cache.RecordCache}. It knows nothing of images or networks: a record is so many bytes under the
 * digest of what they were made from.
 */
@NullMarked
package org.foldwise.learning.cache;

import org.jspecify.annotations.NullMarked;
