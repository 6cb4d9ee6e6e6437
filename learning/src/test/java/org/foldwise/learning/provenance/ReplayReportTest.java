package org.foldwise.learning.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.foldwise.learning.json.ReportJson;
import org.junit.jupiter.api.Test;

class ReplayReportTest {
    private static final ReplayReport.Comparison EQUAL =
            new ReplayReport.Comparison("weights", Digest.of("a"), Digest.of("a"));
    private static final ReplayReport.Comparison UNEQUAL =
            new ReplayReport.Comparison("weights", Digest.of("a"), Digest.of("b"));

    private static Provenance provenance(Map<String, String> libraries, int threads, String reason) {
        return new Provenance(
                Digest.of("dataset"),
                Digest.of("split"),
                Digest.of("plan"),
                0,
                42,
                null,
                new TreeMap<>(libraries),
                "cpu()",
                threads,
                "float32",
                reason,
                "kernels",
                "they compute what the blocks do",
                "float32",
                reason,
                new Provenance.Normalisation(List.of(0.5), List.of(0.25)));
    }

    @Test
    void isIdenticalOnlyIfEverythingIs() {
        assertThat(new ReplayReport(List.of(EQUAL), 3, 3, null, List.of()).agrees())
                .isTrue();
        assertThat(new ReplayReport(List.of(EQUAL, UNEQUAL), 3, 3, null, List.of()).agrees())
                .isFalse();
        assertThat(new ReplayReport(List.of(EQUAL), 3, 4, 3, List.of()).agrees())
                .isFalse();
    }

    /** The reason is words, and decides no bits. */
    @Test
    void namesWhatOfTheEnvironmentDiffers() {
        Provenance stored = provenance(Map.of("java", "17", "djl", "0.33"), 2, "as planned");
        Provenance replayed = provenance(Map.of("java", "21", "pytorch", "2.7"), 4, "faster here");

        assertThat(ReplayReport.environment(stored, replayed))
                .containsExactly(
                        new ReplayReport.Difference("djl", "0.33", null),
                        new ReplayReport.Difference("java", "17", "21"),
                        new ReplayReport.Difference("pytorch", null, "2.7"),
                        new ReplayReport.Difference("threads", "2", "4"));
        assertThat(ReplayReport.environment(stored, provenance(stored.libraries(), 2, "other words")))
                .isEmpty();
    }

    private static Environment environment(String java, int threads) {
        return new Environment(new TreeMap<>(Map.of("java", java)), "cpu()", threads);
    }

    private static Provenance movedFrom(Environment first, Environment... others) {
        List<Environment> environments = new ArrayList<>(List.of(first));
        environments.addAll(List.of(others));
        Environment last = environments.get(environments.size() - 1);
        Map<String, String> libraries = new TreeMap<>(last.libraries());
        libraries.put("foldwise", "1");
        Provenance one = provenance(libraries, last.threads(), "as planned");
        return new Provenance(
                one.dataset(),
                one.split(),
                one.plan(),
                one.fold(),
                one.seed(),
                one.pretrained(),
                one.libraries(),
                one.device(),
                one.threads(),
                one.precision(),
                one.precisionReason(),
                one.trainingPath(),
                one.trainingPathReason(),
                one.predictionPrecision(),
                one.predictionPrecisionReason(),
                one.normalisation(),
                environments);
    }

    /** Whoever replays it trains in one environment, which is never that of a training that moved. */
    @Test
    void namesWhatATrainingHadElsewhereBeforeItWentOn() {
        Provenance moved = movedFrom(environment("17", 2), environment("17", 4), environment("17", 2));
        Provenance replayed = provenance(Map.of("java", "17", "foldwise", "1"), 2, "as planned");

        assertThat(ReplayReport.environment(moved, replayed))
                .containsExactly(new ReplayReport.Difference("threads", "2, then 4, then 2", "2"));
        assertThat(ReplayReport.environment(movedFrom(environment("17", 2), environment("21", 2)), replayed))
                .containsExactly(new ReplayReport.Difference("java", "17, then 21", "17"));
        assertThat(ReportJson.read(Provenance.class, ReportJson.write(moved))).isEqualTo(moved);
    }

    @Test
    void readsAProvenanceFromBeforeEnvironmentsWereRecorded() {
        Provenance one = provenance(Map.of("java", "17"), 2, "as planned");
        String stored = ReportJson.write(one).replace(",\"environments\":null", "");
        assertThat(stored).doesNotContain("environments");
        assertThat(ReportJson.read(Provenance.class, stored)).isEqualTo(one);
    }

    @Test
    void survivesJson() {
        ReplayReport report = new ReplayReport(
                List.of(EQUAL, UNEQUAL), 3, 4, 2, List.of(new ReplayReport.Difference("threads", "2", "4")));

        assertThat(ReportJson.read(ReplayReport.class, ReportJson.write(report)))
                .isEqualTo(report);
    }
}
