/**
 * Our side of each comparison, in a process of its own. Main type: {@link org.foldwise.bench.ours.Ours}. The work is done by
 * the library's own classes, in the way the platform uses them.
 */
@NullMarked
package org.foldwise.bench.ours;

import org.jspecify.annotations.NullMarked;
