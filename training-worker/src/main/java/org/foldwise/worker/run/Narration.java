package org.foldwise.worker.run;

import org.foldwise.learning.training.BatchProgress;
import org.foldwise.learning.training.EpochSummary;
import org.foldwise.learning.training.TrainingListener;
import org.foldwise.worker.JobProgress;

/** Says how far a training is, for people. */
abstract class Narration implements TrainingListener {
    private final JobProgress report;
    private final int epochs;
    private double reached;
    private String overfitting = "";

    Narration(JobProgress report, int epochs) {
        this.report = report;
        this.epochs = epochs;
    }

    final void remember(EpochSummary summary) {
        Integer since = summary.overfittingSince();
        overfitting = since == null ? "" : ", overfitting since epoch " + (since + 1);
    }

    final void preparing(String what) {
        report.at(reached, what);
    }

    @Override
    public final void batchFinished(BatchProgress batch) {
        reached = (batch.epochIndex() + (double) batch.batch() / batch.batches()) / epochs;
        report.at(
                reached,
                "epoch " + (batch.epochIndex() + 1) + " of " + epochs + ", batch " + batch.batch() + " of "
                        + batch.batches() + overfitting);
    }
}
