/**
 * A trained model on held-out patients: scores and the report on them. Main type: {@code Evaluator}.
 */
@NullMarked
package org.foldwise.learning.evaluation;

import org.jspecify.annotations.NullMarked;
