package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.json.RecalibrationJson;
import org.foldwise.learning.metrics.recalibration.ClassRecalibration;
import org.foldwise.learning.metrics.recalibration.LabelRecalibration;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.jspecify.annotations.Nullable;

/** What becomes of a network's probabilities before anybody sees them. */
@Schema(
        name = "Recalibration",
        description = "What becomes of the network's probabilities p before anything is decided on them or answered.")
public record RecalibrationView(
        RecalibrationMethod method,
        @Schema(
                        description =
                                "Of temperature: logits are divided by it; of a multiclass task those of all classes.",
                        example = "1.7")
                @Nullable
                Double temperature,
        @Schema(description = "Of platt: 1 / (1 + exp(a logit(p) + b)).", example = "-0.8") @Nullable Double a,
        @Schema(description = "Of platt.", example = "0.4") @Nullable Double b,
        @Schema(description = "Of isotonic: straight between them, constant outside.") @Nullable List<Knot> knots,
        @Schema(
                        description =
                                "Of platt and isotonic in a multiclass task: the map of each class against all others, in the order of the"
                                        + " dataset's classes; what comes out is divided by its sum, and all classes get the same where that is 0.")
                @Nullable
                List<OfOne> classes,
        @Schema(description = "Of a multi-label task: the map of each label, in the order of the dataset's classes.")
                @Nullable
                List<OfOne> labels) {

    @Schema(name = "RecalibrationKnot", description = "A point of an isotonic recalibration.")
    record Knot(
            @Schema(description = "A probability of the network.", example = "0.9") double input,
            @Schema(description = "What becomes of it.", example = "0.7") double output) {}

    @Schema(name = "RecalibrationMap", description = "What becomes of one class's or label's probability.")
    record OfOne(
            @Schema(description = "Of temperature.", example = "1.7") @Nullable Double temperature,
            @Schema(description = "Of platt.", example = "-0.8") @Nullable Double a,
            @Schema(description = "Of platt.", example = "0.4") @Nullable Double b,
            @Schema(description = "Of isotonic.") @Nullable List<Knot> knots,
            @Schema(description = "Of a label to which nothing could be fitted: why its probability stays as it is.")
                    @Nullable
                    String keptBecause) {
        static OfOne of(Recalibration map) {
            return new OfOne(
                    map instanceof Recalibration.Temperature one ? one.temperature() : null,
                    map instanceof Recalibration.Platt one ? one.a() : null,
                    map instanceof Recalibration.Platt one ? one.b() : null,
                    map instanceof Recalibration.Isotonic one
                            ? one.knots().stream()
                                    .map(knot -> new Knot(knot.input(), knot.output()))
                                    .toList()
                            : null,
                    map instanceof Recalibration.Kept one ? one.because() : null);
        }

        boolean isKept() {
            return keptBecause != null;
        }
    }

    /**
     * The wire form of a stored recalibration.
     *
     * @param document as the registry stores it; absent where probabilities stay as they are
     */
    public static RecalibrationView of(@Nullable String document) {
        Recalibration recalibration = document == null ? new Recalibration.None() : RecalibrationJson.read(document);
        if (recalibration instanceof ClassRecalibration ofClasses) {
            return ofEach(
                    ofClasses.classes(),
                    ofClasses.classes().stream().map(OfOne::of).toList(),
                    null);
        }
        if (recalibration instanceof LabelRecalibration ofLabels) {
            return ofEach(
                    ofLabels.labels(),
                    null,
                    ofLabels.labels().stream().map(OfOne::of).toList());
        }
        OfOne one = OfOne.of(recalibration);
        return new RecalibrationView(
                method(recalibration), one.temperature(), one.a(), one.b(), one.knots(), null, null);
    }

    private static RecalibrationView ofEach(
            List<? extends Recalibration> maps, @Nullable List<OfOne> classes, @Nullable List<OfOne> labels) {
        RecalibrationMethod common = maps.stream()
                .map(RecalibrationView::method)
                .filter(method -> method != RecalibrationMethod.NONE)
                .findFirst()
                .orElse(RecalibrationMethod.NONE);
        return new RecalibrationView(common, null, null, null, null, classes, labels);
    }

    private static RecalibrationMethod method(Recalibration map) {
        if (map instanceof Recalibration.Temperature) {
            return RecalibrationMethod.TEMPERATURE;
        }
        if (map instanceof Recalibration.Platt) {
            return RecalibrationMethod.PLATT;
        }
        return map instanceof Recalibration.Isotonic ? RecalibrationMethod.ISOTONIC : RecalibrationMethod.NONE;
    }

    /** In a sentence for people. */
    public String words() {
        if (labels != null) {
            long kept = labels.stream().filter(OfOne::isKept).count();
            return "recalibrated, each label by itself, by "
                    + switch (method) {
                        case NONE -> "nothing";
                        case TEMPERATURE -> "a temperature";
                        case PLATT -> "Platt's sigmoid of the logit";
                        case ISOTONIC -> "an isotonic map";
                    }
                    + (kept == 0
                            ? ""
                            : "; " + kept + " of " + labels.size()
                                    + " labels allowed no fit and keep the network's own");
        }
        if (classes != null) {
            return "recalibrated by "
                    + (method == RecalibrationMethod.PLATT
                            ? "Platt's sigmoid of the logarithm of the odds"
                            : "an isotonic map")
                    + " of each class against all others, divided by their sum";
        }
        return switch (method) {
            case NONE -> "not recalibrated: the network's own";
            case TEMPERATURE -> "recalibrated: logits divided by the temperature " + temperature;
            case PLATT -> "recalibrated by Platt's sigmoid of the logit, a " + a + ", b " + b;
            case ISOTONIC -> "recalibrated by an isotonic map of " + (knots == null ? 0 : knots.size()) + " knots";
        };
    }
}
