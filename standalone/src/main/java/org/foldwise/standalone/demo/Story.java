package org.foldwise.standalone.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.foldwise.client.model.Aspect;
import org.foldwise.client.model.Assignment;
import org.foldwise.client.model.ConfusionMatrix;
import org.foldwise.client.model.CrossValidationProcedure;
import org.foldwise.client.model.Dataset;
import org.foldwise.client.model.DatasetProfile;
import org.foldwise.client.model.DatasetRequest;
import org.foldwise.client.model.DatasetState;
import org.foldwise.client.model.Estimate;
import org.foldwise.client.model.Evaluation;
import org.foldwise.client.model.EvaluationReport;
import org.foldwise.client.model.EvaluationRequest;
import org.foldwise.client.model.EvaluationState;
import org.foldwise.client.model.EvaluationSubject;
import org.foldwise.client.model.Experiment;
import org.foldwise.client.model.ExperimentRequest;
import org.foldwise.client.model.ExperimentState;
import org.foldwise.client.model.ExperimentSummary;
import org.foldwise.client.model.F1ThresholdRule;
import org.foldwise.client.model.Finding;
import org.foldwise.client.model.FindingOverride;
import org.foldwise.client.model.FindingSeverity;
import org.foldwise.client.model.FoldResult;
import org.foldwise.client.model.Image;
import org.foldwise.client.model.KFoldSplitSpec;
import org.foldwise.client.model.ModelVersion;
import org.foldwise.client.model.NamedMetric;
import org.foldwise.client.model.PatientRole;
import org.foldwise.client.model.Plan;
import org.foldwise.client.model.PlanFinding;
import org.foldwise.client.model.PlanFindingCode;
import org.foldwise.client.model.PlanImage;
import org.foldwise.client.model.Prediction;
import org.foldwise.client.model.PredictionSet;
import org.foldwise.client.model.Procedure;
import org.foldwise.client.model.ProfileClassCounts;
import org.foldwise.client.model.Project;
import org.foldwise.client.model.Run;
import org.foldwise.client.model.RunStatus;
import org.foldwise.client.model.Split;
import org.foldwise.client.model.SplitRequest;
import org.foldwise.client.model.SplitSpec;
import org.foldwise.client.model.Subset;
import org.foldwise.client.model.Task;
import org.foldwise.client.model.Threshold;
import org.foldwise.client.model.ThresholdRule;
import org.foldwise.client.model.TrainProcedure;
import org.jspecify.annotations.Nullable;

/** The story: dataset, split, cross-validation, training, evaluation, model version, prediction. Told once. */
final class Story {
    private static final String PROJECT = "demo";
    private static final String MODEL = "demo-resnet18";
    private static final double TEST_SHARE = 0.25;
    private static final double VALIDATION_SHARE = 0.2;
    private static final long SEED = 42;
    private static final int DEVELOPMENT_FOLD = -1;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final PlatformClient platform;
    private final CohortArchive cohort;
    private final @Nullable String positive;
    private final Scale scale;
    private final Path directory;
    private final PrintStream out;
    private final boolean terminal;
    private final PhaseSeconds seconds;

    /**
     * How much is computed.
     *
     * @param folds of the cross-validation
     * @param imageSize what the network sees, in pixels
     * @param epochs of every training
     * @param batchSize images per step
     */
    record Scale(int folds, int imageSize, int epochs, int batchSize) {
        /** Some minutes on two cores. */
        static final Scale DEMO = new Scale(5, 64, 6, 8);
    }

    Story(
            PlatformClient platform,
            CohortArchive cohort,
            @Nullable String positive,
            Scale scale,
            Path directory,
            PrintStream out,
            boolean terminal,
            PhaseSeconds seconds) {
        this.platform = platform;
        this.cohort = cohort;
        this.positive = positive;
        this.scale = scale;
        this.directory = directory;
        this.out = out;
        this.terminal = terminal;
        this.seconds = seconds;
    }

    DemoFigures tell() throws IOException, InterruptedException {
        Project project = platform.project(PROJECT).orElseGet(() -> platform.createProject(PROJECT));
        Dataset dataset = dataset(project);
        Split split = split(dataset);
        Experiment crossValidation =
                experiment(split, "cross-validation", new Procedure(new CrossValidationProcedure()), "crossValidation");
        ExperimentSummary summary = crossValidation.getSummary();
        printCrossValidation(summary);
        Experiment training = experiment(split, "final training", new Procedure(new TrainProcedure()), "training");
        UUID run = platform.runs(training.getId()).get(0).getId();
        EvaluationReport test = evaluate(run);
        ModelVersion version = register(project, run);
        Prediction prediction = predict(dataset, split, version);
        return figures(dataset, split, summary, test, version, prediction);
    }

    private Dataset dataset(Project project) throws InterruptedException {
        chapter("Dataset");
        Dataset draft = platform.createDataset(new DatasetRequest()
                .name(cohort.title() + " " + (platform.countDatasets() + 1))
                .projectId(project.getId())
                .task(Task.BINARY)
                .positiveLabel(positive)
                .layout(cohort.layout()));
        platform.upload(draft.getId(), cohort.zip());
        seconds.end("upload");
        platform.freeze(draft.getId());
        ProgressDisplay display = display("checking images");
        Dataset dataset = platform.dataset(draft.getId());
        while (dataset.getState() == DatasetState.FREEZING) {
            display.show(dataset.getProgress(), text(dataset.getMessage()));
            Thread.sleep(PAUSE.toMillis());
            dataset = platform.dataset(draft.getId());
        }
        if (dataset.getState() != DatasetState.FROZEN) {
            throw new DemoFailedException("the dataset was refused" + list(platform.findings(draft.getId())));
        }
        display.done("frozen, digest " + shortened(dataset.getDigest()));
        seconds.end("freeze");
        printProfile(platform.profile(dataset.getId()), platform.findings(dataset.getId()));
        return dataset;
    }

    private void printProfile(DatasetProfile profile, List<Finding> findings) {
        say("%d images of %d patients", profile.getImages(), profile.getPatients());
        for (ProfileClassCounts counts : profile.getClasses()) {
            say("  %-12s %5d images, %4d patients", counts.getName(), counts.getImages(), counts.getPatients());
        }
        say(
                "  imbalance %.2f : 1 (%s)",
                profile.getImbalance().getRatio(), profile.getImbalance().getLevel());
        say(
                "  width %.0f to %.0f, height %.0f to %.0f pixels; mean grey value %.0f of 255",
                profile.getWidth().getMinimum(),
                profile.getWidth().getMaximum(),
                profile.getHeight().getMinimum(),
                profile.getHeight().getMaximum(),
                profile.getIntensity().getMean());
        for (Finding finding : findings) {
            String sign = finding.getSeverity() == FindingSeverity.NOTICE ? "-" : "!";
            say("  %s %s", sign, finding.getEvidence());
        }
    }

    private Split split(Dataset dataset) {
        chapter("Split");
        SplitSpec spec = new SplitSpec(
                new KFoldSplitSpec().folds(scale.folds()).test(TEST_SHARE).validation(VALIDATION_SHARE));
        Split split = platform.split(
                dataset.getId(),
                new SplitRequest().name("by patient").seed(SEED).spec(spec));
        say("%d folds by patient, and a locked test set; digest %s", scale.folds(), shortened(split.getDigest()));
        split.getFolds().stream()
                .filter(fold -> fold.getFold() == DEVELOPMENT_FOLD)
                .flatMap(fold -> fold.getRoles().stream())
                .forEach(role ->
                        say("  %-12s %4d patients, %5d images", role.getRole(), role.getPatients(), role.getImages()));
        say("  patients on two sides: %d", split.getCertificate().getSharedPatients());
        seconds.end("split");
        return split;
    }

    private Experiment experiment(Split split, String name, Procedure procedure, String phase)
            throws InterruptedException {
        chapter(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1));
        ExperimentRequest request = new ExperimentRequest()
                .name(name)
                .splitId(split.getId())
                .plan(plan(scale))
                .procedure(procedure);
        Experiment started = platform.startExperiment(request.overrides(overrides(request)));
        ProgressDisplay display = display("ResNet-18");
        Experiment experiment = platform.experiment(started.getId());
        while (experiment.getState() == ExperimentState.QUEUED || experiment.getState() == ExperimentState.RUNNING) {
            display.show(experiment.getProgress(), runningNow(started.getId()));
            Thread.sleep(PAUSE.toMillis());
            experiment = platform.experiment(started.getId());
        }
        if (experiment.getState() != ExperimentState.SUCCEEDED) {
            throw new DemoFailedException("the " + name + " " + experiment.getState() + failures(started.getId()));
        }
        display.done("done");
        seconds.end(phase);
        return experiment;
    }

    /** Who tells the story again and again opens the same patients, and says so. */
    private List<FindingOverride> overrides(ExperimentRequest request) {
        List<PlanFinding> opened = platform.blocking(request).stream()
                .filter(finding -> finding.getCode() == PlanFindingCode.TEST_OPENED_BEFORE)
                .toList();
        opened.forEach(finding -> say("  ! %s", finding.getEvidence()));
        return opened.stream()
                .map(finding -> new FindingOverride()
                        .code(finding.getCode())
                        .reason("The demo tells the same story again; its figures are for show."))
                .toList();
    }

    /** What the plan does not say is as the platform's defaults have it. */
    static Plan plan(Scale scale) {
        return new Plan()
                .image(new PlanImage()
                        .size(scale.imageSize())
                        .channels(PlanImage.ChannelsEnum.NUMBER_1)
                        .aspect(Aspect.LETTERBOX))
                .epochs(scale.epochs())
                .batchSize(scale.batchSize())
                .seed(SEED);
    }

    private String runningNow(UUID experiment) {
        return platform.runs(experiment).stream()
                .filter(run -> run.getState() == RunStatus.RUNNING)
                .map(run -> (run.getFold() == DEVELOPMENT_FOLD ? "" : "fold " + (run.getFold() + 1) + ", ")
                        + text(run.getMessage()))
                .findFirst()
                .orElse("waiting for the worker");
    }

    private String failures(UUID experiment) {
        StringBuilder text = new StringBuilder();
        for (Run run : platform.runs(experiment)) {
            if (run.getState() == RunStatus.FAILED) {
                text.append("\n    fold ").append(run.getFold()).append(": ").append(run.getFailureDetail());
            }
        }
        return text.toString();
    }

    private void printCrossValidation(ExperimentSummary summary) {
        for (FoldResult fold : summary.getFolds()) {
            say(
                    "  fold %d: ROC AUC %s on %d held-out patients",
                    fold.getFold() + 1, figure(fold.getRocAuc()), fold.getPatients());
        }
        say(
                "  mean %s, standard deviation %s",
                figure(summary.getMeanRocAuc()), figure(summary.getStandardDeviationRocAuc()));
    }

    private EvaluationReport evaluate(UUID run) throws InterruptedException {
        chapter("Evaluation");
        Evaluation validation = evaluation(
                "validation",
                new EvaluationRequest()
                        .subject(new EvaluationSubject().runId(run))
                        .subset(Subset.VALIDATION)
                        .threshold(new Threshold().rule(new ThresholdRule(new F1ThresholdRule()))));
        say(
                "  threshold %.3f, chosen by F1 on the validation patients and frozen",
                validation.getReport().getThreshold().getThreshold());
        Evaluation test = evaluation(
                "test",
                new EvaluationRequest()
                        .subject(new EvaluationSubject().runId(run))
                        .subset(Subset.TEST)
                        .metrics(List.of(NamedMetric.ROC_AUC, NamedMetric.RECALL, NamedMetric.SPECIFICITY))
                        .reason("the demo opens its test set once"));
        seconds.end("evaluation");
        printTest(test.getReport(), test.getOpening().getNumber());
        return test.getReport();
    }

    private Evaluation evaluation(String name, EvaluationRequest request) throws InterruptedException {
        UUID id = platform.startEvaluation(request).getId();
        Evaluation evaluation = platform.evaluation(id);
        while (evaluation.getState() == EvaluationState.QUEUED || evaluation.getState() == EvaluationState.RUNNING) {
            Thread.sleep(PAUSE.toMillis());
            evaluation = platform.evaluation(id);
        }
        if (evaluation.getState() != EvaluationState.SUCCEEDED) {
            throw new DemoFailedException(
                    "the evaluation on the " + name + " patients failed: " + evaluation.getFailure());
        }
        return evaluation;
    }

    private void printTest(EvaluationReport test, int opening) {
        ConfusionMatrix confusion = test.getConfusion();
        say(
                "  locked test set: %d images of %d patients, %s",
                test.getImages(),
                test.getPatients(),
                opening == 1
                        ? "opened for the first time"
                        : "opening " + opening + " of these patients: a re-use, no first test");
        say("  ROC AUC            %s", withInterval(test.getRocAuc()));
        say("  average precision  %s", withInterval(test.getAveragePrecision()));
        say("  recall             %s", withInterval(test.getRecall()));
        say("  specificity        %s", withInterval(test.getSpecificity()));
        say("                     called positive   called negative");
        say("    positive         %15d   %15d", confusion.getTruePositives(), confusion.getFalseNegatives());
        say("    negative         %15d   %15d", confusion.getFalsePositives(), confusion.getTrueNegatives());
    }

    private ModelVersion register(Project project, UUID run) {
        chapter("Model version");
        if (!platform.hasModel(MODEL)) {
            platform.createModel(MODEL, project.getId());
        }
        ModelVersion version = platform.register(MODEL, run);
        say("  %s version %d, SHA-256 %s", MODEL, version.getVersion(), shortened(version.getSha256()));
        seconds.end("model");
        return version;
    }

    /** Of an image of a patient whom no training has seen. */
    private Prediction predict(Dataset dataset, Split split, ModelVersion version) throws IOException {
        chapter("Prediction");
        String patient = platform.assignments(split.getId()).stream()
                .filter(assignment ->
                        assignment.getFold() == DEVELOPMENT_FOLD && assignment.getRole() == PatientRole.TEST)
                .map(Assignment::getPatient)
                .findFirst()
                .orElseThrow(() -> new DemoFailedException("the split locks nobody away"));
        Image image = platform.imageOf(dataset.getId(), patient)
                .orElseThrow(() -> new DemoFailedException("a test patient has no image"));
        boolean png = image.getName().toLowerCase(Locale.ROOT).endsWith(".png");
        Path file = Files.write(directory.resolve("image"), cohort.image(image.getName()));
        Prediction prediction = platform.predict(version, file, png ? "image/png" : "image/jpeg");
        say(
                "  probability of %s %.3f: %s (threshold %.3f); the film is labelled %s",
                prediction.getPositiveClass(),
                prediction.getProbability(),
                prediction.getDecision() ? "positive" : "negative",
                prediction.getThreshold(),
                image.getLabel());
        PredictionSet set = prediction.getPredictionSet();
        if (set != null) {
            say(
                    "  prediction set {%s} with a promised coverage of %.0f %%: %s",
                    String.join(", ", set.getClasses()),
                    100 * set.getCoverage(),
                    set.getAbstains() ? "the model abstains" : "an answer");
        }
        prediction.getWarnings().forEach(warning -> say("  ! %s", warning));
        seconds.end("prediction");
        return prediction;
    }

    private DemoFigures figures(
            Dataset dataset,
            Split split,
            ExperimentSummary summary,
            EvaluationReport test,
            ModelVersion version,
            Prediction prediction) {
        ConfusionMatrix confusion = test.getConfusion();
        return new DemoFigures(
                new DemoFigures.DatasetFigures(dataset.getImageCount(), dataset.getPatientCount(), dataset.getDigest()),
                new DemoFigures.SplitFigures(
                        split.getDigest(), split.getCertificate().getSharedPatients()),
                new DemoFigures.CrossValidationFigures(
                        summary.getFolds().stream()
                                .map(fold -> new DemoFigures.FoldFigures(
                                        fold.getRocAuc().getValue()))
                                .toList(),
                        summary.getMeanRocAuc().getValue(),
                        summary.getStandardDeviationRocAuc().getValue()),
                new DemoFigures.TestFigures(
                        test.getRocAuc().getValue(),
                        test.getAveragePrecision().getValue(),
                        new DemoFigures.Confusion(
                                confusion.getTruePositives(),
                                confusion.getFalsePositives(),
                                confusion.getTrueNegatives(),
                                confusion.getFalseNegatives())),
                new DemoFigures.ModelFigures(version.getModel(), version.getVersion(), version.getSha256()),
                new DemoFigures.PredictionFigures(
                        prediction.getProbability(), prediction.getDecision(), millis(prediction)),
                seconds.all());
    }

    private static double millis(Prediction prediction) {
        return prediction.getLatency().getDecodeMillis()
                + prediction.getLatency().getPreprocessMillis()
                + prediction.getLatency().getInferenceMillis();
    }

    private void chapter(String title) {
        out.println();
        out.println(title);
    }

    private void say(String format, Object... values) {
        out.println("  " + String.format(Locale.ROOT, format, values));
    }

    private ProgressDisplay display(String what) {
        return new ProgressDisplay(out, terminal, what);
    }

    private static String list(List<Finding> findings) {
        StringBuilder text = new StringBuilder();
        findings.forEach(finding -> text.append("\n    ")
                .append(String.join(", ", finding.getImages()))
                .append(": ")
                .append(finding.getEvidence()));
        return text.toString();
    }

    private static String text(@Nullable String message) {
        return message == null ? "" : message;
    }

    private static String figure(Estimate estimate) {
        return estimate.getValue() == null
                ? "undefined (" + estimate.getUndefinedBecause() + ")"
                : String.format(Locale.ROOT, "%.3f", estimate.getValue());
    }

    private static String withInterval(Estimate estimate) {
        if (estimate.getValue() == null || estimate.getInterval() == null) {
            return figure(estimate);
        }
        return String.format(
                Locale.ROOT,
                "%.3f (95 %% interval %.3f to %.3f)",
                estimate.getValue(),
                estimate.getInterval().getLower(),
                estimate.getInterval().getUpper());
    }

    private static String shortened(String digest) {
        return digest.substring(0, 12);
    }
}
