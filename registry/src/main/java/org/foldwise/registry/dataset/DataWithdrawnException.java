package org.foldwise.registry.dataset;

/** A patient's data were withdrawn from a dataset, so that nothing new may begin on it. */
public final class DataWithdrawnException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int withdrawals;

    DataWithdrawnException(Dataset dataset, int withdrawals) {
        super(dataset + " is not whole: patients were withdrawn " + withdrawals + " times");
        this.withdrawals = withdrawals;
    }

    /** How often a patient was withdrawn from the dataset, 1 or more. */
    public int withdrawals() {
        return withdrawals;
    }
}
