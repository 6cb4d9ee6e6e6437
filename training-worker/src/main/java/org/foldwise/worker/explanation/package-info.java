/** The job that checks the maps which explain an evaluation's answers. Main type: {@code ExplanationChecking}. */
@NullMarked
package org.foldwise.worker.explanation;

import org.jspecify.annotations.NullMarked;
