package org.foldwise.worker.run;

import java.util.NoSuchElementException;
import java.util.UUID;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.split.Split;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.search.SearchCandidate;
import org.foldwise.registry.search.Searches;
import org.foldwise.registry.split.InnerFolds;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads what runs are made from, and trusts none of it before its digest has been computed again. */
@Component
public final class RunMaterials {
    private final Runs runs;
    private final Experiments experiments;
    private final Searches searches;
    private final PatientSplits splits;
    private final Datasets datasets;
    private final DatasetImages images;

    RunMaterials(
            Runs runs,
            Experiments experiments,
            Searches searches,
            PatientSplits splits,
            Datasets datasets,
            DatasetImages images) {
        this.searches = searches;
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
     *     what was read: its proof is made anew for every run; or if it is, however sound, another than the one that the experiment was
     *     submitted with
     * @throws MaterialChangedException if the stored plan or dataset was changed
     * @throws org.foldwise.registry.RecordTamperedException if the run is to train something else than when it was launched
     */
    public RunMaterial ofRun(UUID runId) {
        Run run = runs.findById(runId).orElseThrow(() -> new NoSuchElementException("there is no run " + runId));
        run.requireAsLaunched();
        Experiment experiment = experiments.findById(run.experimentId()).orElseThrow();
        ExperimentPlan plan = plan(experiment, run);
        PatientSplit stored = splits.requireSubmitted(experiment.splitId(), experiment.splitDigest());
        Cohort whole = cohort(stored.datasetId());
        Integer innerFold = run.innerFold();
        if (innerFold != null) {
            PatientSplit ofFold =
                    splits.requireSubmitted(innerSplit(run), searches.innerSplitDigest(experiment.id(), run.fold()));
            InnerFolds inner = splits.loadProvenInner(ofFold.id(), whole);
            return material(experiment, plan, inner.split(), innerFold, inner.cohort(), true);
        }
        return material(experiment, plan, splits.loadProven(experiment.splitId(), whole), run.fold(), whole, false);
    }

    /** Whether a run only helps a search to choose. */
    public boolean isInner(UUID runId) {
        return runs.findById(runId).map(Run::isInner).orElse(false);
    }

    private RunMaterial material(
            Experiment experiment, ExperimentPlan plan, Split split, int fold, Cohort cohort, boolean inner) {
        return new RunMaterial(
                plan,
                PlanJson.digest(plan),
                experiment.weightSetId(),
                split,
                split.fold(fold),
                cohort,
                inner,
                precision(experiment, plan));
    }

    /**
     * One training that fell back to float32 binds those after it: folds and candidates are compared with each other. Float32 is
     * known to every machine, so nothing is bound to what would be slow on this one.
     */
    private @Nullable PrecisionChoice precision(Experiment experiment, ExperimentPlan plan) {
        if (plan.precision() == Precision.FLOAT32) {
            return null;
        }
        return runs.findProvenances(experiment.id()).stream()
                .map(document -> ReportJson.read(Provenance.class, document))
                .map(earlier -> new PrecisionChoice(Precision.labelled(earlier.precision()), earlier.precisionReason()))
                .filter(PrecisionChoice::isFallBack)
                .findFirst()
                .map(PrecisionChoice::forLater)
                .orElse(null);
    }

    private UUID innerSplit(Run run) {
        return searches.folds(run.experimentId()).stream()
                .filter(fold -> fold.fold() == run.fold())
                .findFirst()
                .orElseThrow()
                .innerSplitId();
    }

    /**
     * The plan that a run trains: the experiment's, or that of the candidate that a search chose for it.
     *
     * @throws MaterialChangedException if it has not the digest that was stored with it
     */
    ExperimentPlan plan(Run run) {
        return plan(experiments.findById(run.experimentId()).orElseThrow(), run);
    }

    /** Of a search's run its candidate's, at an inner run's rung for so long as the rung says. */
    private ExperimentPlan plan(Experiment experiment, Run run) {
        Integer number = run.candidate();
        if (number == null) {
            return plan(experiment.plan(), experiment.planDigest());
        }
        SearchCandidate candidate = searches.candidate(experiment.id(), number);
        ExperimentPlan plan = plan(candidate.plan(), candidate.planDigest());
        Integer rung = run.rung();
        Integer epochs =
                rung == null ? null : searches.rungs(experiment.id()).get(rung).epochs();
        return epochs == null ? plan : plan.withEpochs(epochs);
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
     * @throws org.foldwise.registry.dataset.DatasetTamperedException if something else is said of it, or was found in it, than when it was frozen
     */
    public Cohort cohort(UUID datasetId) {
        Dataset dataset = datasets.findById(datasetId).orElseThrow();
        dataset.requireAsFrozen();
        Cohort cohort = images.cohort(dataset);
        if (!cohort.digest().equals(dataset.digest())) {
            throw new MaterialChangedException("dataset " + datasetId + " is not the one that was frozen");
        }
        return cohort;
    }
}
