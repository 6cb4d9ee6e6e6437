package org.foldwise.registry.neighbourhood;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.registry.inquiry.Inquiries;
import org.foldwise.registry.inquiry.InquiryState;
import org.springframework.data.domain.Limit;

/** The stored neighbourhoods. */
public interface Neighbourhoods extends Inquiries<Neighbourhood> {
    /** An evaluation's neighbourhoods with higher ids than {@code after}, in the order of their ids. */
    List<Neighbourhood> findByEvaluationIdAndIdGreaterThanOrderById(UUID evaluationId, UUID after, Limit limit);

    /** An evaluation's newest neighbourhood in that state. */
    Optional<Neighbourhood> findFirstByEvaluationIdAndStateOrderByIdDesc(UUID evaluationId, InquiryState state);
}
