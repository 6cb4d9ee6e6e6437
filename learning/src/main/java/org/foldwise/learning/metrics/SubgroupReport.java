package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.dataset.ImageGroups;
import org.foldwise.learning.dataset.ImageGroups.LeftOut;
import org.foldwise.learning.dataset.PatientId;
import org.jspecify.annotations.Nullable;

/**
 * What a model is worth on parts of its cases, by what is known of them beside the label. Figures and intervals are those of an
 * {@link EvaluationReport} of the group alone, at the same threshold. Some group is nearly always the lowest; whether it is lower than
 * the others by more than chance is for the intervals to say.
 *
 * @param threshold what scores as high is called positive
 * @param fewestPatients a figure takes as many patients of each class that it is about; with fewer it is undefined
 * @param attributes those that are known of at least one case
 * @param leftOut those by which nothing is grouped, with the reason
 */
public record SubgroupReport(double threshold, int fewestPatients, List<Attribute> attributes, List<LeftOut> leftOut) {
    /** A smaller one is rounding. */
    private static final double SMALLEST_DIFFERENCE = 1e-12;

    private static final String NOT_KNOWN = "is not known of any of these images";

    /**
     * With fewer patients even a share of all or none leaves an interval of a third and more, and single patients begin to show.
     */
    public static final int FEWEST_PATIENTS = 10;

    public SubgroupReport {
        attributes = List.copyOf(attributes);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * The groups of one attribute.
     *
     * @param name such as {@code site}
     * @param imagesWithout cases of which it is not known; they are in no group
     * @param groups in the order of {@link ImageGroups#ORDER}
     * @param lowest the groups with the lowest figures
     */
    public record Attribute(String name, int imagesWithout, List<Group> groups, Lowest lowest) {
        public Attribute {
            groups = List.copyOf(groups);
        }
    }

    /**
     * The cases with one value.
     *
     * @param name the value
     * @param images number of cases
     * @param patients number of patients among them
     * @param positivePatients patients with a positive case
     * @param negativePatients patients with a negative case
     * @param prevalence share of positive cases
     * @param rocAuc area under the ROC curve
     * @param recall share of the positives called positive
     * @param specificity share of the negatives called negative
     */
    public record Group(
            String name,
            int images,
            int patients,
            int positivePatients,
            int negativePatients,
            Estimate prevalence,
            Estimate rocAuc,
            Estimate recall,
            Estimate specificity) {}

    /**
     * Names of the groups with the lowest figures; absent where fewer than two groups have the figure, or several share the lowest.
     *
     * @param rocAuc of the lowest area
     * @param recall of the lowest recall
     * @param specificity of the lowest specificity
     */
    public record Lowest(@Nullable String rocAuc, @Nullable String recall, @Nullable String specificity) {}

    /**
     * The report.
     *
     * @param cases at least one, with different image names
     * @param values for each attribute what is known of an image, by the image's name; attributes of which nothing is known are
     *     left out
     * @param leftOut attributes that name no groups
     * @param threshold chosen before, on other cases
     */
    public static SubgroupReport of(
            List<ScoredCase> cases,
            Map<String, Function<String, @Nullable String>> values,
            List<LeftOut> leftOut,
            double threshold,
            BootstrapSpec bootstrap) {
        List<Attribute> attributes = new ArrayList<>();
        values.forEach((name, value) ->
                attribute(name, cases, value, threshold, bootstrap).ifPresent(attributes::add));
        return new SubgroupReport(
                threshold,
                FEWEST_PATIENTS,
                attributes,
                leftOut(
                        leftOut,
                        values.keySet(),
                        attributes.stream().map(Attribute::name).toList()));
    }

    /**
     * What is left out, with those of the named attributes that are known of no image.
     *
     * @param leftOut for reasons of their own
     * @param named all that were asked for
     * @param known those that are known of some image
     */
    public static List<LeftOut> leftOut(List<LeftOut> leftOut, Collection<String> named, Collection<String> known) {
        List<LeftOut> all = new ArrayList<>(leftOut);
        named.stream().filter(name -> !known.contains(name)).forEach(name -> all.add(new LeftOut(name, NOT_KNOWN)));
        return all;
    }

    private static Optional<Attribute> attribute(
            String name,
            List<ScoredCase> cases,
            Function<String, @Nullable String> value,
            double threshold,
            BootstrapSpec bootstrap) {
        Map<String, List<ScoredCase>> byValue = new TreeMap<>(ImageGroups.ORDER);
        int without = 0;
        for (ScoredCase scored : cases) {
            String known = value.apply(scored.image());
            if (known == null) {
                without++;
            } else {
                byValue.computeIfAbsent(known, absent -> new ArrayList<>()).add(scored);
            }
        }
        if (byValue.isEmpty()) {
            return Optional.empty();
        }
        List<Group> groups = byValue.entrySet().stream()
                .map(entry -> group(entry.getKey(), entry.getValue(), threshold, bootstrap))
                .toList();
        Lowest lowest = new Lowest(
                lowest(groups, Group::rocAuc), lowest(groups, Group::recall), lowest(groups, Group::specificity));
        return Optional.of(new Attribute(name, without, groups, lowest));
    }

    private static Group group(String name, List<ScoredCase> cases, double threshold, BootstrapSpec bootstrap) {
        // a fixed order, so that sums round alike whatever the order given
        List<ScoredCase> ordered =
                cases.stream().sorted(Comparator.comparing(ScoredCase::image)).toList();
        int patients = patients(ordered, one -> true);
        int positivePatients = patients(ordered, ScoredCase::positive);
        int negativePatients = patients(ordered, one -> !one.positive());
        ConfusionMatrix confusion = ConfusionMatrix.at(threshold, ordered);
        PatientIntervals intervals = new PatientIntervals(ordered, threshold, bootstrap);
        Estimate prevalence = tooFew("", patients)
                .orElseGet(() -> intervals.prevalence(Estimate.of((double) confusion.positives() / ordered.size())));
        Estimate recall = tooFew(" with a positive image", positivePatients)
                .orElseGet(() -> intervals.recall(confusion.recall()));
        Estimate specificity = tooFew(" with a negative image", negativePatients)
                .orElseGet(() -> intervals.specificity(confusion.specificity()));
        Estimate rocAuc = tooFew(" with a positive image", positivePatients)
                .or(() -> tooFew(" with a negative image", negativePatients))
                .orElseGet(() -> intervals.rocAuc(RocCurve.area(ordered)));
        return new Group(
                name,
                ordered.size(),
                patients,
                positivePatients,
                negativePatients,
                prevalence,
                rocAuc,
                recall,
                specificity);
    }

    /**
     * Why there is no figure, unless there are enough patients for one.
     *
     * @param which after {@code patients} in a sentence, such as {@code " with a positive image"}
     */
    public static Optional<Estimate> tooFew(String which, int patients) {
        return patients >= FEWEST_PATIENTS
                ? Optional.empty()
                : Optional.of(Estimate.undefined("too small: " + Counted.of(patients, "patient") + which
                        + ", a figure takes at least " + FEWEST_PATIENTS));
    }

    private static int patients(List<ScoredCase> cases, Predicate<ScoredCase> with) {
        Set<PatientId> patients = new HashSet<>();
        cases.stream().filter(with).forEach(scored -> patients.add(scored.patient()));
        return patients.size();
    }

    private static @Nullable String lowest(List<Group> groups, Function<Group, Estimate> figure) {
        List<Group> measured =
                groups.stream().filter(group -> figure.apply(group).hasValue()).toList();
        return soleLowest(measured, group -> figure.apply(group).valueOr(1))
                .map(Group::name)
                .orElse(null);
    }

    /** The one of two or more that lies below all others; none where several are lowest. */
    public static <T> Optional<T> soleLowest(List<T> measured, ToDoubleFunction<T> height) {
        List<T> rising = measured.stream()
                .sorted(Comparator.comparingDouble(height))
                .limit(2)
                .toList();
        return rising.size() == 2
                        && height.applyAsDouble(rising.get(1)) - height.applyAsDouble(rising.get(0))
                                > SMALLEST_DIFFERENCE
                ? Optional.of(rising.get(0))
                : Optional.empty();
    }
}
