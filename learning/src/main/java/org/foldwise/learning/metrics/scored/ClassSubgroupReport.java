package org.foldwise.learning.metrics.scored;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.foldwise.learning.dataset.ImageGroups;
import org.foldwise.learning.dataset.ImageGroups.LeftOut;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.OneVersusRest;
import org.foldwise.learning.metrics.PatientProportion;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.SubgroupReport;
import org.jspecify.annotations.Nullable;

/**
 * What a model of several classes, or of labels, is worth on parts of its images, by what is known of them beside what they show: a
 * {@link SubgroupReport} of each class against everything else, and their mean. Figures and intervals are those of a {@link
 * TaskReport} of the group alone, by the same decision.
 *
 * <p>A mean is over the classes that the group can measure: those that enough of its patients show and enough do not. Groups may
 * measure different classes, and classes are not equally hard; so beside each mean stands that of the same classes over all images,
 * and the group farthest below that is called the lowest. Where all groups measure the same classes it is the one with the lowest mean.
 *
 * @param fewestPatients a figure takes as many patients of each kind that it is about; with fewer it is undefined
 * @param classes how many classes there are
 * @param attributes those that are known of at least one image
 * @param leftOut those by which nothing is grouped, with the reason
 */
public record ClassSubgroupReport(int fewestPatients, int classes, List<Attribute> attributes, List<LeftOut> leftOut) {
    /** Of an attribute with more groups times classes than that the groups have their means alone. */
    public static final int MOST_CELLS = 1000;

    public ClassSubgroupReport {
        attributes = List.copyOf(attributes);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * The groups of one attribute.
     *
     * @param name such as {@code site}
     * @param imagesWithout images of which it is not known; they are in no group
     * @param groups in the order of {@link ImageGroups#ORDER}
     * @param lowest the groups with the lowest figures
     */
    public record Attribute(String name, int imagesWithout, List<Group> groups, Lowest lowest) {
        public Attribute {
            groups = List.copyOf(groups);
        }
    }

    /**
     * The images with one value.
     *
     * @param name the value
     * @param images number of images
     * @param patients number of patients among them
     * @param measuredClasses how many classes {@code meanRocAuc} is over: those whose own area is defined here
     * @param meanRocAuc mean area under the ROC curve of these classes; undefined where there is none
     * @param meanRocAucOfAll mean area of the same classes over all images of the report, without interval; undefined likewise
     * @param accuracy share of images decided rightly, of labels with every label right
     * @param classes each class against everything else, in the order of the classes; none where the attribute has too many groups for
     *     so many classes
     */
    public record Group(
            String name,
            int images,
            int patients,
            int measuredClasses,
            Estimate meanRocAuc,
            Estimate meanRocAucOfAll,
            Estimate accuracy,
            List<OfClass> classes) {
        public Group {
            classes = List.copyOf(classes);
        }
    }

    /**
     * One class against everything else among the images of a group.
     *
     * @param name of the class
     * @param images number of images that show it
     * @param positivePatients patients with an image that shows it
     * @param negativePatients patients with an image that does not
     * @param prevalence share of images that show it
     * @param rocAuc area under the ROC curve
     * @param recall share called so among the images that show it
     * @param specificity share not called so among those that do not
     */
    public record OfClass(
            String name,
            long images,
            int positivePatients,
            int negativePatients,
            Estimate prevalence,
            Estimate rocAuc,
            Estimate recall,
            Estimate specificity) {}

    /**
     * Names of the groups with the lowest figures; absent where fewer than two groups have the figure, or several share the lowest.
     *
     * @param meanRocAuc of the mean area farthest below that of the same classes over all images
     * @param accuracy of the lowest accuracy
     */
    public record Lowest(@Nullable String meanRocAuc, @Nullable String accuracy) {}

    /**
     * The report.
     *
     * @param images at least one, with different names, not of a binary task
     * @param values for each attribute what is known of an image, by the image's name; attributes of which nothing is known are left
     *     out
     * @param leftOut attributes that name no groups
     * @param decision chosen before, on other images
     */
    public static ClassSubgroupReport of(
            ScoredImages images,
            Map<String, Function<String, @Nullable String>> values,
            List<LeftOut> leftOut,
            Decision decision,
            BootstrapSpec bootstrap) {
        Grouping grouping = new Grouping(images, decision, bootstrap);
        List<Attribute> attributes = new ArrayList<>();
        values.forEach((name, value) -> grouping.attribute(name, value).ifPresent(attributes::add));
        return new ClassSubgroupReport(
                SubgroupReport.FEWEST_PATIENTS,
                images.classes().size(),
                attributes,
                SubgroupReport.leftOut(
                        leftOut,
                        values.keySet(),
                        attributes.stream().map(Attribute::name).toList()));
    }

    /** What is the same for all groups. */
    private static final class Grouping {
        private final ScoredImages images;
        private final Decision decision;
        private final BootstrapSpec bootstrap;
        private final Set<String> right;
        /** The area of each class over all images. */
        private final List<Estimate> areas = new ArrayList<>();

        Grouping(ScoredImages images, Decision decision, BootstrapSpec bootstrap) {
            this.images = images;
            this.decision = decision;
            this.bootstrap = bootstrap;
            this.right = decision.right(images);
            for (int k = 0; k < images.classes().size(); k++) {
                areas.add(RocCurve.area(images.against(k)));
            }
        }

        Optional<Attribute> attribute(String name, Function<String, @Nullable String> value) {
            Map<String, String> valueOf = new HashMap<>();
            int without = 0;
            for (ScoredCase one : images.against(0)) {
                String known = value.apply(one.image());
                if (known == null) {
                    without++;
                } else {
                    valueOf.put(one.image(), known);
                }
            }
            if (valueOf.isEmpty()) {
                return Optional.empty();
            }
            Map<String, ScoredImages> byValue = new TreeMap<>(ImageGroups.ORDER);
            valueOf.values().stream()
                    .distinct()
                    .forEach(known -> byValue.put(known, images.only(image -> known.equals(valueOf.get(image)))));
            boolean isDetailed = byValue.size() * images.classes().size() <= MOST_CELLS;
            List<Group> groups = byValue.entrySet().stream()
                    .map(entry -> group(entry.getKey(), entry.getValue(), isDetailed))
                    .toList();
            Lowest lowest = new Lowest(
                    lowest(
                            groups,
                            Group::meanRocAuc,
                            group -> group.meanRocAuc().valueOr(0)
                                    - group.meanRocAucOfAll().valueOr(0)),
                    lowest(groups, Group::accuracy, group -> group.accuracy().valueOr(1)));
            return Optional.of(new Attribute(name, without, groups, lowest));
        }

        private Group group(String name, ScoredImages part, boolean isDetailed) {
            List<OneVersusRest> questions = EachClass.of(part, decision, bootstrap);
            List<OfClass> classes = new ArrayList<>();
            List<OneVersusRest> measured = new ArrayList<>();
            double ofAll = 0;
            List<PatientId> patients = part.patients().stream().distinct().toList();
            for (int k = 0; k < questions.size(); k++) {
                OneVersusRest question = questions.get(k);
                OfClass ofClass = ofClass(question, patients.size());
                classes.add(ofClass);
                if (ofClass.rocAuc().hasValue()) {
                    measured.add(question);
                    ofAll += areas.get(k).valueOr(0);
                }
            }
            Estimate tooSmall = Estimate.undefined("too small: no class is shown by " + SubgroupReport.FEWEST_PATIENTS
                    + " patients and not shown by " + SubgroupReport.FEWEST_PATIENTS);
            return new Group(
                    name,
                    part.size(),
                    patients.size(),
                    measured.size(),
                    measured.isEmpty() ? tooSmall : OneVersusRest.meanRocAuc(measured),
                    measured.isEmpty() ? tooSmall : Estimate.of(ofAll / measured.size()),
                    SubgroupReport.tooFew("", patients.size()).orElseGet(() -> accuracy(part)),
                    isDetailed ? classes : List.of());
        }

        private Estimate accuracy(ScoredImages part) {
            PatientProportion share = new PatientProportion();
            int rightImages = 0;
            for (ScoredCase one : part.against(0)) {
                boolean isRight = right.contains(one.image());
                share.add(one.patient(), isRight);
                rightImages += isRight ? 1 : 0;
            }
            return Estimate.of((double) rightImages / part.size()).with(share.interval(bootstrap.level()));
        }
    }

    private static OfClass ofClass(OneVersusRest question, int patients) {
        int positive = question.patients(true);
        int negative = question.patients(false);
        Optional<Estimate> fewPositive = SubgroupReport.tooFew(" with an image that shows it", positive);
        Optional<Estimate> fewNegative = SubgroupReport.tooFew(" with an image that does not show it", negative);
        return new OfClass(
                question.name(),
                question.images(),
                positive,
                negative,
                SubgroupReport.tooFew("", patients).orElseGet(question::prevalence),
                fewPositive.or(() -> fewNegative).orElseGet(question::rocAuc),
                fewPositive.orElseGet(question::recall),
                fewNegative.orElseGet(question::specificity));
    }

    private static @Nullable String lowest(
            List<Group> groups, Function<Group, Estimate> figure, ToDoubleFunction<Group> height) {
        List<Group> measured =
                groups.stream().filter(group -> figure.apply(group).hasValue()).toList();
        return SubgroupReport.soleLowest(measured, height).map(Group::name).orElse(null);
    }
}
