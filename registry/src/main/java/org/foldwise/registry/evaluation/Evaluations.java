package org.foldwise.registry.evaluation;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
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

    /** A run's newest evaluation of that kind and state. */
    Optional<Evaluation> findFirstByRunIdAndSubsetAndStateOrderByIdDesc(
            UUID runId, Subset subset, EvaluationState state);

    /** The finished evaluations on the test subset of all trainings on a split, in the order of their ids. */
    @Query(
            """
            from Evaluation evaluation
            where evaluation.subset = TEST and evaluation.state = SUCCEEDED and evaluation.runId in (
                select run.id from Run run, Experiment experiment
                where run.experimentId = experiment.id and experiment.procedure <> ENSEMBLE
                and experiment.splitId = :splitId)
            order by evaluation.id
            """)
    List<Evaluation> findFinishedTests(UUID splitId);

    boolean existsByRunIdAndSubsetAndStateNot(UUID runId, Subset subset, EvaluationState state);
}
