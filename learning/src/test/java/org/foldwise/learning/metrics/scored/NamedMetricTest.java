package org.foldwise.learning.metrics.scored;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A name is the field of the report that has the figure, for each task and no other. */
class NamedMetricTest {
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(200, 3, 0.95);
    private static final int IMAGES = 60;

    private static EvaluationReport binary() {
        SplittableRandom random = new SplittableRandom(1);
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            double score = 0.6 * random.nextDouble() + (i % 3 == 0 ? 0.3 : 0);
            cases.add(new ScoredCase("film" + i, new PatientId("p" + i), i % 3 == 0, score));
        }
        return EvaluationReport.of(cases, 0.45, BOOTSTRAP);
    }

    private static TaskReport multiclass() {
        SplittableRandom random = new SplittableRandom(2);
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            double first = 0.1 + 0.8 * random.nextDouble();
            double second = (1 - first) * random.nextDouble();
            cases.add(new ClassifiedCase(
                    "film" + i, new PatientId("p" + i), i % 3, List.of(first, second, 1 - first - second)));
        }
        return TaskReport.of(
                new ScoredImages.Multiclass(List.of("a", "b", "c"), cases), new Decision.MostProbable(), BOOTSTRAP);
    }

    private static TaskReport multilabel() {
        SplittableRandom random = new SplittableRandom(3);
        List<LabelledCase> cases = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            cases.add(new LabelledCase(
                    "film" + i,
                    new PatientId("p" + i),
                    List.of(i % 3 == 0, i % 4 == 0),
                    List.of(random.nextDouble(), random.nextDouble())));
        }
        Decision decision =
                new Decision.LabelThresholds(List.of(ThresholdChoice.fixed(0.3), ThresholdChoice.fixed(0.6)));
        return TaskReport.of(new ScoredImages.Multilabel(List.of("a", "b"), cases), decision, BOOTSTRAP);
    }

    @ParameterizedTest
    @EnumSource
    void namesAreThoseOfTheReportsFields(Task task) {
        Record report =
                switch (task) {
                    case BINARY -> binary();
                    case MULTICLASS -> (Record) multiclass();
                    case MULTILABEL -> (Record) multilabel();
                };
        Map<String, Estimate> fields = estimates(report);

        for (NamedMetric metric : NamedMetric.values()) {
            Estimate figure = report instanceof EvaluationReport ofBinary
                    ? metric.in(ofBinary).orElse(null)
                    : metric.in((TaskReport) report).orElse(null);
            assertThat(figure != null).as("%s of %s", metric, task).isEqualTo(metric.isOf(task));
            if (figure != null) {
                assertThat(figure).as("%s of %s", metric, task).isSameAs(fields.get(field(metric)));
            }
        }
        // no two fields are equal, so that one cannot stand for another
        assertThat(NamedMetric.of(task).stream().map(metric -> Objects.requireNonNull(fields.get(field(metric)))))
                .doesNotHaveDuplicates();
    }

    @Test
    void everyMetricIsOfSomeTaskAndHasWordsOfItsOwn() {
        assertThat(NamedMetric.values())
                .allMatch(metric -> Stream.of(Task.values()).anyMatch(metric::isOf));
        assertThat(NamedMetric.values()).extracting(NamedMetric::words).doesNotHaveDuplicates();
    }

    private static String field(NamedMetric metric) {
        String pascal = Stream.of(metric.name().split("_", -1))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.joining());
        return Character.toLowerCase(pascal.charAt(0)) + pascal.substring(1);
    }

    private static Map<String, Estimate> estimates(Record report) {
        Map<String, Estimate> estimates = new TreeMap<>();
        for (RecordComponent component : report.getClass().getRecordComponents()) {
            if (component.getType() == Estimate.class) {
                try {
                    estimates.put(component.getName(), (Estimate)
                            component.getAccessor().invoke(report));
                } catch (ReflectiveOperationException e) {
                    throw new AssertionError(e);
                }
            }
        }
        if (report instanceof EvaluationReport binary) {
            estimates.put("macroF1", binary.f1Averages().macro());
            estimates.put("weightedF1", binary.f1Averages().weighted());
        }
        return estimates;
    }
}
