package org.foldwise.learning.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.experiment.WindowSpec;
import org.foldwise.learning.json.CandidatePlans.CandidatePlan;
import org.foldwise.learning.search.Dimension;
import org.foldwise.learning.search.Dimension.Scale;
import org.foldwise.learning.search.InnerSpec;
import org.foldwise.learning.search.SearchSpec;
import org.junit.jupiter.api.Test;

class CandidatePlansTest {
    private static final ExperimentPlan BASE = ExperimentPlan.DEFAULT;

    @Test
    void setsFieldsAndWholeOptionsOfTheBasePlan() {
        List<CandidatePlan> candidates = CandidatePlans.of(
                grid(
                        listed("/optimizer", "{\"kind\":\"sgd\",\"learningRate\":0.1}", "{\"kind\":\"adamW\"}"),
                        listed("/backbone", "\"mobilenetV2\""),
                        listed("/stageRates/4", "0.5", "2")),
                BASE);

        assertThat(candidates).extracting(CandidatePlan::index).containsExactly(0, 1, 2, 3);
        assertThat(candidates.get(1).plan().optimizer())
                .isInstanceOfSatisfying(OptimizerSpec.Sgd.class, sgd -> assertThat(sgd.learningRate())
                        .isEqualTo(0.1));
        assertThat(candidates.get(2).plan().optimizer()).isEqualTo(OptimizerSpec.AdamW.DEFAULT);
        assertThat(candidates.get(1).plan().stageRates()).containsExactly(1.0, 1.0, 1.0, 1.0, 2.0);
        assertThat(candidates).allSatisfy(candidate -> {
            assertThat(candidate.plan().backbone()).isEqualTo(BackboneName.MOBILENET_V2);
            assertThat(candidate.plan().seed()).isEqualTo(BASE.seed());
            assertThat(candidate.plan().schedule()).isEqualTo(BASE.schedule());
        });
        assertThat(candidates.get(0).settingsJson())
                .isEqualTo("[{\"pointer\":\"/optimizer\",\"value\":{\"kind\":\"sgd\",\"learningRate\":0.1}},"
                        + "{\"pointer\":\"/backbone\",\"value\":\"mobilenetV2\"},"
                        + "{\"pointer\":\"/stageRates/4\",\"value\":0.5}]");
    }

    @Test
    void searchesOverWindowsThoughTheBasePlanLeavesItToTheFiles() {
        List<CandidatePlan> candidates = CandidatePlans.of(
                grid(listed(
                        "/image/window",
                        "{\"kind\":\"file\"}",
                        "{\"kind\":\"named\",\"name\":\"softTissue\"}",
                        "{\"kind\":\"fixed\",\"centre\":-600,\"width\":1500}")),
                BASE);

        assertThat(candidates)
                .extracting(candidate -> candidate.plan().image().window())
                .containsExactly(
                        WindowSpec.FILE,
                        new WindowSpec.Named(WindowSpec.Name.SOFT_TISSUE),
                        new WindowSpec.Fixed(-600, 1500));
        assertThat(candidates.get(0).plan()).isEqualTo(BASE);
    }

    @Test
    void drawsNumbersThatThePlanReads() {
        List<CandidatePlan> candidates = CandidatePlans.of(
                random(
                        20,
                        new Dimension.Range("/optimizer/learningRate", 1e-5, 1e-2, Scale.LOGARITHMIC),
                        new Dimension.WholeRange("/batchSize", 4, 64, Scale.LOGARITHMIC)),
                BASE);

        assertThat(candidates).hasSize(20).allSatisfy(candidate -> {
            assertThat(candidate.plan().batchSize()).isBetween(4, 64);
            assertThat(candidate.plan().optimizer()).isInstanceOf(OptimizerSpec.Adam.class);
        });
    }

    @Test
    void tellsEveryMistakeOfASpaceAtOnce() {
        List<Mistake> mistakes = mistakes(new SearchSpec.Random(
                List.of(
                        listed("/optimiser/learningRate", "0.1"),
                        listed("/batchSize", "16", "1", "\"many\""),
                        new Dimension.Range("/head/dropout", 0.5, 1.5, Scale.LINEAR),
                        listed("/seed", "1", "2"),
                        listed("/pretrained/weights", "\"none\""),
                        listed("/head", "{\"hidden\":0}"),
                        new Dimension.WholeRange("/optimizer/learningRate", 1, 3, Scale.LINEAR),
                        listed("/optimizer", "{\"kind\":\"adagrad\"}")),
                2,
                InnerSpec.DEFAULT,
                1));

        assertThat(mistakes)
                .extracting(Mistake::pointer)
                .containsExactly(
                        "/space/0/pointer",
                        "/space/1/values/1",
                        "/space/1/values/2",
                        "/space/2/upper",
                        "/space/3/pointer",
                        "/space/4/pointer",
                        "/space/5/pointer",
                        "/space/7/pointer");
        assertThat(mistakes.get(0).detail()).startsWith("is no field of the plan");
        assertThat(mistakes.get(1).detail()).isEqualTo("must be 2 to 1024, was 1");
        assertThat(mistakes.get(3).detail()).startsWith("must be in [0, 1)");
        assertThat(mistakes.get(4).detail()).contains("luck");
        assertThat(mistakes.get(6).detail()).isEqualTo("sets what '/head/dropout' sets as well");
    }

    @Test
    void tellsWhichValueOfAWholeOptionIsWrongWithin() {
        assertThat(mistakes(grid(listed("/optimizer", "{\"kind\":\"adam\"}", "{\"kind\":\"sgd\",\"momentum\":2}"))))
                .singleElement()
                .satisfies(mistake -> {
                    assertThat(mistake.pointer()).isEqualTo("/space/0/values/1");
                    assertThat(mistake.detail())
                            .startsWith("the plan would be wrong at /optimizer/momentum, which must be");
                });
    }

    @Test
    void tellsWhichCombinationThePlanRefuses() {
        List<Mistake> mistakes = mistakes(grid(
                listed("/schedule", "{\"kind\":\"oneCycle\"}", "{\"kind\":\"constant\"}"),
                listed("/warmUp/epochs", "0", "2")));

        assertThat(mistakes).singleElement().satisfies(mistake -> {
            assertThat(mistake.pointer()).isEqualTo("/space");
            assertThat(mistake.detail())
                    .startsWith("candidate 1 (/schedule {\"kind\":\"oneCycle\"}, /warmUp/epochs 2)");
        });
    }

    @Test
    void refusesCandidatesThatComeToTheSamePlan() {
        assertThat(mistakes(grid(listed("/head/dropout", "0.2", "0.20", "0.3"))))
                .singleElement()
                .satisfies(
                        mistake -> assertThat(mistake.detail()).startsWith("candidates 0 and 1 come to the same plan"));
    }

    @Test
    void epochsAreAHalvingsOwnMatter() {
        SearchSpec halving =
                new SearchSpec.Halving(List.of(listed("/epochs", "5", "10", "15")), 3, 3, 1, InnerSpec.DEFAULT, 1);

        assertThat(mistakes(halving)).singleElement().satisfies(mistake -> {
            assertThat(mistake.pointer()).isEqualTo("/space/0/pointer");
            assertThat(mistake.detail()).contains("decides on epochs itself");
        });
        assertThat(CandidatePlans.of(grid(listed("/epochs", "5", "10")), BASE)).hasSize(2);
        assertThat(CandidatePlans.rungs(halving, BASE)).hasSize(2);
        InvalidPlanException tooShort = catchThrowableOfType(
                InvalidPlanException.class, () -> CandidatePlans.rungs(halving, BASE.withEpochs(2)));
        assertThat(tooShort.mistakes()).extracting(Mistake::pointer).containsExactly("/minimumEpochs");
    }

    private static List<Mistake> mistakes(SearchSpec spec) {
        return catchThrowableOfType(InvalidPlanException.class, () -> CandidatePlans.of(spec, BASE))
                .mistakes();
    }

    private static Dimension listed(String pointer, String... values) {
        return new Dimension.Values(pointer, List.of(values));
    }

    private static SearchSpec grid(Dimension... space) {
        return new SearchSpec.Grid(List.of(space), InnerSpec.DEFAULT, 1);
    }

    private static SearchSpec random(int count, Dimension... space) {
        return new SearchSpec.Random(List.of(space), count, InnerSpec.DEFAULT, 1);
    }
}
