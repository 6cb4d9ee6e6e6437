package org.foldwise.registry.withdrawal;

import java.util.List;
import org.foldwise.registry.withdrawal.WithdrawalPlan.OpenWork;

/** A patient cannot be withdrawn as things stand. Nothing was changed. */
public final class WithdrawalRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<OpenWork> openWork;

    private WithdrawalRefusedException(String message, List<OpenWork> openWork) {
        super(message);
        this.openWork = List.copyOf(openWork);
    }

    static WithdrawalRefusedException nobody() {
        return new WithdrawalRefusedException("the project has no image of that patient", List.of());
    }

    static WithdrawalRefusedException busy(List<OpenWork> openWork) {
        return new WithdrawalRefusedException(openWork.size() + " jobs work with the patient's data", openWork);
    }

    /** The jobs that work with the patient's data; none where the project has no image of the patient. */
    public List<OpenWork> openWork() {
        return openWork;
    }
}
