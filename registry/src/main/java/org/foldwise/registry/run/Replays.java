package org.foldwise.registry.run;

import java.util.List;
import java.util.UUID;
import org.foldwise.registry.inquiry.Inquiries;
import org.foldwise.registry.inquiry.InquiryState;

/** The stored replays. */
public interface Replays extends Inquiries<Replay> {
    /** A run's replays in the order of their ids. */
    List<Replay> findByRunIdOrderById(UUID runId);

    boolean existsByRunIdAndStateIn(UUID runId, List<InquiryState> states);
}
