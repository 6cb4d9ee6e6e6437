package org.foldwise.api.bucket;

import org.jspecify.annotations.Nullable;

/**
 * An object as a listing shows it.
 *
 * @param key of the object, from the bucket's root
 * @param size in bytes, from 0
 * @param version its entity tag, which changes with its bytes; absent where the store lists none
 */
public record BucketObject(String key, long size, @Nullable String version) {
    public BucketObject {
        if (size < 0) {
            throw new IllegalArgumentException("size must not be negative, is " + size);
        }
    }
}
