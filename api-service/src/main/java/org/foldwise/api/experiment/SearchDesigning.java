package org.foldwise.api.experiment;

import java.util.List;
import java.util.UUID;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.json.CandidatePlans;
import org.foldwise.learning.json.CandidatePlans.CandidatePlan;
import org.foldwise.learning.json.InvalidPlanException;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.search.Rung;
import org.foldwise.learning.search.SearchBudget;
import org.foldwise.learning.search.SearchSpec;
import org.foldwise.learning.split.InfeasibleSplitException;
import org.foldwise.registry.search.SearchCandidate;
import org.foldwise.registry.search.SearchDesign;
import org.foldwise.registry.split.InnerFolds;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Makes a search's candidates, rungs and inner folds, or says all that is wrong with it. */
@Component
class SearchDesigning {
    private static final String SEARCH = "/procedure/search";

    private final PatientSplits splits;
    private final RunLaunch runs;
    private final JsonMapper mapper;

    SearchDesigning(PatientSplits splits, RunLaunch runs, JsonMapper mapper) {
        this.splits = splits;
        this.runs = runs;
        this.mapper = mapper;
    }

    /**
     * The search as it would be launched.
     *
     * @param outerFolds how many folds the split has
     * @throws RefusedException if there would be too many runs, if a candidate's plan cannot be, if an outer fold has too few patients
     *     for inner ones, or if a fold lacks images that a candidate needs
     */
    SearchDesign design(UUID split, int outerFolds, Search search, ExperimentPlan plan) {
        SearchSpec spec = search.resolved();
        List<Rung> rungs = rungs(spec, outerFolds, plan);
        List<CandidatePlan> candidates = candidates(spec, plan);
        runs.requireMet(
                split,
                candidates.stream().map(CandidatePlan::plan).toList(),
                innerFolds(split, spec),
                SEARCH + "/space");
        return new SearchDesign(
                mapper.writerFor(Search.class).writeValueAsString(search),
                candidates.stream()
                        .map(candidate -> new SearchCandidate(
                                candidate.index(),
                                candidate.settingsJson(),
                                PlanJson.write(candidate.plan()),
                                PlanJson.digest(candidate.plan())))
                        .toList(),
                rungs,
                spec.inner(),
                spec.seed());
    }

    /** A grid may have more candidates than can be counted, so what it would cost is told before they are made. */
    private static List<Rung> rungs(SearchSpec spec, int outerFolds, ExperimentPlan plan) {
        if (!(spec instanceof SearchSpec.Halving)) {
            requireAffordable(new SearchBudget(outerFolds, spec.inner().folds(), spec.candidates()));
        }
        try {
            List<Rung> rungs = CandidatePlans.rungs(spec, plan);
            requireAffordable(SearchBudget.of(outerFolds, spec.inner(), rungs));
            return rungs;
        } catch (InvalidPlanException e) {
            throw invalid(e);
        }
    }

    private static void requireAffordable(SearchBudget budget) {
        if (!budget.isAffordable()) {
            throw RefusedException.invalid(
                    SEARCH,
                    "would make "
                            + (budget.runs() == Long.MAX_VALUE
                                    ? "more runs than can be counted"
                                    : budget.runs() + " runs")
                            + ", at most " + SearchBudget.MAXIMUM_RUNS + " are allowed: in each of "
                            + budget.outerFolds()
                            + " outer folds " + budget.trials() + " trainings on each of " + budget.innerFolds()
                            + " inner folds, and one of what was chosen; try fewer candidates or fewer inner folds");
        }
    }

    private static List<CandidatePlan> candidates(SearchSpec spec, ExperimentPlan plan) {
        try {
            return CandidatePlans.of(spec, plan);
        } catch (InvalidPlanException e) {
            throw invalid(e);
        }
    }

    private static RefusedException invalid(InvalidPlanException e) {
        return RefusedException.invalid(e.mistakes().stream()
                .map(mistake -> new Mistake(SEARCH + mistake.pointer(), mistake.detail()))
                .toList());
    }

    private List<InnerFolds> innerFolds(UUID split, SearchSpec spec) {
        try {
            return splits.planInner(split, spec.inner().split(), spec.seed());
        } catch (InfeasibleSplitException e) {
            throw new RefusedException(
                    ProblemType.SPLIT_REFUSED,
                    "The patients whom an outer fold learns from do not allow for these inner folds.",
                    e.reasons().stream()
                            .map(reason -> new Mistake(SEARCH + "/inner", reason))
                            .toList());
        }
    }
}
