/**
 * Comparisons with a peer: two processes that do the same work in turns, and a table of what they took. Main type:
 * {@link org.foldwise.bench.Bench}. What our side does is in {@link org.foldwise.bench.ours}, the peer's side is Python.
 */
@NullMarked
package org.foldwise.bench;

import org.jspecify.annotations.NullMarked;
