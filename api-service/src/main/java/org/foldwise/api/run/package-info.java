/** Runs: how a training goes on, live and afterwards. Main type: {@link org.foldwise.api.run.RunController}. */
@NullMarked
package org.foldwise.api.run;

import org.jspecify.annotations.NullMarked;
