package org.foldwise.registry.withdrawal;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.foldwise.registry.withdrawal.WithdrawalPlan.OpenWork;

/** A patient cannot be withdrawn as things stand. Nothing was changed. */
public final class WithdrawalRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<OpenWork> openWork;
    private final transient List<UUID> unreadDrafts;

    private WithdrawalRefusedException(String message, List<OpenWork> openWork, Collection<UUID> unreadDrafts) {
        super(message);
        this.openWork = List.copyOf(openWork);
        this.unreadDrafts = List.copyOf(unreadDrafts);
    }

    static WithdrawalRefusedException nobody(Collection<UUID> unreadDrafts) {
        return new WithdrawalRefusedException(
                "the project has no image that can be told to be that patient's", List.of(), unreadDrafts);
    }

    static WithdrawalRefusedException busy(List<OpenWork> openWork) {
        return new WithdrawalRefusedException(
                openWork.size() + " jobs work with the patient's data", openWork, List.of());
    }

    /** Drafts whose manifest speaks of the patient where it cannot be read; only where there is no open work. */
    public List<UUID> unreadDrafts() {
        return unreadDrafts;
    }

    /** The jobs that work with the patient's data; none where the project has no image of the patient. */
    public List<OpenWork> openWork() {
        return openWork;
    }
}
