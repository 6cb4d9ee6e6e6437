package org.foldwise.api.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.foldwise.api.dataset.DatasetFactsReading;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.split.DriftReading;
import org.foldwise.api.split.PlanFindingResponse;
import org.foldwise.api.weights.PlanWeights;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.experiment.DatasetFacts;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.PlanFinding;
import org.foldwise.learning.experiment.SplitOutlook;
import org.foldwise.learning.experiment.StartCheck;
import org.foldwise.learning.quality.SplitDrift;
import org.foldwise.learning.split.Split;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.split.LockedElsewhere;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;

/** Looks at an experiment before it starts, and lets it start or not. */
@Component
public class Clearance {
    private final Datasets datasets;
    private final DatasetImages images;
    private final DatasetFactsReading facts;
    private final PatientSplits splits;
    private final PlanWeights weights;
    private final TestPeeks peeks;
    private final DriftReading drift;

    Clearance(
            Datasets datasets,
            DatasetImages images,
            DatasetFactsReading facts,
            PatientSplits splits,
            PlanWeights weights,
            TestPeeks peeks,
            DriftReading drift) {
        this.datasets = datasets;
        this.images = images;
        this.facts = facts;
        this.splits = splits;
        this.weights = weights;
        this.peeks = peeks;
        this.drift = drift;
    }

    /**
     * What there is to know before such an experiment starts.
     *
     * @param candidates of a search, which are trained instead of the plan; empty where nothing is searched
     */
    List<PlanFindingResponse> findings(
            UUID splitId, Procedure procedure, ExperimentPlan plan, List<ExperimentPlan> candidates) {
        PatientSplit stored = splits.find(splitId).orElseThrow();
        Dataset dataset = datasets.findById(stored.datasetId()).orElseThrow();
        Cohort cohort = images.cohort(dataset);
        Split split = splits.load(splitId);
        stored.requireAsStored();
        // the worker trains on no split that keeps others together
        splits.requireTiesAsStored(splitId, cohort);
        double deviation = stored.audit().greatestShareDeviation();
        DatasetFacts known = facts.of(dataset, cohort);
        SplitOutlook outlook = SplitOutlook.of(split, cohort);
        splits.requireLockedElsewhereAsStored(splitId);
        LockedElsewhere locked = splits.lockedElsewhere(splitId);
        StartCheck.Vault vault = new StartCheck.Vault(peeks.openings(splitId), locked.patients(), locked.splits());
        SplitDrift ofRoles = drift.of(dataset, cohort, split);
        Function<ExperimentPlan, List<PlanFindingResponse>> look = trained -> PlanFindingResponse.all(
                StartCheck.of(trained, procedure != Procedure.TRAIN, known, split, outlook, deviation, vault, ofRoles),
                weights.imageDifferences(trained));
        return candidates.isEmpty()
                ? look.apply(plan)
                : CandidateFindings.of(candidates.stream().map(look).toList());
    }

    /**
     * What there is to know before a plan is cross-validated on folds of patients that nobody keeps.
     *
     * @param folds of {@code divided}
     * @param divided the dataset's cohort, or part of it
     */
    public List<PlanFindingResponse> findings(Dataset dataset, ExperimentPlan plan, Split folds, Cohort divided) {
        return PlanFindingResponse.all(
                StartCheck.ofFolds(
                        plan, facts.of(dataset, images.cohort(dataset)), folds, SplitOutlook.of(folds, divided)),
                weights.imageDifferences(plan));
    }

    /**
     * Returns if each override is of a finding that blocks, as a dry run demands as well as a start.
     *
     * @throws RefusedException with every override that is of nothing that blocks, or of what another is of
     */
    public static void requireNeeded(List<PlanFindingResponse> findings, List<FindingOverride> overrides) {
        Set<PlanFinding.Code> blocking = findings.stream()
                .filter(PlanFindingResponse::isBlocking)
                .map(PlanFindingResponse::code)
                .collect(Collectors.toSet());
        List<Mistake> needless = new ArrayList<>();
        for (int i = 0; i < overrides.size(); i++) {
            PlanFinding.Code code = overrides.get(i).code();
            boolean repeated = overrides.subList(0, i).stream().anyMatch(earlier -> earlier.code() == code);
            if (repeated || !blocking.contains(code)) {
                needless.add(new Mistake(
                        Mistake.pointer("/overrides", i) + "/code",
                        repeated ? "is overridden twice" : "nothing of that code blocks this experiment"));
            }
        }
        if (!needless.isEmpty()) {
            throw RefusedException.invalid(needless);
        }
    }

    /**
     * Lets an experiment start.
     *
     * @throws RefusedException if a finding blocks it that is not overridden, or an override is not {@link #requireNeeded needed}
     */
    public static void require(List<PlanFindingResponse> findings, List<FindingOverride> overrides) {
        requireNeeded(findings, overrides);
        List<Mistake> left = findings.stream()
                .filter(PlanFindingResponse::isBlocking)
                .filter(finding -> overrides.stream().noneMatch(override -> override.code() == finding.code()))
                .map(finding -> new Mistake(
                        (finding.subject() == PlanFinding.Subject.PLAN ? "/plan" : "/splitId")
                                + (finding.subject() == PlanFinding.Subject.PLAN ? finding.pointer() : ""),
                        WireNames.of(finding.code()) + ": " + finding.evidence() + " " + finding.suggestion()))
                .toList();
        if (!left.isEmpty()) {
            throw new RefusedException(
                    ProblemType.FINDINGS_BLOCK,
                    "Something stands against this experiment. Change it, or give a reason for each finding in 'overrides';"
                            + " reasons are kept for ever.",
                    left);
        }
    }
}
