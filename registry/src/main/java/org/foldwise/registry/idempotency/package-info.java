/**
 * Requests that were answered already, so that a client may repeat one without doing its work twice.
 */
@NullMarked
package org.foldwise.registry.idempotency;

import org.jspecify.annotations.NullMarked;
