package org.foldwise.registry.leakage;

import java.util.List;
import java.util.UUID;
import org.foldwise.registry.inquiry.Inquiries;
import org.springframework.data.domain.Limit;

/** The stored leakage experiments. */
public interface LeakageExperiments extends Inquiries<LeakageExperiment> {
    /** A dataset's leakage experiments with higher ids than {@code after}, in the order of their ids. */
    List<LeakageExperiment> findByDatasetIdAndIdGreaterThanOrderById(UUID datasetId, UUID after, Limit limit);
}
