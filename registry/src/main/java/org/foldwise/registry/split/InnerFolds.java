package org.foldwise.registry.split;

import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.split.Split;

/**
 * The inner split of an outer fold.
 *
 * @param fold index of the outer fold
 * @param split of the patients whom that fold learns from
 * @param cohort their images, which the split divides; nobody else's
 */
public record InnerFolds(int fold, Split split, Cohort cohort) {}
