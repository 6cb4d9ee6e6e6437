package org.foldwise.learning.metrics;

import java.util.Comparator;
import java.util.List;

/**
 * The curves of one class of several, or of one label, against everything else: those that an {@link EvaluationReport} has of a
 * binary task.
 *
 * @param name of the class
 * @param rocCurve without collinear points; empty where no case shows the class, or every one does
 * @param precisionRecallCurve empty where no case shows the class
 * @param calibrationBins the bins of the reliability diagram that hold cases
 */
public record ClassCurves(
        String name,
        List<RocCurve.Point> rocCurve,
        List<PrecisionRecallCurve.Point> precisionRecallCurve,
        List<Calibration.Bin> calibrationBins) {
    public ClassCurves {
        rocCurve = List.copyOf(rocCurve);
        precisionRecallCurve = List.copyOf(precisionRecallCurve);
        calibrationBins = List.copyOf(calibrationBins);
    }

    /**
     * The curves of a class.
     *
     * @param cases at least one, positive where the class is shown, whatever their order
     */
    public static ClassCurves of(String name, List<ScoredCase> cases) {
        // a fixed order, so that sums round alike whatever the order given
        List<ScoredCase> ordered =
                cases.stream().sorted(Comparator.comparing(ScoredCase::image)).toList();
        boolean isShown = ordered.stream().anyMatch(ScoredCase::positive);
        boolean isAbsent = ordered.stream().anyMatch(scored -> !scored.positive());
        return new ClassCurves(
                name,
                isShown && isAbsent ? RocCurve.withoutCollinearPoints(ordered).points() : List.of(),
                isShown ? PrecisionRecallCurve.of(ordered).points() : List.of(),
                Calibration.of(ordered).bins());
    }
}
