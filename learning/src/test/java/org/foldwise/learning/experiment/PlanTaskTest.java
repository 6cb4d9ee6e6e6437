package org.foldwise.learning.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.PlanJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTaskTest {
    private static List<String> unfit(String plan, Task task) {
        return PlanDemands.unfit(PlanJson.read(plan.replace('\'', '"')), task, task == Task.BINARY ? 2 : 3).stream()
                .map(PlanDemands.Unmet::pointer)
                .toList();
    }

    @Test
    void aPlanThatNamesNoLossTakesTheTasks() {
        for (Task task : Task.values()) {
            ExperimentPlan plan = ExperimentPlan.defaultFor(task);
            assertThat(plan.loss().fits(task)).isTrue();
            assertThat(PlanDemands.unfit(plan, task, task == Task.BINARY ? 2 : 5))
                    .isEmpty();
        }
        assertThat(ExperimentPlan.defaultFor(Task.BINARY)).isEqualTo(ExperimentPlan.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{}                                                  | BINARY     | ",
                "{}                                                  | MULTILABEL | ",
                "{}                                                  | MULTICLASS | /loss/kind",
                "{'batchSize': 1024, 'image': {'size': 512, 'channels': 3}} | BINARY | /batchSize",
                "{'batchSize': 682, 'image': {'size': 512, 'channels': 3}} | BINARY | ",
                "{'loss': {'kind': 'focal'}}                         | MULTILABEL | ",
                "{'loss': {'kind': 'focal'}}                         | MULTICLASS | /loss/kind",
                "{'loss': {'kind': 'crossEntropy'}}                  | MULTICLASS | ",
                "{'loss': {'kind': 'crossEntropy'}}                  | BINARY     | /loss/kind",
                "{'loss': {'kind': 'crossEntropy'}}                  | MULTILABEL | /loss/kind",
                "{'loss': {'kind': 'crossEntropy', 'classWeights': {'kind': 'fixed', 'values': [1, 2]}}} | MULTICLASS | /loss/classWeights/values",
                "{'loss': {'positiveWeight': {'kind': 'fixedPerLabel', 'values': [1, 2]}}}    | MULTILABEL | /loss/positiveWeight/values",
                "{'loss': {'positiveWeight': {'kind': 'fixedPerLabel', 'values': [1, 2, 3]}}} | MULTILABEL | ",
                "{'loss': {'positiveWeight': {'kind': 'fixedPerLabel', 'values': [2]}}}       | BINARY     | ",
                "{'sampling': {'kind': 'weighted'}}                  | MULTILABEL | /sampling/kind",
                "{'sampling': {'kind': 'undersampling'}, 'loss': {'kind': 'crossEntropy'}} | MULTICLASS | ",
                "{'augmentation': [{'kind': 'noise'}, {'kind': 'blur', 'classes': 'minority'}]} | MULTILABEL | /augmentation/1/classes"
            })
    void whatATaskDoesNotAllowIsNamed(String plan, Task task, String pointer) {
        assertThat(unfit(plan, task)).isEqualTo(pointer == null ? List.of() : List.of(pointer));
    }

    @Test
    void demandsImagesOfEachClassWhereWeightsFollowFromThem() {
        LabelCounts all = new LabelCounts(Task.MULTICLASS, List.of("a", "b", "c"), 9, List.of(4L, 3L, 2L));
        LabelCounts without = new LabelCounts(Task.MULTICLASS, List.of("a", "b", "c"), 7, List.of(4L, 3L, 0L));
        ExperimentPlan plan = ExperimentPlan.defaultFor(Task.MULTICLASS);

        assertThat(PlanDemands.unmet(plan, all, without)).isEmpty();
        assertThat(PlanDemands.unmet(plan, without, all)).singleElement().satisfies(unmet -> {
            assertThat(unmet.pointer()).isEqualTo("/loss/classWeights");
            assertThat(unmet.detail()).contains("'c'").doesNotContain("'a'");
        });
        assertThat(PlanDemands.unmet(
                        plan.withLoss(new LossSpec.CrossEntropy(new ClassWeights.None(), 0.1)), without, all))
                .isEmpty();
    }

    @Test
    void aMetricNeedsOneClassThatSomeImagesShowAndOthersDoNot() {
        ExperimentPlan plan = PlanJson.read("{\"stopping\": {\"metric\": \"validationF1\"}}");
        List<String> labels = List.of("a", "b");
        LabelCounts train = new LabelCounts(Task.MULTILABEL, labels, 9, List.of(4L, 3L));

        assertThat(PlanDemands.unmet(plan, train, new LabelCounts(Task.MULTILABEL, labels, 5, List.of(0L, 2L))))
                .isEmpty();
        assertThat(PlanDemands.unmet(plan, train, new LabelCounts(Task.MULTILABEL, labels, 5, List.of(0L, 5L))))
                .extracting(PlanDemands.Unmet::pointer)
                .containsExactly("/stopping/metric");
    }

    /** A label of few patients is missing from some fold's training images, and the other labels are learnt all the same. */
    @Test
    void aLabelThatTrainingLacksIsNotWeighed() {
        LabelCounts without = new LabelCounts(Task.MULTILABEL, List.of("a", "b"), 9, List.of(3L, 0L));
        ExperimentPlan plan = ExperimentPlan.defaultFor(Task.MULTILABEL);

        assertThat(PlanDemands.unmet(plan, without, without)).isEmpty();
        for (PositiveWeight weight : List.of(new PositiveWeight.Balanced(), new PositiveWeight.EffectiveNumber(0))) {
            assertThat(weight.in(without.outputs()).get(1)).isEqualTo(1);
        }
        assertThat(new PositiveWeight.Balanced().in(without.outputs()).get(0)).isEqualTo(2);
        LabelCounts nothing = new LabelCounts(Task.MULTILABEL, List.of("a", "b"), 9, List.of(9L, 0L));
        assertThat(PlanDemands.unmet(plan, nothing, without))
                .extracting(PlanDemands.Unmet::pointer)
                .containsExactly("/loss/positiveWeight");
    }

    @Test
    void weighsClassesAndLabels() {
        assertThat(new ClassWeights.Balanced().in(List.of(10L, 20L, 70L)))
                .containsExactly(100 / 30.0, 100 / 60.0, 100 / 210.0);
        assertThat(new PositiveWeight.Balanced().in(List.of(new ClassBalance(30, 10), new ClassBalance(1, 4))))
                .containsExactly(3.0, 0.25);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClassWeights.Fixed(List.of(1.0, 0.0)))
                .withMessageContaining("classWeights.values");
        assertThatIllegalArgumentException().isThrownBy(() -> new PositiveWeight.FixedPerLabel(List.of()));
    }
}
