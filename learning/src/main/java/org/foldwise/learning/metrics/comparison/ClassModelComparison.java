package org.foldwise.learning.metrics.comparison;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.MeanAreas;
import org.foldwise.learning.metrics.PairedDeLong;
import org.foldwise.learning.metrics.PatientBootstrap.Difference;
import org.foldwise.learning.metrics.PatientResamples;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.jspecify.annotations.Nullable;

/**
 * Two models of several classes, or of labels, on the same images, with patients as what was sampled. Mean areas are compared by
 * their variance over patients ({@link MeanAreas}), other means over classes by
 * leaving patients out with all their classes; each class against everything else by {@link PairedDeLong} over
 * patients, and the decisions on each label by {@link ClusteredMcNemar}. Of that many tests some come out by chance, so
 * their p values are adjusted as well ({@link Holm}): those of the areas among themselves, and those of the decisions.
 *
 * @param first every figure of the first model
 * @param second every figure of the second
 * @param differences of each, the first model's less the second's; no interval and no p value where there are too few patients
 * @param decisions who decides which image rightly, of labels with every label right
 * @param rightDecisions the same of images, whoever's they are
 * @param classes each class against everything else, in the order of the classes
 */
public record ClassModelComparison(
        Map<ClassFigure, Estimate> first,
        Map<ClassFigure, Estimate> second,
        Map<ClassFigure, Difference> differences,
        ClusteredMcNemar decisions,
        RightDecisions rightDecisions,
        List<OfClass> classes) {
    public ClassModelComparison {
        first = Map.copyOf(first);
        second = Map.copyOf(second);
        differences = Map.copyOf(differences);
        classes = List.copyOf(classes);
    }

    /**
     * A model's scores and its decisions.
     *
     * @param images its scored images
     * @param decision of the same task
     */
    public record Scored(ScoredImages images, Decision decision) {}

    /**
     * One class, or label, against everything else.
     *
     * @param name of the class
     * @param areas the areas under the ROC curve and the test of their difference; absent where either kind of image comes from fewer
     *     than 2 patients
     * @param pValue of the areas' difference; undefined where they are absent
     * @param adjustedPValue adjusted for the tests of all classes
     * @param decisions who is right about the label where; absent of exclusive classes
     * @param decisionsPValue of Obuchowski's test of these; undefined where absent, or where both models are right on the same images
     * @param adjustedDecisionsPValue adjusted for the tests of all labels
     */
    public record OfClass(
            String name,
            @Nullable PairedDeLong areas,
            Estimate pValue,
            Estimate adjustedPValue,
            @Nullable ClusteredMcNemar decisions,
            Estimate decisionsPValue,
            Estimate adjustedDecisionsPValue) {}

    /**
     * Compares two models.
     *
     * @throws IllegalArgumentException unless both scored the same images, of the same patients, which show the same
     */
    public static ClassModelComparison of(Scored first, Scored second, BootstrapSpec spec) {
        requireSame(first.images(), second.images());
        ClassFigures ofFirst = ClassFigures.of(first.images(), first.decision());
        ClassFigures ofSecond = ClassFigures.of(second.images(), second.decision());
        List<PatientId> patients =
                first.images().against(0).stream().map(ScoredCase::patient).toList();
        List<Difference> resampled =
                PatientResamples.differences(patients, ofFirst, ofSecond, degreesOfFreedom(first.images()), spec);
        Map<ClassFigure, Difference> differences = new EnumMap<>(ClassFigure.class);
        boolean hasPatients = judged(first.images()).stream().allMatch(ClassModelComparison::hasPatients);
        for (int i = 0; i < resampled.size(); i++) {
            ClassFigure figure = ClassFigures.ORDER.get(i);
            Difference difference = resampled.get(i);
            Double value = difference.estimate().value();
            // resamples hold a class's only patient or not, and never what another one's images would have shown
            if (value == null || hasPatients || figure == ClassFigure.ACCURACY) {
                differences.put(figure, difference);
            } else {
                differences.put(figure, new Difference(Estimate.of(value), null));
            }
        }
        MeanAreas.difference(judged(first.images()), judged(second.images()), spec.level())
                .ifPresent(difference -> differences.put(ClassFigure.MEAN_ROC_AUC, difference));
        List<ScoredCase> images = first.images().against(0);
        Set<String> rightOfFirst = first.decision().right(first.images());
        Set<String> rightOfSecond = second.decision().right(second.images());
        return new ClassModelComparison(
                ofFirst.ofAll(),
                ofSecond.ofAll(),
                differences,
                ClusteredMcNemar.of(images, rightOfFirst, rightOfSecond),
                RightDecisions.of(images, rightOfFirst, rightOfSecond),
                classes(first, second));
    }

    /**
     * Of each figure's variance over patients: one less than there are patients; of means over classes the harmonic mean of what each class
     * has, one less than patients of its rarer kind of image, weighted by how the classes' variances go with the inverse of that number.
     */
    private static List<Double> degreesOfFreedom(ScoredImages images) {
        double weights = 0;
        double parts = 0;
        for (List<ScoredCase> cases : judged(images)) {
            double rarer = Math.min(patients(cases, true), patients(cases, false));
            weights += 1 / rarer;
            parts += 1 / (rarer * (rarer - 1));
        }
        double ofMeans = weights / parts;
        double ofAll = images.patients().stream().distinct().count() - 1.0;
        return ClassFigures.ORDER.stream()
                .map(figure -> figure == ClassFigure.ACCURACY ? ofAll : ofMeans)
                .toList();
    }

    private static long patients(List<ScoredCase> cases, boolean showing) {
        return cases.stream()
                .filter(one -> one.positive() == showing)
                .map(ScoredCase::patient)
                .distinct()
                .count();
    }

    /** The images by each class that some show and others do not. */
    private static List<List<ScoredCase>> judged(ScoredImages images) {
        List<List<ScoredCase>> judged = new ArrayList<>();
        for (int k = 0; k < images.classes().size(); k++) {
            List<ScoredCase> cases = images.against(k);
            if (cases.stream().map(ScoredCase::positive).distinct().count() == 2) {
                judged.add(cases);
            }
        }
        return judged;
    }

    /** Whether images that show the class, and such as do not, come from 2 patients at least. */
    private static boolean hasPatients(List<ScoredCase> cases) {
        return patients(cases, true) >= 2 && patients(cases, false) >= 2;
    }

    /** How many tests of areas were made, among which their p values are adjusted. */
    public int areasTested() {
        return (int) classes.stream().filter(one -> one.pValue().hasValue()).count();
    }

    /** How many tests of decisions on labels were made, among which their p values are adjusted. */
    public int decisionsTested() {
        return (int)
                classes.stream().filter(one -> one.decisionsPValue().hasValue()).count();
    }

    private static List<OfClass> classes(Scored first, Scored second) {
        List<OfClass> classes = new ArrayList<>();
        for (int k = 0; k < first.images().classes().size(); k++) {
            classes.add(ofClass(first, second, k));
        }
        List<Estimate> areas =
                Holm.adjusted(classes.stream().map(OfClass::pValue).toList());
        List<Estimate> decisions =
                Holm.adjusted(classes.stream().map(OfClass::decisionsPValue).toList());
        List<OfClass> adjusted = new ArrayList<>();
        for (int k = 0; k < classes.size(); k++) {
            OfClass raw = classes.get(k);
            adjusted.add(new OfClass(
                    raw.name(),
                    raw.areas(),
                    raw.pValue(),
                    areas.get(k),
                    raw.decisions(),
                    raw.decisionsPValue(),
                    decisions.get(k)));
        }
        return adjusted;
    }

    /** One class, its p values not adjusted yet. */
    private static OfClass ofClass(Scored first, Scored second, int index) {
        List<ScoredCase> one = first.images().against(index);
        List<ScoredCase> other = second.images().against(index);
        String few = RecipeComparison.tooFewPatients(one);
        PairedDeLong areas = few == null ? PairedDeLong.ofPatients(one, other) : null;
        Estimate pValue = areas == null ? Estimate.undefined(String.valueOf(few)) : areas.pValue();
        ClusteredMcNemar decisions = first.images().task().isExclusive()
                ? null
                : ClusteredMcNemar.of(one, rightly(first, index, one), rightly(second, index, other));
        Estimate decisionsPValue = decisions == null
                ? Estimate.undefined("of exclusive classes images are decided on, not classes one by one")
                : decisions.obuchowski().pValue();
        return new OfClass(
                first.images().classes().get(index),
                areas,
                pValue,
                pValue,
                decisions,
                decisionsPValue,
                decisionsPValue);
    }

    /** The names of the images on whose label of that index a model is right. */
    private static Set<String> rightly(Scored model, int index, List<ScoredCase> cases) {
        Set<String> called = model.decision().called(model.images(), index);
        Set<String> rightly = new HashSet<>();
        for (ScoredCase one : cases) {
            if (one.positive() == called.contains(one.image())) {
                rightly.add(one.image());
            }
        }
        return rightly;
    }

    private static void requireSame(ScoredImages first, ScoredImages second) {
        if (first.task() != second.task() || !first.classes().equals(second.classes())) {
            throw new IllegalArgumentException("two models are compared on the same task and classes, had "
                    + first.task().words() + " of " + first.classes() + " and "
                    + second.task().words() + " of " + second.classes());
        }
        for (int k = 0; k < first.classes().size(); k++) {
            List<ScoredCase> one = first.against(k);
            List<ScoredCase> other = second.against(k);
            if (one.size() != other.size()) {
                throw new IllegalArgumentException(
                        "two models are compared on the same images, had " + one.size() + " and " + other.size());
            }
            for (int i = 0; i < one.size(); i++) {
                if (!one.get(i).image().equals(other.get(i).image())
                        || !one.get(i).patient().equals(other.get(i).patient())
                        || one.get(i).positive() != other.get(i).positive()) {
                    throw new IllegalArgumentException("image '" + one.get(i).image()
                            + "' is another, of another patient, or shows something else in the other model's scores");
                }
            }
        }
    }
}
