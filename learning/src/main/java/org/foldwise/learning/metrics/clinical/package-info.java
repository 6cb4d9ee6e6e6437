/**
 * What decisions are worth to the people they are about: {@link org.foldwise.learning.metrics.clinical.DecisionCurve}.
 */
@NullMarked
package org.foldwise.learning.metrics.clinical;

import org.jspecify.annotations.NullMarked;
