package org.foldwise.registry;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.metrics.ValidationFigures;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.registry.access.ApiKeyIssuance;
import org.foldwise.registry.access.Project;
import org.foldwise.registry.access.Projects;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.audit.AuditRequests;
import org.foldwise.registry.audit.AugmentationAudit;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetDescription;
import org.foldwise.registry.dataset.DatasetFreezing;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.DatasetLayout;
import org.foldwise.registry.dataset.DatasetReporting;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationReporting;
import org.foldwise.registry.evaluation.EvaluationRequest;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.ExperimentReporting;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.explanation.ExplanationCheck;
import org.foldwise.registry.explanation.ExplanationCheckRequests;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.leakage.LeakageExperiment;
import org.foldwise.registry.leakage.LeakageRequests;
import org.foldwise.registry.model.Model;
import org.foldwise.registry.model.ModelRegistration;
import org.foldwise.registry.model.ModelVersion;
import org.foldwise.registry.model.Models;
import org.foldwise.registry.neighbourhood.Neighbourhood;
import org.foldwise.registry.neighbourhood.NeighbourhoodRequests;
import org.foldwise.registry.run.ExperimentLaunch;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunEpoch;
import org.foldwise.registry.run.RunReporting;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.foldwise.registry.upload.UploadAcceptance;
import org.foldwise.registry.upload.UploadedImage;
import org.foldwise.registry.weights.ImportedWeightSet;
import org.foldwise.registry.weights.WeightSetImport;
import org.jspecify.annotations.Nullable;

/**
 * Tells the story up to where a test begins, each chapter under fresh ids. Workers' parts are played through the Reporting classes;
 * artifacts are named but not stored.
 */
public final class Story {
    /** The patients of {@link #cohort}: an odd number, each with one to three images. */
    public static final int PATIENTS = 11;

    private static final String RULE = "{\"kind\": \"youden\"}";

    private final Ids ids;
    private final DatabaseClock clock;
    private final JobQueue queue;
    private final Projects projects;
    private final Datasets datasets;
    private final UploadAcceptance uploads;
    private final DatasetFreezing freezing;
    private final DatasetReporting datasetReporting;
    private final DatasetImages images;
    private final PatientSplits splits;
    private final LeakageRequests leakage;
    private final AuditRequests audits;
    private final ExperimentLaunch launch;
    private final RunReporting runReporting;
    private final ExperimentReporting experimentReporting;
    private final EvaluationRequest evaluationRequest;
    private final EvaluationReporting evaluationReporting;
    private final NeighbourhoodRequests neighbourhoods;
    private final ExplanationCheckRequests explanationChecks;
    private final Models models;
    private final ModelRegistration registration;
    private final WeightSetImport weights;
    private final ApiKeyIssuance keys;

    Story(
            Ids ids,
            DatabaseClock clock,
            JobQueue queue,
            Projects projects,
            Datasets datasets,
            UploadAcceptance uploads,
            DatasetFreezing freezing,
            DatasetReporting datasetReporting,
            DatasetImages images,
            PatientSplits splits,
            LeakageRequests leakage,
            AuditRequests audits,
            ExperimentLaunch launch,
            RunReporting runReporting,
            ExperimentReporting experimentReporting,
            EvaluationRequest evaluationRequest,
            EvaluationReporting evaluationReporting,
            NeighbourhoodRequests neighbourhoods,
            ExplanationCheckRequests explanationChecks,
            Models models,
            ModelRegistration registration,
            WeightSetImport weights,
            ApiKeyIssuance keys) {
        this.ids = ids;
        this.clock = clock;
        this.queue = queue;
        this.projects = projects;
        this.datasets = datasets;
        this.uploads = uploads;
        this.freezing = freezing;
        this.datasetReporting = datasetReporting;
        this.images = images;
        this.splits = splits;
        this.leakage = leakage;
        this.audits = audits;
        this.launch = launch;
        this.runReporting = runReporting;
        this.experimentReporting = experimentReporting;
        this.evaluationRequest = evaluationRequest;
        this.evaluationReporting = evaluationReporting;
        this.neighbourhoods = neighbourhoods;
        this.explanationChecks = explanationChecks;
        this.models = models;
        this.registration = registration;
        this.weights = weights;
        this.keys = keys;
    }

    /** Weights of a name of their own, whose file is called after it. */
    public ImportedWeightSet weightSet() {
        String name = "weights-" + ids.next();
        UUID key = keys.issue("importer", org.foldwise.registry.access.Role.ADMIN, null, null)
                .key()
                .id();
        return weights.take(
                new ImportedWeightSet.Description(
                        name,
                        BackboneName.RESNET18,
                        3,
                        name + ".pth",
                        artifact(name),
                        1000,
                        List.of("extra.weight"),
                        Map.of("encoder.", "", "encoder.0.", "conv1.")),
                key);
    }

    public Project project() {
        UUID id = ids.next();
        return projects.save(new Project(id, "project " + id, clock.now()));
    }

    /** A draft without images. */
    public Dataset draft() {
        return draftIn(project());
    }

    public Dataset draftIn(Project project) {
        UUID id = ids.next();
        DatasetDescription description = new DatasetDescription(
                "dataset " + id,
                Task.BINARY,
                "ill",
                "X-ray",
                null,
                new DatasetLayout.ClassFolders("(?<patient>p[0-9]+)_.*"),
                PatientLabelRule.ANY_POSITIVE);
        return datasets.save(new Dataset(id, project.id(), description, clock.now()));
    }

    /**
     * Patients p00, p01, ... with one to three images each, every third of them ill.
     *
     * @param site part of the images' names and contents, so that two sites share no content
     */
    public Cohort cohort(String site) {
        List<ImageRecord> images = new ArrayList<>();
        for (int patient = 0; patient < PATIENTS; patient++) {
            String label = patient % 3 == 0 ? "ill" : "healthy";
            for (int image = 0; image <= patient % 3; image++) {
                String name = site + "/" + label + "/p%02d_%d.png".formatted(patient, image);
                images.add(new ImageRecord(
                        name,
                        Digest.of(name),
                        new PatientId("p%02d".formatted(patient)),
                        label,
                        patient % 2 == 0 ? LocalDate.of(2020, 1, 1 + patient) : null,
                        patient % 2 == 0 ? site : null));
            }
        }
        return new Cohort(Task.BINARY, List.of("healthy", "ill"), PatientLabelRule.ANY_POSITIVE, images);
    }

    /** Uploads a cohort's images. */
    public void upload(Dataset dataset, Cohort cohort) {
        upload(dataset, cohort, image -> null);
    }

    /**
     * Uploads a cohort's images.
     *
     * @param said what the file of an image says of itself
     */
    public void upload(Dataset dataset, Cohort cohort, Function<ImageRecord, @Nullable ImageMetadata> said) {
        List<UploadedImage> images = cohort.images().stream()
                .map(image -> new UploadedImage(
                        image.name(), image.content(), 1000, "image/png", 640, 480, 1, 8, said.apply(image)))
                .toList();
        uploads.accept(dataset.id(), "images.zip", "application/zip", 5000, Digest.of("an archive"), images);
    }

    /** A dataset that a worker is about to check. */
    public Dataset freezing() {
        Dataset draft = draft();
        Cohort cohort = cohort("here");
        upload(draft, cohort);
        return freezing.start(draft.id(), cohort);
    }

    public Dataset frozen() {
        return frozen(draft(), cohort("here"));
    }

    public Dataset frozen(Dataset draft, Cohort cohort) {
        upload(draft, cohort);
        return frozenUpload(draft, cohort);
    }

    /** Of a cohort whose images were uploaded before. */
    public Dataset frozenUpload(Dataset draft, Cohort cohort) {
        freezing.start(draft.id(), cohort);
        datasetReporting.freeze(claim(draft.id()), "{\"images\": {}}", "[]");
        return datasets.findById(draft.id()).orElseThrow();
    }

    /** Every patient is held out in one of the folds; each fifth patient is locked away. */
    public Split split(Dataset dataset, int folds) {
        List<PatientId> patients = new ArrayList<>();
        for (int i = 0; i < PATIENTS; i++) {
            patients.add(new PatientId("p%02d".formatted(i)));
        }
        List<Fold> all = new ArrayList<>();
        for (int fold = Fold.DEVELOPMENT; fold < folds; fold++) {
            SortedMap<PatientId, Role> roles = new TreeMap<>();
            for (int i = 0; i < PATIENTS; i++) {
                roles.put(patients.get(i), role(i, fold, folds));
            }
            all.add(new Fold(fold, roles));
        }
        Digest digest = java.util.Objects.requireNonNull(dataset.digest());
        return new Split(new SplitSpec.KFold(folds, 0.2, 0.25), 42, digest, all.get(0), all.subList(1, all.size()));
    }

    private static Role role(int patient, int fold, int folds) {
        if (patient % 5 == 4) {
            return Role.TEST;
        }
        if (patient % folds == fold) {
            return Role.HELD_OUT;
        }
        return (patient - Math.max(fold, 0)) % folds == 1 || patient == 0 ? Role.VALIDATION : Role.TRAIN;
    }

    public PatientSplit storedSplit() {
        return storedSplit(frozen());
    }

    public PatientSplit storedSplit(Dataset dataset) {
        Split split = split(dataset, 3);
        Cohort cohort = images.cohort(dataset);
        return splits.store(dataset.id(), "three folds", split, cohort);
    }

    /** The runs of an experiment that waits for workers, in the order of their folds. */
    public List<Run> launched(Procedure procedure) {
        return launched(storedSplit(), procedure);
    }

    public List<Run> launched(PatientSplit split, Procedure procedure) {
        String plan = "{\"epochs\": 3}";
        return launch.launch(
                new Experiment(ids.next(), split.id(), "first", procedure, plan, Digest.of(plan), null, clock.now()));
    }

    /** A leakage experiment that waits for a worker. */
    public LeakageExperiment leakageExperiment() {
        return leakageExperiment(frozen());
    }

    public LeakageExperiment leakageExperiment(Dataset dataset) {
        String plan = "{\"epochs\": 3}";
        return leakage.accept(
                new LeakageRequests.Order(dataset.id(), "by image", plan, Digest.of(plan), null, 3, 42, "[]", "[]"),
                List.of());
    }

    /** An augmentation audit that waits for a worker. */
    public AugmentationAudit augmentationAudit() {
        return augmentationAudit(storedSplit());
    }

    public AugmentationAudit augmentationAudit(PatientSplit split) {
        String plan = "{\"epochs\": 3}";
        return audits.accept(split.id(), plan, Digest.of(plan), null);
    }

    /** A neighbourhood of a validation that waits for a worker. */
    public Neighbourhood neighbourhood() {
        return neighbourhoods.accept(validated(trained(), "{\"worst\": []}").id(), 5);
    }

    /** A check of a validation's explanations that waits for a worker. */
    public ExplanationCheck explanationCheck() {
        return explanationChecks.accept(validated(trained(), "{\"worst\": []}").id(), 40, null, null);
    }

    /** Plays a worker that claims a job. */
    public FencingToken claim(UUID job) {
        return queue.claim(job, "a worker in a test").orElseThrow();
    }

    /** Plays a worker that begins with a run. */
    public FencingToken started(Run run) {
        FencingToken token = claim(run.id());
        runReporting.start(token, 0);
        return token;
    }

    /** Plays a worker that trains a run from beginning to end. */
    public void train(Run run) {
        FencingToken token = started(run);
        reportArtifacts(token, run);
        runReporting.succeed(token, 1, "{\"seed\": 42}");
    }

    /** What has to be there before a run can succeed. */
    public void reportArtifacts(FencingToken token, Run run) {
        runReporting.artifact(token, RunArtifactKind.WEIGHTS, artifact("weights " + run), 45_000_000);
        runReporting.artifact(token, RunArtifactKind.VALIDATION_PREDICTIONS, artifact("validation " + run), 300);
        runReporting.artifact(token, RunArtifactKind.HELD_OUT_PREDICTIONS, artifact("held out " + run), 300);
    }

    /** Plays a worker that summarises an experiment whose runs were all trained. */
    public void summarise(UUID experiment) {
        experimentReporting.succeed(claim(experiment), "{\"mean\": 0.9}");
    }

    /** A run with weights, of an experiment that trains one model. */
    public Run trained() {
        return trained(storedSplit());
    }

    public Run trained(PatientSplit split) {
        Run run = launched(split, Procedure.TRAIN).get(0);
        train(run);
        return run;
    }

    /** Freezes the threshold 0.4 for a run. */
    public Evaluation validated(Run run) {
        return validated(run, null);
    }

    /** The same, with an error review, a JSON document. */
    public Evaluation validated(Run run, @Nullable String errorReview) {
        Evaluation evaluation = evaluationRequest.validation(run.id(), RULE, RecalibrationMethod.NONE, null);
        FencingToken token = claim(evaluation.id());
        evaluationReporting.start(token);
        if (errorReview != null) {
            evaluationReporting.review(token, "{}", errorReview);
        }
        evaluationReporting.succeed(token, "{\"rocAuc\": 0.9}", artifact("cases"), 0.4);
        return evaluation;
    }

    public Model model(Project project) {
        UUID id = ids.next();
        return models.save(new Model(id, project.id(), "model-" + id, clock.now()));
    }

    /** A candidate of a new model. */
    public ModelVersion candidate() {
        Project project = project();
        Run run = trained(storedSplit(frozen(draftIn(project), cohort("here"))));
        validated(run);
        return registration.register(model(project).id(), run.id(), artifact("bundle"));
    }

    /** A finished epoch of ten validation images, of which two are positive and found, with one mistake. */
    public static RunEpoch epoch(int epoch, double trainLoss, double validationLoss, @Nullable Double rocAuc) {
        ValidationFigures validation = new ValidationFigures(
                validationLoss,
                rocAuc,
                0.75,
                0.9,
                0.9375,
                0.763762615825973,
                List.of(
                        new ValidationFigures.ClassFigures("healthy", 8, 1.0, 0.875, 1.0, 14.0 / 15),
                        new ValidationFigures.ClassFigures("sick", 2, 2.0 / 3, 1.0, 0.875, 0.8)));
        return new RunEpoch(epoch, trainLoss, validation, null, 0.001, 12.5, 80);
    }

    /** The key of an artifact with that text. */
    public static ArtifactKey artifact(String text) {
        return new ArtifactKey(Digest.of(text));
    }
}
