package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.foldwise.api.experiment.ExperimentSearchResponse.Chosen;
import org.foldwise.api.experiment.ExperimentSearchResponse.EndedRung;
import org.foldwise.api.experiment.ExperimentSearchResponse.InnerRun;
import org.foldwise.api.experiment.ExperimentSearchResponse.OuterFold;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.report.SearchOutcomes;
import org.foldwise.api.report.SearchOutcomes.Outcome;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.search.Rung;
import org.foldwise.learning.search.RungSelection;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.search.SearchCandidate;
import org.foldwise.registry.search.SearchFold;
import org.foldwise.registry.search.SearchStanding;
import org.foldwise.registry.search.Searches;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

@RestController
@RequestMapping("/api/v1/experiments")
@Tag(name = "Experiments", description = "A plan applied to a split: one training, or one on each fold.")
class SearchController {
    private final Visibility visibility;
    private final Searches searches;
    private final Runs runs;
    private final PatientSplits splits;
    private final SearchOutcomes outcomes;
    private final JsonMapper mapper;

    SearchController(
            Visibility visibility,
            Searches searches,
            Runs runs,
            PatientSplits splits,
            SearchOutcomes outcomes,
            JsonMapper mapper) {
        this.visibility = visibility;
        this.searches = searches;
        this.runs = runs;
        this.splits = splits;
        this.outcomes = outcomes;
        this.mapper = mapper;
    }

    @GetMapping("/{id}/search")
    @Operation(
            summary = "Read the search of a nested cross-validation",
            description =
                    "Every candidate and how it stood at every rung of every outer fold, what was chosen there, and the figures of"
                            + " the outer folds. Grows as rungs end.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    ExperimentSearchResponse getExperimentSearch(@PathVariable UUID id, Caller caller) {
        Experiment experiment = visibility.experiment(caller, id);
        String spec = searches.spec(id)
                .orElseThrow(() -> new RefusedException(ProblemType.NOT_FOUND, "The experiment searches for nothing."));
        return new Reading(experiment).response(mapper.readValue(spec, Search.class));
    }

    /** One look at a search. */
    private final class Reading {
        private final Experiment experiment;
        private final List<SearchCandidate> candidates;
        private final List<Rung> allRungs;
        private final List<SearchStanding> standings;
        private final List<Run> made;
        private final Outcome outcome;

        Reading(Experiment experiment) {
            this.experiment = experiment;
            this.candidates = searches.candidates(experiment.id());
            this.allRungs = searches.rungs(experiment.id());
            this.standings = searches.standings(experiment.id());
            this.made = runs.findByExperimentIdOrderByFold(experiment.id());
            this.outcome = outcomes.of(experiment);
        }

        ExperimentSearchResponse response(Search search) {
            List<OuterFold> folds =
                    searches.folds(experiment.id()).stream().map(this::fold).toList();
            return new ExperimentSearchResponse(
                    experiment.id(),
                    experiment.state(),
                    search,
                    searches.plannedRuns(experiment.id()).orElseThrow(),
                    (int) made.stream().filter(run -> run.status().isTerminal()).count(),
                    candidates.stream()
                            .map(candidate -> SearchOutline.Candidate.of(candidate, mapper))
                            .toList(),
                    allRungs.stream().map(SearchOutline.SearchRung::of).toList(),
                    folds,
                    outcome.meanRocAuc(),
                    outcome.standardDeviationRocAuc(),
                    outcome.optimism());
        }

        private OuterFold fold(SearchFold fold) {
            List<EndedRung> rungs = new ArrayList<>();
            for (SearchStanding standing : standings) {
                if (standing.fold() == fold.fold() && standing.rung() == rungs.size()) {
                    rungs.add(new EndedRung(standing.rung(), standings(fold.fold(), standing.rung())));
                }
            }
            return new OuterFold(
                    fold.fold(),
                    fold.innerSplitId(),
                    splits.find(fold.innerSplitId()).orElseThrow().digest().hex(),
                    rungs,
                    chosen(outcome.folds().get(fold.fold())));
        }

        private List<ExperimentSearchResponse.Standing> standings(int fold, int rung) {
            return standings.stream()
                    .filter(standing -> standing.fold() == fold && standing.rung() == rung)
                    .map(standing -> standing(fold, rung, standing.standing()))
                    .toList();
        }

        private ExperimentSearchResponse.Standing standing(int fold, int rung, RungSelection.Standing standing) {
            return new ExperimentSearchResponse.Standing(
                    standing.candidate(),
                    standing.place(),
                    standing.kept(),
                    standing.meanRocAuc(),
                    standing.standardDeviation(),
                    standing.lostBecause(),
                    made.stream()
                            .filter(run -> run.fold() == fold
                                    && Objects.equals(run.rung(), rung)
                                    && Objects.equals(run.candidate(), standing.candidate()))
                            .map(run -> new InnerRun(
                                    Objects.requireNonNull(run.innerFold()),
                                    run.id(),
                                    run.status(),
                                    run.heldOutRocAuc()))
                            .sorted(Comparator.comparingInt(InnerRun::innerFold))
                            .toList());
        }

        private @Nullable Chosen chosen(SearchOutcomes.OfFold fold) {
            RungSelection.Standing standing = fold.chosen();
            if (standing == null) {
                return null;
            }
            SearchCandidate candidate = candidates.get(standing.candidate());
            return new Chosen(
                    candidate.candidate(),
                    SearchOutline.Candidate.of(candidate, mapper).settings(),
                    Plan.of(PlanJson.read(candidate.plan())),
                    candidate.planDigest().hex(),
                    made.stream()
                            .filter(run -> run.fold() == fold.fold() && !run.isInner())
                            .map(Run::id)
                            .findFirst()
                            .orElse(null),
                    fold.outerRocAuc());
        }
    }
}
