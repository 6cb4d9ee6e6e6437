/**
 * A seeded generator of chest-film-like phantoms with an anatomy per patient and a known disease signal, for the demo and
 * for tests. Main type: {@code SyntheticCohort}. No real patient is behind any of its images.
 */
@NullMarked
package org.foldwise.learning.dataset.synthetic;

import org.jspecify.annotations.NullMarked;
