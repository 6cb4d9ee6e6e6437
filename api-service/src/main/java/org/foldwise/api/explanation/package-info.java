/**
 * Explanation checks: whether the maps that explain an evaluation's answers show what these rest on. Main type: {@link
 * org.foldwise.api.explanation.ExplanationCheckController}.
 */
@NullMarked
package org.foldwise.api.explanation;

import org.jspecify.annotations.NullMarked;
