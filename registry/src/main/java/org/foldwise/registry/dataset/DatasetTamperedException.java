package org.foldwise.registry.dataset;

import java.util.UUID;

/** A frozen dataset is not what was frozen: somebody changed it past the database's triggers. */
public final class DatasetTamperedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final UUID dataset;
    private final String reason;

    DatasetTamperedException(Dataset dataset, String reason) {
        super(dataset + " is not as it was frozen: " + reason);
        this.dataset = dataset.id();
        this.reason = reason;
    }

    /** Which dataset. */
    public UUID dataset() {
        return dataset;
    }

    /** What was found to be wrong with it, for people, without patient data. */
    public String reason() {
        return reason;
    }
}
