package org.foldwise.learning.metrics.scored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.SubgroupReport;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport.Attribute;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport.Group;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport.Lowest;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport.OfClass;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassSubgroupReportTest {
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(100, 1, 0.95);

    /** The site is the first letter of the image's name. */
    private static final Map<String, Function<String, @Nullable String>> SITE =
            Map.of("site", image -> image.startsWith("?") ? null : image.substring(0, 1));

    /** Two images a patient, of three classes that score apart by so much. */
    private static List<ClassifiedCase> classes(String site, int images, double apart) {
        SplittableRandom random = new SplittableRandom(site.hashCode());
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            int truth = random.nextInt(3);
            double[] raw = new double[3];
            for (int k = 0; k < 3; k++) {
                raw[k] = Math.exp(random.nextDouble() * 3 + (k == truth ? apart : 0));
            }
            double sum = raw[0] + raw[1] + raw[2];
            cases.add(new ClassifiedCase(
                    site + i, new PatientId(site + i / 2), truth, List.of(raw[0] / sum, raw[1] / sum, raw[2] / sum)));
        }
        return cases;
    }

    /**
     * One image a patient, with labels.
     *
     * @param shown which labels an image shows
     * @param apart how far apart the scores of each label lie, up to 1
     */
    private static List<LabelledCase> labels(
            String site, int images, Function<Integer, List<Boolean>> shown, List<Double> apart) {
        SplittableRandom random = new SplittableRandom(site.hashCode());
        List<LabelledCase> cases = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            List<Boolean> truth = shown.apply(i);
            List<Double> probabilities = new ArrayList<>();
            for (int k = 0; k < truth.size(); k++) {
                probabilities.add(random.nextDouble() * (1 - apart.get(k)) + (truth.get(k) ? apart.get(k) : 0));
            }
            cases.add(new LabelledCase(site + i, new PatientId(site + i), truth, probabilities));
        }
        return cases;
    }

    private static Decision.LabelThresholds at(double... thresholds) {
        List<ThresholdChoice> choices = new ArrayList<>();
        for (double threshold : thresholds) {
            choices.add(ThresholdChoice.fixed(threshold));
        }
        return new Decision.LabelThresholds(choices);
    }

    @SafeVarargs
    private static <C> List<C> together(List<C>... parts) {
        List<C> all = new ArrayList<>();
        for (List<C> part : parts) {
            all.addAll(part);
        }
        Collections.shuffle(all, new Random(4));
        return all;
    }

    private static Attribute bySite(ScoredImages images, Decision decision) {
        return ClassSubgroupReport.of(images, SITE, List.of(), decision, BOOTSTRAP)
                .attributes()
                .get(0);
    }

    @Test
    void aGroupsFiguresAreThoseOfItsReport() {
        List<String> names = List.of("bcc", "mel", "nv");
        List<ClassifiedCase> a = classes("A", 120, 1.5);
        List<ClassifiedCase> b = classes("B", 120, 0.2);
        ScoredImages.Multiclass all = new ScoredImages.Multiclass(names, together(a, b));
        Decision decision = new Decision.MostProbable();

        Attribute site = bySite(all, decision);

        assertThat(site.groups()).extracting(Group::name).containsExactly("A", "B");
        for (int i = 0; i < 2; i++) {
            MulticlassReport alone = (MulticlassReport)
                    TaskReport.of(new ScoredImages.Multiclass(names, i == 0 ? a : b), decision, BOOTSTRAP);
            Group group = site.groups().get(i);
            assertThat(group.images()).isEqualTo(120);
            assertThat(group.patients()).isEqualTo(60);
            assertThat(group.measuredClasses()).isEqualTo(3);
            assertThat(group.meanRocAuc()).isEqualTo(alone.meanRocAuc());
            assertThat(group.meanRocAuc().interval()).isNotNull();
            assertThat(group.accuracy()).isEqualTo(alone.accuracy());
            for (int k = 0; k < 3; k++) {
                OfClass one = group.classes().get(k);
                assertThat(one.name()).isEqualTo(names.get(k));
                assertThat(one.images()).isEqualTo(alone.classes().get(k).images());
                assertThat(one.positivePatients())
                        .isEqualTo(alone.classes().get(k).patients());
                assertThat(one.rocAuc()).isEqualTo(alone.classes().get(k).rocAuc());
                assertThat(one.recall()).isEqualTo(alone.classes().get(k).recall());
                assertThat(one.specificity()).isEqualTo(alone.classes().get(k).specificity());
                assertThat(one.prevalence()).isEqualTo(alone.classes().get(k).prevalence());
            }
            assertThat(group.meanRocAucOfAll().value())
                    .isCloseTo(
                            TaskReport.of(all, decision, BOOTSTRAP).meanRocAuc().value(), within(1e-12));
        }
        assertThat(site.lowest()).isEqualTo(new Lowest("B", "B"));
        ClassSubgroupReport report = ClassSubgroupReport.of(all, SITE, List.of(), decision, BOOTSTRAP);
        assertThat(ReportJson.read(ClassSubgroupReport.class, ReportJson.write(report)))
                .isEqualTo(report);
    }

    /** A binary task that is told as two labels, each the opposite of the other. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void twoOppositeLabelsSayWhatTheBinaryTaskSays(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredCase> binary = new ArrayList<>();
        List<LabelledCase> labelled = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String image = (i % 3 == 0 ? "A" : "B") + i;
            PatientId patient = new PatientId("p" + i / 2);
            boolean positive = random.nextInt(3) == 0;
            double probability = random.nextDouble() * 0.7 + (positive ? 0.3 : 0);
            binary.add(new ScoredCase(image, patient, positive, probability));
            labelled.add(new LabelledCase(
                    image, patient, List.of(positive, !positive), List.of(probability, 1 - probability)));
        }
        double threshold = 0.4375;

        SubgroupReport.Attribute expected = SubgroupReport.of(binary, SITE, List.of(), threshold, BOOTSTRAP)
                .attributes()
                .get(0);
        Attribute site =
                bySite(new ScoredImages.Multilabel(List.of("ill", "well"), labelled), at(threshold, 1 - threshold));

        for (int i = 0; i < 2; i++) {
            SubgroupReport.Group one = expected.groups().get(i);
            Group group = site.groups().get(i);
            OfClass ill = group.classes().get(0);
            assertThat(ill.rocAuc()).isEqualTo(one.rocAuc());
            assertThat(ill.recall()).isEqualTo(one.recall());
            assertThat(ill.specificity()).isEqualTo(one.specificity());
            assertThat(ill.prevalence()).isEqualTo(one.prevalence());
            assertThat(ill.positivePatients()).isEqualTo(one.positivePatients());
            assertThat(ill.negativePatients()).isEqualTo(one.negativePatients());
            OfClass well = group.classes().get(1);
            assertThat(well.rocAuc().value()).isCloseTo(one.rocAuc().value(), within(1e-12));
            assertThat(well.rocAuc().interval().lower())
                    .isCloseTo(one.rocAuc().interval().lower(), within(1e-12));
            assertThat(well.recall()).isEqualTo(one.specificity());
            assertThat(group.meanRocAuc().value()).isCloseTo(one.rocAuc().value(), within(1e-12));
        }
        assertThat(site.lowest().meanRocAuc()).isEqualTo(expected.lowest().rocAuc());
    }

    @Test
    void classesAndGroupsThatAreTooSmallSaySo() {
        List<LabelledCase> a = labels("A", 60, i -> List.of(i % 2 == 0, i % 3 == 0), List.of(0.3, 0.3));
        List<LabelledCase> b = labels("B", 60, i -> List.of(i % 2 == 0, i % 7 == 0), List.of(0.3, 0.3));
        List<LabelledCase> c = labels("C", 9, i -> List.of(i % 2 == 0, i % 2 == 0), List.of(0.3, 0.3));
        ScoredImages images = new ScoredImages.Multilabel(List.of("Effusion", "Hernia"), together(a, b, c));

        Attribute site = bySite(images, at(0.5, 0.5));

        Group oneRare = site.groups().get(1);
        OfClass hernia = oneRare.classes().get(1);
        assertThat(hernia.positivePatients()).isEqualTo(9);
        assertThat(List.of(hernia.rocAuc(), hernia.recall()))
                .extracting(Estimate::undefinedBecause)
                .containsOnly("too small: 9 patients with an image that shows it, a figure takes at least 10");
        assertThat(hernia.specificity().hasValue()).isTrue();
        assertThat(oneRare.measuredClasses()).isEqualTo(1);
        assertThat(oneRare.meanRocAuc().value())
                .isEqualTo(oneRare.classes().get(0).rocAuc().value());
        Group small = site.groups().get(2);
        assertThat(small.measuredClasses()).isZero();
        assertThat(small.meanRocAuc().undefinedBecause()).contains("no class is shown by 10 patients");
        assertThat(small.accuracy().undefinedBecause()).contains("9 patients");
        assertThat(small.classes().get(0).prevalence().undefinedBecause()).contains("9 patients");
    }

    /** Where a group lacks the hard label, its mean is of the easy one alone, and must not hide behind that. */
    @Test
    void groupsAreComparedWithTheSameLabelsOfAllImages() {
        List<LabelledCase> a = labels("A", 200, i -> List.of(i % 2 == 0, i % 3 == 0), List.of(0.95, 0.05));
        List<LabelledCase> b = labels("B", 80, i -> List.of(i % 2 == 0, i % 9 == 0), List.of(0.3, 0.05));
        ScoredImages images = new ScoredImages.Multilabel(List.of("easy", "hard"), together(a, b));

        Attribute site = bySite(images, at(0.5, 0.5));

        Group both = site.groups().get(0);
        Group easyOnly = site.groups().get(1);
        assertThat(easyOnly.measuredClasses()).isEqualTo(1);
        assertThat(easyOnly.meanRocAuc().value())
                .isGreaterThan(both.meanRocAuc().value());
        assertThat(site.lowest().meanRocAuc()).isEqualTo("B");
    }

    /** Ten images of one patient are one patient. */
    @Test
    void countsPatientsNotImages() {
        List<LabelledCase> many = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            many.add(new LabelledCase(
                    "B" + i, new PatientId("b" + i % 2), List.of(i % 2 == 0, true), List.of(0.5, 0.5)));
        }
        ScoredImages images = new ScoredImages.Multilabel(
                List.of("Effusion", "Mass"),
                together(labels("A", 60, i -> List.of(i % 2 == 0, i % 3 == 0), List.of(0.3, 0.3)), many));

        Group group = bySite(images, at(0.5, 0.5)).groups().get(1);

        assertThat(group.images()).isEqualTo(40);
        assertThat(group.patients()).isEqualTo(2);
        assertThat(group.classes().get(0).positivePatients()).isEqualTo(1);
        assertThat(group.classes().get(0).rocAuc().undefinedBecause())
                .startsWith("too small: 1 patient with an image that shows it, a figure takes at least ");
    }

    @Test
    void leavesOutWhatIsNotKnown() {
        Map<String, Function<String, @Nullable String>> values = new LinkedHashMap<>();
        values.put("view", image -> null);
        values.putAll(SITE);
        ScoredImages images = new ScoredImages.Multiclass(
                List.of("bcc", "mel", "nv"), together(classes("A", 60, 1), classes("?", 6, 1)));

        ClassSubgroupReport report =
                ClassSubgroupReport.of(images, values, List.of(), new Decision.MostProbable(), BOOTSTRAP);

        assertThat(report.attributes()).hasSize(1);
        assertThat(report.attributes().get(0).name()).isEqualTo("site");
        assertThat(report.attributes().get(0).imagesWithout()).isEqualTo(6);
        assertThat(report.attributes().get(0).lowest()).isEqualTo(new Lowest(null, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassSubgroupReport.of(images, values, List.of(), at(0.5, 0.5, 0.5), BOOTSTRAP))
                .withMessageContaining("cannot be decided by");
    }

    /** 20 groups of 51 labels have their means and no more, so that a report stays of a size to be read. */
    @Test
    void tooManyGroupsOfTooManyLabelsHaveTheirMeansAlone() {
        List<String> names = new ArrayList<>();
        List<Double> apart = new ArrayList<>();
        for (int k = 0; k < 51; k++) {
            names.add("label " + k);
            apart.add(0.3);
        }
        List<LabelledCase> cases = labels(
                "",
                420,
                i -> names.stream()
                        .map(name -> (i / 20 + name.hashCode()) % 2 == 0)
                        .toList(),
                apart);
        ScoredImages images = new ScoredImages.Multilabel(names, cases);
        Function<String, @Nullable String> group = image -> Integer.toString(100 + Integer.parseInt(image) % 20);
        Function<String, @Nullable String> half = image -> Integer.toString(Integer.parseInt(image) % 2);
        Map<String, Function<String, @Nullable String>> values = new LinkedHashMap<>();
        values.put("group", group);
        values.put("half", half);
        Decision decision = at(names.stream().mapToDouble(name -> 0.5).toArray());

        ClassSubgroupReport report = ClassSubgroupReport.of(images, values, List.of(), decision, BOOTSTRAP);

        assertThat(report.classes()).isEqualTo(51);
        assertThat(report.attributes().get(0).groups()).hasSize(20).allSatisfy(one -> {
            assertThat(one.classes()).isEmpty();
            assertThat(one.measuredClasses()).isEqualTo(51);
            assertThat(one.meanRocAuc().hasValue()).isTrue();
        });
        assertThat(report.attributes().get(1).groups())
                .allSatisfy(one -> assertThat(one.classes()).hasSize(51));
    }
}
