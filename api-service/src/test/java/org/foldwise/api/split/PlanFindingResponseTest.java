package org.foldwise.api.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.PlanFinding;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.pretrained.ImageDifference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PlanFindingResponseTest {
    @ParameterizedTest
    @CsvSource({
        "SIZE, WEIGHTS_SIZE, /image/size",
        "COLOUR, WEIGHTS_COLOUR, /image/channels",
        "NORMALISATION, WEIGHTS_NORMALISATION, /image",
        "INTERPOLATION, WEIGHTS_INTERPOLATION, /image"
    })
    void everyDifferenceOfImagesIsOne(ImageDifference.Kind kind, PlanFinding.Code code, String pointer) {
        assertThat(PlanFindingResponse.about(PlanJson.read("{}"), List.of(new ImageDifference(kind, "because"))))
                .extracting(PlanFindingResponse::code, PlanFindingResponse::pointer, PlanFindingResponse::evidence)
                .containsExactly(tuple(code, pointer, "because"));
    }

    @ParameterizedTest
    @EnumSource
    void noDifferenceIsForgotten(ImageDifference.Kind kind) {
        assertThat(Stream.of(PlanFinding.Code.values()).map(Enum::name)).contains("WEIGHTS_" + kind);
    }
}
