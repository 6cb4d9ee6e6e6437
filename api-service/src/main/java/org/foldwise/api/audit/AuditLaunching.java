package org.foldwise.api.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.api.dataset.PlanFit;
import org.foldwise.api.experiment.Plan;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.split.Fold;
import org.foldwise.registry.audit.AuditRequests;
import org.foldwise.registry.audit.AugmentationAudit;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.run.Ensembles;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunStatus;
import org.foldwise.registry.split.PatientSplit;
import org.springframework.stereotype.Component;

/** Makes sure that a training could take the plan, and queues the audit of its augmentations. */
@Component
class AuditLaunching {
    private final Datasets datasets;
    private final PlanFit fit;
    private final AuditRequests requests;
    private final Visibility visibility;
    private final Experiments experiments;
    private final Ensembles ensembles;

    AuditLaunching(
            Datasets datasets,
            PlanFit fit,
            AuditRequests requests,
            Visibility visibility,
            Experiments experiments,
            Ensembles ensembles) {
        this.datasets = datasets;
        this.fit = fit;
        this.requests = requests;
        this.visibility = visibility;
        this.experiments = experiments;
        this.ensembles = ensembles;
    }

    /**
     * Queues an audit.
     *
     * @throws RefusedException if the plan does not fit the dataset's task or images, or the run does not fit split and plan
     * @throws org.foldwise.registry.dataset.DataWithdrawnException if a patient was withdrawn from the dataset
     */
    AugmentationAudit launch(Caller caller, PatientSplit split, AugmentationAuditRequest asked) {
        Dataset dataset = datasets.findById(split.datasetId()).orElseThrow();
        ExperimentPlan plan = Plan.complete(asked.plan(), dataset.description().task());
        List<Mistake> mistakes = new ArrayList<>(fit.mistakes(plan, dataset, "/plan"));
        UUID run = asked.runId();
        if (run != null) {
            unfit(visibility.runNamedBy(caller, run, "/runId"), split, plan)
                    .ifPresent(detail -> mistakes.add(new Mistake("/runId", detail)));
        }
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
        return requests.accept(split.id(), PlanJson.write(plan), PlanJson.digest(plan), run);
    }

    /** Why the answers of a run say nothing of views by that plan of that split's training images. */
    private Optional<String> unfit(Run run, PatientSplit split, ExperimentPlan plan) {
        Experiment experiment = experiments.findById(run.experimentId()).orElseThrow();
        if (!experiment.splitId().equals(split.id()) || run.fold() != Fold.DEVELOPMENT) {
            return Optional.of("must be a training on the development fold of this split");
        }
        if (run.status() != RunStatus.SUCCEEDED) {
            return Optional.of("must have succeeded");
        }
        if (!ensembles.members(run.id()).isEmpty()) {
            return Optional.of("must be a training, not an ensemble: name one of its members");
        }
        return PlanJson.read(experiment.plan()).image().equals(plan.image())
                ? Optional.empty()
                : Optional.of(
                        "was trained on images that were made otherwise than the plan's: give the plan the same 'image'");
    }
}
