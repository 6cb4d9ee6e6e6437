package org.foldwise.registry.experiment;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The stored experiments. */
public interface Experiments extends Repository<Experiment, UUID> {
    Experiment saveAndFlush(Experiment experiment);

    Optional<Experiment> findById(UUID id);

    /** The experiments with higher ids than {@code after}, in the order of their ids. */
    List<Experiment> findByIdGreaterThanOrderById(UUID after, Limit limit);

    /** A project's experiments with higher ids than {@code after}, in the order of their ids. */
    @Query(
            """
            from Experiment experiment
            where experiment.id > :after and experiment.splitId in (
                select split.id from PatientSplit split, Dataset dataset
                where split.datasetId = dataset.id and dataset.projectId = :projectId)
            order by experiment.id
            """)
    List<Experiment> findByProjectId(UUID projectId, UUID after, Limit limit);

    /** The project that an experiment belongs to, by way of its split and dataset. */
    @Query(
            """
            select dataset.projectId from Experiment experiment, PatientSplit split, Dataset dataset
            where experiment.id = :id and split.id = experiment.splitId and dataset.id = split.datasetId
            """)
    Optional<UUID> findProjectId(UUID id);

    /** The succeeded cross-validations on a split, nested ones among them, the newest first. */
    @Query(
            """
            from Experiment experiment
            where experiment.splitId = :splitId and experiment.state = SUCCEEDED
            and experiment.procedure in (CROSS_VALIDATION, NESTED_CROSS_VALIDATION)
            order by experiment.id desc
            """)
    List<Experiment> findCrossValidations(UUID splitId);

    /** How far an experiment is at this moment in the database, whatever was read of it before. */
    @Query("select experiment.state from Experiment experiment where experiment.id = :id")
    Optional<ExperimentState> findState(UUID id);

    /** The experiment, locked until the transaction ends. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("from Experiment experiment where experiment.id = :id")
    Optional<Experiment> lock(UUID id);
}
