package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.foldwise.learning.dataset.ImageGroups.LeftOut;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.json.ReportJson;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SubgroupReportTest {
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(200, 1, 0.95);

    /** The site is the first letter of the image's name. */
    private static final Map<String, Function<String, @Nullable String>> SITE =
            Map.of("site", image -> image.startsWith("?") ? null : image.substring(0, 1));

    /**
     * Patients of one image each, half of them positive.
     *
     * @param apart how far the scores of both classes lie apart
     */
    private static List<ScoredCase> site(String site, int patients, double apart) {
        SplittableRandom random = new SplittableRandom(site.hashCode());
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < patients; i++) {
            boolean positive = i % 2 == 0;
            double score = 0.5 + (positive ? apart : -apart) / 2 + random.nextDouble(-0.2, 0.2);
            cases.add(new ScoredCase(site + "/" + i + ".png", new PatientId(site + i), positive, score));
        }
        return cases;
    }

    private static SubgroupReport report(List<ScoredCase> cases) {
        return SubgroupReport.of(cases, SITE, List.of(), 0.5, BOOTSTRAP);
    }

    @Test
    void aGroupsFiguresAreThoseOfItsReport() {
        List<ScoredCase> a = site("A", 60, 0.3);
        List<ScoredCase> b = site("B", 60, 0.05);
        List<ScoredCase> all = new ArrayList<>(a);
        all.addAll(b);
        Collections.shuffle(all, new Random(4));

        SubgroupReport.Attribute site = report(all).attributes().get(0);

        assertThat(site.groups()).extracting(SubgroupReport.Group::name).containsExactly("A", "B");
        for (int i = 0; i < 2; i++) {
            EvaluationReport alone = EvaluationReport.of(i == 0 ? a : b, 0.5, BOOTSTRAP);
            SubgroupReport.Group group = site.groups().get(i);
            assertThat(group.images()).isEqualTo(60);
            assertThat(group.positivePatients()).isEqualTo(30);
            assertThat(group.rocAuc()).isEqualTo(alone.rocAuc());
            assertThat(group.recall()).isEqualTo(alone.recall());
            assertThat(group.specificity()).isEqualTo(alone.specificity());
            assertThat(group.prevalence()).isEqualTo(alone.prevalence());
            assertThat(group.rocAuc().interval()).isNotNull();
        }
        assertThat(site.lowest()).isEqualTo(new SubgroupReport.Lowest("B", "B", "B"));
        assertThat(site.imagesWithout()).isZero();
        SubgroupReport report = report(all);
        assertThat(ReportJson.read(SubgroupReport.class, ReportJson.write(report)))
                .isEqualTo(report);
    }

    /** Where all are equal, none is worse. */
    @Test
    void groupsThatShareTheLowestFigureAreNotNamed() {
        List<ScoredCase> all = new ArrayList<>(site("A", 60, 0.5));
        all.addAll(site("B", 60, 0.5));

        SubgroupReport.Attribute site = report(all).attributes().get(0);

        assertThat(site.groups()).extracting(group -> group.rocAuc().value()).containsOnly(1.0);
        assertThat(site.lowest()).isEqualTo(new SubgroupReport.Lowest(null, null, null));
    }

    @Test
    void groupsThatAreTooSmallSaySo() {
        List<ScoredCase> all = new ArrayList<>(site("A", 60, 0.3));
        all.addAll(site("B", 18, -0.3));

        SubgroupReport.Attribute site = report(all).attributes().get(0);

        SubgroupReport.Group small = site.groups().get(1);
        assertThat(small.patients()).isEqualTo(18);
        assertThat(small.prevalence().hasValue()).isTrue();
        assertThat(List.of(small.rocAuc(), small.recall()))
                .extracting(Estimate::undefinedBecause)
                .containsOnly("too small: 9 patients with a positive image, a figure takes at least 10");
        assertThat(small.specificity().undefinedBecause()).contains("9 patients with a negative image");
        // it would be the lowest, but nothing can be said of it, and the other is alone then
        assertThat(site.lowest()).isEqualTo(new SubgroupReport.Lowest(null, null, null));
    }

    /** Ten images of one patient are one patient. */
    @Test
    void countsPatientsNotImages() {
        List<ScoredCase> cases = new ArrayList<>(site("A", 60, 0.3));
        for (int i = 0; i < 40; i++) {
            cases.add(new ScoredCase("B/" + i + ".png", new PatientId("b" + i % 2), i % 2 == 0, 0.5));
        }

        SubgroupReport.Group group = report(cases).attributes().get(0).groups().get(1);

        assertThat(group.images()).isEqualTo(40);
        assertThat(group.patients()).isEqualTo(2);
        assertThat(group.prevalence().undefinedBecause()).contains("2 patients");
    }

    @Test
    void leavesOutWhatIsNotKnown() {
        Map<String, Function<String, @Nullable String>> values = new LinkedHashMap<>();
        values.put("view", image -> null);
        values.putAll(SITE);
        List<ScoredCase> cases = new ArrayList<>(site("A", 40, 0.3));
        cases.addAll(site("?", 6, 0.3));

        SubgroupReport report = SubgroupReport.of(
                cases, values, List.of(new LeftOut("accession", "has 46 different values")), 0.5, BOOTSTRAP);

        assertThat(report.attributes()).hasSize(1);
        assertThat(report.attributes().get(0).name()).isEqualTo("site");
        assertThat(report.attributes().get(0).imagesWithout()).isEqualTo(6);
        assertThat(report.leftOut())
                .containsExactly(
                        new LeftOut("accession", "has 46 different values"),
                        new LeftOut("view", "is not known of any of these images"));
    }

    @Test
    void bandsStandInTheOrderOfTheirNumbers() {
        List<ScoredCase> cases = site("A", 60, 0.3);
        List<String> bands = List.of("31 to 50", "9 to 30", "101 to 120", "unknown");
        Map<String, Function<String, @Nullable String>> values =
                Map.of("dose", image -> bands.get(Integer.parseInt(image.replaceAll("[^0-9]", "")) % 4));

        SubgroupReport report = SubgroupReport.of(cases, values, List.of(), 0.5, BOOTSTRAP);

        assertThat(report.attributes().get(0).groups())
                .extracting(SubgroupReport.Group::name)
                .containsExactly("9 to 30", "31 to 50", "101 to 120", "unknown");
    }

    @Test
    void readsReportsFromBeforeReasonsWereKept() {
        String stored = ReportJson.write(report(site("A", 60, 0.3))).replace(",\"leftOut\":[]", "");

        assertThat(stored).doesNotContain("leftOut");
        assertThat(ReportJson.read(SubgroupReport.class, stored).leftOut()).isEmpty();
    }
}
