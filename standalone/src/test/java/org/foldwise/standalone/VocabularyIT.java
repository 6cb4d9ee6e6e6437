package org.foldwise.standalone;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.foldwise.learning.dataset.ImbalanceLevel;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.dataset.layout.DatasetLayout;
import org.foldwise.learning.dataset.layout.LabelKey;
import org.foldwise.learning.experiment.AnatomySpec;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.AugmentationAuditReport;
import org.foldwise.learning.experiment.AugmentedClasses;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.experiment.LossSpec;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.experiment.PlanFinding;
import org.foldwise.learning.experiment.PositiveWeight;
import org.foldwise.learning.experiment.SamplingSpec;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.experiment.WindowSpec;
import org.foldwise.learning.imaging.Resampling;
import org.foldwise.learning.imaging.ResizeFilter;
import org.foldwise.learning.leakage.LeakageCost;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.comparison.OptimismCheck;
import org.foldwise.learning.metrics.comparison.RecipeFigure;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.learning.metrics.scored.RecalibrationEffect;
import org.foldwise.learning.quality.Finding;
import org.foldwise.learning.quality.ImbalanceStrategy;
import org.foldwise.learning.search.Dimension;
import org.foldwise.learning.search.SearchSpec;
import org.foldwise.learning.split.Bond;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.learning.split.Stratum;
import org.foldwise.registry.LowerCamelCase;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.audit.AuditVerdict;
import org.foldwise.registry.dataset.DatasetState;
import org.foldwise.registry.evaluation.EvaluationState;
import org.foldwise.registry.evaluation.SharedPatients;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.registry.experiment.ExperimentState;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobState;
import org.foldwise.registry.model.ModelVersionState;
import org.foldwise.registry.run.FailureCode;
import org.foldwise.registry.run.ReplayVerdict;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * One word per thing: the constants of an enum in Java, the values that a table's check constraint lets in and the enum of the
 * contract are the same, and so are the options of a choice and the contract's kinds.
 */
class VocabularyIT {
    private static final Pattern TEXT = Pattern.compile("'([^']*)'::text");

    @TempDir
    static Path directory;

    private static EmbeddedDatabase database;
    private static JsonNode schemas;

    record EnumWord(Class<? extends Enum<?>> type, String schema, String constraint) {
        @Override
        public String toString() {
            return type.getSimpleName();
        }
    }

    static Stream<EnumWord> enums() {
        return Stream.of(
                new EnumWord(Role.class, "ApiKeyRole", "api_key_role"),
                new EnumWord(JobKind.class, "JobKind", "job_kind"),
                new EnumWord(JobState.class, "JobState", "job_state"),
                new EnumWord(Task.class, "Task", "dataset_task"),
                new EnumWord(PatientLabelRule.class, "PatientLabelRule", "dataset_patient_label_rule"),
                new EnumWord(DatasetState.class, "DatasetState", "dataset_state"),
                new EnumWord(org.foldwise.learning.split.Role.class, "PatientRole", "fold_member_role"),
                new EnumWord(ExperimentState.class, "ExperimentState", "experiment_state"),
                new EnumWord(InquiryState.class, "InquiryState", "leakage_experiment_state"),
                new EnumWord(InquiryState.class, "InquiryState", "augmentation_audit_state"),
                new EnumWord(AuditVerdict.class, "AuditVerdict", "audit_sign_off_verdict"),
                new EnumWord(InquiryState.class, "InquiryState", "neighbourhood_state"),
                new EnumWord(InquiryState.class, "InquiryState", "explanation_check_state"),
                new EnumWord(BackboneName.class, "Backbone", "imported_weight_set_backbone"),
                new EnumWord(RunStatus.class, "RunStatus", "run_state"),
                new EnumWord(FailureCode.class, "FailureCode", "run_failure_code"),
                new EnumWord(RunArtifactKind.class, "RunArtifactKind", "run_artifact_kind"),
                new EnumWord(InquiryState.class, "InquiryState", "replay_state"),
                new EnumWord(ReplayVerdict.class, "ReplayVerdict", "replay_verdict"),
                new EnumWord(Subset.class, "Subset", "evaluation_subset"),
                new EnumWord(RecalibrationMethod.class, "RecalibrationMethod", "evaluation_recalibration_method"),
                new EnumWord(SharedPatients.class, "SharedPatientsRule", "evaluation_shared_patients"),
                new EnumWord(EvaluationState.class, "EvaluationState", "evaluation_state"),
                new EnumWord(ModelVersionState.class, "ModelVersionState", "model_version_state"));
    }

    record ContractWord(Class<? extends Enum<?>> type, String schema) {
        @Override
        public String toString() {
            return type.getSimpleName();
        }
    }

    /** Enums that no table holds. */
    static Stream<ContractWord> enumsOfTheContractOnly() {
        return Stream.of(
                new ContractWord(ImbalanceLevel.class, "ImbalanceLevel"),
                new ContractWord(LabelKey.class, "LabelKey"),
                new ContractWord(ImbalanceStrategy.class, "ImbalanceStrategy"),
                new ContractWord(Finding.Severity.class, "FindingSeverity"),
                new ContractWord(ImageSpec.Aspect.class, "Aspect"),
                new ContractWord(ImageSpec.Contrast.class, "ImageContrast"),
                new ContractWord(WindowSpec.Name.class, "WindowName"),
                new ContractWord(ResizeFilter.class, "ResizeFilter"),
                new ContractWord(Resampling.class, "Resampling"),
                new ContractWord(AugmentedClasses.class, "AugmentedClasses"),
                new ContractWord(AnatomySpec.Relevance.class, "Relevance"),
                new ContractWord(StoppingRule.Metric.class, "StoppingMetric"),
                new ContractWord(SamplingSpec.Balance.class, "SamplingBalance"),
                new ContractWord(OptimismCheck.Verdict.class, "OptimismVerdict"),
                new ContractWord(RecipeFigure.class, "RecipeFigure"),
                new ContractWord(RecalibrationEffect.Figure.class, "RecalibrationFigure"),
                new ContractWord(AugmentationAuditReport.StepFinding.Code.class, "AugmentationFindingCode"),
                new ContractWord(LeakageCost.Verdict.class, "LeakageVerdict"),
                new ContractWord(PlanFinding.Code.class, "PlanFindingCode"),
                new ContractWord(PlanFinding.Severity.class, "PlanFindingSeverity"),
                new ContractWord(PlanFinding.Subject.class, "PlanFindingSubject"),
                new ContractWord(Bond.class, "SplitBond"),
                new ContractWord(Stratum.class, "SplitStratum"),
                new ContractWord(SplitSpec.Straddling.class, "Straddling"),
                new ContractWord(Dimension.Scale.class, "SearchScale"),
                new ContractWord(ScheduleSpec.ThresholdMode.class, "ThresholdMode"),
                new ContractWord(ScheduleSpec.Annealing.class, "Annealing"));
    }

    /**
     * A choice among options.
     *
     * @param resolved kinds that a request may name and that are stored as one of the options
     */
    record Choice(Class<?> type, String schema, Set<String> resolved) {
        Choice(Class<?> type, String schema) {
            this(type, schema, Set.of());
        }

        @Override
        public String toString() {
            return type.getSimpleName();
        }
    }

    static Stream<Choice> choices() {
        return Stream.of(
                new Choice(DatasetLayout.class, "DatasetLayout"),
                new Choice(SplitSpec.class, "SplitSpec", Set.of("folders")),
                new Choice(Augmentation.class, "Augmentation"),
                new Choice(WindowSpec.class, "Window"),
                new Choice(SamplingSpec.class, "Sampling"),
                new Choice(LossSpec.class, "Loss"),
                new Choice(PositiveWeight.class, "PositiveWeight"),
                new Choice(OptimizerSpec.class, "Optimizer"),
                new Choice(ScheduleSpec.class, "Schedule"),
                new Choice(SearchSpec.class, "Search"),
                new Choice(Dimension.class, "SearchDimension"),
                new Choice(ThresholdRule.class, "ThresholdRule"));
    }

    @BeforeAll
    static void readContractAndMigrate() throws Exception {
        Path contract = Path.of(System.getProperty("foldwise.root")).resolve("openapi/foldwise.yaml");
        schemas = YAMLMapper.builder().build().readTree(contract.toFile()).at("/components/schemas");
        assertThat(schemas.isObject()).as("schemas of the contract").isTrue();
        database = EmbeddedDatabase.start(DataDirectory.at(directory.resolve("data")), new SecureRandom());
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.user(), database.password())
                .load()
                .migrate();
    }

    @AfterAll
    static void stopDatabase() {
        if (database != null) {
            database.close();
        }
    }

    @ParameterizedTest
    @MethodSource("enums")
    void anEnumHasTheSameWordsInJavaInTheTableAndInTheContract(EnumWord word) throws SQLException {
        Set<String> java = words(word.type());
        assertThat(wordsOfConstraint(word.constraint()))
                .as("the table's constraint")
                .isEqualTo(java);
        assertThat(wordsOfContract(word.schema())).as("the contract's enum").isEqualTo(java);
    }

    @ParameterizedTest
    @MethodSource("enumsOfTheContractOnly")
    void anEnumHasTheSameWordsInJavaAndInTheContract(ContractWord word) {
        assertThat(wordsOfContract(word.schema())).isEqualTo(words(word.type()));
    }

    @ParameterizedTest
    @MethodSource("choices")
    void aChoiceHasAsManyKindsInTheContractAsOptionsInJava(Choice choice) {
        JsonNode mapping = schemas.path(choice.schema()).at("/discriminator/mapping");
        assertThat(mapping.propertyNames()).containsAll(choice.resolved());
        assertThat(mapping.size() - choice.resolved().size())
                .as("kinds of " + choice.schema() + ": " + mapping)
                .isEqualTo(choice.type().getPermittedSubclasses().length);
    }

    @Test
    void theProceduresAreTheSame() throws SQLException {
        Set<String> kinds = new TreeSet<>(
                schemas.path("Procedure").at("/discriminator/mapping").propertyNames());
        assertThat(kinds).isEqualTo(words(Procedure.class)).isEqualTo(wordsOfConstraint("experiment_procedure"));
    }

    private static Set<String> words(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(LowerCamelCase::of).collect(toCollection(TreeSet::new));
    }

    private static Set<String> wordsOfContract(String schema) {
        Set<String> words = new TreeSet<>();
        schemas.path(schema).path("enum").forEach(word -> words.add(word.asString()));
        return words;
    }

    private static Set<String> wordsOfConstraint(String name) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                PreparedStatement query = connection.prepareStatement(
                        "select pg_get_constraintdef(oid) from pg_constraint where conname = ?")) {
            query.setString(1, name);
            try (var rows = query.executeQuery()) {
                assertThat(rows.next()).as("constraint " + name).isTrue();
                Matcher texts = TEXT.matcher(rows.getString(1));
                Set<String> words = new TreeSet<>();
                while (texts.find()) {
                    words.add(texts.group(1));
                }
                return words;
            }
        }
    }
}
