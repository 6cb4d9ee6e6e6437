package org.foldwise.api.report;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.comparison.OptimismCheck;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationState;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.ExperimentState;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.run.Runs;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds what the locked test subset showed against what development had promised; computed from stored reports alone. */
@Component
public class OptimismChecks {
    private final Experiments experiments;
    private final Runs runs;
    private final Evaluations evaluations;
    private final JsonMapper mapper;

    OptimismChecks(Experiments experiments, Runs runs, Evaluations evaluations, JsonMapper mapper) {
        this.experiments = experiments;
        this.runs = runs;
        this.evaluations = evaluations;
        this.mapper = mapper;
    }

    /** Of an evaluation on the test subset; none of any other, and none before it has succeeded. */
    public Optional<OptimismView> of(Evaluation evaluation) {
        UUID run = evaluation.runId();
        if (evaluation.subset() != Subset.TEST || evaluation.state() != EvaluationState.SUCCEEDED || run == null) {
            return Optional.empty();
        }
        Experiment experiment = runs.findById(run)
                .flatMap(found -> experiments.findById(found.experimentId()))
                .orElseThrow();
        // what an ensemble has promised is its own validation: a cross-validation speaks of one training
        List<Experiment> crossValidations = experiment.procedure() == Procedure.ENSEMBLE
                ? List.of()
                : experiments.findCrossValidations(experiment.splitId(), experiment.planDigest());
        return crossValidations.stream()
                .findFirst()
                .map(crossValidation -> against(crossValidation, evaluation))
                .or(() -> evaluations
                        .findFirstByRunIdAndSubsetAndStateOrderByIdDesc(
                                run, Subset.VALIDATION, EvaluationState.SUCCEEDED)
                        .map(validation -> OptimismView.of(
                                null,
                                validation.id(),
                                evaluation.id(),
                                OptimismCheck.of(area(validation), area(evaluation)))));
    }

    /** Of a succeeded cross-validation, against every test of its plan on its split; none of any other experiment. */
    public List<OptimismView> of(Experiment experiment) {
        if (experiment.procedure() != Procedure.CROSS_VALIDATION || experiment.state() != ExperimentState.SUCCEEDED) {
            return List.of();
        }
        return evaluations.findFinishedTests(experiment.splitId(), experiment.planDigest()).stream()
                .map(test -> against(experiment, test))
                .toList();
    }

    private OptimismView against(Experiment crossValidation, Evaluation test) {
        Estimate expected = area(mapper.readTree(crossValidation.summary()).path("pooled"));
        return OptimismView.of(crossValidation.id(), null, test.id(), OptimismCheck.of(expected, area(test)));
    }

    private Estimate area(Evaluation evaluation) {
        return area(mapper.readTree(evaluation.report()));
    }

    /** A binary task's reports have one area, those of others have several or a mean of them. */
    private Estimate area(JsonNode report) {
        JsonNode area = report.path("rocAuc");
        return area.has("value") || area.has("undefinedBecause")
                ? mapper.treeToValue(area, Estimate.class)
                : Estimate.undefined("the task has no single area under the ROC curve");
    }
}
