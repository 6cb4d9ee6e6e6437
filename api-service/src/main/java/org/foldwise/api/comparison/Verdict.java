package org.foldwise.api.comparison;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.comparison.ClassModelComparison;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Procedure;

/** What a comparison comes to, in a sentence that never says that one is better without the interval, nor that two are equal. */
final class Verdict {
    private Verdict() {}

    /** Of two recipes over the folds of one split. */
    static String ofRecipes(String first, String second, String figure, Estimate difference) {
        return of(
                "Over the same folds the mean " + figure + " of '" + first + "' less that of '" + second + "' is ",
                difference,
                new Words(
                        "The recipes cannot be compared over folds",
                        "All folds differ by the same number",
                        " (corrected for the patients that folds share)",
                        "these folds",
                        "'" + first + "'",
                        "'" + second + "'",
                        "which recipe"));
    }

    /**
     * Of two models over the patients of the images that both judged.
     *
     * @param counted these images and patients, in words
     * @param difference of that figure
     */
    static String ofModels(String first, String second, String counted, String figure, Estimate difference) {
        return of(
                "On the same " + counted + " the " + figure + " of the first ('" + first
                        + "') less that of the second ('" + second + "') is ",
                difference,
                new Words(
                        "The models cannot be compared by the " + figure,
                        "All resamples of the patients agree, or both models order the images alike",
                        " (over patients)",
                        "these patients",
                        "the first",
                        "the second",
                        "which model"));
    }

    /**
     * @param undefined what cannot be compared
     * @param alike why there is no interval
     * @param interval what is to be known of it
     * @param seen what speaks
     */
    private record Words(
            String undefined, String alike, String interval, String seen, String first, String second, String which) {}

    private static String of(String measures, Estimate difference, Words words) {
        Double value = difference.value();
        if (value == null) {
            return words.undefined() + ": " + difference.undefinedBecause() + ".";
        }
        Interval interval = difference.interval();
        String measured = measures + number(value);
        if (interval == null) {
            return measured + ". " + words.alike() + ", so there is no interval and nothing to conclude.";
        }
        String shown = measured + ", " + Math.round(100 * interval.level()) + " % interval " + number(interval.lower())
                + " to " + number(interval.upper()) + words.interval() + ". ";
        if (interval.lower() > 0) {
            return shown + "The interval lies above 0: " + words.seen() + " speak for " + words.first() + ".";
        }
        if (interval.upper() < 0) {
            return shown + "The interval lies below 0: " + words.seen() + " speak for " + words.second() + ".";
        }
        return shown + "The interval holds 0: " + words.seen() + " do not tell " + words.which()
                + " has the higher area, and they do not show that the two are equal.";
    }

    /** Of which classes the areas still differ when it is allowed for how many were compared. */
    static String ofClasses(String noun, List<ClassModelComparison.OfClass> classes, double level) {
        long compared = classes.stream().filter(one -> one.pValue().hasValue()).count();
        String below = String.format(Locale.ROOT, "%.2f", 1 - level);
        List<String> differ = classes.stream()
                .filter(one -> one.adjustedPValue().valueOr(1) < 1 - level)
                .map(ClassModelComparison.OfClass::name)
                .toList();
        return "Of these very models " + compared + (compared == 1 ? " area" : " areas") + " of single "
                + (noun.equals("label") ? "labels" : "classes")
                + " were compared over patients; adjusted for that number "
                + (differ.isEmpty()
                        ? "no p value is below " + below + "."
                        : "p values are below " + below + " for " + String.join(", ", differ) + ".");
    }

    /** What is compared where plans were searched for; nothing where both had one plan. */
    static String ofSearches(Experiment first, Experiment second) {
        List<String> nested = Stream.of(first, second)
                .filter(one -> one.procedure() == Procedure.NESTED_CROSS_VALIDATION)
                .map(Experiment::name)
                .distinct()
                .toList();
        if (nested.isEmpty()) {
            return "";
        }
        String quoted = "'" + String.join("' and '", nested) + "'";
        boolean both = first.procedure() == second.procedure();
        return " In " + quoted
                + " every fold has the plan that a search among its own patients chose, so the figures are of searching and training"
                + (both ? "" : ", held against one plan that is fixed")
                + ". Where folds have different plans their scores need not be on one scale: comparisons over patients, which put"
                + " all folds together, depend on that, the one over folds does not."
                + (both
                        ? ""
                        : " A fixed plan that was chosen by what a search had shown on these patients has its figure flattered.");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
