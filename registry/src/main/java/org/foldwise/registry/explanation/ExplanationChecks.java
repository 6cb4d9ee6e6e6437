package org.foldwise.registry.explanation;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.registry.inquiry.Inquiries;
import org.foldwise.registry.inquiry.InquiryState;
import org.springframework.data.domain.Limit;

/** The stored explanation checks. */
public interface ExplanationChecks extends Inquiries<ExplanationCheck> {
    /** An evaluation's checks with higher ids than {@code after}, in the order of their ids. */
    List<ExplanationCheck> findByEvaluationIdAndIdGreaterThanOrderById(UUID evaluationId, UUID after, Limit limit);

    /** An evaluation's newest check in that state. */
    Optional<ExplanationCheck> findFirstByEvaluationIdAndStateOrderByIdDesc(UUID evaluationId, InquiryState state);
}
