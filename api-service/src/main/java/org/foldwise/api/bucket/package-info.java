/**
 * Buckets of S3-compatible object stores, read and never written. The only package that knows an object store's client; it knows nothing
 * of uploads. Main type: {@link org.foldwise.api.bucket.Bucket}.
 */
@NullMarked
package org.foldwise.api.bucket;

import org.jspecify.annotations.NullMarked;
