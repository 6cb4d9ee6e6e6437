package org.foldwise.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.leakage.FoldLevel;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
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
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Words are the same in Java and in the database: the check constraints of the catalog list exactly the enums' constants. */
@RegistryTest
class VocabularyIT {
    private static final Pattern ONE_COLUMN =
            Pattern.compile("CHECK \\(\\((\\w+) = (?:ANY \\(ARRAY\\[(.*)]\\)|('.*'::text))\\)\\)");
    private static final Pattern LITERAL = Pattern.compile("'([^']*)'::text");

    private static final Map<String, Class<? extends Enum<?>>> ENUMS = Map.ofEntries(
            Map.entry("api_key.role", Role.class),
            Map.entry("job.kind", JobKind.class),
            Map.entry("job.state", JobState.class),
            Map.entry("job_event.state", JobState.class),
            Map.entry("dataset.task", Task.class),
            Map.entry("dataset.patient_label_rule", PatientLabelRule.class),
            Map.entry("dataset.state", DatasetState.class),
            Map.entry("fold_member.role", org.foldwise.learning.split.Role.class),
            Map.entry("withdrawal_run.role", org.foldwise.learning.split.Role.class),
            Map.entry("experiment.procedure", Procedure.class),
            Map.entry("imported_weight_set.backbone", BackboneName.class),
            Map.entry("experiment.state", ExperimentState.class),
            Map.entry("leakage_experiment.state", InquiryState.class),
            Map.entry("augmentation_audit.state", InquiryState.class),
            Map.entry("audit_sign_off.verdict", AuditVerdict.class),
            Map.entry("neighbourhood.state", InquiryState.class),
            Map.entry("explanation_check.state", InquiryState.class),
            Map.entry("leakage_fold.level", FoldLevel.class),
            Map.entry("run.state", RunStatus.class),
            Map.entry("run.failure_code", FailureCode.class),
            Map.entry("run_artifact.kind", RunArtifactKind.class),
            Map.entry("replay.state", InquiryState.class),
            Map.entry("replay.verdict", ReplayVerdict.class),
            Map.entry("evaluation.subset", Subset.class),
            Map.entry("evaluation.recalibration_method", RecalibrationMethod.class),
            Map.entry("evaluation.shared_patients", SharedPatients.class),
            Map.entry("evaluation.state", EvaluationState.class),
            Map.entry("model_version.state", ModelVersionState.class));

    private final JdbcClient database;

    VocabularyIT(JdbcClient database) {
        this.database = database;
    }

    @Test
    void listsTheConstantsOfEveryEnumInItsCheckConstraintAndNoOthers() {
        Map<String, Set<String>> constants = new LinkedHashMap<>();
        ENUMS.forEach((column, type) -> constants.put(
                column,
                Arrays.stream(type.getEnumConstants())
                        .map(LowerCamelCase::of)
                        .collect(Collectors.toCollection(TreeSet::new))));

        assertThat(listedValues()).containsExactlyInAnyOrderEntriesOf(constants);
    }

    /** Of every column whose values a check constraint lists: the values. */
    private Map<String, Set<String>> listedValues() {
        Map<String, Set<String>> values = new LinkedHashMap<>();
        database.sql(
                        """
                        select conrelid::regclass::text as owner, pg_get_constraintdef(oid) as definition
                        from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace
                        """)
                .query(row -> {
                    Matcher definition = ONE_COLUMN.matcher(row.getString("definition"));
                    if (definition.matches()) {
                        String listed = definition.group(2) == null ? definition.group(3) : definition.group(2);
                        values.put(
                                row.getString("owner") + "." + definition.group(1),
                                LITERAL.matcher(listed)
                                        .results()
                                        .map(literal -> literal.group(1))
                                        .collect(Collectors.toCollection(TreeSet::new)));
                    }
                });
        return values;
    }
}
