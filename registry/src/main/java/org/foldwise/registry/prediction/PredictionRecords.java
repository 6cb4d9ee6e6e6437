package org.foldwise.registry.prediction;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

/** The stored predictions. */
public interface PredictionRecords extends Repository<PredictionRecord, UUID> {
    PredictionRecord save(PredictionRecord prediction);

    Optional<PredictionRecord> findById(UUID id);

    /** A version's predictions with higher ids than {@code after}, in the order of their ids. */
    List<PredictionRecord> findByModelVersionIdAndIdGreaterThanOrderById(UUID modelVersionId, UUID after, Limit limit);
}
