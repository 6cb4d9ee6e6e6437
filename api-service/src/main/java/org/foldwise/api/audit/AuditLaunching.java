package org.foldwise.api.audit;

import java.util.List;
import org.foldwise.api.dataset.PlanFit;
import org.foldwise.api.experiment.Plan;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.registry.audit.AuditRequests;
import org.foldwise.registry.audit.AugmentationAudit;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.split.PatientSplit;
import org.springframework.stereotype.Component;

/** Makes sure that a training could take the plan, and queues the audit of its augmentations. */
@Component
class AuditLaunching {
    private final Datasets datasets;
    private final PlanFit fit;
    private final AuditRequests requests;

    AuditLaunching(Datasets datasets, PlanFit fit, AuditRequests requests) {
        this.datasets = datasets;
        this.fit = fit;
        this.requests = requests;
    }

    /**
     * Queues an audit.
     *
     * @throws RefusedException if the plan does not fit the dataset's task or images
     * @throws org.foldwise.registry.dataset.DataWithdrawnException if a patient was withdrawn from the dataset
     */
    AugmentationAudit launch(PatientSplit split, AugmentationAuditRequest asked) {
        Dataset dataset = datasets.findById(split.datasetId()).orElseThrow();
        ExperimentPlan plan = Plan.complete(asked.plan(), dataset.description().task());
        List<Mistake> mistakes = fit.mistakes(plan, dataset, "/plan");
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
        return requests.accept(split.id(), PlanJson.write(plan), PlanJson.digest(plan));
    }
}
