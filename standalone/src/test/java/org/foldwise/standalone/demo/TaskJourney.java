package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.foldwise.client.ApiException;
import org.foldwise.client.EvaluationsApi;
import org.foldwise.client.ExperimentsApi;
import org.foldwise.client.RunsApi;
import org.foldwise.client.model.ClassCurves;
import org.foldwise.client.model.ClassErrorReviewMistake;
import org.foldwise.client.model.ClassErrors;
import org.foldwise.client.model.ClassFoldersLayout;
import org.foldwise.client.model.Comparison;
import org.foldwise.client.model.CrossValidationProcedure;
import org.foldwise.client.model.Dataset;
import org.foldwise.client.model.DatasetLayout;
import org.foldwise.client.model.DatasetRequest;
import org.foldwise.client.model.DatasetState;
import org.foldwise.client.model.DocumentFormat;
import org.foldwise.client.model.DocumentSection;
import org.foldwise.client.model.Epoch;
import org.foldwise.client.model.Estimate;
import org.foldwise.client.model.Evaluation;
import org.foldwise.client.model.EvaluationRequest;
import org.foldwise.client.model.EvaluationState;
import org.foldwise.client.model.EvaluationSubject;
import org.foldwise.client.model.ExperimentRequest;
import org.foldwise.client.model.ExperimentState;
import org.foldwise.client.model.FocalLoss;
import org.foldwise.client.model.HoldoutSplitSpec;
import org.foldwise.client.model.KFoldSplitSpec;
import org.foldwise.client.model.LabelPrediction;
import org.foldwise.client.model.LabelPredictionSets;
import org.foldwise.client.model.LabelSetReport;
import org.foldwise.client.model.Loss;
import org.foldwise.client.model.ManifestColumns;
import org.foldwise.client.model.ManifestLayout;
import org.foldwise.client.model.ModelVersion;
import org.foldwise.client.model.NamedMetric;
import org.foldwise.client.model.Neighbourhood;
import org.foldwise.client.model.Plan;
import org.foldwise.client.model.Prediction;
import org.foldwise.client.model.PredictionSetLimit;
import org.foldwise.client.model.PredictionSetReportOfClass;
import org.foldwise.client.model.Procedure;
import org.foldwise.client.model.RecalibratedClass;
import org.foldwise.client.model.RecalibratedFigure;
import org.foldwise.client.model.RecalibrationChange;
import org.foldwise.client.model.RecalibrationFigure;
import org.foldwise.client.model.RecalibrationMethod;
import org.foldwise.client.model.Sampling;
import org.foldwise.client.model.ScoredCase;
import org.foldwise.client.model.SplitRequest;
import org.foldwise.client.model.SplitSpec;
import org.foldwise.client.model.Subset;
import org.foldwise.client.model.Task;
import org.foldwise.client.model.Threshold;
import org.foldwise.client.model.ThresholdRule;
import org.foldwise.client.model.TrainProcedure;
import org.foldwise.client.model.WeightedSampling;
import org.foldwise.client.model.YoudenThresholdRule;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.PngEncoder;

/** From upload to prediction with several classes, and with labels, through the generated client. */
final class TaskJourney {
    private static final int SIZE = 32;
    private static final int PATIENTS = 36;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final StandaloneProcess platform;
    private final PlatformClient client;
    private final Path directory;

    TaskJourney(StandaloneProcess platform, Path directory) throws IOException {
        this.platform = platform;
        this.client = platform.client();
        this.directory = directory;
    }

    /** Three classes of films, read off their folders. */
    void ofClasses() throws Exception {
        List<String> classes = List.of("across", "plain", "upright");
        Path zip = directory.resolve("classes.zip");
        List<Film> films = films(patient -> List.of(classes.get(patient % 3)));
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream archive = new ZipOutputStream(out)) {
            for (Film film : films) {
                put(archive, film.labels().get(0) + "/" + film.name(), film.png());
            }
        }
        Dataset dataset = frozen(
                new DatasetRequest()
                        .name("three classes")
                        .task(Task.MULTICLASS)
                        .layout(new DatasetLayout(new ClassFoldersLayout().patientIdPattern("(?<patient>p\\d+)_"))),
                zip);
        assertThat(dataset.getClasses()).isEqualTo(classes);

        UUID split = split(
                dataset,
                new SplitSpec(new HoldoutSplitSpec().train(0.5).validation(0.25).test(0.25)));
        refused(split, plan().loss(new Loss(new FocalLoss())), "/plan/loss/kind", "crossEntropy");
        UUID run = trained(split, new Procedure(new TrainProcedure()));
        Epoch epoch =
                new RunsApi(client.generated()).listEpochs(run).getEpochs().get(0);
        assertThat(epoch.getValidationRocAuc()).isBetween(0.0, 1.0);
        assertThat(epoch.getValidationClasses()).hasSize(3).allSatisfy(figures -> assertThat(figures.getRocAuc())
                .isBetween(0.0, 1.0));

        assertThatThrownBy(() -> client.startEvaluation(request(run, Subset.VALIDATION)
                        .threshold(new Threshold().rule(new ThresholdRule(new YoudenThresholdRule())))))
                .isInstanceOfSatisfying(ApiException.class, refusal -> assertThat(refusal.getCode())
                        .isEqualTo(422));
        // 3 validation patients of each class are enough for 0.75 and no more
        Evaluation validation = evaluated(
                request(run, Subset.VALIDATION).coverage(0.75).recalibration(RecalibrationMethod.TEMPERATURE));
        assertThat(validation.getFrozenThreshold().getValue()).isNull();
        assertThat(validation.getFrozenThreshold().getRecalibration().getTemperature())
                .isPositive();
        List<PredictionSetLimit> limits =
                validation.getFrozenThreshold().getPredictionSets().getLimits();
        assertThat(limits).extracting(PredictionSetLimit::getPatients).containsExactly(3, 3, 3);
        Evaluation test = evaluated(request(run, Subset.TEST)
                .metrics(List.of(NamedMetric.MEAN_ROC_AUC))
                .reason("the only opening"));
        assertThat(test.getReport()).isNull();
        assertThat(test.getMulticlassReport().getJudgedClasses()).isEqualTo(3);
        assertThat(test.getMulticlassReport().getConfusion().getCounts()).hasSize(3);
        assertThat(test.getPredictionSets().getCoverage()).isEqualTo(0.75);
        assertThat(test.getPredictionSets().getClasses())
                .extracting(PredictionSetReportOfClass::getName)
                .isEqualTo(classes);
        assertThat(test.getMulticlassReport().getMeanRocAuc().getValue()).isBetween(0.0, 1.0);
        assertThat(test.getMulticlassReport().getClasses()).hasSize(3).allSatisfy(figures -> assertThat(
                        figures.getRocAuc().getInterval())
                .isNotNull());
        assertThat(test.getPatientReport().getPatients()).isEqualTo(9);
        assertThat(test.getPatientReport().getConflicting()).isZero();
        assertThat(test.getPatientReport().getAggregations())
                .hasSize(3)
                .allSatisfy(by -> assertThat(by.getMulticlass().getImages()).isEqualTo(9));
        assertThat(test.getClassSubgroups().getFewestPatients()).isEqualTo(10);
        assertThat(test.getClassErrorReview().getClasses())
                .extracting(ClassErrors::getName)
                .isEqualTo(classes);
        assertThat(test.getRecalibrationEffect().getFigures())
                .extracting(RecalibratedFigure::getFigure)
                .containsExactly(
                        RecalibrationFigure.LOG_LOSS,
                        RecalibrationFigure.BRIER_SCORE,
                        RecalibrationFigure.CALIBRATION_ERROR,
                        RecalibrationFigure.TOP_CALIBRATION_ERROR,
                        RecalibrationFigure.ACCURACY,
                        RecalibrationFigure.ROC_AUC);
        RecalibrationChange accuracy =
                test.getRecalibrationEffect().getFigures().get(4).getChange();
        assertThat(accuracy.getAfter().getValue())
                .as("a temperature changes no decision")
                .isEqualTo(accuracy.getBefore().getValue())
                .isEqualTo(test.getMulticlassReport().getAccuracy().getValue());
        new ExplanationJourney(platform).soundOf(test.getId());
        Neighbourhood neighbourhood = new NeighbourhoodJourney(platform).soundOf(test.getId());
        assertThat(neighbourhood.getCases())
                .extracting(found -> found.getImage().getName())
                .isNotEmpty()
                .startsWith(test.getClassErrorReview().getWorst().stream()
                        .map(ClassErrorReviewMistake::getImage)
                        .toArray(String[]::new));
        assertThat(neighbourhood.getCases()).allSatisfy(found -> {
            assertThat(classes)
                    .containsAll(found.getCalled())
                    .containsAll(found.getImage().getLabels());
            assertThat(found.getAgreeingWithCalled()).isEqualTo((int) found.getNeighbours().stream()
                    .filter(neighbour -> neighbour.getImage().getLabels().equals(found.getCalled()))
                    .count());
        });
        EvaluationsApi evaluations = new EvaluationsApi(client.generated());
        assertThat(evaluations.getEvaluationCases(test.getId()).getCases())
                .allSatisfy(one -> assertThat(one.getPredictionSet().getClasses())
                        .isEqualTo(IntStream.range(0, 3)
                                .filter(k -> 1 - one.getProbabilities().get(k)
                                        <= limits.get(k).getScore())
                                .mapToObj(classes::get)
                                .toList()));
        assertThat(evaluations.getEvaluationCurves(test.getId(), null).getClasses())
                .extracting(ClassCurves::getName)
                .isEqualTo(classes);
        assertThat(evaluations
                        .getEvaluationReport(test.getId(), DocumentFormat.JSON)
                        .getSections())
                .extracting(DocumentSection::getTitle)
                .contains(
                        "Discrimination",
                        "Decisions",
                        "Calibration",
                        "Recalibration",
                        "Prediction sets",
                        "Subgroups",
                        "Worst cases");

        Prediction prediction = predicted("three-classes", dataset, run, films.get(0));
        assertThat(prediction.getProbabilities().keySet()).containsExactlyInAnyOrderElementsOf(classes);
        assertThat(prediction.getProbabilities().get(prediction.getPredictedClass()))
                .isEqualTo(prediction.getProbabilities().values().stream()
                        .max(Double::compare)
                        .orElseThrow());
        assertThat(prediction.getProbability()).isNull();
        assertThat(prediction.getPredictionSet().getCoverage()).isEqualTo(0.75);
        assertThat(prediction.getPredictionSet().getClasses())
                .isEqualTo(IntStream.range(0, 3)
                        .filter(k -> 1 - prediction.getProbabilities().get(classes.get(k))
                                <= limits.get(k).getScore())
                        .mapToObj(classes::get)
                        .toList());
        assertThat(prediction.getPredictionSet().getAbstains())
                .isEqualTo(prediction.getPredictionSet().getClasses().size() != 1);
    }

    /** Two labels and films with neither, by a table. */
    void ofLabels() throws Exception {
        Path zip = directory.resolve("labels.zip");
        List<Film> films = films(patient -> switch (patient % 4) {
            case 0 -> List.of();
            case 1 -> List.of("left");
            case 2 -> List.of("top");
            default -> List.of("left", "top");
        });
        StringBuilder table = new StringBuilder("file,patient,findings\n");
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream archive = new ZipOutputStream(out)) {
            for (Film film : films) {
                put(archive, film.name(), film.png());
                table.append(film.name())
                        .append(',')
                        .append(film.name(), 0, 3)
                        .append(',')
                        .append(film.labels().isEmpty() ? "No Finding" : String.join("|", film.labels()))
                        .append('\n');
            }
            put(archive, "manifest.csv", table.toString().getBytes(StandardCharsets.UTF_8));
        }
        Dataset dataset = frozen(
                new DatasetRequest()
                        .name("two labels")
                        .task(Task.MULTILABEL)
                        .layout(new DatasetLayout(new ManifestLayout()
                                .columns(new ManifestColumns()
                                        ._file("file")
                                        .patientId("patient")
                                        .label("findings"))
                                .emptyLabel("No Finding"))),
                zip);
        assertThat(dataset.getClasses()).containsExactly("left", "top");
        assertThat(client.profile(dataset.getId()).getImagesWithoutLabel()).isEqualTo(PATIENTS / 4 * 2);

        UUID split = split(
                dataset,
                new SplitSpec(
                        new KFoldSplitSpec().folds(2).repeats(2).test(0.25).validation(0.3)));
        refused(split, plan().sampling(new Sampling(new WeightedSampling())), "/plan/sampling/kind", "positiveWeight");
        UUID experiment = experiment(split, new Procedure(new CrossValidationProcedure()));
        assertThat(client.experiment(experiment).getSummary().getFoldAverages())
                .hasSize(4)
                .allSatisfy(fold -> assertThat(fold.getRocAuc().getValue()).isBetween(0.0, 1.0));
        assertThat(client.experiment(experiment).getSummary().getMultilabel().getClasses())
                .hasSize(2);
        Comparison withItself = new ExperimentsApi(client.generated()).compareExperiments(experiment, experiment);
        assertThat(withItself.getFiguresOverFolds()).hasSize(9);
        assertThat(withItself.getClassesOverPatients().getClasses())
                .allSatisfy(label ->
                        assertThat(label.getRocAucDifference().getValue()).isZero());
        assertThat(new ExperimentsApi(client.generated())
                        .getExperimentReport(experiment, DocumentFormat.JSON)
                        .getSections())
                .extracting(DocumentSection::getTitle)
                .contains("Folds", "Discrimination", "Calibration", "TRIPOD+AI");

        // each image was held out twice, and counts once: as the first repeat answered it
        Evaluation outOfFold = evaluated(new EvaluationRequest()
                .subject(new EvaluationSubject().experimentId(experiment))
                .subset(Subset.OUT_OF_FOLD)
                .threshold(new Threshold().rule(new ThresholdRule(new YoudenThresholdRule()))));
        assertThat(outOfFold.getMultilabelReport().getMeanRocAuc())
                .isEqualTo(client.experiment(experiment)
                        .getSummary()
                        .getMultilabel()
                        .getMeanRocAuc());
        assertThat(outOfFold.getClassErrorReview().getClasses())
                .extracting(ClassErrors::getName)
                .containsExactly("left", "top");
        Neighbourhood doubted = new NeighbourhoodJourney(platform).soundOf(outOfFold.getId());
        assertThat(doubted.getCases()).isNotEmpty();

        UUID run = trained(split, new Procedure(new TrainProcedure()));
        Evaluation validation = evaluated(request(run, Subset.VALIDATION)
                .threshold(new Threshold().rule(new ThresholdRule(new YoudenThresholdRule())))
                .recalibration(RecalibrationMethod.PLATT)
                .coverage(0.5));
        assertThat(validation.getFrozenThreshold().getRecalibration().getMethod())
                .isEqualTo(RecalibrationMethod.PLATT);
        assertThat(validation.getFrozenThreshold().getRecalibration().getLabels())
                .hasSize(2);
        List<LabelPredictionSets> sets =
                validation.getFrozenThreshold().getPredictionSets().getLabels();
        assertThat(sets).hasSize(2).allSatisfy(label -> assertThat(label.getLimits())
                .hasSize(2));
        List<Double> thresholds = validation.getFrozenThreshold().getLabelValues();
        assertThat(thresholds).hasSize(2);
        Evaluation test = evaluated(request(run, Subset.TEST)
                .metrics(List.of(NamedMetric.MEAN_ROC_AUC))
                .reason("the only opening"));
        assertThat(test.getMultilabelReport().getClasses())
                .extracting(figures -> figures.getThreshold().getThreshold())
                .isEqualTo(thresholds);
        assertThat(test.getPatientReport().getAggregations())
                .as("thresholds for patients are the validation's")
                .flatExtracting(by -> by.getMultilabel().getClasses())
                .extracting(label -> label.getThreshold().getThreshold())
                .isEqualTo(validation.getPatientReport().getAggregations().stream()
                        .flatMap(by -> by.getMultilabel().getClasses().stream())
                        .map(label -> label.getThreshold().getThreshold())
                        .toList());
        // also where every label is separated perfectly and resampling says nothing of the mean
        Estimate area = test.getMultilabelReport().getMeanRocAuc();
        assertThat(area.getInterval())
                .as("an interval of the mean area %s", area.getValue())
                .isNotNull();
        assertThat(area.getValue())
                .isBetween(area.getInterval().getLower(), area.getInterval().getUpper());
        assertThat(test.getMultilabelReport().getClasses())
                .allSatisfy(
                        figures -> assertThat(figures.getRocAuc().getInterval()).isNotNull());

        assertThat(test.getRecalibrationEffect().getClasses())
                .extracting(RecalibratedClass::getName)
                .containsExactly("left", "top");
        List<ScoredCase> cases = new EvaluationsApi(client.generated())
                .getEvaluationCases(test.getId())
                .getCases();
        assertThat(cases).allSatisfy(one -> assertThat(one.getLabelPredictionSets())
                .hasSize(2)
                .allSatisfy(set ->
                        assertThat(set.getAbstains()).isEqualTo(set.getClasses().size() != 1)));

        Prediction prediction = predicted("two-labels", dataset, run, films.get(0));
        assertThat(prediction.getLabels()).hasSize(2).allSatisfy(label -> assertThat(label.getDecision())
                .isEqualTo(label.getProbability() >= label.getThreshold()));
        assertThat(prediction.getLabels())
                .extracting(label -> label.getThreshold())
                .isEqualTo(thresholds);
        assertThat(prediction.getPositiveClass()).isNull();
        assertThat(prediction.getPredictionSet()).isNull();
        for (int k = 0; k < 2; k++) {
            LabelPrediction label = prediction.getLabels().get(k);
            List<String> answers = new ArrayList<>();
            if (1 - (1 - label.getProbability())
                    <= sets.get(k).getLimits().get(0).getScore()) {
                answers.add("without " + label.getLabel());
            }
            if (1 - label.getProbability() <= sets.get(k).getLimits().get(1).getScore()) {
                answers.add(label.getLabel());
            }
            assertThat(label.getPredictionSet().getClasses()).isEqualTo(answers);
        }
        assertThat(test.getLabelPredictionSets())
                .extracting(LabelSetReport::getLabel)
                .containsExactly("left", "top");
        assertThat(test.getLabelPredictionSets()).allSatisfy(label -> assertThat(
                        label.getReport().getClasses().get(1).getCovered().getValue())
                .isBetween(0.0, 1.0));
    }

    private record Film(String name, List<String> labels, byte[] png) {}

    private interface Truth {
        List<String> of(int patient);
    }

    private static List<Film> films(Truth truth) {
        SplittableRandom random = new SplittableRandom(17);
        List<Film> films = new ArrayList<>();
        for (int patient = 0; patient < PATIENTS; patient++) {
            for (int film = 0; film < 2; film++) {
                List<String> labels = truth.of(patient);
                films.add(new Film(
                        String.format(Locale.ROOT, "p%02d_%d.png", patient, film),
                        labels,
                        PngEncoder.encode(pixels(labels, random))));
            }
        }
        return films;
    }

    private static PixelImage pixels(List<String> labels, SplittableRandom random) {
        byte[] samples = new byte[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                int grey = 60 + random.nextInt(16);
                grey += labels.contains("across") && y / 4 % 2 == 0 ? 100 : 0;
                grey += labels.contains("upright") && x / 4 % 2 == 0 ? 100 : 0;
                grey += labels.contains("top") && y < SIZE / 4 ? 80 : 0;
                grey += labels.contains("left") && x < SIZE / 4 ? 80 : 0;
                samples[y * SIZE + x] = (byte) grey;
            }
        }
        return PixelImage.of(SIZE, SIZE, 1, samples);
    }

    private static void put(ZipOutputStream archive, String name, byte[] content) throws IOException {
        archive.putNextEntry(new ZipEntry(name));
        archive.write(content);
        archive.closeEntry();
    }

    private Dataset frozen(DatasetRequest request, Path zip) throws IOException, InterruptedException {
        UUID id = client.createDataset(request.projectId(
                        client.createProject(request.getName()).getId()))
                .getId();
        client.upload(id, zip);
        client.freeze(id);
        platform.await(LIMIT, "the dataset is frozen", () -> client.dataset(id).getState() == DatasetState.FROZEN);
        return client.dataset(id);
    }

    private UUID split(Dataset dataset, SplitSpec spec) {
        return client.split(
                        dataset.getId(),
                        new SplitRequest().name("split").seed(1L).spec(spec))
                .getId();
    }

    private static Plan plan() {
        return Story.plan(new Story.Scale(2, SIZE, 1, 8));
    }

    private void refused(UUID split, Plan plan, String pointer, String wayOut) {
        assertThatThrownBy(() -> client.startExperiment(new ExperimentRequest()
                        .name("unfit")
                        .splitId(split)
                        .plan(plan)
                        .procedure(new Procedure(new TrainProcedure()))))
                .isInstanceOfSatisfying(ApiException.class, refusal -> {
                    assertThat(refusal.getCode()).isEqualTo(422);
                    assertThat(refusal.getResponseBody()).contains(pointer).contains(wayOut);
                });
    }

    private UUID experiment(UUID split, Procedure procedure) throws IOException, InterruptedException {
        UUID experiment = client.startExperiment(new ExperimentRequest()
                        .name("as the task asks")
                        .splitId(split)
                        .plan(plan())
                        .procedure(procedure))
                .getId();
        platform.await(LIMIT, "the experiment has ended", () -> {
            ExperimentState state = client.experiment(experiment).getState();
            assertThat(state).isNotIn(ExperimentState.FAILED, ExperimentState.CANCELLED);
            return state == ExperimentState.SUCCEEDED;
        });
        return experiment;
    }

    private UUID trained(UUID split, Procedure procedure) throws IOException, InterruptedException {
        return client.runs(experiment(split, procedure)).get(0).getId();
    }

    private static EvaluationRequest request(UUID run, Subset subset) {
        return new EvaluationRequest()
                .subject(new EvaluationSubject().runId(run))
                .subset(subset);
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

    private Prediction predicted(String model, Dataset dataset, UUID run, Film film) throws IOException {
        client.createModel(model, dataset.getProjectId());
        ModelVersion version = client.register(model, run);
        Path image = Files.write(directory.resolve(model + ".png"), film.png());
        return client.predict(version, image, "image/png");
    }
}
