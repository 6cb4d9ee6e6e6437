package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.api.document.SearchRecord.Candidate;
import org.foldwise.api.document.SearchRecord.Fold;
import org.foldwise.api.document.SearchRecord.Varied;
import org.foldwise.api.report.SearchOutcomes;
import org.foldwise.learning.search.Rung;
import org.foldwise.learning.search.RungSelection.Standing;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.search.SearchCandidate;
import org.foldwise.registry.search.SearchFold;
import org.foldwise.registry.search.SearchStanding;
import org.foldwise.registry.search.Searches;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what documents say of a search from the registry. */
@Component
class SearchRecords {
    private final Searches searches;
    private final SearchOutcomes outcomes;
    private final PatientSplits splits;
    private final Runs runs;
    private final JsonMapper mapper;

    SearchRecords(Searches searches, SearchOutcomes outcomes, PatientSplits splits, Runs runs, JsonMapper mapper) {
        this.searches = searches;
        this.outcomes = outcomes;
        this.splits = splits;
        this.runs = runs;
        this.mapper = mapper;
    }

    /** The search of a nested cross-validation that succeeded. */
    SearchRecord search(Experiment experiment) {
        JsonNode spec = mapper.readTree(searches.spec(experiment.id()).orElseThrow());
        List<Rung> rungs = searches.rungs(experiment.id());
        List<SearchFold> folds = searches.folds(experiment.id());
        List<SearchStanding> standings = searches.standings(experiment.id());
        List<Run> made = runs.findByExperimentIdOrderByFold(experiment.id());
        return new SearchRecord(
                "/api/v1/experiments/" + experiment.id() + "/search",
                spec.path("kind").asString(""),
                spec.path("seed").longValue(),
                splits.find(folds.get(0).innerSplitId()).orElseThrow().spec(),
                varied(spec.path("space")),
                searches.candidates(experiment.id()).stream()
                        .map(this::candidate)
                        .toList(),
                rungs,
                searches.plannedRuns(experiment.id()).orElseThrow(),
                folds.stream().map(fold -> fold(fold, rungs, standings, made)).toList(),
                outcomes.of(experiment));
    }

    private static List<Varied> varied(JsonNode space) {
        List<Varied> varied = new ArrayList<>();
        for (JsonNode dimension : space) {
            List<String> values = new ArrayList<>();
            dimension.path("values").forEach(value -> values.add(value.toString()));
            String tried = values.isEmpty()
                    ? (dimension.path("kind").asString("").equals("wholeRange")
                                    ? "whole numbers from "
                                    : "numbers from ")
                            + dimension.path("lower") + " to " + dimension.path("upper") + ", "
                            + dimension.path("scale").asString("linear")
                    : String.join(", ", values);
            varied.add(new Varied(dimension.path("pointer").asString(""), tried));
        }
        return varied;
    }

    private Candidate candidate(SearchCandidate candidate) {
        List<String> settings = new ArrayList<>();
        for (JsonNode setting : mapper.readTree(candidate.settings())) {
            settings.add(setting.path("pointer").asString("") + " " + setting.path("value"));
        }
        return new Candidate(
                candidate.candidate(),
                String.join("; ", settings),
                candidate.planDigest().hex());
    }

    private static Fold fold(SearchFold fold, List<Rung> rungs, List<SearchStanding> standings, List<Run> made) {
        List<List<Standing>> ofRungs = rungs.stream()
                .map(rung -> standings.stream()
                        .filter(standing -> standing.fold() == fold.fold() && standing.rung() == rung.index())
                        .map(SearchStanding::standing)
                        .toList())
                .toList();
        String run = made.stream()
                .filter(one -> one.fold() == fold.fold() && !one.isInner())
                .map(one -> "/api/v1/runs/" + one.id())
                .findFirst()
                .orElse(null);
        return new Fold(fold.fold(), "/api/v1/splits/" + fold.innerSplitId(), run, ofRungs);
    }
}
