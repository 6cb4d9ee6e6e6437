package org.foldwise.registry.withdrawal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.DuplicateGroups;
import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.PredictionsJson;
import org.foldwise.learning.leakage.FoldLevel;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.PatientTies;
import org.foldwise.learning.split.Role;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.RecordTamperedException;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.SettableClock;
import org.foldwise.registry.Story;
import org.foldwise.registry.access.ApiKeyIssuance;
import org.foldwise.registry.access.Project;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.DirectoryArtifactStore;
import org.foldwise.registry.audit.AuditReporting;
import org.foldwise.registry.audit.AugmentationAudits;
import org.foldwise.registry.dataset.DataWithdrawnException;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetDescription;
import org.foldwise.registry.dataset.DatasetFreezing;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.DatasetLayout;
import org.foldwise.registry.dataset.DatasetReporting;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.dataset.ExaminedImages;
import org.foldwise.registry.dataset.MeasuredImage;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationReporting;
import org.foldwise.registry.evaluation.EvaluationRequest;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.evaluation.SharedPatients;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.idempotency.IdempotencyRecords;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.leakage.LeakageExperiments;
import org.foldwise.registry.leakage.LeakageReporting;
import org.foldwise.registry.model.Model;
import org.foldwise.registry.model.ModelRefusedException;
import org.foldwise.registry.model.ModelRegistration;
import org.foldwise.registry.model.ModelRelease;
import org.foldwise.registry.model.ModelVersion;
import org.foldwise.registry.model.ModelVersionState;
import org.foldwise.registry.model.ModelVersions;
import org.foldwise.registry.neighbourhood.FoundCase;
import org.foldwise.registry.neighbourhood.FoundCase.FoundNeighbour;
import org.foldwise.registry.neighbourhood.Neighbourhood;
import org.foldwise.registry.neighbourhood.NeighbourhoodCases;
import org.foldwise.registry.neighbourhood.NeighbourhoodReporting;
import org.foldwise.registry.neighbourhood.NeighbourhoodRequests;
import org.foldwise.registry.prediction.PredictionRecord;
import org.foldwise.registry.prediction.PredictionRecords;
import org.foldwise.registry.run.EnsembleMember;
import org.foldwise.registry.run.Ensembles;
import org.foldwise.registry.run.Replay;
import org.foldwise.registry.run.ReplayRequests;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.RunReporting;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.foldwise.registry.upkeep.ArtifactSweep;
import org.foldwise.registry.upload.UploadAcceptance;
import org.foldwise.registry.upload.UploadedImage;
import org.foldwise.registry.withdrawal.WithdrawalReach.TouchedEvaluation;
import org.foldwise.registry.withdrawal.WithdrawalReach.TouchedRun;
import org.foldwise.registry.withdrawal.WithdrawalReach.TouchedVersion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A project with a whole story in which every patient's key is unlike any other word, so that each place that still names the patient
 * is found by looking everywhere.
 */
@RegistryTest
@TestPropertySource(properties = "foldwise.artifacts.directory=" + PatientWithdrawalIT.STORE)
class PatientWithdrawalIT {
    static final String STORE = "target/withdrawal-artifacts";

    private static final String RESTRICT_VIOLATION = "23001";
    /** Of the development fold a training patient; held out in the last of three folds. Has three images. */
    private static final int WITHDRAWN = 5;

    private static final int IMAGES = 3;
    private static final int FOLDS = 3;
    /** The manifest, predictions of the folds that validated on the patient and held the patient out, and the pooled ones. */
    private static final int DOCUMENTS = 4;

    private static final String RULE = "{\"kind\": \"youden\"}";

    private final Story story;
    private final Datasets datasets;
    private final DatasetImages images;
    private final DatasetFreezing freezing;
    private final DatasetReporting datasetReporting;
    private final UploadAcceptance uploads;
    private final PatientSplits splits;
    private final Runs runs;
    private final Ensembles ensembles;
    private final RunReporting runReporting;
    private final ReplayRequests replays;
    private final LeakageReporting leakageReporting;
    private final LeakageExperiments leakageExperiments;
    private final AuditReporting auditReporting;
    private final AugmentationAudits audits;
    private final NeighbourhoodRequests neighbourhoodRequests;
    private final NeighbourhoodReporting neighbourhoodReporting;
    private final NeighbourhoodCases neighbourhoodCases;
    private final EvaluationRequest evaluationRequest;
    private final EvaluationReporting evaluationReporting;
    private final Evaluations evaluations;
    private final ModelRegistration registration;
    private final ModelRelease release;
    private final ModelVersions versions;
    private final PredictionRecords predictions;
    private final IdempotencyRecords idempotency;
    private final ApiKeyIssuance keys;
    private final PatientWithdrawal withdrawal;
    private final Withdrawals withdrawals;
    private final ArtifactStore artifacts;
    private final ArtifactSweep sweep;
    private final TransactionTemplate transaction;
    private final RunProgress progress;
    private final JdbcClient database;
    private final Ids ids;
    private final DatabaseClock clock;

    private String prefix = "";
    private Project project;
    private Dataset dataset;
    private PatientSplit split;
    private List<Run> folds;
    private Run development;
    private Evaluation pooled;
    private Evaluation validation;
    private Evaluation test;
    private ModelVersion version;

    PatientWithdrawalIT(
            Story story,
            Datasets datasets,
            DatasetImages images,
            DatasetFreezing freezing,
            DatasetReporting datasetReporting,
            UploadAcceptance uploads,
            PatientSplits splits,
            Runs runs,
            Ensembles ensembles,
            RunReporting runReporting,
            ReplayRequests replays,
            LeakageReporting leakageReporting,
            LeakageExperiments leakageExperiments,
            AuditReporting auditReporting,
            AugmentationAudits audits,
            NeighbourhoodRequests neighbourhoodRequests,
            NeighbourhoodReporting neighbourhoodReporting,
            NeighbourhoodCases neighbourhoodCases,
            EvaluationRequest evaluationRequest,
            EvaluationReporting evaluationReporting,
            Evaluations evaluations,
            ModelRegistration registration,
            ModelRelease release,
            ModelVersions versions,
            PredictionRecords predictions,
            IdempotencyRecords idempotency,
            ApiKeyIssuance keys,
            PatientWithdrawal withdrawal,
            Withdrawals withdrawals,
            ArtifactStore artifacts,
            ArtifactSweep sweep,
            TransactionTemplate transaction,
            RunProgress progress,
            JdbcClient database,
            Ids ids,
            DatabaseClock clock) {
        this.story = story;
        this.datasets = datasets;
        this.images = images;
        this.freezing = freezing;
        this.datasetReporting = datasetReporting;
        this.uploads = uploads;
        this.splits = splits;
        this.runs = runs;
        this.ensembles = ensembles;
        this.runReporting = runReporting;
        this.replays = replays;
        this.leakageReporting = leakageReporting;
        this.leakageExperiments = leakageExperiments;
        this.auditReporting = auditReporting;
        this.audits = audits;
        this.neighbourhoodRequests = neighbourhoodRequests;
        this.neighbourhoodReporting = neighbourhoodReporting;
        this.neighbourhoodCases = neighbourhoodCases;
        this.evaluationRequest = evaluationRequest;
        this.evaluationReporting = evaluationReporting;
        this.evaluations = evaluations;
        this.registration = registration;
        this.release = release;
        this.versions = versions;
        this.predictions = predictions;
        this.idempotency = idempotency;
        this.keys = keys;
        this.withdrawal = withdrawal;
        this.withdrawals = withdrawals;
        this.artifacts = artifacts;
        this.sweep = sweep;
        this.transaction = transaction;
        this.progress = progress;
        this.database = database;
        this.ids = ids;
        this.clock = clock;
    }

    @BeforeEach
    void tellTheStory() {
        prefix = "q" + ids.next().toString().replace("-", "") + "n";
        project = story.project();
        dataset = frozen(project, "here");
        split = splits.store(dataset.id(), "three folds", split(), images.cohort(dataset), twins(split()));
        folds = story.launched(split, Procedure.CROSS_VALIDATION);
        for (Run run : folds) {
            train(run);
        }
        story.summarise(folds.get(0).experimentId());
        development = story.launched(split, Procedure.TRAIN).get(0);
        train(development);
        story.summarise(development.experimentId());
        pooled = evaluated(
                evaluationRequest.outOfFold(folds.get(0).experimentId(), RULE),
                IntStream.range(0, FOLDS)
                        .mapToObj(fold -> cases(fold, Role.HELD_OUT, Set.of()))
                        .flatMap(List::stream)
                        .toList());
        validation = evaluated(
                evaluationRequest.validation(development.id(), RULE, RecalibrationMethod.NONE, null),
                cases(-1, Role.VALIDATION, Set.of()));
        test = evaluated(
                evaluationRequest.test(development.id(), List.of(NamedMetric.ROC_AUC), "final figures", "laptop"),
                cases(-1, Role.TEST, Set.of()));
        Model model = story.model(project);
        version = registration.register(model.id(), development.id(), stored("a bundle of " + prefix.length()));
    }

    private String key(int patient) {
        return prefix + patient;
    }

    /** Patients as in {@link Story#cohort}, under keys of their own; a file is what its name says. */
    private Cohort cohort(String site) {
        List<ImageRecord> all = new ArrayList<>();
        for (int patient = 0; patient < Story.PATIENTS; patient++) {
            String label = patient % 3 == 0 ? "ill" : "healthy";
            for (int image = 0; image <= patient % 3; image++) {
                String name = site + "/" + label + "/" + key(patient) + "_" + image + ".png";
                stored(name);
                all.add(new ImageRecord(name, Digest.of(name), new PatientId(key(patient)), label, null, null));
            }
        }
        return new Cohort(Task.BINARY, List.of("healthy", "ill"), PatientLabelRule.ANY_POSITIVE, all);
    }

    /** A dataset with a manifest, an upload called after the patient, measures, and a finding that names images. */
    private Dataset frozen(Project of, String site) {
        Dataset draft = story.draftIn(of);
        Cohort cohort = cohort(site);
        upload(draft, key(WITHDRAWN) + ".zip", cohort.images());
        Digest manifest = stored("file,patient\n" + site + ",\"" + key(WITHDRAWN) + "\"\n")
                .digest();
        transaction.executeWithoutResult(
                status -> datasets.lock(draft.id()).orElseThrow().replaceManifest("images.csv", manifest));
        freezing.start(draft.id(), cohort);
        List<String> names = cohort.images().stream().map(ImageRecord::name).toList();
        datasetReporting.freeze(
                story.claim(draft.id()),
                "{\"images\": 22}",
                "[{\"code\": \"outlyingSizes\", \"severity\": \"warning\", \"images\": [\""
                        + String.join("\", \"", names) + "\"], \"groups\": [{\"number\": 0, \"images\": [\""
                        + String.join("\", \"", names) + "\"]}]}]",
                new ExaminedImages(
                        DuplicateGroups.NONE,
                        names.stream()
                                .map(name -> new MeasuredImage(name, 1, 1, 1, 1, 0, 0, 0, name.hashCode()))
                                .toList()));
        return datasets.findById(draft.id()).orElseThrow();
    }

    private void upload(Dataset draft, String archive, List<ImageRecord> cohort) {
        uploads.accept(
                draft.id(),
                archive,
                "application/zip",
                1,
                Digest.of(archive),
                cohort.stream()
                        .map(image -> new UploadedImage(
                                image.name(),
                                image.content(),
                                10,
                                "application/dicom",
                                640,
                                480,
                                1,
                                8,
                                metadata(image.patient())))
                        .toList());
    }

    private static ImageMetadata metadata(PatientId patient) {
        return new ImageMetadata(
                "pseudonym of " + patient,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** The story's split with these patients. */
    private org.foldwise.learning.split.Split split() {
        org.foldwise.learning.split.Split told = story.split(dataset, FOLDS);
        return new org.foldwise.learning.split.Split(
                told.spec(),
                told.rules(),
                told.seed(),
                told.dataset(),
                renamed(told.development()),
                told.folds().stream().map(this::renamed).toList());
    }

    /** The patient to withdraw, and another who has the same role in every fold. */
    private PatientTies twins(org.foldwise.learning.split.Split made) {
        PatientId one = new PatientId(key(WITHDRAWN));
        PatientId other = made.development().roles().keySet().stream()
                .filter(patient -> !patient.equals(one)
                        && made.allFolds().stream()
                                .allMatch(fold -> fold.roles().get(patient)
                                        == fold.roles().get(one)))
                .findFirst()
                .orElseThrow();
        return new PatientTies(List.of(new TreeSet<>(Set.of(one, other))));
    }

    private org.foldwise.learning.split.Fold renamed(org.foldwise.learning.split.Fold fold) {
        SortedMap<PatientId, Role> roles = new TreeMap<>();
        fold.roles()
                .forEach((patient, role) -> roles.put(
                        new PatientId(key(Integer.parseInt(patient.value().substring(1)))), role));
        return new org.foldwise.learning.split.Fold(fold.index(), roles);
    }

    private void train(Run run) {
        FencingToken token = story.started(run);
        runReporting.artifact(token, RunArtifactKind.WEIGHTS, stored("weights " + run.id()), 10);
        report(token, run, RunArtifactKind.VALIDATION_PREDICTIONS, Role.VALIDATION);
        report(token, run, RunArtifactKind.HELD_OUT_PREDICTIONS, Role.HELD_OUT);
        runReporting.succeed(token, 1, "{\"seed\": 42}");
    }

    private void report(FencingToken token, Run run, RunArtifactKind kind, Role role) {
        byte[] document = PredictionsJson.write(cases(run.fold(), role, Set.of()));
        runReporting.artifact(token, kind, artifacts.put(document), document.length);
    }

    private List<ScoredCase> cases(int fold, Role role, Set<String> left) {
        Map<PatientId, Role> roles = split().fold(fold).roles();
        return cohort("here").images().stream()
                .filter(image -> roles.get(image.patient()) == role)
                .filter(image -> !left.contains(image.patient().value()))
                .map(image -> new ScoredCase(
                        image.name(), image.patient(), image.label().equals("ill"), 0.375))
                .toList();
    }

    private Evaluation evaluated(Evaluation evaluation, List<ScoredCase> cases) {
        FencingToken token = story.claim(evaluation.id());
        evaluationReporting.start(token);
        String worst = String.join(
                ", ",
                cases.stream()
                        .map(scored ->
                                "{\"image\": \"%s\", \"patient\": \"%s\"}".formatted(scored.image(), scored.patient()))
                        .toList());
        evaluationReporting.review(
                token, "{}", "{\"worst\": [%s], \"doubts\": {\"doubts\": [%s]}}".formatted(worst, worst));
        evaluationReporting.succeed(
                token,
                "{\"rocAuc\": 0.9}",
                artifacts.put(PredictionsJson.write(cases)),
                evaluation.subset() == Subset.VALIDATION ? 0.4 : null);
        return evaluations.findById(evaluation.id()).orElseThrow();
    }

    private ArtifactKey stored(String content) {
        return artifacts.put(content.getBytes(UTF_8));
    }

    private static Set<PatientId> of(String key) {
        return Set.of(new PatientId(key));
    }

    private Withdrawal withdraw(int patient) {
        return withdrawal.carryOut(project.id(), of(key(patient)), "consent withdrawn", "a steward");
    }

    /** The number of rows of every table. */
    private Map<String, Integer> rows() {
        Map<String, Integer> rows = new TreeMap<>();
        for (String table : database.sql("select tablename from pg_tables where schemaname = 'public'")
                .query(String.class)
                .list()) {
            rows.put(
                    table,
                    database.sql("select count(*) from " + table)
                            .query(Integer.class)
                            .single());
        }
        return rows;
    }

    private static Map<String, Integer> differences(Map<String, Integer> before, Map<String, Integer> after) {
        Map<String, Integer> differences = new TreeMap<>();
        after.forEach((table, count) -> differences.put(table, count - before.getOrDefault(table, 0)));
        differences.values().removeIf(difference -> difference == 0);
        return differences;
    }

    /** Every column of every table, and every file of the store, in which the word occurs. */
    private Set<String> placesOf(String word) {
        Set<String> places = new TreeSet<>();
        database.sql(
                        """
                        select table_name, column_name, data_type from information_schema.columns
                        where table_schema = 'public' and table_name in
                            (select tablename from pg_tables where schemaname = 'public')
                        """)
                .query(row -> {
                    String column = "\"" + row.getString("column_name") + "\"";
                    String text = row.getString("data_type").equals("bytea")
                            ? "encode(" + column + ", 'escape')"
                            : "cast(" + column + " as text)";
                    int found = database.sql("select count(*) from " + row.getString("table_name")
                                    + " where position(? in " + text + ") > 0")
                            .param(word)
                            .query(Integer.class)
                            .single();
                    if (found > 0) {
                        places.add(row.getString("table_name") + "." + row.getString("column_name"));
                    }
                });
        try (Stream<Path> files = Files.walk(Path.of(STORE))) {
            files.filter(Files::isRegularFile)
                    .filter(file -> read(file).contains(word))
                    .forEach(file -> places.add("a file"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return places;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sweepADayLater() {
        SettableClock later = new SettableClock(Clock.systemUTC().instant());
        later.advance(Duration.ofHours(25));
        new DirectoryArtifactStore(Path.of(STORE), later).sweep(Duration.ofHours(24), sweep::unnamed);
    }

    @Test
    void leavesNothingOfThePatientAnywhere() {
        answerARequestAboutThePatient();
        measureLeakage();
        ArtifactKey sheet = auditAugmentation();
        neighbourhood(1, WITHDRAWN);
        predictions.add(new PredictionRecord(
                ids.next(),
                version.id(),
                Digest.of(imageName(WITHDRAWN)),
                null,
                "seen",
                new PredictionRecord.Binary(0.5, 0.4),
                null,
                1));
        assertThat(placesOf(key(WITHDRAWN)))
                .contains(
                        "a file",
                        "dataset.findings",
                        "dataset_image.file",
                        "dataset_image.metadata",
                        "dataset_image.name",
                        "dataset_image.patient",
                        "evaluation.error_review",
                        "fold_member.patient",
                        "idempotency_record.body",
                        "kept_together.patient",
                        "leakage_fold.scores",
                        "upload.name",
                        "upload_image.metadata",
                        "upload_image.name");
        Map<String, Integer> before = rows();

        withdraw(WITHDRAWN);

        assertThat(differences(before, rows()))
                .isEqualTo(Map.ofEntries(
                        Map.entry("dataset_image", -IMAGES),
                        Map.entry("image_measures", -IMAGES),
                        Map.entry("upload_image", -IMAGES),
                        Map.entry("fold_member", -(FOLDS + 1)),
                        Map.entry("kept_together", -1),
                        Map.entry("prediction", -1),
                        Map.entry("idempotency_record", -1),
                        Map.entry("leakage_fold", -1),
                        Map.entry("neighbourhood_case", -1),
                        Map.entry("neighbour", -3),
                        Map.entry("withdrawal", 1),
                        Map.entry("withdrawal_dataset", 1),
                        Map.entry("withdrawal_run", FOLDS + 1),
                        Map.entry("withdrawal_evaluation", 1),
                        Map.entry("withdrawn_content", IMAGES + DOCUMENTS + 1)));
        assertThat(placesOf(key(WITHDRAWN))).containsExactly("a file");
        assertThat(withdrawals.contents()).contains(sheet.digest());

        sweepADayLater();

        assertThat(artifacts.exists(sheet)).isFalse();

        assertThat(placesOf(key(WITHDRAWN))).isEmpty();
        assertThat(placesOf(key(4))).contains("dataset_image.patient", "a file");
    }

    private String imageName(int patient) {
        return cohort("here").images().stream()
                .filter(image -> image.patient().value().equals(key(patient)))
                .map(ImageRecord::name)
                .findFirst()
                .orElseThrow();
    }

    private UUID measureLeakage() {
        FencingToken token = story.claim(story.leakageExperiment(dataset).id());
        leakageReporting.start(token);
        leakageReporting.fold(token, FoldLevel.IMAGE, 0, "{\"image\": \"" + imageName(WITHDRAWN) + "\"}");
        leakageReporting.succeed(token, "{\"verdict\": \"notShown\"}");
        return token.job();
    }

    /** The contact sheet says in its pixels only whom it shows; here it names the patient, so that it can be looked for. */
    private ArtifactKey auditAugmentation() {
        ArtifactKey sheet = stored("a sheet with " + imageName(WITHDRAWN));
        FencingToken token = story.claim(story.augmentationAudit(split).id());
        auditReporting.start(token);
        auditReporting.succeed(token, "{\"images\": 7}", sheet);
        return sheet;
    }

    @Test
    void leavesReportsOfAuditsAndNoContactSheet() {
        auditAugmentation();
        FencingToken open = story.claim(story.augmentationAudit(split).id());
        assertThat(withdrawal.plan(project.id(), of(key(WITHDRAWN))).openWork())
                .containsExactly(new WithdrawalPlan.OpenWork(JobKind.AUGMENTATION_AUDIT, open.job()));
        auditReporting.start(open);
        ArtifactKey shared = stored("a sheet that two audits came to");
        auditReporting.succeed(open, "{\"images\": 8}", shared);
        PatientSplit elsewhere = story.storedSplit();
        FencingToken other = story.claim(story.augmentationAudit(elsewhere).id());
        auditReporting.start(other);
        auditReporting.succeed(other, "{\"images\": 8}", shared);
        String sheets = "update augmentation_audit set sheet_digest = null";
        for (String sql : List.of(
                sheets + ", report = '{}' where id = '" + open.job() + "'",
                sheets + " where id = '" + other.job() + "'",
                "delete from augmentation_audit where id = '" + open.job() + "'")) {
            requireRefusal(
                    () -> transaction.executeWithoutResult(status -> {
                        entomb(IMAGES);
                        database.sql(sql).update();
                    }),
                    sql);
        }
        requireRefusal(() -> database.sql(sheets).update(), "outside of a withdrawal");

        Withdrawal done = withdraw(WITHDRAWN);

        assertThat(done.reach().contents()).hasSize(IMAGES + DOCUMENTS + 1).doesNotContain(shared.digest());
        assertThat(audits.findById(open.job()).orElseThrow().sheet()).isNull();
        assertThat(audits.findById(open.job()).orElseThrow().report()).isEqualTo("{\"images\": 8}");
        assertThat(audits.findById(other.job()).orElseThrow().sheet()).isEqualTo(shared);
        assertThatExceptionOfType(DataWithdrawnException.class).isThrownBy(() -> story.augmentationAudit(split));
        String late = "insert into augmentation_audit (id, split_id, plan, plan_digest, state, created_at, version)"
                + " select gen_random_uuid(), split_id, plan, plan_digest, 'queued', now(), 0 from augmentation_audit where id = '"
                + open.job() + "'";
        requireRefusal(() -> database.sql(late).update(), late);
        assertThatThrownBy(() -> story.leakageExperiment(dataset))
                .as("one that was prepared before")
                .hasRootCauseInstanceOf(SQLException.class)
                .hasMessageContaining("nothing new begins on it");
    }

    /** A neighbourhood of two cases, each with all images of two other patients and of the case's for neighbours. */
    private Neighbourhood neighbourhood(int first, int second) {
        Neighbourhood neighbourhood = neighbourhoodRequests.accept(pooled.id(), 5);
        FencingToken token = story.claim(neighbourhood.id());
        neighbourhoodReporting.start(token);
        neighbourhoodReporting.succeed(
                token, "{\"models\": []}", List.of(found(first, List.of(second, 7)), found(second, List.of(7, first))));
        return neighbourhood;
    }

    private FoundCase found(int patient, List<Integer> neighbours) {
        return new FoundCase(
                image(patient),
                List.of("ill"),
                0,
                0.5,
                null,
                neighbours.stream()
                        .map(neighbour -> new FoundNeighbour(image(neighbour), 0.1))
                        .toList());
    }

    private UUID image(int patient) {
        return database.sql("select id from dataset_image where dataset_id = ? and patient = ? order by name limit 1")
                .param(dataset.id())
                .param(key(patient))
                .query(UUID.class)
                .single();
    }

    @Test
    void takesThePatientOutOfNeighbourhoods() {
        int other = 1;
        Neighbourhood neighbourhood = neighbourhood(other, WITHDRAWN);
        assertThat(neighbourhoodCases.of(neighbourhood.id())).hasSize(2);
        for (String sql : List.of(
                "delete from neighbour where neighbourhood_id = '" + neighbourhood.id() + "'",
                "delete from neighbourhood_case where neighbourhood_id = '" + neighbourhood.id() + "'")) {
            requireRefusal(() -> database.sql(sql).update(), sql);
            requireRefusal(
                    () -> transaction.executeWithoutResult(status -> {
                        entomb(IMAGES);
                        database.sql(sql).update();
                    }),
                    sql);
        }
        Neighbourhood open = neighbourhoodRequests.accept(test.id(), 1);
        assertThat(withdrawal.plan(project.id(), of(key(WITHDRAWN))).openWork())
                .containsExactly(new WithdrawalPlan.OpenWork(JobKind.NEIGHBOURHOOD, open.id()));
        neighbourhoodRequests.cancel(open.id());
        assertThat(neighbourhoodCases.of(neighbourhood.id()))
                .as("a plan takes nothing away")
                .hasSize(2);

        withdraw(WITHDRAWN);

        assertThat(neighbourhoodCases.of(neighbourhood.id())).singleElement().satisfies(left -> {
            assertThat(left.image().patient()).isEqualTo(key(other));
            assertThat(left.nearestDistance()).as("a figure of before").isEqualTo(0.1);
            assertThat(left.nearest())
                    .extracting(neighbour -> neighbour.image().patient())
                    .containsExactly(key(7));
        });
        assertThatExceptionOfType(DataWithdrawnException.class)
                .isThrownBy(() -> neighbourhoodRequests.accept(pooled.id(), 5));
        String late = "insert into neighbourhood (id, evaluation_id, neighbours, state, created_at, version)"
                + " values (gen_random_uuid(), '" + pooled.id() + "', 5, 'queued', now(), 0)";
        requireRefusal(() -> database.sql(late).update(), late);
    }

    @Test
    void waitsForALeakageExperimentThatGoesOn() {
        FencingToken token = story.claim(story.leakageExperiment(dataset).id());
        leakageReporting.start(token);
        leakageReporting.fold(token, FoldLevel.IMAGE, 0, "{}");

        assertThat(withdrawal.plan(project.id(), of(key(WITHDRAWN))).openWork())
                .containsExactly(new WithdrawalPlan.OpenWork(JobKind.LEAKAGE_EXPERIMENT, token.job()));
        assertThatThrownBy(() -> withdraw(WITHDRAWN)).isInstanceOf(WithdrawalRefusedException.class);

        leakageReporting.cancelled(token);
        withdraw(WITHDRAWN);
    }

    private void answerARequestAboutThePatient() {
        UUID caller = keys.issue("a client", org.foldwise.registry.access.Role.RESEARCHER, project.id(), null)
                .key()
                .id();
        for (String named : List.of(key(WITHDRAWN), key(4))) {
            idempotency.begin(caller, named.substring(20), Digest.of(named), Duration.ofMinutes(1));
            idempotency.complete(
                    caller, named.substring(20), 200, "{}", ("{\"patient\":\"" + named + "\"}").getBytes(UTF_8));
        }
    }

    @Test
    void tellsWhatItTouchesBeforeAndAfterAlike() {
        Map<String, Integer> before = rows();

        WithdrawalPlan plan = withdrawal.plan(project.id(), of(key(WITHDRAWN)));

        assertThat(rows()).isEqualTo(before);
        assertThat(plan.openWork()).isEmpty();
        assertThat(plan.sharedContents()).isZero();
        WithdrawalReach reach = plan.reach();
        assertThat(reach.datasets()).containsExactly(new WithdrawalReach.TouchedDataset(dataset.id(), 1, IMAGES));
        assertThat(reach.splits()).containsExactly(split.id());
        assertThat(reach.runs())
                .containsExactlyInAnyOrder(
                        new TouchedRun(folds.get(0).id(), new TreeSet<>(Set.of(Role.TRAIN))),
                        new TouchedRun(folds.get(1).id(), new TreeSet<>(Set.of(Role.VALIDATION))),
                        new TouchedRun(folds.get(2).id(), new TreeSet<>(Set.of(Role.HELD_OUT))),
                        new TouchedRun(development.id(), new TreeSet<>(Set.of(Role.TRAIN))));
        assertThat(reach.evaluations()).containsExactly(new TouchedEvaluation(pooled.id(), IMAGES));
        assertThat(reach.versions())
                .extracting(TouchedVersion::id, TouchedVersion::state)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(version.id(), ModelVersionState.CANDIDATE));
        assertThat(reach.contents())
                .contains(requireNonNull(dataset.manifestDigest()), Digest.of(imageName(WITHDRAWN)))
                .hasSize(IMAGES + DOCUMENTS);

        Withdrawal done = withdraw(WITHDRAWN);

        assertThat(done.reach()).isEqualTo(reach);
        assertThat(done.reason()).isEqualTo("consent withdrawn");
        assertThat(withdrawals.find(done.id())).contains(done);
        assertThat(withdrawals.ofProject(project.id(), new UUID(0, 0), 10)).containsExactly(done);
        assertThat(withdrawals.contents()).containsAll(reach.contents());
    }

    @Test
    void takesCasesOutOfDocumentsAndLeavesTheOthersToTheByte() {
        int tested = 4;
        Withdrawal done = withdraw(tested);

        int cases = 1 + tested % 3;
        assertThat(done.reach().evaluations()).containsExactly(new TouchedEvaluation(test.id(), cases));
        // who is tested is learned from in no fold
        assertThat(done.reach().versions()).isEmpty();
        Evaluation after = evaluations.findById(test.id()).orElseThrow();
        assertThat(artifacts.open(requireNonNull(after.cases())))
                .hasBinaryContent(PredictionsJson.write(cases(-1, Role.TEST, Set.of(key(tested)))));
        assertThat(after.withdrawals()).isOne();
        assertThat(after.report()).isEqualTo(test.report());
        assertThat(after.errorReview()).contains(key(9)).doesNotContain(key(tested));
        assertThat(evaluations.findById(validation.id()).orElseThrow().cases()).isEqualTo(validation.cases());
        assertThat(versions.findById(version.id()).orElseThrow().withdrawals()).isZero();
    }

    @Test
    void marksWhatLearnedAndLetsNothingNewBegin() {
        UUID leakage = measureLeakage();
        FencingToken audit = story.claim(story.augmentationAudit(split).id());
        auditReporting.start(audit);
        auditReporting.succeed(audit, "{\"images\": 7}", stored("a sheet"));
        assertThat(leakageExperiments.findById(leakage).orElseThrow().withdrawals())
                .isZero();
        assertThat(audits.findById(audit.job()).orElseThrow().withdrawals()).isZero();

        withdraw(WITHDRAWN);

        assertThat(leakageExperiments.findById(leakage).orElseThrow().withdrawals())
                .isOne();
        assertThat(audits.findById(audit.job()).orElseThrow().withdrawals()).isOne();

        assertThat(datasets.findById(dataset.id()).orElseThrow().withdrawals()).isOne();
        assertThat(splits.find(split.id()).orElseThrow().withdrawals()).isOne();
        assertThat(folds.stream()
                        .map(run -> runs.findById(run.id()).orElseThrow().withdrawals()))
                .containsExactly(1, 1, 0);
        assertThat(versions.findById(version.id()).orElseThrow().withdrawals()).isOne();
        assertThat(splits.remainder(split.id()).development().roles()).hasSize(Story.PATIENTS - 1);
        assertThatExceptionOfType(DataWithdrawnException.class).isThrownBy(() -> splits.load(split.id()));
        assertThatExceptionOfType(DataWithdrawnException.class)
                .isThrownBy(() -> story.launched(split, Procedure.TRAIN));
        assertThatExceptionOfType(DataWithdrawnException.class)
                .isThrownBy(() -> splits.store(dataset.id(), "late", split(), cohort("here")));
        assertThatExceptionOfType(DataWithdrawnException.class)
                .isThrownBy(() ->
                        evaluationRequest.test(development.id(), List.of(NamedMetric.ROC_AUC), "again", "laptop"));
        Dataset elsewhere = frozen(project, "elsewhere");
        assertThatExceptionOfType(DataWithdrawnException.class)
                .isThrownBy(() ->
                        evaluationRequest.external(development.id(), elsewhere.id(), SharedPatients.EXCLUDE, null));
        assertThatExceptionOfType(ModelRefusedException.class)
                .isThrownBy(() -> release.release(version.id()))
                .extracting(ModelRefusedException::refusal)
                .isEqualTo(ModelRefusedException.Cause.DATA_WITHDRAWN);
        assertThatExceptionOfType(ModelRefusedException.class)
                .isThrownBy(() -> registration.requireRegistrable(version.modelId(), development.id()));
        for (String sql : List.of(
                "insert into patient_split select gen_random_uuid(), dataset_id, 'late', seed, spec, digest, audit, now(),"
                        + " rules, certificate, certificate_digest from patient_split where id = '" + split.id() + "'",
                "insert into experiment select gen_random_uuid(), split_id, name, procedure, plan, plan_digest, 'queued',"
                        + " null, now(), null, 0 from experiment where id = '" + development.experimentId() + "'",
                "insert into evaluation (id, run_id, subset, reason, state, created_at, version) values (gen_random_uuid(), '"
                        + development.id() + "', 'test', 'late', 'queued', now(), 0)",
                "insert into replay (id, run_id, state, created_at, version) values (gen_random_uuid(), '"
                        + development.id() + "', 'queued', now(), 0)",
                "update model_version set state = 'released' where id = '" + version.id() + "'",
                "insert into model_version select gen_random_uuid(), model_id, 2, run_id, bundle_digest, 'candidate', now(), 0"
                        + " from model_version where id = '" + version.id() + "'")) {
            requireRefusal(() -> database.sql(sql).update(), sql);
        }
    }

    /** It has to go through all the same, and must not make good what was changed before. */
    @Test
    void whatWasChangedPastTheTriggersStaysDamaged() {
        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            database.sql("update evaluation set report = '{\"rocAuc\": 1}' where id = ?")
                    .param(pooled.id())
                    .update();
            database.sql("update run_artifact set record_digest = repeat('0', 64) where kind = 'heldOutPredictions'"
                            + " and run_id in (select id from run where experiment_id = ?)")
                    .param(folds.get(0).experimentId())
                    .update();
        });

        withdraw(WITHDRAWN);

        assertThatExceptionOfType(RecordTamperedException.class)
                .isThrownBy(
                        () -> evaluations.findById(pooled.id()).orElseThrow().cases());
        for (Run run : folds) {
            assertThatExceptionOfType(RecordTamperedException.class).isThrownBy(() -> progress.artifacts(run.id()));
        }
        assertThat(evaluations.findById(test.id()).orElseThrow().cases()).isEqualTo(test.cases());
        assertThat(progress.artifacts(development.id())).hasSize(3);
    }

    /** Its networks learned from everybody in turn, and its validation cases are those that they held out. */
    @Test
    void touchesEnsemblesOfWhatLearned() {
        List<ScoredCase> heldOut = IntStream.range(0, FOLDS)
                .mapToObj(fold -> cases(fold, Role.HELD_OUT, Set.of()))
                .flatMap(List::stream)
                .toList();
        String plan = "{\"epochs\": 3}";
        Run ensemble = ensembles.launch(
                new Experiment(
                        ids.next(), split.id(), "mean", Procedure.ENSEMBLE, plan, Digest.of(plan), null, clock.now()),
                folds.stream()
                        .map(run -> new EnsembleMember(run.id(), Digest.of("weights " + run.id())))
                        .toList(),
                artifacts.put(PredictionsJson.write(heldOut)),
                1);
        assertThat(withdrawal.plan(project.id(), of(key(WITHDRAWN))).openWork())
                .extracting(WithdrawalPlan.OpenWork::id)
                .containsExactly(ensemble.experimentId());
        story.summarise(ensemble.experimentId());
        evaluated(evaluationRequest.validation(ensemble.id(), RULE, RecalibrationMethod.NONE, null), heldOut);
        ModelVersion ofEnsemble =
                registration.register(version.modelId(), ensemble.id(), stored("a bundle of several networks"));
        int tested = 4;
        withdraw(tested);
        assertThat(runs.findById(ensemble.id()).orElseThrow().withdrawals()).isZero();

        Withdrawal done = withdraw(WITHDRAWN);

        assertThat(done.reach().runs())
                .contains(new TouchedRun(
                        ensemble.id(), new TreeSet<>(Set.of(Role.TRAIN, Role.VALIDATION, Role.HELD_OUT))));
        assertThat(done.reach().versions())
                .extracting(TouchedVersion::id)
                .containsExactlyInAnyOrder(version.id(), ofEnsemble.id());
        assertThat(runs.findById(ensemble.id()).orElseThrow().withdrawals()).isOne();
        assertThat(versions.findById(ofEnsemble.id()).orElseThrow().withdrawals())
                .isOne();
        assertThatExceptionOfType(ModelRefusedException.class)
                .isThrownBy(() -> release.release(ofEnsemble.id()))
                .extracting(ModelRefusedException::refusal)
                .isEqualTo(ModelRefusedException.Cause.DATA_WITHDRAWN);
        sweepADayLater();
        assertThat(placesOf(key(WITHDRAWN))).isEmpty();
        assertThat(ensembles.members(ensemble.id()))
                .allSatisfy(member ->
                        assertThat(artifacts.exists(member.artifact())).isTrue());
        assertThatThrownBy(() -> ensembles.launch(
                        new Experiment(
                                ids.next(),
                                split.id(),
                                "late",
                                Procedure.ENSEMBLE,
                                plan,
                                Digest.of(plan),
                                null,
                                clock.now()),
                        ensembles.members(ensemble.id()),
                        stored("late"),
                        1))
                .rootCause()
                .hasMessageContaining("nothing new begins");
    }

    @Test
    void keepsBytesThatSomebodyElsesImageHas() {
        Dataset draft = story.draft();
        ImageRecord same = cohort("here").images().stream()
                .filter(image -> image.patient().value().equals(key(WITHDRAWN)))
                .findFirst()
                .orElseThrow();
        upload(
                draft,
                "other.zip",
                List.of(new ImageRecord("x/twin.png", same.content(), new PatientId("twin"), "ill", null, null)));

        assertThat(withdrawal.plan(project.id(), of(key(WITHDRAWN))).sharedContents())
                .isOne();
        Withdrawal done = withdraw(WITHDRAWN);
        sweepADayLater();

        assertThat(done.reach().contents()).doesNotContain(same.content());
        assertThat(artifacts.exists(new ArtifactKey(same.content()))).isTrue();
        assertThat(done.reach().contents()).noneMatch(content -> artifacts.exists(new ArtifactKey(content)));
    }

    private Dataset draftWithManifest(String name, DatasetLayout.Columns columns, String manifest) {
        Digest content = stored(manifest).digest();
        return requireNonNull(transaction.execute(status -> {
            Dataset draft = datasets.save(new Dataset(
                    ids.next(),
                    project.id(),
                    new DatasetDescription(
                            name,
                            Task.BINARY,
                            null,
                            null,
                            null,
                            new DatasetLayout.Manifest(columns),
                            PatientLabelRule.ANY_POSITIVE),
                    clock.now()));
            draft.replaceManifest("images.csv", content);
            return draft;
        }));
    }

    @Test
    void findsThePatientByWhatFilesSayAndInDrafts() {
        // older than the draft whose layout says whose this image is, and under a key of its own
        Dataset other = draftWithManifest(
                "other names",
                new DatasetLayout.Columns("file", "patient", "label", null, null, null, List.of(), null),
                "file,patient,label\nz5.png,other5,ill\nz6.png,other6,ill\n");
        upload(
                other,
                "z5.png",
                List.of(new ImageRecord(
                        "z5.png", stored("drafted").digest(), new PatientId("other5"), "ill", null, null)));
        upload(
                other,
                "z6.png",
                List.of(new ImageRecord(
                        "z6.png", stored("other").digest(), new PatientId("other6"), "ill", null, null)));
        Dataset draft = story.draftIn(project);
        // its layout reads p05 off the name; its other image is one of the withdrawn patient's, byte for byte
        upload(
                draft,
                "draft.zip",
                List.of(
                        new ImageRecord(
                                "d/p05_1.png", stored("drafted").digest(), new PatientId("p05"), "ill", null, null),
                        new ImageRecord(
                                "d/p06_1.png",
                                Digest.of(imageName(WITHDRAWN)),
                                new PatientId("p06"),
                                "ill",
                                null,
                                null),
                        new ImageRecord(
                                "d/p07_1.png", stored("kept").digest(), new PatientId("p07"), "ill", null, null)));

        Withdrawal done = withdrawal.carryOut(
                project.id(),
                Set.of(new PatientId("pseudonym of " + key(WITHDRAWN)), new PatientId("p05")),
                "consent withdrawn",
                "a steward");

        assertThat(done.reach().datasets())
                .containsExactly(new WithdrawalReach.TouchedDataset(dataset.id(), 1, IMAGES));
        assertThat(done.reach().draftImages()).isEqualTo(3);
        assertThat(done.reach().contents()).contains(Digest.of("drafted"), Digest.of(imageName(WITHDRAWN)));
        assertThat(database.sql("select name from upload_image where dataset_id = ?")
                        .param(other.id())
                        .query(String.class)
                        .list())
                .containsExactly("z6.png");
        assertThat(datasets.findById(other.id()).orElseThrow().manifestDigest()).isNull();
        assertThat(database.sql("select name from upload_image where dataset_id = ?")
                        .param(draft.id())
                        .query(String.class)
                        .list())
                .containsExactly("d/p07_1.png");
        assertThat(datasets.findById(draft.id()).orElseThrow().withdrawals()).isZero();
    }

    /** A picture of which one image is left has no copies, and nobody has changed that. */
    @Test
    void copiesThatOneIsLeftOfAreNotTamperedWith() {
        Dataset draft = story.draftIn(project);
        Cohort cohort = cohort("copies");
        upload(draft, "copies.zip", cohort.images());
        freezing.start(draft.id(), cohort);
        List<String> names = cohort.images().stream()
                .filter(image -> image.patient().value().equals(key(WITHDRAWN))
                        || image.patient().value().equals(key(0)))
                .map(ImageRecord::name)
                .toList();
        datasetReporting.freeze(
                story.claim(draft.id()),
                "{}",
                "[]",
                new ExaminedImages(new DuplicateGroups(List.of(new TreeSet<>(names))), List.of()));

        withdraw(WITHDRAWN);

        Dataset left = datasets.findById(draft.id()).orElseThrow();
        images.requireDuplicatesAsFrozen(left);
        assertThat(images.copies(left.id(), -1, 10, 10)).isEmpty();
    }

    @Test
    void aWithdrawalBesideAReaderOfLockedPatientsIsNoTampering() {
        PatientId locked = splits.lockedPatients(List.of(split.id())).first();
        transaction.executeWithoutResult(status -> {
            assertThat(splits.find(split.id()).orElseThrow().withdrawals()).isZero();
            CompletableFuture.runAsync(
                            () -> withdrawal.carryOut(project.id(), Set.of(locked), "consent withdrawn", "a steward"))
                    .join();

            assertThat(splits.lockedPatients(List.of(split.id()))).doesNotContain(locked);
        });
    }

    /** Each file is a volume of 20 slices, of which every fourth is an image. */
    @Test
    void erasesEveryFrameOfThePatientsFiles() {
        Dataset draft = story.draftIn(project);
        List<ImageRecord> files = cohort("volumes").images();
        upload(draft, "volumes.zip", files);
        freezing.start(
                draft.id(),
                new Cohort(
                        Task.BINARY,
                        List.of("healthy", "ill"),
                        PatientLabelRule.ANY_POSITIVE,
                        files.stream()
                                .flatMap(file -> IntStream.range(0, 5).mapToObj(i -> file.ofFrame(4 * i, 20)))
                                .toList()));
        String named = files.stream().map(file -> file.name() + "#04").collect(Collectors.joining("\", \""));
        datasetReporting.freeze(
                story.claim(draft.id()),
                "{}",
                "[{\"code\": \"severalFrames\", \"severity\": \"warning\", \"images\": [\"" + named + "\"]}]");
        Map<String, Integer> before = rows();

        Withdrawal done = withdraw(WITHDRAWN);

        assertThat(done.reach().datasets())
                .containsExactlyInAnyOrder(
                        new WithdrawalReach.TouchedDataset(dataset.id(), 1, IMAGES),
                        new WithdrawalReach.TouchedDataset(draft.id(), 1, 5 * IMAGES));
        assertThat(differences(before, rows()))
                .containsEntry("dataset_image", -6 * IMAGES)
                .containsEntry("upload_image", -2 * IMAGES);
        assertThat(done.reach().contents())
                .containsAll(files.stream()
                        .filter(file -> file.patient().value().equals(key(WITHDRAWN)))
                        .map(ImageRecord::content)
                        .toList());
        assertThat(datasets.findById(draft.id()).orElseThrow().findings())
                .contains(key(4) + "_0.png#04")
                .doesNotContain(key(WITHDRAWN) + "_");
        assertThat(placesOf(key(WITHDRAWN))).containsExactly("a file");
        sweepADayLater();
        assertThat(placesOf(key(WITHDRAWN))).isEmpty();
    }

    @Test
    void findsFramesThatTheManifestOfADraftNames() {
        Dataset draft = draftWithManifest(
                "frames",
                new DatasetLayout.Columns("file", "patient", "label", null, null, null, List.of(), "slice"),
                "file,patient,label,slice\nv.nii,vv,ill,3\nv.nii,vv,healthy,29\nw.nii,ww,ill,3\n");
        uploads.accept(
                draft.id(),
                "volumes.zip",
                "application/zip",
                1,
                Digest.of("volumes"),
                List.of(
                        new UploadedImage(
                                "v.nii", stored("v").digest(), 10, "application/octet-stream", 64, 64, 1, 16, null, 30),
                        new UploadedImage(
                                "w.nii",
                                stored("w").digest(),
                                10,
                                "application/octet-stream",
                                64,
                                64,
                                1,
                                16,
                                null,
                                30)));
        Digest manifest = requireNonNull(draft.manifestDigest());

        Withdrawal done =
                withdrawal.carryOut(project.id(), Set.of(new PatientId("vv")), "consent withdrawn", "a steward");

        assertThat(done.reach().draftImages()).isOne();
        assertThat(done.reach().contents()).contains(Digest.of("v"), manifest);
        assertThat(database.sql("select name from upload_image where dataset_id = ?")
                        .param(draft.id())
                        .query(String.class)
                        .list())
                .containsExactly("w.nii");
    }

    @Test
    void waitsForOpenWorkAndSaysForWhat() {
        Run open = story.launched(split, Procedure.TRAIN).get(0);
        Map<String, Integer> before = rows();

        assertThat(withdrawal.plan(project.id(), of(key(WITHDRAWN))).openWork())
                .containsExactly(new WithdrawalPlan.OpenWork(JobKind.TRAIN, open.id()));
        assertThatExceptionOfType(WithdrawalRefusedException.class)
                .isThrownBy(() -> withdraw(WITHDRAWN))
                .satisfies(refusal -> assertThat(refusal.openWork()).hasSize(1));

        assertThat(rows()).isEqualTo(before);
        train(open);
        story.summarise(open.experimentId());
        Replay replay = replays.of(open.id());
        assertThat(withdrawal.plan(project.id(), of(key(WITHDRAWN))).openWork())
                .containsExactly(new WithdrawalPlan.OpenWork(JobKind.REPLAY, replay.id()));
        replays.cancel(replay.id());
        assertThat(withdraw(WITHDRAWN).reach().runs())
                .extracting(TouchedRun::id)
                .contains(open.id());
    }

    /** Whoever was first is seen by whoever comes second, whichever of the two that is. */
    @Test
    void meetsWorkThatBeginsAtTheSameMoment() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<Withdrawal> second = requireNonNull(transaction.execute(status -> {
                story.launched(split, Procedure.TRAIN);
                Future<Withdrawal> waiting = other.submit(() -> withdraw(WITHDRAWN));
                assertThatExceptionOfType(TimeoutException.class)
                        .isThrownBy(() -> waiting.get(300, TimeUnit.MILLISECONDS));
                return waiting;
            }));
            assertThatThrownBy(() -> second.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(WithdrawalRefusedException.class);
        } finally {
            other.shutdownNow();
        }
    }

    private static Path file(Digest content) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(STORE))) {
            return files.filter(file -> content.hex().endsWith(String.valueOf(file.getFileName())))
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void changesNothingWhereItFails() throws IOException {
        Digest damaged = requireNonNull(test.cases()).digest();
        Path file = file(damaged);
        file.toFile().setWritable(true);
        Files.writeString(file, "{}");
        Map<String, Integer> before = rows();

        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> withdraw(4));

        assertThat(rows()).isEqualTo(before);
        Files.delete(file);
        withdraw(4);
        assertThat(placesOf(key(4))).containsExactly("a file");
    }

    @Test
    void knowsNobodyInAnotherProject() {
        assertThatExceptionOfType(WithdrawalRefusedException.class)
                .isThrownBy(() -> withdrawal.plan(story.project().id(), of(key(WITHDRAWN))))
                .satisfies(refusal -> assertThat(refusal).hasMessageNotContaining(key(WITHDRAWN)));
    }

    /** The exception is exact: a transaction that entombs one patient may change nothing else, and has to do what it says. */
    @Test
    void letsAWithdrawalTouchNothingButItsPatient() {
        String id = "'" + dataset.id() + "'";
        String other = "'" + key(4) + "'";
        List<String> refused = new ArrayList<>(List.of(
                "update dataset set name = 'other' where id = " + id,
                "update dataset set digest = repeat('0', 64) where id = " + id,
                "update dataset set findings = '[]' where id = " + id,
                "update dataset set manifest_digest = repeat('0', 64) where id = " + id,
                "update dataset set image_count = 1 where id = " + id,
                "delete from dataset where id = " + id,
                "delete from dataset_image where dataset_id = " + id + " and patient = " + other,
                "update dataset_image set patient = 'x' where dataset_id = " + id,
                "update upload set name = 'x' where dataset_id = " + id,
                "update upload set digest = repeat('0', 64) where dataset_id = " + id,
                "delete from fold_member where patient = " + other,
                "update fold_member set role = 'test' where patient = '" + key(WITHDRAWN) + "'",
                "update patient_split set audit = '[]' where dataset_id = " + id,
                "update run_artifact set digest = repeat('0', 64) where run_id = '" + development.id() + "'",
                "delete from run_artifact where run_id = '" + development.id() + "'",
                "update run set provenance = '{}' where id = '" + development.id() + "'",
                "update evaluation set report = '{}' where id = '" + test.id() + "'",
                "update evaluation set cases_digest = repeat('0', 64) where id = '" + test.id() + "'",
                "delete from evaluation where id = '" + test.id() + "'",
                "delete from test_opening where evaluation_id = '" + test.id() + "'"));
        refused.addAll(IntStream.of(2, 4)
                .mapToObj(images ->
                        "insert into withdrawal_dataset values ('" + ids.next() + "', " + id + ", 1, " + images + ")")
                .toList());
        for (String sql : refused) {
            requireRefusal(
                    () -> transaction.executeWithoutResult(status -> {
                        entomb(IMAGES);
                        database.sql(sql).update();
                    }),
                    sql);
        }
        requireRefusal(() -> transaction.executeWithoutResult(status -> entomb(IMAGES)), "nothing erased");
        requireRefusal(
                () -> transaction.executeWithoutResult(status -> {
                    entomb(IMAGES - 1);
                    eraseImages();
                }),
                "fewer counted than erased");
        requireRefusal(
                () -> transaction.executeWithoutResult(status -> {
                    entomb(IMAGES);
                    eraseImages();
                }),
                "roles left");
        requireRefusal(
                () -> transaction.executeWithoutResult(status -> {
                    announce();
                    eraseImages();
                }),
                "no tombstone");
    }

    private void entomb(int images) {
        UUID id = ids.next();
        database.sql("insert into withdrawal values (?, ?, 'why', 'who', now(), 0, 0)")
                .param(id)
                .param(project.id())
                .update();
        database.sql("insert into withdrawal_dataset values (?, ?, 1, ?)")
                .param(id)
                .param(dataset.id())
                .param(images)
                .update();
        announce();
    }

    private void announce() {
        database.sql("select set_config('foldwise.withdrawn_patients', ?, true)")
                .param("[\"" + dataset.id() + " " + key(WITHDRAWN) + "\"]")
                .query(String.class)
                .single();
    }

    private void eraseImages() {
        database.sql("delete from dataset_image where dataset_id = ? and patient = ?")
                .param(dataset.id())
                .param(key(WITHDRAWN))
                .update();
    }

    @Test
    void keepsTombstonesForEver() {
        Withdrawal done = withdraw(WITHDRAWN);
        String id = "'" + done.id() + "'";

        List<String> statements = new ArrayList<>(List.of(
                "update withdrawal set reason = 'other' where id = " + id,
                "delete from withdrawal where id = " + id,
                "insert into withdrawal_dataset values (" + id + ", '"
                        + frozen(project, "late").id() + "', 1, 1)",
                "insert into withdrawal_unread_draft values (" + id + ", '" + dataset.id() + "')",
                "truncate withdrawal_unread_draft",
                "insert into withdrawn_content values (" + id + ", repeat('0', 64))"));
        for (String part : List.of("withdrawal_dataset", "withdrawal_run", "withdrawn_content")) {
            statements.add("update " + part + " set withdrawal_id = withdrawal_id where withdrawal_id = " + id);
            statements.add("delete from " + part + " where withdrawal_id = " + id);
            statements.add("truncate " + part);
        }
        statements.add("truncate withdrawal cascade");
        for (String sql : statements) {
            requireRefusal(() -> database.sql(sql).update(), sql);
        }
        assertThat(withdrawals.find(done.id())).contains(done);
    }

    private static void requireRefusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable act, String what) {
        assertThatThrownBy(act).as(what).rootCause().isInstanceOfSatisfying(SQLException.class, refusal -> assertThat(
                        refusal.getSQLState())
                .as(what)
                .isEqualTo(RESTRICT_VIOLATION));
    }
}
