package org.foldwise.learning.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.foldwise.learning.dataset.CohortFixture.aCohort;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.provenance.WeightsFile;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.PatientSplitter;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.RoleAssignment;
import org.foldwise.learning.split.SplitSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ReportJsonTest {
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(100, 1, 0.9);
    private static final Cohort COHORT = aCohort().build();
    private static final Provenance PROVENANCE = new Provenance(
            Digest.of("data"),
            Digest.of("split"),
            Digest.of("plan"),
            -1,
            Long.MAX_VALUE,
            new WeightsFile("ResNet18_Weights.IMAGENET1K_V1", Digest.of("weights")),
            new TreeMap<>(Map.of("djl", "0.35.1", "java", "17")),
            "cpu()",
            2,
            "float32",
            "as planned",
            "kernels",
            "they compute what the blocks do",
            "bfloat16",
            "bfloat16 is 2.00 times as fast as float32 on this processor",
            new Provenance.Normalisation(List.of(0.25), List.of(1.0 / 3)));

    static Stream<Record> reports() {
        List<ScoredCase> one = cases(0, 12);
        List<ScoredCase> other = cases(20, 12);
        LeakageAudit sound =
                LeakageAudit.of(PatientSplitter.split(COHORT, new SplitSpec.KFold(3, 0.2, 0.2), 1), COHORT);
        LeakageAudit faulty = LeakageAudit.of(List.of(new RoleAssignment(0, patient(0), Role.TRAIN)), COHORT);
        return Stream.of(
                EvaluationReport.of(one, new ThresholdRule.Youden().choose(other), BOOTSTRAP),
                EvaluationReport.of(one.subList(0, 1), 0.5, BOOTSTRAP),
                CrossValidationSummary.of(List.of(one, other), new ThresholdRule.MaximumF1().choose(other), BOOTSTRAP),
                sound,
                faulty,
                CohortSummary.of(COHORT),
                PROVENANCE);
    }

    @Test
    void nothingIsNoReport() {
        assertThatThrownBy(() -> ReportJson.read(LeakageAudit.class, "null"))
                .isInstanceOf(JacksonException.class)
                .hasMessageContaining("null is no LeakageAudit");
        assertThat(LeakageAuditJson.read("null")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("reports")
    void whatWasWrittenIsReadBack(Record report) {
        Object read = ReportJson.read(report.getClass(), ReportJson.write(report));

        assertThat(read).isEqualTo(report);
    }

    @Test
    void spellsKindsEnumsAndDigestsAsTheContractDoes() {
        JsonNode report = ReportJson.tree(
                EvaluationReport.of(cases(0, 12), new ThresholdRule.MaximumF1().choose(cases(0, 12)), BOOTSTRAP));
        JsonNode audit = ReportJson.tree(LeakageAudit.of(List.of(), COHORT));

        assertThat(report.at("/threshold/rule/kind").asString()).isEqualTo("f1");
        assertThat(report.at("/expectedCalibrationError/interval/method").asString())
                .isEqualTo("patientBootstrapDeviation");
        assertThat(report.at("/rocCurve/0/threshold").isNull()).isTrue();
        assertThat(report.propertyNames()).startsWith("images", "patients", "positives", "negatives");
        assertThat(audit.at("/findings/0/fault").asString()).isEqualTo("missingPatient");
        assertThat(audit.at("/dataset").asString()).isEqualTo(COHORT.digest().hex());
    }

    @Test
    void refusesUnknownMissingAndRepeatedFields() {
        String text = ReportJson.write(PROVENANCE);

        assertThatThrownBy(() -> ReportJson.read(Provenance.class, text.replace("\"threads\"", "\"treads\"")))
                .isInstanceOf(JacksonException.class);
        assertThatThrownBy(() -> ReportJson.read(Provenance.class, text.replace(",\"threads\":2", "")))
                .isInstanceOf(JacksonException.class);
        assertThatThrownBy(() ->
                        ReportJson.read(Provenance.class, text.replace("{\"dataset\"", "{\"fold\":1,\"dataset\"")))
                .isInstanceOf(JacksonException.class);
        assertThatThrownBy(() -> ReportJson.read(Provenance.class, text.replace("\"threads\":2", "\"threads\":\"2\"")))
                .isInstanceOf(JacksonException.class);
        assertThatThrownBy(() -> ReportJson.read(Provenance.class, text + "{}")).isInstanceOf(JacksonException.class);
    }

    @Test
    void aReportFromBeforeThereWereSomeFiguresIsReadWithoutThem() {
        EvaluationReport report = EvaluationReport.of(cases(0, 12), 0.5, BOOTSTRAP);
        ObjectNode old = (ObjectNode) ReportJson.tree(report);
        old.remove(List.of("kappa", "maximumCalibrationError", "calibrationLine", "predictiveValues"));

        EvaluationReport read = ReportJson.read(EvaluationReport.class, old.toString());

        assertThat(report.kappa()).isNotNull();
        assertThat(read.kappa()).isNull();
        assertThat(read.predictiveValues()).isNull();
        assertThat(read.f1()).isEqualTo(report.f1());
        old.remove("f1");
        assertThatThrownBy(() -> ReportJson.read(EvaluationReport.class, old.toString()))
                .isInstanceOf(JacksonException.class)
                .hasMessageContaining("f1");
    }

    @Test
    void refusesWhatIsNoReport() {
        assertThatThrownBy(() -> ReportJson.write("text")).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<ScoredCase> cases(int firstPatient, int count) {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = firstPatient + i;
            cases.add(new ScoredCase("image" + number, patient(number), i % 2 == 0, (i * 7 % 12) / 12.0));
        }
        return cases;
    }
}
