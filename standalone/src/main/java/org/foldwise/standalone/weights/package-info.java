/**
 * The command {@code foldwise weights}: lists weight sets, imports files of weights into a running platform through its public HTTP
 * API, and fetches published files from a mirror that somebody has configured. Main type:
 * {@link org.foldwise.standalone.weights.WeightsCommand}.
 */
@NullMarked
package org.foldwise.standalone.weights;

import org.jspecify.annotations.NullMarked;
