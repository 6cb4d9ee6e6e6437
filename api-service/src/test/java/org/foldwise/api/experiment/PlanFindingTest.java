package org.foldwise.api.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.pretrained.ImageDifference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PlanFindingTest {
    private static List<PlanFindingCode> codes(String plan) {
        return PlanFinding.of(PlanJson.read(plan), List.of()).stream()
                .map(PlanFinding::code)
                .toList();
    }

    @Test
    void aDrawnBackboneThatStaysFrozenIsAFinding() {
        assertThat(codes("{\"freeze\": {\"stages\": 5}}")).containsExactly(PlanFindingCode.FROZEN_DRAWN_BACKBONE);
        assertThat(codes("{\"freeze\": {\"stages\": 4}}")).isEmpty();
        assertThat(codes("{\"freeze\": {\"stages\": 5, \"unfreezeAt\": [2]}}")).isEmpty();
        assertThat(codes("{\"freeze\": {\"stages\": 5}, \"pretrained\": {\"weights\": \"mine\"}}"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "SIZE, WEIGHTS_SIZE, /plan/image/size",
        "COLOUR, WEIGHTS_COLOUR, /plan/image/channels",
        "NORMALISATION, WEIGHTS_NORMALISATION, /plan/image",
        "INTERPOLATION, WEIGHTS_INTERPOLATION, /plan/image"
    })
    void everyDifferenceOfImagesIsOne(ImageDifference.Kind kind, PlanFindingCode code, String pointer) {
        assertThat(PlanFinding.of(PlanJson.read("{}"), List.of(new ImageDifference(kind, "because"))))
                .containsExactly(new PlanFinding(code, pointer, "because"));
    }

    @ParameterizedTest
    @EnumSource
    void noDifferenceIsForgotten(ImageDifference.Kind kind) {
        assertThat(Stream.of(PlanFindingCode.values()).map(Enum::name)).contains("WEIGHTS_" + kind);
    }
}
