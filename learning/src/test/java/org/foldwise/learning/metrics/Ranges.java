package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Set;

/** What every figure of a report must keep to, whatever its cases: its range, and an interval around its own value. */
public final class Ranges {
    /** All their resamples lie above them, so that their intervals do. */
    private static final Set<String> BELOW_THEIR_RESAMPLES = Set.of(
            "expectedCalibrationError", "maximumCalibrationError", "topCalibrationError", "topMaximumCalibrationError");

    private Ranges() {}

    /** Every estimate of a record, of the records within it and of those in its lists. */
    public static void require(Record report) {
        String name = report.getClass().getSimpleName();
        for (RecordComponent component : report.getClass().getRecordComponents()) {
            requireAny(report, name + "." + component.getName(), component);
        }
    }

    private static void requireAny(Record report, String path, RecordComponent component) {
        Object held;
        try {
            held = component.getAccessor().invoke(report);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        if (held instanceof Estimate estimate) {
            require(path, component.getName(), lowest(report, component), highest(report, component), estimate);
        } else if (held instanceof Record nested) {
            require(nested);
        } else if (held instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof Record nested) {
                    require(nested);
                }
            }
        }
    }

    private static void require(String path, String name, double lowest, double highest, Estimate estimate) {
        Double value = estimate.value();
        if (value == null) {
            assertThat(estimate.undefinedBecause()).as(path).isNotBlank();
            return;
        }
        assertThat(value).as(path).isBetween(lowest, highest);
        Interval interval = estimate.interval();
        if (interval == null) {
            return;
        }
        assertThat(interval.lower()).as(path).isBetween(lowest, interval.upper());
        assertThat(interval.upper()).as(path).isLessThanOrEqualTo(highest);
        if (!BELOW_THEIR_RESAMPLES.contains(name)) {
            assertThat(value).as(path).isBetween(interval.lower(), interval.upper());
        }
    }

    private static double lowest(Record report, RecordComponent component) {
        if (report instanceof CalibrationLine || report instanceof ThresholdChoice) {
            return Double.NEGATIVE_INFINITY;
        }
        return Set.of("matthewsCorrelation", "kappa").contains(component.getName()) ? -1 : 0;
    }

    private static double highest(Record report, RecordComponent component) {
        if (report instanceof CalibrationLine
                || report instanceof ThresholdChoice
                || component.getName().equals("logLoss")) {
            return Double.POSITIVE_INFINITY;
        }
        // of several classes the sum of their squared errors
        boolean isOfAllClasses = report.getClass().getSimpleName().equals("MulticlassReport");
        return isOfAllClasses && component.getName().equals("brierScore") ? 2 : 1;
    }
}
