package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foldwise.learning.dataset.CohortFixture.image;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.imaging.DecodedImage;
import org.foldwise.learning.imaging.ImageFormat;
import org.foldwise.learning.imaging.ImageHeader;
import org.foldwise.learning.imaging.PixelImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** What is asked of attributes, on cohorts whose pictures are all alike. */
class ShortcutAuditTest {
    private static final ImageMeasures GREY = ImageMeasures.of(
            new DecodedImage(
                    PixelImage.of(16, 16, 1, new byte[256]),
                    new ImageHeader(ImageFormat.PNG, 16, 16, 1, 8, 1, false, false, 1)),
            256,
            List.of());

    private final List<ImageRecord> images = new ArrayList<>();
    private final SortedMap<String, List<String>> attributes = new TreeMap<>();

    /** Of 110 patients 54 are ill; two fifths of these have no tube voltage, and all of the healthy have one. */
    @Test
    void findsThatAQuantityIsMissingForPartOfTheIll() {
        cohort(110, number -> number < 54, number -> number < 22);

        assertThat(shortcuts("kv")).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
            assertThat(finding.evidence())
                    .isEqualTo(
                            "the share of class 'sick' is 100 % where 'kv' is missing and 36 % where it is not; and less than 1 in 1000"
                                    + " of random exchanges of patients differ as much");
        });
    }

    /** The same of 18 of 65, of whom Fisher's exact test says 3e-5. */
    @Test
    void findsThatAQuantityIsMissingForAFewOfTheIll() {
        cohort(110, number -> number < 65, number -> number < 18);

        assertThat(shortcuts("kv"))
                .singleElement()
                .extracting(Finding::severity)
                .isEqualTo(Finding.Severity.WARNING);
    }

    /** Words have a table of their values, and what is missing is one of them. */
    @Test
    void tellsOnceThatWordsAreMissing() {
        cohort(110, number -> number < 54, number -> number < 22);
        attributes.replaceAll(
                (name, values) -> List.of(values.get(0), values.get(0).isEmpty() ? "" : "x"));

        assertThat(shortcuts("view")).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
            assertThat(finding.evidence()).contains("missing 100 %, x 36 %");
        });
    }

    /** 300 cohorts of 60 patients with labels by lot, in which a quantity and words are missing by lot: with all questions together 1 in 20 may have an alarm. */
    @Test
    void holdsItsLevelWhereWhatIsMissingIsSoByLot(TestReporter reporter) {
        int alarms = 0;
        int cohorts = 300;
        for (int seed = 0; seed < cohorts; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            cohort(60, number -> random.nextInt(5) < 2, number -> random.nextInt(10) < 3);
            attributes.replaceAll(
                    (name, values) -> List.of(values.get(0), random.nextInt(10) < 3 ? "" : "x" + random.nextInt(3)));
            alarms += findings().stream().anyMatch(finding -> finding.severity() == Finding.Severity.WARNING) ? 1 : 0;
        }
        reporter.publishEntry("cohorts with an alarm", alarms + " of " + cohorts);

        // 300 draws at 0.05 are 15, four standard deviations are 15
        assertThat(alarms).isLessThan(30);
    }

    private void cohort(int patients, Predicate<Integer> isSick, Predicate<Integer> isMissing) {
        images.clear();
        attributes.clear();
        SplittableRandom random = new SplittableRandom(patients);
        for (int number = 0; number < patients; number++) {
            String name = "film" + number;
            images.add(image(name, patient(number), isSick.test(number) ? "sick" : "healthy"));
            attributes.put(
                    name,
                    List.of(
                            isMissing.test(number) ? "" : String.valueOf(70 + random.nextInt(400) / 10.0),
                            "x" + number % 3));
        }
    }

    private List<Finding> shortcuts(String attribute) {
        return findings().stream()
                .filter(finding -> finding.code() == Finding.Code.SHORTCUT
                        && finding.evidence().contains("'" + attribute + "'"))
                .toList();
    }

    private List<Finding> findings() {
        Cohort cohort = new Cohort(Task.BINARY, List.of("healthy", "sick"), PatientLabelRule.ANY_POSITIVE, images);
        return ShortcutAudit.of(new MeasuredCohort(
                cohort,
                Collections.nCopies(images.size(), GREY),
                new ImageAttributes(List.of("kv", "view"), attributes),
                GivenRoles.of(cohort)));
    }
}
