package org.foldwise.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.Validation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.foldwise.api.report.ThresholdRule;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** What Jackson writes is what the strict reader reads. */
class JsonSpellingTest {
    record Holder(ThresholdRule rule, PatientLabelRule labels) {}

    private final RecordReader reader =
            new RecordReader(Validation.buildDefaultValidatorFactory().getValidator());

    private static JsonMapper mapper() {
        JsonMapper.Builder builder = JsonMapper.builder();
        JsonConfiguration.wireSpelling().customize(builder);
        return builder.build();
    }

    static List<Holder> holders() {
        return List.of(
                new Holder(new ThresholdRule.F1(), PatientLabelRule.ANY_POSITIVE),
                new Holder(new ThresholdRule.Youden(), PatientLabelRule.MAJORITY),
                new Holder(new ThresholdRule.SensitivityAtLeast(0.95), PatientLabelRule.MAJORITY),
                new Holder(new ThresholdRule.SpecificityAtLeast(0.9), PatientLabelRule.MAJORITY),
                new Holder(new ThresholdRule.Cost(10, 1, 0.125), PatientLabelRule.MAJORITY),
                new Holder(new ThresholdRule.Fixed(0.25), PatientLabelRule.LATEST));
    }

    @ParameterizedTest
    @MethodSource("holders")
    void whatIsWrittenIsReadBack(Holder holder) {
        String json = mapper().writeValueAsString(holder);

        assertThat(json)
                .contains("\"kind\":\"" + WireNames.kind(holder.rule().getClass()) + "\"")
                .contains("\"labels\":\"" + WireNames.of(holder.labels()) + "\"");
        assertThat(reader.read(json.getBytes(StandardCharsets.UTF_8), Holder.class))
                .isEqualTo(holder);
        assertThat(mapper().readValue(json, Holder.class)).isEqualTo(holder);
    }
}
