/**
 * Evaluations of runs and cross-validations, the threshold that a validation freezes, and the count of every opening of a
 * locked test subset.
 */
@NullMarked
package org.foldwise.registry.evaluation;

import org.jspecify.annotations.NullMarked;
