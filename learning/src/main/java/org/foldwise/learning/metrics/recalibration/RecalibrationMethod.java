package org.foldwise.learning.metrics.recalibration;

import java.util.List;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.ScoredCase;

/** How a recalibration is found. */
public enum RecalibrationMethod {
    /** Probabilities stay as the network gives them. */
    NONE,
    /** {@link Recalibration.Temperature}. */
    TEMPERATURE,
    /** {@link Recalibration.Platt}. */
    PLATT,
    /** {@link Recalibration.Isotonic}. */
    ISOTONIC;

    /**
     * The recalibration that fits the cases best.
     *
     * @param cases that the model was not trained on
     * @throws IllegalArgumentException if there is none; the message says why
     */
    public Recalibration fit(List<ScoredCase> cases) {
        try {
            return switch (this) {
                case NONE -> new Recalibration.None();
                case TEMPERATURE -> temperature(cases);
                case PLATT -> Recalibration.Platt.fit(cases);
                case ISOTONIC -> Recalibration.Isotonic.fit(cases);
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("these cases allow no recalibration: " + e.getMessage(), e);
        }
    }

    private static Recalibration temperature(List<ScoredCase> cases) {
        Estimate temperature = Recalibration.Temperature.fit(cases);
        Double value = temperature.value();
        if (value == null) {
            throw new IllegalArgumentException("no temperature is best: " + temperature.undefinedBecause());
        }
        return new Recalibration.Temperature(value);
    }
}
