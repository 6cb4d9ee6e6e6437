package org.foldwise.api.leakage;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.dataset.FindingGate;
import org.foldwise.api.dataset.PlanFit;
import org.foldwise.api.experiment.Clearance;
import org.foldwise.api.experiment.Plan;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.security.Caller;
import org.foldwise.api.split.PlanFindingResponse;
import org.foldwise.api.weights.PlanWeights;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.LabelCounts;
import org.foldwise.learning.experiment.PlanDemands;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.leakage.FoldLevel;
import org.foldwise.learning.leakage.LeakageFold;
import org.foldwise.learning.leakage.LeakageStudy;
import org.foldwise.learning.split.InfeasibleSplitException;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.SplitRules;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.DatasetState;
import org.foldwise.registry.leakage.LeakageExperiment;
import org.foldwise.registry.leakage.LeakageRequests;
import org.foldwise.registry.split.PatientSplits;
import org.foldwise.registry.weights.ImportedWeightSet;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Makes sure that a leakage experiment can be carried out, and queues it. */
@Component
class LeakageLaunching {
    private final DatasetImages images;
    private final PatientSplits splits;
    private final FindingGate gate;
    private final PlanFit fit;
    private final PlanWeights weights;
    private final Clearance clearance;
    private final JsonMapper mapper;
    private final LeakageRequests request;

    LeakageLaunching(
            DatasetImages images,
            PatientSplits splits,
            FindingGate gate,
            PlanFit fit,
            PlanWeights weights,
            Clearance clearance,
            JsonMapper mapper,
            LeakageRequests request) {
        this.images = images;
        this.splits = splits;
        this.gate = gate;
        this.fit = fit;
        this.weights = weights;
        this.clearance = clearance;
        this.mapper = mapper;
        this.request = request;
    }

    /** What is asked for, with all that follows from it. */
    private record Prepared(
            ExperimentPlan plan, List<UUID> withheld, LeakageStudy study, List<PlanFindingResponse> findings) {}

    /**
     * Queues a leakage experiment.
     *
     * @throws RefusedException if the dataset is not frozen or has blocking findings that nobody waived, does not allow for such
     *     folds, or for that plan in any of them, or if something stands against the plan and is not overridden
     */
    LeakageExperiment launch(Dataset dataset, LeakageExperimentRequest asked, Caller caller) {
        Prepared prepared = prepare(dataset, asked);
        Clearance.require(prepared.findings(), asked.allOverrides());
        ExperimentPlan plan = prepared.plan();
        return request.accept(
                new LeakageRequests.Order(
                        dataset.id(),
                        asked.name(),
                        PlanJson.write(plan),
                        PlanJson.digest(plan),
                        weights.of(plan, caller).map(ImportedWeightSet::id).orElse(null),
                        asked.foldsOrDefault(),
                        asked.seed(),
                        mapper.writeValueAsString(prepared.findings()),
                        mapper.writeValueAsString(asked.allOverrides())),
                prepared.withheld());
    }

    /**
     * Says what a leakage experiment would be.
     *
     * @throws RefusedException as {@link #launch} does, but for what could be overridden and is not
     */
    LeakageDryRunResponse dryRun(Dataset dataset, LeakageExperimentRequest asked) {
        Prepared prepared = prepare(dataset, asked);
        Clearance.requireNeeded(prepared.findings(), asked.allOverrides());
        LeakageStudy study = prepared.study();
        return new LeakageDryRunResponse(
                Plan.of(prepared.plan()),
                PlanJson.digest(prepared.plan()).hex(),
                study.parts().size(),
                study.cohort().images().size(),
                study.cohort().imagesByPatient().size(),
                study.withheldPatients(),
                prepared.findings());
    }

    private Prepared prepare(Dataset dataset, LeakageExperimentRequest asked) {
        if (dataset.state() != DatasetState.FROZEN) {
            throw new RefusedException(ProblemType.CONFLICT, "Only a frozen dataset can be divided.");
        }
        dataset.requireWhole();
        dataset.requireAsFrozen();
        gate.requireWaived(dataset);
        ExperimentPlan plan = Plan.complete(asked.plan(), dataset.description().task());
        weights.requireUsable(plan);
        List<UUID> withheld = splits.locking(dataset.id());
        LeakageStudy study = study(dataset, asked, withheld);
        requireFits(plan, dataset, study);
        return new Prepared(
                plan, withheld, study, clearance.findings(dataset, plan, study.patientFolds(), study.cohort()));
    }

    private LeakageStudy study(Dataset dataset, LeakageExperimentRequest asked, List<UUID> withheld) {
        Cohort cohort = images.cohort(dataset);
        try {
            return LeakageStudy.of(
                    cohort,
                    splits.lockedPatients(withheld),
                    splits.ties(dataset.id(), cohort, SplitRules.DEFAULT),
                    asked.foldsOrDefault(),
                    asked.seed());
        } catch (InfeasibleSplitException e) {
            throw new RefusedException(
                    ProblemType.SPLIT_REFUSED,
                    "The dataset does not allow for these folds"
                            + (withheld.isEmpty()
                                    ? "."
                                    : "; patients whom its splits lock away are left out, " + withheld.size()
                                            + (withheld.size() == 1
                                                    ? " of its splits does that."
                                                    : " of its splits do that.")),
                    e.reasons().stream()
                            .map(reason -> new Mistake("/folds", reason))
                            .toList());
        }
    }

    private void requireFits(ExperimentPlan plan, Dataset dataset, LeakageStudy study) {
        List<Mistake> mistakes = new ArrayList<>(fit.mistakes(plan, dataset, "/plan"));
        if (mistakes.isEmpty()) {
            for (LeakageFold part : study.parts()) {
                for (PlanDemands.Unmet unmet :
                        PlanDemands.unmet(plan, counts(part, Role.TRAIN), counts(part, Role.VALIDATION))) {
                    mistakes.add(new Mistake("/plan" + unmet.pointer(), words(part) + ": " + unmet.detail()));
                }
            }
        }
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
    }

    private static String words(LeakageFold part) {
        return "fold " + part.fold().index() + " of " + (part.level() == FoldLevel.IMAGE ? "images" : "patients");
    }

    private static LabelCounts counts(LeakageFold part, Role role) {
        Cohort cohort = part.cohort();
        List<ImageRecord> ofRole = part.images(role);
        return new LabelCounts(
                cohort.task(),
                cohort.classes(),
                ofRole.size(),
                cohort.classes().stream()
                        .map(name -> ofRole.stream()
                                .filter(image -> image.shows(name))
                                .count())
                        .toList());
    }
}
