package org.foldwise.learning.metrics.recalibration;

import java.util.List;
import java.util.stream.Stream;
import org.foldwise.learning.metrics.recalibration.Recalibration.Isotonic.Knot;

/** One of each kind. */
public final class Recalibrations {
    private Recalibrations() {}

    public static Stream<Recalibration> ofEveryKind() {
        return Stream.of(
                new Recalibration.None(),
                new Recalibration.Temperature(1.7),
                new Recalibration.Platt(-0.6, 0.4),
                new Recalibration.Isotonic(List.of(
                        new Knot(0.1, 0.05),
                        new Knot(0.3, 0.3),
                        new Knot(0.45, 0.3),
                        new Knot(0.52, 0.7),
                        new Knot(0.9, 0.95))),
                new Recalibration.Isotonic(List.of(new Knot(0.5, 0.25))));
    }
}
