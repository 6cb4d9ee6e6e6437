/**
 * Sets of classes that hold the true one as often as promised, whatever the model: {@link
 * org.foldwise.learning.metrics.conformal.ConformalSets}, calibrated on patients, and abstention where a set leaves the answer open
 * ({@link org.foldwise.learning.metrics.conformal.ConformalCoverage}) or where too many answers would be wrong ({@link
 * org.foldwise.learning.metrics.conformal.Abstention}).
 */
@NullMarked
package org.foldwise.learning.metrics.conformal;

import org.jspecify.annotations.NullMarked;
