package org.foldwise.registry.audit;

import java.util.List;
import java.util.UUID;
import org.foldwise.registry.inquiry.Inquiries;
import org.springframework.data.domain.Limit;

/** The stored augmentation audits. */
public interface AugmentationAudits extends Inquiries<AugmentationAudit> {
    /** A split's audits with higher ids than {@code after}, in the order of their ids. */
    List<AugmentationAudit> findBySplitIdAndIdGreaterThanOrderById(UUID splitId, UUID after, Limit limit);
}
