package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.foldwise.client.EvaluationsApi;
import org.foldwise.client.ExperimentsApi;
import org.foldwise.client.ModelVersionsApi;
import org.foldwise.client.RunsApi;
import org.foldwise.client.SplitsApi;
import org.foldwise.client.model.CrossValidationProcedure;
import org.foldwise.client.model.EnsembleMember;
import org.foldwise.client.model.EnsembleMembers;
import org.foldwise.client.model.EnsembleProcedure;
import org.foldwise.client.model.EnsembleRequest;
import org.foldwise.client.model.Evaluation;
import org.foldwise.client.model.EvaluationRequest;
import org.foldwise.client.model.EvaluationState;
import org.foldwise.client.model.EvaluationSubject;
import org.foldwise.client.model.Experiment;
import org.foldwise.client.model.ExperimentState;
import org.foldwise.client.model.FoldsMembers;
import org.foldwise.client.model.ModelVersion;
import org.foldwise.client.model.NamedMetric;
import org.foldwise.client.model.Prediction;
import org.foldwise.client.model.PredictionSets;
import org.foldwise.client.model.RecalibrationMethod;
import org.foldwise.client.model.Run;
import org.foldwise.client.model.ScoredCase;
import org.foldwise.client.model.Subset;
import org.foldwise.learning.metrics.conformal.ConformalSets;
import org.foldwise.learning.model.BundleReader;
import org.foldwise.learning.model.ModelBundle;

/** The folds of a cross-validation that is there become one model, through the generated client; nothing is trained. */
final class EnsembleJourney {
    private static final String MODEL = "mean-of-folds";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final StandaloneProcess platform;
    private final PlatformClient client;
    private final CohortArchive cohort;
    private final Path directory;

    /** @param cohort that the cross-validation was trained on */
    EnsembleJourney(StandaloneProcess platform, CohortArchive cohort, Path directory) throws IOException {
        this.platform = platform;
        this.client = platform.client();
        this.cohort = cohort;
        this.directory = directory;
    }

    /** What is evaluated on the test images is what the registered model answers about them. */
    void isTold() throws IOException, InterruptedException {
        Experiment crossValidation = new ExperimentsApi(client.generated())
                .listExperiments(null, null).getItems().stream()
                        .filter(experiment ->
                                experiment.getProcedure().getActualInstance() instanceof CrossValidationProcedure)
                        .findFirst()
                        .orElseThrow();
        List<UUID> folds =
                client.runs(crossValidation.getId()).stream().map(Run::getId).toList();

        Run ensemble = new RunsApi(client.generated())
                .createEnsemble(
                        new EnsembleRequest()
                                .name("both folds")
                                .members(new EnsembleMembers(new FoldsMembers().experimentId(crossValidation.getId()))),
                        null);

        assertThat(ensemble.getMembers()).extracting(EnsembleMember::getRunId).isEqualTo(folds);
        platform.await(
                LIMIT,
                "the ensemble is summarised",
                () -> client.experiment(ensemble.getExperimentId()).getState() == ExperimentState.SUCCEEDED);
        Experiment own = client.experiment(ensemble.getExperimentId());
        assertThat(own.getProcedure().getActualInstance()).isInstanceOf(EnsembleProcedure.class);
        Evaluation validation = evaluated(new EvaluationRequest()
                .subject(new EvaluationSubject().runId(ensemble.getId()))
                .subset(Subset.VALIDATION)
                .recalibration(RecalibrationMethod.NONE)
                .coverage(0.8));
        assertThat(validation.getReport().getRocAuc().getValue())
                .as("of the same out-of-fold cases")
                .isEqualTo(crossValidation.getSummary().getPooled().getRocAuc().getValue());
        Evaluation test = evaluated(new EvaluationRequest()
                .subject(new EvaluationSubject().runId(ensemble.getId()))
                .subset(Subset.TEST)
                .metrics(List.of(NamedMetric.ROC_AUC))
                .reason("the ensemble's only test"));
        assertThat(test.getReport().getThreshold().getThreshold())
                .isEqualTo(validation.getFrozenThreshold().getValue());

        PredictionSets sets = validation.getFrozenThreshold().getPredictionSets();
        double limit = sets.getLimits().get(1).getScore();
        Map<String, List<ScoredCase>> positives = cases(test).stream()
                .filter(ScoredCase::getPositive)
                .collect(Collectors.groupingBy(ScoredCase::getPatient));
        assertThat(test.getPredictionSets().getClasses().get(1).getCovered().getValue())
                .as("each patient counts alike")
                .isCloseTo(
                        positives.values().stream()
                                .mapToDouble(images -> images.stream()
                                        .mapToInt(image -> 1 - image.getProbability() <= limit ? 1 : 0)
                                        .average()
                                        .orElseThrow())
                                .average()
                                .orElseThrow(),
                        within(1e-12));

        UUID dataset = new SplitsApi(client.generated())
                .getSplit(crossValidation.getSplitId())
                .getDatasetId();
        client.createModel(MODEL, client.dataset(dataset).getProjectId());
        ModelVersion version = client.register(MODEL, ensemble.getId());
        ModelBundle bundle = BundleReader.read(Files.readAllBytes(new ModelVersionsApi(client.generated())
                .downloadBundle(version.getModel(), version.getVersion())
                .toPath()));
        assertThat(((ConformalSets) bundle.decision().sets()).limits().get(1).score())
                .isEqualTo(limit);
        assertThat(bundle.members()).extracting(ModelBundle.Member::run).isEqualTo(folds);
        List<ScoredCase> tested = cases(test);
        assertThat(cases(validation))
                .extracting(ScoredCase::getPatient)
                .doesNotContainAnyElementsOf(
                        tested.stream().map(ScoredCase::getPatient).toList());
        ScoredCase scored = tested.get(0);
        Path film = Files.write(directory.resolve("ensemble.png"), cohort.image(scored.getImage()));
        Prediction prediction = client.predict(version, film, "image/png");
        // equal bits on one machine with one number of threads, which the API and the worker need not share
        assertThat(prediction.getProbability()).isCloseTo(scored.getProbability(), within(1e-5));
        assertThat(prediction.getThreshold())
                .isEqualTo(validation.getFrozenThreshold().getValue());
        List<String> names = bundle.classes();
        assertThat(prediction.getPredictionSet().getClasses())
                .isEqualTo(IntStream.range(0, 2)
                        .filter(k -> 1 - prediction.getProbabilities().get(names.get(k))
                                <= sets.getLimits().get(k).getScore())
                        .mapToObj(names::get)
                        .toList());
    }

    private List<ScoredCase> cases(Evaluation evaluation) {
        return new EvaluationsApi(client.generated())
                .getEvaluationCases(evaluation.getId())
                .getCases();
    }

    private Evaluation evaluated(EvaluationRequest request) throws IOException, InterruptedException {
        UUID id = client.startEvaluation(request).getId();
        platform.await(LIMIT, "the evaluation has ended", () -> {
            Evaluation evaluation = client.evaluation(id);
            assertThat(evaluation.getFailure()).isNull();
            return evaluation.getState() == EvaluationState.SUCCEEDED;
        });
        return client.evaluation(id);
    }
}
