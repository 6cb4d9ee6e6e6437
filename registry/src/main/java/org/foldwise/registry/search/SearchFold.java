package org.foldwise.registry.search;

import java.util.UUID;

/**
 * An outer fold of a search.
 *
 * @param fold its index
 * @param innerSplitId the split of the patients whom it learns from
 */
public record SearchFold(int fold, UUID innerSplitId) {}
