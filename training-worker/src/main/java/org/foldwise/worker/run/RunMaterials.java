package org.foldwise.worker.run;

import java.util.NoSuchElementException;
import java.util.UUID;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Split;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;

/** Reads what runs are made from, and trusts none of it before its digest has been computed again. */
@Component
public final class RunMaterials {
    private final Runs runs;
    private final Experiments experiments;
    private final PatientSplits splits;
    private final Datasets datasets;
    private final DatasetImages images;

    RunMaterials(Runs runs, Experiments experiments, PatientSplits splits, Datasets datasets, DatasetImages images) {
        this.runs = runs;
        this.experiments = experiments;
        this.splits = splits;
        this.datasets = datasets;
        this.images = images;
    }

    /**
     * What the run is made from.
     *
     * @throws org.foldwise.registry.split.SplitTamperedException if the stored split was changed, or its certificate is not that of
     *     what was read: its proof is made anew for every run
     * @throws MaterialChangedException if the stored plan or dataset was changed
     */
    public RunMaterial ofRun(UUID runId) {
        Run run = runs.findById(runId).orElseThrow(() -> new NoSuchElementException("there is no run " + runId));
        Experiment experiment = experiments.findById(run.experimentId()).orElseThrow();
        Cohort cohort = cohort(splits.find(experiment.splitId()).orElseThrow().datasetId());
        Split split = splits.loadProven(experiment.splitId(), cohort);
        return new RunMaterial(
                plan(experiment.plan(), experiment.planDigest()),
                experiment.planDigest(),
                experiment.weightSetId(),
                split,
                split.fold(run.fold()),
                cohort);
    }

    /**
     * A stored plan.
     *
     * @throws MaterialChangedException if it has not the digest that was stored with it
     */
    public static ExperimentPlan plan(String stored, Digest digest) {
        ExperimentPlan plan = PlanJson.read(stored);
        if (!PlanJson.digest(plan).equals(digest)) {
            throw new MaterialChangedException("the plan with digest " + digest + " is not the stored one");
        }
        return plan;
    }

    /**
     * The cohort of a frozen dataset.
     *
     * @throws MaterialChangedException if it is not the one that was frozen
     */
    public Cohort cohort(UUID datasetId) {
        Dataset dataset = datasets.findById(datasetId).orElseThrow();
        Cohort cohort = images.cohort(dataset);
        if (!cohort.digest().equals(dataset.digest())) {
            throw new MaterialChangedException("dataset " + datasetId + " is not the one that was frozen");
        }
        return cohort;
    }
}
