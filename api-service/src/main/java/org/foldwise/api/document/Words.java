package org.foldwise.api.document;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.foldwise.api.report.RecalibrationView;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.experiment.WindowSpec;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.registry.evaluation.FrozenThreshold;
import org.jspecify.annotations.Nullable;

/** How documents write numbers, times and rules. */
final class Words {
    private static final int FEWEST_DECIMALS = 3;
    private static final int MOST_DECIMALS = 6;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** What stands beside calibration errors. */
    static final String CALIBRATION_ERRORS =
            "Noise makes calibration errors too high and never too low, the more so the fewer images there are: those of perfect probabilities are "
                    + "above 0 as well. Intervals by patientBootstrapDeviation allow for that; "
                    + "those by patientBootstrapPercentile, of earlier evaluations, do not, and lie too high.";

    private Words() {}

    /** Three decimals, which is more than most test subsets can tell apart; more where a number would look like 0 or 1 and is not. */
    static String number(double value) {
        return number(value, decimals(value));
    }

    private static String number(double value, int decimals) {
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return Double.parseDouble(text) == 0 ? text.replace("-", "") : text;
    }

    /** The value and its interval, or why there is no value. */
    static String estimate(Estimate estimate) {
        return estimate(estimate, " to ");
    }

    /** The same, shorter. */
    static String narrow(Estimate estimate) {
        return estimate(estimate, "\u2013");
    }

    private static String estimate(Estimate estimate, String to) {
        Double value = estimate.value();
        if (value == null) {
            return "undefined: " + estimate.undefinedBecause();
        }
        Interval interval = estimate.interval();
        if (interval == null) {
            return number(value) + " (no interval)";
        }
        int decimals = decimals(value, interval);
        return number(value, decimals) + " (" + number(interval.lower(), decimals) + to
                + number(interval.upper(), decimals) + ")";
    }

    /** So many that the number does not look like 0 or 1 unless it is; as few as others have where {@value #MOST_DECIMALS} do not help. */
    private static int decimals(double value) {
        for (int decimals = FEWEST_DECIMALS; decimals <= MOST_DECIMALS; decimals++) {
            double written = Double.parseDouble(number(value, decimals));
            if (written == value || (written != 0 && Math.abs(written) != 1)) {
                return decimals;
            }
        }
        return FEWEST_DECIMALS;
    }

    /** So many that an interval has a width in print as well: that of 200,000 images may be 0.0001 wide. */
    private static int decimals(double value, Interval interval) {
        double lower = interval.lower();
        double upper = interval.upper();
        int fewest = Math.max(decimals(value), Math.max(decimals(lower), decimals(upper)));
        for (int decimals = fewest; decimals <= MOST_DECIMALS; decimals++) {
            if (lower == upper || !number(lower, decimals).equals(number(upper, decimals))) {
                return decimals;
            }
        }
        return fewest;
    }

    /** The value alone, or why there is none. */
    static String value(Estimate estimate) {
        Double value = estimate.value();
        return value == null ? "undefined: " + estimate.undefinedBecause() : number(value);
    }

    static String method(Estimate estimate) {
        Interval interval = estimate.interval();
        return interval == null ? "\u2013" : percent(interval.level()) + " " + interval.method();
    }

    /** A share as a percentage without superfluous zeros. */
    static String percent(double share) {
        String text = String.format(Locale.ROOT, "%.1f", 100 * share);
        return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + " %";
    }

    static String time(@Nullable Instant time) {
        return time == null ? "not yet" : TIME.format(time);
    }

    /** How many there are of something whose plural ends in s. */
    static String count(long count, String noun) {
        return Counted.of(count, noun);
    }

    /** Which grey values are shown. */
    static String window(WindowSpec window) {
        Preprocessing.Step.Window step = window.step();
        if (step == null) {
            return "grey values as each file shows them";
        }
        String named = window instanceof WindowSpec.Named one ? " (" + WireNames.of(one.name()) + ")" : "";
        return "window of centre " + whole(step.centre()) + " and width " + whole(step.width()) + named
                + " of the modality's values";
    }

    /** Without a point where nothing is behind it. */
    private static String whole(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    /** What was frozen of how decisions are made. */
    static String decision(FrozenThreshold frozen) {
        List<Double> ofLabels = frozen.labelValues();
        Double value = frozen.value();
        String chosen = value != null
                ? "threshold " + value
                : ofLabels == null
                        ? "the most probable class"
                        : "a threshold for each of " + ofLabels.size() + " labels";
        return value == null && frozen.recalibration() == null
                ? chosen
                : chosen + " (probabilities "
                        + RecalibrationView.of(frozen.recalibration()).words() + ")";
    }

    /** What a rule looks for. */
    static String rule(ThresholdRule rule) {
        if (rule instanceof ThresholdRule.MaximumF1) {
            return "highest F1";
        }
        if (rule instanceof ThresholdRule.Youden) {
            return "highest sum of sensitivity and specificity (Youden)";
        }
        if (rule instanceof ThresholdRule.SensitivityAtLeast least) {
            return "highest threshold with sensitivity at least " + number(least.minimum());
        }
        if (rule instanceof ThresholdRule.SpecificityAtLeast least) {
            return "highest sensitivity with specificity at least " + number(least.minimum());
        }
        if (rule instanceof ThresholdRule.Cost cost) {
            return "lowest expected cost: " + number(cost.falseNegativeCost()) + " for a missed positive, "
                    + number(cost.falsePositiveCost()) + " for a false alarm, at a prevalence of "
                    + number(cost.prevalence());
        }
        return "given, not chosen";
    }
}
