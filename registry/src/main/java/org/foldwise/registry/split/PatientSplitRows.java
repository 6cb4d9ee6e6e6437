package org.foldwise.registry.split;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

interface PatientSplitRows extends Repository<PatientSplit, UUID> {
    PatientSplit saveAndFlush(PatientSplit split);

    Optional<PatientSplit> findById(UUID id);

    boolean existsByDatasetIdAndName(UUID datasetId, String name);

    List<PatientSplit> findByDatasetIdAndOuterSplitIdIsNullAndIdGreaterThanOrderById(
            UUID datasetId, UUID after, Limit limit);
}
