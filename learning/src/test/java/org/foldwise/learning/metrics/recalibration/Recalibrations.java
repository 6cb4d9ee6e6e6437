package org.foldwise.learning.metrics.recalibration;

import java.util.List;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.recalibration.Recalibration.Isotonic.Knot;

/** One of each kind. */
public final class Recalibrations {
    private static final Recalibration.Isotonic BENT = new Recalibration.Isotonic(List.of(
            new Knot(0.1, 0.05), new Knot(0.3, 0.3), new Knot(0.45, 0.3), new Knot(0.52, 0.7), new Knot(0.9, 0.95)));

    private Recalibrations() {}

    /** Of a binary task. */
    public static Stream<Recalibration.Monotone> ofEveryKind() {
        return Stream.of(
                new Recalibration.None(),
                new Recalibration.Temperature(1.7),
                new Recalibration.Platt(-0.6, 0.4),
                BENT,
                new Recalibration.Isotonic(List.of(new Knot(0.5, 0.25))));
    }

    /** Of three classes, or of two labels. */
    public static Stream<Recalibration> ofSeveral(Task task) {
        Recalibration.Isotonic nothing = new Recalibration.Isotonic(List.of(new Knot(0.5, 0)));
        return task == Task.MULTICLASS
                ? Stream.of(
                        new Recalibration.Temperature(1.7),
                        new ClassRecalibration(List.of(
                                new Recalibration.Platt(-0.6, 0.4),
                                new Recalibration.Platt(-1.5, -0.3),
                                new Recalibration.Platt(-1, 2))),
                        new ClassRecalibration(
                                List.of(BENT, new Recalibration.Isotonic(List.of(new Knot(0.5, 0.25))), BENT)),
                        new ClassRecalibration(List.of(nothing, nothing, nothing)))
                : Stream.of(
                        new LabelRecalibration(
                                List.of(new Recalibration.Temperature(1.7), new Recalibration.Temperature(0.4))),
                        new LabelRecalibration(
                                List.of(new Recalibration.Platt(-0.6, 0.4), new Recalibration.Kept("too few"))),
                        new LabelRecalibration(List.of(new Recalibration.Kept("too few"), BENT)));
    }
}
