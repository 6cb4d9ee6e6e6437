package org.foldwise.registry.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.foldwise.learning.search.Rung;
import org.foldwise.learning.search.RungSelection;
import org.foldwise.learning.search.RungSelection.Outcome;
import org.foldwise.learning.search.RungSelection.Standing;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.search.SearchFold;
import org.foldwise.registry.search.SearchStanding;
import org.foldwise.registry.search.Searches;
import org.springframework.stereotype.Component;

/**
 * Takes a search from rung to rung. What follows a run is decided and queued by the transaction that ends the run, under the lock of the
 * experiment's row: so a step is taken once, by whoever sees the last run of a rung end, and a worker that is lost before it could commit
 * has taken none.
 */
@Component
class SearchSteps {
    private final Searches searches;
    private final Runs runs;
    private final JobQueue queue;
    private final Ids ids;
    private final DatabaseClock clock;

    SearchSteps(Searches searches, Runs runs, JobQueue queue, Ids ids, DatabaseClock clock) {
        this.searches = searches;
        this.runs = runs;
        this.queue = queue;
        this.ids = ids;
        this.clock = clock;
    }

    /** Queues the first rung of every outer fold: all candidates on all inner folds. */
    List<Run> begin(UUID experiment, int innerFolds) {
        Rung first = searches.rungs(experiment).get(0);
        List<Integer> all = IntStream.range(0, first.candidates()).boxed().toList();
        List<Run> made = new ArrayList<>();
        for (SearchFold fold : searches.folds(experiment)) {
            made.addAll(innerRuns(experiment, fold.fold(), first.index(), all, innerFolds));
        }
        enqueue(made);
        return made;
    }

    /** Ends the rungs whose last run has ended, and queues what follows; nothing where a run stands against the whole search. */
    void goOn(UUID experiment) {
        List<RunStanding> standings = runs.findStandings(experiment);
        boolean stopped = standings.stream()
                .anyMatch(run -> run.status() == RunStatus.CANCELLED || (run.hasFailed() && !run.losesAlone()));
        if (stopped || searches.isCancellationRequested(experiment)) {
            return;
        }
        List<Rung> rungs = searches.rungs(experiment);
        List<SearchStanding> recorded = searches.standings(experiment);
        List<Run> made = new ArrayList<>();
        for (SearchFold fold : searches.folds(experiment)) {
            int ended = recorded.stream()
                    .filter(standing -> standing.fold() == fold.fold())
                    .mapToInt(SearchStanding::rung)
                    .max()
                    .orElse(-1);
            if (ended + 1 < rungs.size()) {
                made.addAll(endRung(experiment, fold.fold(), ended + 1, rungs, standings));
            }
        }
        enqueue(made);
    }

    private List<Run> endRung(UUID experiment, int fold, int rung, List<Rung> rungs, List<RunStanding> standings) {
        List<RunStanding> ofRung =
                standings.stream().filter(run -> run.isAt(fold, rung)).toList();
        if (ofRung.isEmpty() || !ofRung.stream().allMatch(run -> run.status().isTerminal())) {
            return List.of();
        }
        boolean last = rung + 1 == rungs.size();
        List<Standing> stood = RungSelection.of(
                outcomes(ofRung), last ? 1 : rungs.get(rung + 1).candidates());
        searches.record(experiment, fold, rung, stood);
        List<Integer> kept = stood.stream()
                .filter(Standing::kept)
                .map(Standing::candidate)
                .sorted()
                .toList();
        if (last) {
            Instant now = clock.now();
            return kept.stream()
                    .map(chosen -> runs.save(Run.outer(ids.next(), experiment, fold, chosen, now)))
                    .toList();
        }
        return innerRuns(experiment, fold, rung + 1, kept, innerFolds(ofRung));
    }

    private static int innerFolds(List<RunStanding> ofRung) {
        return 1
                + ofRung.stream()
                        .map(RunStanding::innerFold)
                        .filter(Objects::nonNull)
                        .mapToInt(Short::intValue)
                        .max()
                        .orElseThrow();
    }

    /** In the order of the candidates, each with its figures in the order of the inner folds. */
    private static List<Outcome> outcomes(List<RunStanding> ofRung) {
        SortedMap<Integer, SortedMap<Short, RunStanding>> byCandidate = new TreeMap<>();
        for (RunStanding run : ofRung) {
            byCandidate
                    .computeIfAbsent(Objects.requireNonNull(run.candidate()), candidate -> new TreeMap<>())
                    .put(Objects.requireNonNull(run.innerFold()), run);
        }
        List<Outcome> outcomes = new ArrayList<>();
        byCandidate.forEach((candidate, ofCandidate) -> outcomes.add(outcome(candidate, ofCandidate.values())));
        return outcomes;
    }

    /** Of several reasons to have lost, the first inner fold's is told. */
    private static Outcome outcome(int candidate, Collection<RunStanding> byInnerFold) {
        List<Double> areas = new ArrayList<>();
        for (RunStanding run : byInnerFold) {
            String lost = run.lostBecause();
            if (lost != null) {
                return new Outcome(candidate, List.of(), lost);
            }
            areas.add(Objects.requireNonNull(run.heldOutRocAuc()));
        }
        return new Outcome(candidate, areas, null);
    }

    private List<Run> innerRuns(UUID experiment, int fold, int rung, List<Integer> candidates, int innerFolds) {
        Instant now = clock.now();
        List<Run> made = new ArrayList<>();
        for (int candidate : candidates) {
            for (int innerFold = 0; innerFold < innerFolds; innerFold++) {
                made.add(runs.save(Run.inner(ids.next(), experiment, fold, candidate, rung, innerFold, now)));
            }
        }
        return made;
    }

    private void enqueue(List<Run> made) {
        runs.flush();
        made.forEach(run -> queue.enqueue(JobKind.TRAIN, run.id()));
    }
}
