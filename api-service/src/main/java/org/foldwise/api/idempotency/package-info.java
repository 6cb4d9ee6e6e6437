/**
 * Requests that may be repeated: whoever sends an {@code Idempotency-Key} with a request that creates something gets the first
 * answer again instead of a second thing.
 */
@NullMarked
package org.foldwise.api.idempotency;

import org.jspecify.annotations.NullMarked;
