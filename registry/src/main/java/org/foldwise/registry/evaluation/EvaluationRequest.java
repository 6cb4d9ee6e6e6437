package org.foldwise.registry.evaluation;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.learning.split.Role;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.LowerCamelCase;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.DatasetState;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.evaluation.EvaluationRefusedException.Cause;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.ExperimentState;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.run.Ensembles;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.RunStatus;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Accepts evaluations and queues them. Every method throws {@link java.util.NoSuchElementException} if what it names does not exist, and
 * {@link EvaluationRefusedException} if it is not ready for that, and {@link org.foldwise.registry.dataset.DataWithdrawnException} if
 * a patient was withdrawn from what it judges or was trained on.
 */
@Component
public class EvaluationRequest {
    private final Evaluations evaluations;
    private final FrozenThresholds thresholds;
    private final TestOpenings openings;
    private final Runs runs;
    private final RunProgress progress;
    private final Ensembles ensembles;
    private final Experiments experiments;
    private final PatientSplits splits;
    private final Datasets datasets;
    private final DatasetImages images;
    private final JdbcClient database;
    private final JobQueue queue;
    private final Ids ids;
    private final DatabaseClock clock;

    EvaluationRequest(
            Evaluations evaluations,
            FrozenThresholds thresholds,
            TestOpenings openings,
            Runs runs,
            RunProgress progress,
            Ensembles ensembles,
            Experiments experiments,
            PatientSplits splits,
            Datasets datasets,
            DatasetImages images,
            JdbcClient database,
            JobQueue queue,
            Ids ids,
            DatabaseClock clock) {
        this.evaluations = evaluations;
        this.thresholds = thresholds;
        this.openings = openings;
        this.runs = runs;
        this.progress = progress;
        this.ensembles = ensembles;
        this.experiments = experiments;
        this.splits = splits;
        this.datasets = datasets;
        this.images = images;
        this.database = database;
        this.queue = queue;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Asks for a run's validation, which chooses and freezes its threshold, once.
     *
     * @param thresholdRule a JSON document; absent where the most probable of several exclusive classes is taken
     * @param recalibrationMethod how probabilities are recalibrated first
     * @param coverage how often the truth is to be among the classes of a prediction set, in (0, 1); absent where there are to be none
     */
    @Transactional
    public Evaluation validation(
            UUID runId,
            @Nullable String thresholdRule,
            RecalibrationMethod recalibrationMethod,
            @Nullable Double coverage) {
        requireSucceeded(runId);
        lockRun(runId);
        if (evaluations.existsByRunIdAndSubsetAndStateNot(runId, Subset.VALIDATION, EvaluationState.FAILED)) {
            throw new EvaluationRefusedException(
                    Cause.THRESHOLD_ALREADY_CHOSEN, "the threshold of run " + runId + " is chosen once and for all");
        }
        return enqueue(
                Evaluation.ofValidation(ids.next(), runId, thresholdRule, recalibrationMethod, coverage, clock.now()));
    }

    /**
     * Asks for the pooled report of a cross-validation. A nested one is judged by its outer folds: by the one run of each that trained what
     * the search had chosen there. Runs of inner folds are in nothing but the choice.
     *
     * @param thresholdRule a JSON document; absent where the most probable of several exclusive classes is taken
     */
    @Transactional
    public Evaluation outOfFold(UUID experimentId, @Nullable String thresholdRule) {
        Experiment experiment = experiments.findById(experimentId).orElseThrow();
        if (!experiment.procedure().isCrossValidation()) {
            throw new EvaluationRefusedException(
                    Cause.NOT_CROSS_VALIDATED,
                    experiment + " is no cross-validation and has no out-of-fold predictions");
        }
        if (experiment.state() != ExperimentState.SUCCEEDED) {
            throw new EvaluationRefusedException(
                    experiment.procedure() == Procedure.NESTED_CROSS_VALIDATION
                            ? Cause.SEARCH_NOT_SUCCEEDED
                            : Cause.EXPERIMENT_NOT_SUCCEEDED,
                    experiment + " is " + LowerCamelCase.of(experiment.state()));
        }
        return enqueue(Evaluation.outOfFold(ids.next(), experimentId, thresholdRule, clock.now()));
    }

    /**
     * Opens the locked test subset for a run whose threshold is frozen. Counted with the acceptance, whatever becomes of it: what would keep a worker
     * from scoring is looked for before.
     *
     * @param metrics the figures that it is for, at least one, each of the dataset's task and named once
     * @param reason why it has to be opened
     * @param openedBy the name of the API key
     */
    @Transactional
    public Evaluation test(UUID runId, List<NamedMetric> metrics, String reason, String openedBy) {
        Run run = requireSucceeded(runId);
        requireNamed(metrics, trainingDataset(run).description().task());
        requireFrozenThreshold(runId);
        UUID split = experiments.findById(run.experimentId()).orElseThrow().splitId();
        if (!locksSomebodyAway(split)) {
            throw new EvaluationRefusedException(Cause.NO_TEST_SUBSET, "split " + split + " locks nobody away");
        }
        requireWeights(run);
        Evaluation evaluation = enqueue(Evaluation.ofTest(ids.next(), runId, reason, clock.now()));
        openings.open(split, evaluation.id(), metrics, reason, openedBy);
        return evaluation;
    }

    /**
     * Nothing is opened for a network that is not the one that was trained, which a worker would refuse only then.
     *
     * @throws org.foldwise.registry.RecordTamperedException if its weights, or those of a member, are others
     */
    private void requireWeights(Run run) {
        if (run.isEnsemble()) {
            ensembles.members(run.id());
        } else {
            progress.artifact(run.id(), RunArtifactKind.WEIGHTS);
        }
    }

    private static void requireNamed(List<NamedMetric> metrics, Task task) {
        if (metrics.isEmpty()
                || Set.copyOf(metrics).size() < metrics.size()
                || !metrics.stream().allMatch(metric -> metric.isOf(task))) {
            throw new IllegalArgumentException(
                    "metrics must be some of " + NamedMetric.of(task) + ", each once, were " + metrics);
        }
    }

    /**
     * Asks for a run's evaluation on all images of another dataset. It is refused if one of those that would be judged is locked away in
     * the training dataset, byte for byte, by any of its splits: that would be an opening that nobody counts.
     *
     * @param reason why equal ids are different people; needed for {@link SharedPatients#DISTINCT_PATIENTS}
     */
    @Transactional
    public Evaluation external(UUID runId, UUID datasetId, SharedPatients sharedPatients, @Nullable String reason) {
        if (sharedPatients == SharedPatients.DISTINCT_PATIENTS && reason == null) {
            throw new IllegalArgumentException("that equal patient ids are different people needs a reason");
        }
        Run run = requireSucceeded(runId);
        requireFrozenThreshold(runId);
        Dataset external = datasets.findById(datasetId).orElseThrow();
        requireComparable(trainingDataset(run), external, sharedPatients);
        return enqueue(Evaluation.external(ids.next(), runId, datasetId, sharedPatients, reason, clock.now()));
    }

    private void requireComparable(Dataset training, Dataset external, SharedPatients sharedPatients) {
        if (external.id().equals(training.id())) {
            throw new EvaluationRefusedException(Cause.SAME_DATASET, external + " is the one the run was trained on");
        }
        if (external.state() != DatasetState.FROZEN) {
            throw new EvaluationRefusedException(
                    Cause.DATASET_NOT_FROZEN, external + " is " + LowerCamelCase.of(external.state()));
        }
        if (external.classes() == null
                || !external.classes().equals(training.classes())
                || external.description().task() != training.description().task()) {
            throw new EvaluationRefusedException(
                    Cause.OTHER_CLASSES,
                    external + " has the classes " + external.classes() + ", expected " + training.classes());
        }
        int shared = sharedPatients == SharedPatients.REFUSE
                ? images.sharedPatients(training.id(), external.id()).size()
                : 0;
        if (shared > 0) {
            throw new EvaluationRefusedException(
                    Cause.SHARED_PATIENTS, shared + " patients of the training dataset occur in " + external);
        }
        int locked = splits.lockedContents(training.id(), external.id(), sharedPatients == SharedPatients.EXCLUDE);
        if (locked > 0) {
            throw new EvaluationRefusedException(
                    Cause.LOCKED_IMAGES,
                    locked + " images of " + external + " are byte-identical to test images that splits of " + training
                            + " lock away");
        }
    }

    private Dataset trainingDataset(Run run) {
        UUID split = experiments.findById(run.experimentId()).orElseThrow().splitId();
        UUID dataset = splits.find(split).orElseThrow().datasetId();
        return datasets.findById(dataset).orElseThrow();
    }

    private Run requireSucceeded(UUID runId) {
        Run run = runs.findById(runId).orElseThrow();
        if (run.candidate() != null) {
            throw new EvaluationRefusedException(
                    Cause.RUN_OF_A_SEARCH,
                    run
                            + " belongs to a nested cross-validation; evaluate that as a whole, out of fold, or train the chosen"
                            + " plan by an experiment of its own and evaluate that");
        }
        if (run.status() != RunStatus.SUCCEEDED) {
            throw new EvaluationRefusedException(
                    Cause.RUN_NOT_SUCCEEDED, run + " is " + LowerCamelCase.of(run.status()));
        }
        return run;
    }

    private void requireFrozenThreshold(UUID runId) {
        if (thresholds.ofRun(runId).isEmpty()) {
            throw new EvaluationRefusedException(
                    Cause.THRESHOLD_NOT_FROZEN, "a validation has to freeze the threshold of run " + runId + " first");
        }
    }

    /** Lets one validation of a run through at a time, so that the second sees the first. */
    private void lockRun(UUID runId) {
        database.sql("select id from run where id = ? for no key update")
                .param(runId)
                .query(UUID.class)
                .single();
    }

    private boolean locksSomebodyAway(UUID split) {
        return database.sql("select exists (select from fold_member where split_id = ? and role = ?)")
                .param(split)
                .param(LowerCamelCase.of(Role.TEST))
                .query(Boolean.class)
                .single();
    }

    /** Refuses where the judged or the training dataset is not whole. */
    private Evaluation enqueue(Evaluation evaluation) {
        UUID run = evaluation.runId();
        UUID experiment = run == null
                ? evaluation.experimentId()
                : runs.findById(run).orElseThrow().experimentId();
        if (experiment != null) {
            UUID split = experiments.findById(experiment).orElseThrow().splitId();
            datasets.findById(splits.find(split).orElseThrow().datasetId())
                    .orElseThrow()
                    .requireWhole();
        }
        UUID external = evaluation.datasetId();
        if (external != null) {
            datasets.findById(external).orElseThrow().requireWhole();
        }
        Evaluation stored = evaluations.saveAndFlush(evaluation);
        queue.enqueue(JobKind.EVALUATE, stored.id());
        return stored;
    }
}
