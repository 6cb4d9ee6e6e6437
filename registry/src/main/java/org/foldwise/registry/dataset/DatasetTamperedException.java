package org.foldwise.registry.dataset;

import org.foldwise.registry.RecordTamperedException;

/** A frozen dataset is not what was frozen: somebody changed it past the database's triggers. */
public final class DatasetTamperedException extends RecordTamperedException {
    private static final long serialVersionUID = 1L;

    DatasetTamperedException(Dataset dataset, String reason) {
        super(
                dataset + " is not as it was frozen: " + reason,
                "Dataset " + dataset.id(),
                reason,
                "freeze another, or restore the database");
    }
}
