package org.foldwise.api.audit;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.foldwise.api.experiment.Plan;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.PlanDemands;
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
    private final AuditRequests requests;

    AuditLaunching(Datasets datasets, AuditRequests requests) {
        this.datasets = datasets;
        this.requests = requests;
    }

    /**
     * Queues an audit.
     *
     * @throws RefusedException if the plan does not fit the dataset's task
     * @throws org.foldwise.registry.dataset.DataWithdrawnException if a patient was withdrawn from the dataset
     */
    AugmentationAudit launch(PatientSplit split, AugmentationAuditRequest asked) {
        Dataset dataset = datasets.findById(split.datasetId()).orElseThrow();
        Task task = dataset.description().task();
        ExperimentPlan plan = Plan.complete(asked.plan(), task);
        int classes = requireNonNull(dataset.classes(), "a dataset that was split has classes")
                .size();
        List<Mistake> mistakes = PlanDemands.unfit(plan, task, classes).stream()
                .map(unfit -> new Mistake("/plan" + unfit.pointer(), unfit.detail()))
                .toList();
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
        return requests.accept(split.id(), PlanJson.write(plan), PlanJson.digest(plan));
    }
}
