package org.foldwise.learning.metrics.comparison;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.foldwise.learning.metrics.DependentMean;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.jspecify.annotations.Nullable;

/**
 * Whether a model does as well on patients it was never near as its development had promised. The difference's interval combines
 * those of both figures, which come from different patients (Zou and Donner 2008, Construction of Confidence Limits about Effect
 * Measures: A General Approach): with l and u the ends of either,
 *
 * <pre>{@code lower = d - sqrt((expected - l1)^2 + (u2 - found)^2),  upper = d + sqrt((u1 - expected)^2 + (found - l2)^2)}</pre>
 *
 * Overlap of both intervals is not asked for: intervals may overlap although the difference is clear.
 *
 * <p>Of several classes, and of labels, the figure is a mean over classes, and a mean speaks only of the classes that it is over: both
 * sides are averaged over those that both judge. A side that judges just these has its own mean and its own interval; the other, and one
 * whose mean has no interval, has a {@link DependentMean} of its classes. A class of which one side has a figure and no interval, as of one
 * that a single patient shows, is judged by that side no better than one that nobody shows: where it takes the mean's interval away it is
 * left out likewise.
 *
 * @param expected what development had promised: out of fold, or on validation patients
 * @param found on patients who took no part in it
 * @param difference expected less found; undefined where either is
 * @param verdict what follows
 * @param undecidedBecause why nothing follows; given exactly where the verdict is undecided
 * @param classes which classes the figures are means over; of a binary task none
 */
public record OptimismCheck(
        Estimate expected,
        Estimate found,
        Estimate difference,
        Verdict verdict,
        @Nullable String undecidedBecause,
        Classes classes) {
    /** What {@link Interval#method()} says of the difference. */
    static final String METHOD = "independentIntervalsCombined";

    /** What a difference says. */
    public enum Verdict {
        /** Development promised more than was found, beyond both intervals. */
        OPTIMISTIC,
        /** No difference beyond both intervals; which does not show that there is none. */
        CONSISTENT,
        /** More was found than had been promised, beyond both intervals: the other patients are easier, or know something. */
        PESSIMISTIC,
        /** A figure or an interval is missing. */
        UNDECIDED
    }

    /**
     * The classes that two means are over.
     *
     * @param compared those that both sides judge, in the order of the classes; of a binary task none
     * @param promisedOnly those that development has a figure of and these images cannot judge
     * @param foundOnly those that these images have a figure of and development could not judge
     */
    public record Classes(List<String> compared, List<String> promisedOnly, List<String> foundOnly) {
        private static final Classes NONE = new Classes(List.of(), List.of(), List.of());

        public Classes {
            compared = List.copyOf(compared);
            promisedOnly = List.copyOf(promisedOnly);
            foundOnly = List.copyOf(foundOnly);
        }

        private static Classes of(OfClasses promised, OfClasses found, Predicate<Estimate> judges) {
            Set<String> byPromise = promised.names(judges);
            Set<String> byFinding = found.names(judges);
            return new Classes(
                    byPromise.stream().filter(byFinding::contains).toList(),
                    without(promised.judged().keySet(), byFinding),
                    without(found.judged().keySet(), byPromise));
        }

        private static List<String> without(Collection<String> some, Collection<String> others) {
            return some.stream().filter(name -> !others.contains(name)).toList();
        }

        /** Whether one side judges a class that the other cannot. */
        public boolean leavesOut() {
            return !promisedOnly.isEmpty() || !foundOnly.isEmpty();
        }
    }

    /**
     * What one side says of several classes, or of labels.
     *
     * @param mean over the judged classes
     * @param judged the figure of each judged class, in the order of the classes
     */
    public record OfClasses(Estimate mean, Map<String, Estimate> judged) {
        public OfClasses {
            judged = Collections.unmodifiableMap(new LinkedHashMap<>(judged));
        }

        private Set<String> names(Predicate<Estimate> judges) {
            Set<String> names = new LinkedHashSet<>(judged.keySet());
            names.removeIf(name -> !judges.test(judged.get(name)));
            return names;
        }

        private Estimate over(List<String> classes) {
            boolean isOverAll = judged.size() == classes.size();
            if (isOverAll && (mean.value() == null || mean.interval() != null)) {
                return mean;
            }
            Estimate ofClasses =
                    DependentMean.of(classes.stream().map(judged::get).toList());
            return isOverAll ? mean.with(Optional.ofNullable(ofClasses.interval())) : ofClasses;
        }
    }

    /**
     * Compares means over classes of a figure of which more is better, over the classes that both sides judge.
     *
     * @param expected of patients of development
     * @param found of other patients
     */
    public static OptimismCheck of(OfClasses expected, OfClasses found) {
        Classes classes = Classes.of(expected, found, figure -> true);
        if (classes.compared().isEmpty()) {
            Estimate nothing = Estimate.undefined("there is no class that development and these images both judge");
            return of(nothing, nothing, classes);
        }
        OptimismCheck ofAll = of(expected.over(classes.compared()), found.over(classes.compared()), classes);
        Classes known = Classes.of(expected, found, figure -> figure.interval() != null);
        return ofAll.verdict() != Verdict.UNDECIDED || known.compared().isEmpty()
                ? ofAll
                : of(expected.over(known.compared()), found.over(known.compared()), known);
    }

    /**
     * Compares a figure of which more is better.
     *
     * @param expected of patients of development
     * @param found of other patients
     */
    public static OptimismCheck of(Estimate expected, Estimate found) {
        return of(expected, found, Classes.NONE);
    }

    private static OptimismCheck of(Estimate expected, Estimate found, Classes classes) {
        Double promised = expected.value();
        Double value = found.value();
        if (promised == null || value == null) {
            return new OptimismCheck(
                    expected,
                    found,
                    Estimate.undefined(promised == null ? "nothing had been promised" : "nothing was found"),
                    Verdict.UNDECIDED,
                    promised == null
                            ? "nothing had been promised: " + expected.undefinedBecause()
                            : "nothing was found: " + found.undefinedBecause(),
                    classes);
        }
        Estimate difference =
                Estimate.of(promised - value).with(interval(promised, expected.interval(), value, found.interval()));
        return new OptimismCheck(
                expected, found, difference, verdict(difference.interval()), withoutInterval(expected, found), classes);
    }

    private static @Nullable String withoutInterval(Estimate expected, Estimate found) {
        if (expected.interval() != null && found.interval() != null) {
            return null;
        }
        return (expected.interval() == null ? "what was promised" : "what was found")
                + " has no interval: its images come from too few patients, or the model answers the same of all of them";
    }

    private static Optional<Interval> interval(
            double expected, @Nullable Interval first, double found, @Nullable Interval second) {
        if (first == null || second == null) {
            return Optional.empty();
        }
        if (first.level() != second.level()) {
            throw new IllegalArgumentException(
                    "both intervals must have one level, were " + first.level() + " and " + second.level());
        }
        double difference = expected - found;
        double below = Math.hypot(expected - first.lower(), second.upper() - found);
        double above = Math.hypot(first.upper() - expected, found - second.lower());
        return Optional.of(
                new Interval(Math.max(-1, difference - below), Math.min(1, difference + above), first.level(), METHOD));
    }

    private static Verdict verdict(@Nullable Interval difference) {
        if (difference == null) {
            return Verdict.UNDECIDED;
        }
        if (difference.lower() > 0) {
            return Verdict.OPTIMISTIC;
        }
        return difference.upper() < 0 ? Verdict.PESSIMISTIC : Verdict.CONSISTENT;
    }
}
