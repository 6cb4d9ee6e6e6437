/**
 * What commands at a terminal that speak to a running platform have in common. Main type:
 * {@link org.foldwise.standalone.console.ServerProblem}.
 */
@NullMarked
package org.foldwise.standalone.console;

import org.jspecify.annotations.NullMarked;
