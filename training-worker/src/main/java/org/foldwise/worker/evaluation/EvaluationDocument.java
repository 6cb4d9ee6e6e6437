package org.foldwise.worker.evaluation;

import org.foldwise.learning.metrics.EvaluationReport;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation came to; stored with it as JSON.
 *
 * @param report the figures
 * @param overlap of an external dataset with the one the run was made from; absent for all other subsets
 */
record EvaluationDocument(EvaluationReport report, @Nullable Overlap overlap) {

    /**
     * What two datasets have in common.
     *
     * @param sharedPatients patient ids that occur in both
     * @param excludedImages images that were left out because of them
     * @param sharedContents images that occur in both, byte for byte, by content
     */
    record Overlap(int sharedPatients, int excludedImages, int sharedContents) {}
}
