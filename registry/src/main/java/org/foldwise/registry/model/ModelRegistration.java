package org.foldwise.registry.model;

import java.util.UUID;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.LowerCamelCase;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.evaluation.FrozenThresholds;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.model.ModelRefusedException.Cause;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunStatus;
import org.foldwise.registry.run.Runs;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Makes a run the next version of a model. */
@Component
public class ModelRegistration {
    private final Models models;
    private final ModelVersions versions;
    private final Runs runs;
    private final Experiments experiments;
    private final FrozenThresholds thresholds;
    private final Ids ids;
    private final DatabaseClock clock;

    ModelRegistration(
            Models models,
            ModelVersions versions,
            Runs runs,
            Experiments experiments,
            FrozenThresholds thresholds,
            Ids ids,
            DatabaseClock clock) {
        this.models = models;
        this.versions = versions;
        this.runs = runs;
        this.experiments = experiments;
        this.thresholds = thresholds;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Checks that a run may become a version, before anybody goes to the trouble of making its bundle.
     *
     * @throws java.util.NoSuchElementException if there is no such model or run
     * @throws ModelRefusedException if the run has not succeeded, has no frozen threshold, belongs to another project, or learned
     *     from a patient who was withdrawn
     */
    @Transactional(readOnly = true)
    public void requireRegistrable(UUID modelId, UUID runId) {
        Model model = models.findById(modelId).orElseThrow();
        Run run = runs.findById(runId).orElseThrow();
        if (run.status() != RunStatus.SUCCEEDED) {
            throw new ModelRefusedException(Cause.RUN_NOT_SUCCEEDED, run + " is " + LowerCamelCase.of(run.status()));
        }
        if (run.withdrawals() > 0) {
            throw new ModelRefusedException(
                    Cause.DATA_WITHDRAWN, "patients whom " + run + " learned from were withdrawn");
        }
        if (thresholds.ofRun(runId).isEmpty()) {
            throw new ModelRefusedException(
                    Cause.THRESHOLD_NOT_FROZEN, "a validation has to freeze the threshold of " + run + " first");
        }
        UUID project = experiments.findProjectId(run.experimentId()).orElseThrow();
        if (!project.equals(model.projectId())) {
            throw new ModelRefusedException(Cause.OTHER_PROJECT, run + " belongs to another project than " + model);
        }
    }

    /**
     * Registers a run as a candidate, under the model's next number.
     *
     * @param bundle in the store already
     * @throws java.util.NoSuchElementException if there is no such model or run
     * @throws ModelRefusedException as {@link #requireRegistrable} does
     */
    @Transactional
    public ModelVersion register(UUID modelId, UUID runId, ArtifactKey bundle) {
        requireRegistrable(modelId, runId);
        Model model = models.lock(modelId).orElseThrow();
        int number = versions.highestNumber(model.id()) + 1;
        return versions.save(new ModelVersion(ids.next(), model.id(), number, runId, bundle, clock.now()));
    }
}
