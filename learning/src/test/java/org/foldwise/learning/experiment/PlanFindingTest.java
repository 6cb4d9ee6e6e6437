package org.foldwise.learning.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.foldwise.learning.experiment.PlanDemands.Unmet;
import org.foldwise.learning.experiment.PlanFinding.Code;
import org.foldwise.learning.experiment.PlanFinding.Severity;
import org.foldwise.learning.json.PlanJson;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanFindingTest {
    private static final ClassBalance BOTH = new ClassBalance(3, 2);
    private static final ClassBalance ONE = new ClassBalance(3, 0);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{}                                                                             | ",
                "{'loss': {'positiveWeight': {'kind': 'fixed', 'value': 3}}}                    | ",
                "{'sampling': {'kind': 'weighted'}}                                             | twice",
                "{'sampling': {'kind': 'oversampling'}, 'loss': {'kind': 'focal'}}              | twice",
                "{'sampling': {'kind': 'oversampling'}, 'loss': {'kind': 'focal', 'alpha': 0.5}}| once",
                "{'sampling': {'kind': 'oversampling'}, 'loss': {'kind': 'focal', 'alpha': -1}} | once",
                "{'sampling': {'kind': 'balancedSubset', 'member': 0, 'of': 3},"
                        + " 'loss': {'positiveWeight': {'kind': 'none'}}}                       | once",
                "{'sampling': {'kind': 'undersampling'}, 'loss': {'positiveWeight': {'kind': 'fixed', 'value': 1}}} | once",
                "{'sampling': {'kind': 'weighted'},"
                        + " 'loss': {'positiveWeight': {'kind': 'effectiveNumber', 'beta': 0}}} | once",
                "{'sampling': {'kind': 'weighted'}, 'loss': {'positiveWeight': {'kind': 'effectiveNumber'}}} | twice",
                "{'sampling': {'kind': 'weighted'},"
                        + " 'loss': {'positiveWeight': {'kind': 'fixedPerLabel', 'values': [1]}}} | once",
                "{'sampling': {'kind': 'undersampling'}, 'loss': {'positiveWeight': {'kind': 'fixed', 'value': 2}}} | twice"
            })
    void saysWhereImbalanceIsCorrectedAndWhereTwice(String plan, String corrected) {
        List<Code> expected = corrected == null
                ? List.of()
                : corrected.equals("twice")
                        ? List.of(Code.IMBALANCE_CORRECTED_TWICE, Code.CALIBRATION_SHIFTED)
                        : List.of(Code.CALIBRATION_SHIFTED);
        assertThat(PlanFinding.of(PlanJson.read(plan.replace('\'', '"'))))
                .extracting(PlanFinding::code)
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"freeze\": {\"stages\": 5}} | true",
                "{\"freeze\": {\"stages\": 4}} | false",
                "{\"freeze\": {\"stages\": 5, \"unfreezeAt\": [2]}} | false",
                "{\"freeze\": {\"stages\": 5}, \"pretrained\": {\"weights\": \"mine\"}} | false"
            })
    void aDrawnBackboneThatStaysFrozenIsAFinding(String plan, boolean found) {
        assertThat(PlanFinding.of(PlanJson.read(plan)))
                .extracting(PlanFinding::code)
                .isEqualTo(found ? List.of(Code.FROZEN_DRAWN_BACKBONE) : List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'epochs': 8, 'freeze': {'stages': 2, 'unfreezeAt': [1, 7]}} | ",
                "{'epochs': 7, 'freeze': {'stages': 2, 'unfreezeAt': [1, 7]}} | STAGE_NEVER_UNFROZEN",
                "{'epochs': 7, 'warmUp': {'epochs': 1}}                       | ",
                "{'epochs': 2, 'warmUp': {'epochs': 2}}                       | WARM_UP_NEVER_ENDS",
                "{'epochs': 2, 'warmUp': {'epochs': 3}}                       | WARM_UP_NEVER_ENDS",
                "{'epochs': 6}                                                | ",
                "{'epochs': 5}                                                | SCHEDULE_NEVER_ACTS",
                "{'epochs': 6, 'warmUp': {'epochs': 1}}                       | SCHEDULE_NEVER_ACTS",
                "{'epochs': 20, 'schedule': {'kind': 'plateau', 'patience': 30}} | SCHEDULE_NEVER_ACTS",
                "{'epochs': 2, 'schedule': {'kind': 'plateau', 'patience': 0}} | SCHEDULE_NEVER_ACTS",
                "{'epochs': 3, 'schedule': {'kind': 'plateau', 'patience': 0}} | ",
                "{'epochs': 40, 'stopping': {'patience': 4}}                  | SCHEDULE_NEVER_ACTS",
                "{'epochs': 40, 'schedule': {'kind': 'plateau', 'patience': 10}} | SCHEDULE_NEVER_ACTS",
                "{'epochs': 40, 'stopping': {'metric': 'validationRocAuc', 'patience': 4}} | ",
                "{'epochs': 40, 'schedule': {'kind': 'plateau', 'lowestRate': 1.0}} | SCHEDULE_NEVER_ACTS",
                "{'epochs': 40, 'schedule': {'kind': 'plateau', 'lowestRate': 0.0001}} | ",
                "{'epochs': 11, 'schedule': {'kind': 'step'}}                 | ",
                "{'epochs': 10, 'schedule': {'kind': 'step'}}                 | SCHEDULE_NEVER_ACTS",
                "{'epochs': 11, 'warmUp': {'epochs': 1}, 'schedule': {'kind': 'step'}} | SCHEDULE_NEVER_ACTS",
                "{'epochs': 16, 'schedule': {'kind': 'multiStep'}}            | ",
                "{'epochs': 15, 'schedule': {'kind': 'multiStep'}}            | SCHEDULE_NEVER_ACTS",
                "{'epochs': 6, 'schedule': {'kind': 'cosineRestarts'}}        | ",
                "{'epochs': 5, 'schedule': {'kind': 'cosineRestarts'}}        | SCHEDULE_NEVER_ACTS",
                "{'epochs': 40, 'warmUp': {'epochs': 3}, 'schedule': {'kind': 'cosine'}} | ",
                "{'epochs': 40, 'warmUp': {'epochs': 3}, 'schedule': {'kind': 'cosine', 'epochs': 37}} | ",
                "{'epochs': 10, 'schedule': {'kind': 'cosine', 'epochs': 20}} | SCHEDULE_LENGTH_DIFFERS",
                "{'epochs': 40, 'schedule': {'kind': 'cosine', 'epochs': 20}} | SCHEDULE_LENGTH_DIFFERS"
            })
    void whatTheTrainingIsTooShortForIsAFinding(String plan, Code expected) {
        assertThat(PlanFinding.of(PlanJson.read(plan.replace('\'', '"'))))
                .extracting(PlanFinding::code)
                .isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    /** Whose lowest rate is 0 already. */
    @ParameterizedTest
    @CsvSource({
        "0.1, 0.0003, 0.0003, /schedule/lowestRate",
        "0.1, 0.0003, 0.0, ",
        "0.999999, 0.0003, 0.0, /schedule/factor",
        "0.1, 1e-9, 0.0, /optimizer/learningRate",
        "0.999999, 1e-9, 1e-9, /optimizer/learningRate"
    })
    void aPlateauThatNeverActsIsToldWithWhatKeepsItFromThat(
            double factor, double rate, double lowest, @Nullable String pointer) {
        String plan = "{\"epochs\": 40, \"optimizer\": {\"kind\": \"adam\", \"learningRate\": %s},"
                + " \"schedule\": {\"kind\": \"plateau\", \"factor\": %s, \"lowestRate\": %s}}";

        List<PlanFinding> findings = PlanFinding.of(PlanJson.read(plan.formatted(rate, factor, lowest)));

        assertThat(findings)
                .filteredOn(finding -> finding.code() == Code.SCHEDULE_NEVER_ACTS)
                .extracting(PlanFinding::pointer)
                .isEqualTo(pointer == null ? List.of() : List.of(pointer));
    }

    @Test
    void aCosineOfAnotherLengthIsToldWithWhereItEnds() {
        String plan = "{\"epochs\": %d, \"schedule\": {\"kind\": \"cosine\", \"epochs\": 20}}";
        assertThat(PlanFinding.of(PlanJson.read(plan.formatted(11))))
                .extracting(PlanFinding::pointer, PlanFinding::evidence, PlanFinding::suggestion)
                .containsExactly(tuple(
                        "/schedule/epochs",
                        "The learning rate comes to its lowest in 20 epochs, and the training ends 11 epochs after it began:"
                                + " its last epoch is trained on the way down, at 50 % of the optimizer's rate.",
                        "Set schedule.epochs to 11, or leave it out."));
        assertThat(PlanFinding.of(PlanJson.read(plan.formatted(40))).get(0).evidence())
                .endsWith(
                        "the rate climbs again before its last epoch, which is trained, at 99 % of the optimizer's rate.");
    }

    @ParameterizedTest
    @CsvSource({
        "resnet18, 32, true",
        "resnet18, 33, false",
        "mobilenetV2, 32, true",
        "efficientnetB0, 48, false",
        "densenet121, 60, true",
        "densenet121, 61, false"
    })
    void mapsOfOneCellAreAFinding(String backbone, int size, boolean found) {
        String plan = "{\"backbone\": \"%s\", \"image\": {\"size\": %d}}".formatted(backbone, size);
        assertThat(PlanFinding.of(PlanJson.read(plan)))
                .extracting(PlanFinding::code, PlanFinding::severity, PlanFinding::pointer)
                .isEqualTo(found ? List.of(tuple(Code.ONE_CELL_MAPS, Severity.NOTICE, "/image/size")) : List.of());
    }

    @Test
    void oneEpochIsOneInWords() {
        assertThat(PlanFinding.of(PlanJson.read("{\"epochs\": 1, \"schedule\": {\"kind\": \"step\", \"every\": 1}}")))
                .extracting(PlanFinding::evidence, PlanFinding::suggestion)
                .containsExactly(tuple(
                        "The learning rate is to fall after every epoch, and the training ends 1 epoch after it began: it never"
                                + " falls.",
                        "Train longer."));
        assertThat(PlanFinding.of(PlanJson.read("{\"epochs\": 1, \"warmUp\": {\"epochs\": 1}}")))
                .extracting(PlanFinding::evidence)
                .containsExactly(
                        "The learning rate rises for 1 epoch, and the training ends after 1: it never reaches the"
                                + " optimizer's rate, and the schedule never begins.");
    }

    @Test
    void demandsBothClassesOnlyWhereSomethingNeedsThem() {
        assertThat(PlanDemands.unmet(ExperimentPlan.DEFAULT, BOTH, ONE)).isEmpty();
        assertThat(PlanDemands.unmet(ExperimentPlan.DEFAULT, ONE, BOTH))
                .extracting(Unmet::pointer)
                .containsExactly("/loss/positiveWeight");
        ExperimentPlan demanding = PlanJson.read("{\"sampling\": {\"kind\": \"weighted\"},"
                + " \"schedule\": {\"kind\": \"plateau\", \"metric\": \"validationF1\"},"
                + " \"stopping\": {\"metric\": \"validationMatthewsCorrelation\"}}");
        assertThat(PlanDemands.unmet(demanding, BOTH, BOTH)).isEmpty();
        assertThat(PlanDemands.unmet(demanding, ONE, ONE))
                .extracting(Unmet::pointer)
                .containsExactly("/stopping/metric", "/schedule/metric", "/loss/positiveWeight", "/sampling");
    }
}
