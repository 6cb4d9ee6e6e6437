package org.foldwise.api.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.comparison.SelectionOptimism;
import org.foldwise.learning.search.RungSelection.Standing;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.search.SearchStanding;
import org.foldwise.registry.search.Searches;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** What a search chose in each outer fold and what that was worth there; computed from stored standings and the stored summary. */
@Component
public class SearchOutcomes {
    private final Searches searches;
    private final PatientSplits splits;
    private final JsonMapper mapper;

    SearchOutcomes(Searches searches, PatientSplits splits, JsonMapper mapper) {
        this.searches = searches;
        this.splits = splits;
        this.mapper = mapper;
    }

    /**
     * What a search came to.
     *
     * @param folds every outer fold, by index
     * @param meanRocAuc mean of the outer areas with its interval; absent before the experiment has succeeded
     * @param standardDeviationRocAuc their sample standard deviation; absent before the experiment has succeeded
     * @param optimism of the choice; absent before the experiment has succeeded
     */
    public record Outcome(
            List<OfFold> folds,
            @Nullable Estimate meanRocAuc,
            @Nullable Estimate standardDeviationRocAuc,
            @Nullable SelectionOptimism optimism) {
        public Outcome {
            folds = List.copyOf(folds);
        }
    }

    /**
     * An outer fold.
     *
     * @param fold its index
     * @param chosen how what was chosen stood at the last rung; absent before that has ended, and where all candidates lost
     * @param outerRocAuc area under the ROC curve on the held-out patients; absent before the experiment has succeeded
     */
    public record OfFold(int fold, @Nullable Standing chosen, @Nullable Estimate outerRocAuc) {}

    /** Of an experiment that searches. */
    public Outcome of(Experiment experiment) {
        String document = experiment.summary();
        CrossValidationView summary = document == null ? null : CrossValidationView.of(document, mapper);
        int last = searches.rungs(experiment.id()).size() - 1;
        List<SearchStanding> standings = searches.standings(experiment.id());
        List<OfFold> folds = searches.folds(experiment.id()).stream()
                .map(fold -> new OfFold(
                        fold.fold(),
                        chosen(standings, fold.fold(), last),
                        summary == null ? null : outerRocAuc(summary, fold.fold())))
                .toList();
        return summary == null
                ? new Outcome(folds, null, null, null)
                : new Outcome(
                        folds,
                        summary.meanRocAuc(),
                        summary.standardDeviationRocAuc(),
                        optimism(folds, testToTrain(experiment)));
    }

    private static @Nullable Standing chosen(List<SearchStanding> standings, int fold, int lastRung) {
        return standings.stream()
                .filter(standing -> standing.fold() == fold
                        && standing.rung() == lastRung
                        && standing.standing().kept())
                .map(SearchStanding::standing)
                .findFirst()
                .orElse(null);
    }

    private static Estimate outerRocAuc(CrossValidationView summary, int fold) {
        return summary.folds() != null
                ? summary.folds().get(fold).rocAuc()
                : Objects.requireNonNull(summary.foldAverages()).get(fold).rocAuc();
    }

    private static SelectionOptimism optimism(List<OfFold> folds, double testToTrain) {
        List<SelectionOptimism.OfFold> ofFolds = new ArrayList<>();
        for (OfFold fold : folds) {
            Standing chosen = Objects.requireNonNull(fold.chosen(), "a search that succeeded has chosen in every fold");
            ofFolds.add(SelectionOptimism.OfFold.of(
                    fold.fold(),
                    Objects.requireNonNull(chosen.meanRocAuc(), "what was chosen was compared"),
                    Objects.requireNonNull(fold.outerRocAuc()).value()));
        }
        return SelectionOptimism.of(ofFolds, testToTrain);
    }

    private double testToTrain(Experiment experiment) {
        return splits.find(experiment.splitId()).orElseThrow().audit().testToTrain();
    }
}
