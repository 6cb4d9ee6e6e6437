package org.foldwise.registry.evaluation;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

/** The stored evaluations. */
public interface Evaluations extends Repository<Evaluation, UUID> {
    Evaluation saveAndFlush(Evaluation evaluation);

    void flush();

    Optional<Evaluation> findById(UUID id);

    /** A run's evaluations with higher ids than {@code after}, in the order of their ids. */
    List<Evaluation> findByRunIdAndIdGreaterThanOrderById(UUID runId, UUID after, Limit limit);

    /** A cross-validation's evaluations with higher ids than {@code after}, in the order of their ids. */
    List<Evaluation> findByExperimentIdAndIdGreaterThanOrderById(UUID experimentId, UUID after, Limit limit);

    boolean existsByRunIdAndSubsetAndStateNot(UUID runId, Subset subset, EvaluationState state);
}
