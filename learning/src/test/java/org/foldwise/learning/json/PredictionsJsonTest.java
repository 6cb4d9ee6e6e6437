package org.foldwise.learning.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ScoredCase;
import org.junit.jupiter.api.Test;

class PredictionsJsonTest {
    private static final List<ScoredCase> CASES = List.of(
            new ScoredCase("b.png", new PatientId("p1"), true, Math.nextUp(0.1)),
            new ScoredCase("a.png", new PatientId("p2"), false, 0));

    @Test
    void isReadBackToTheBitAndInOrder() {
        assertThat(PredictionsJson.read(PredictionsJson.write(CASES))).isEqualTo(CASES);
    }

    /** Documents lie in stores under their digest: their bytes must never change. */
    @Test
    void isWrittenAsItAlwaysWas() {
        assertThat(new String(PredictionsJson.write(CASES), StandardCharsets.UTF_8))
                .isEqualTo("{\"format\":\"foldwise predictions 1\",\"cases\":["
                        + "{\"image\":\"b.png\",\"patient\":\"p1\",\"positive\":true,\"probability\":0.10000000000000002},"
                        + "{\"image\":\"a.png\",\"patient\":\"p2\",\"positive\":false,\"probability\":0.0}]}");
    }

    @Test
    void refusesOtherDocuments() {
        for (String other : List.of("", "[]", "{}", "{\"format\":\"foldwise predictions 2\",\"cases\":[]}")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PredictionsJson.read(other.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
