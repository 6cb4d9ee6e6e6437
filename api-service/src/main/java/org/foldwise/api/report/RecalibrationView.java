package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.json.RecalibrationJson;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.jspecify.annotations.Nullable;

/** What becomes of a network's probabilities before anybody sees them. */
@Schema(
        name = "Recalibration",
        description = "What becomes of the network's probability p before it meets the threshold or is answered.")
public record RecalibrationView(
        RecalibrationMethod method,
        @Schema(description = "Of temperature: logits are divided by it.", example = "1.7") @Nullable
                Double temperature,
        @Schema(description = "Of platt: 1 / (1 + exp(a logit(p) + b)).", example = "-0.8") @Nullable Double a,
        @Schema(description = "Of platt.", example = "0.4") @Nullable Double b,
        @Schema(description = "Of isotonic: straight between them, constant outside.") @Nullable List<Knot> knots) {

    @Schema(name = "RecalibrationKnot", description = "A point of an isotonic recalibration.")
    record Knot(
            @Schema(description = "A probability of the network.", example = "0.9") double input,
            @Schema(description = "What becomes of it.", example = "0.7") double output) {}

    /**
     * The wire form of a stored recalibration.
     *
     * @param document as the registry stores it; absent where probabilities stay as they are
     */
    public static RecalibrationView of(@Nullable String document) {
        Recalibration recalibration = document == null ? new Recalibration.None() : RecalibrationJson.read(document);
        if (recalibration instanceof Recalibration.Temperature one) {
            return new RecalibrationView(RecalibrationMethod.TEMPERATURE, one.temperature(), null, null, null);
        }
        if (recalibration instanceof Recalibration.Platt one) {
            return new RecalibrationView(RecalibrationMethod.PLATT, null, one.a(), one.b(), null);
        }
        if (recalibration instanceof Recalibration.Isotonic one) {
            return new RecalibrationView(
                    RecalibrationMethod.ISOTONIC,
                    null,
                    null,
                    null,
                    one.knots().stream()
                            .map(knot -> new Knot(knot.input(), knot.output()))
                            .toList());
        }
        return new RecalibrationView(RecalibrationMethod.NONE, null, null, null, null);
    }

    /** In a sentence for people. */
    public String words() {
        return switch (method) {
            case NONE -> "not recalibrated: the network's own";
            case TEMPERATURE -> "recalibrated: logits divided by the temperature " + temperature;
            case PLATT -> "recalibrated by Platt's sigmoid of the logit, a " + a + ", b " + b;
            case ISOTONIC -> "recalibrated by an isotonic map of " + (knots == null ? 0 : knots.size()) + " knots";
        };
    }
}
