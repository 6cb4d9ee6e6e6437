/**
 * Searches for a plan: which candidates a search looks at, how long they are trained at which rung, and which of them go on. Main types:
 * {@link org.foldwise.learning.search.SearchSpec}, {@link org.foldwise.learning.search.CandidateDraw}, {@link
 * org.foldwise.learning.search.Rung}, {@link org.foldwise.learning.search.RungSelection}. Everything follows from the specification
 * and the inner figures alone; nothing here trains.
 */
@NullMarked
package org.foldwise.learning.search;

import org.jspecify.annotations.NullMarked;
