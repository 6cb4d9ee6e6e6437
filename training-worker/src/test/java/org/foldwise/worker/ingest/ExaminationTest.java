package org.foldwise.worker.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.imaging.ImageFormat;
import org.foldwise.learning.imaging.ImageHeader;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;

/** Each finding on a cohort that has just that against it. */
class ExaminationTest {
    private final List<ImageRecord> images = new ArrayList<>();
    private final List<ImageTraits> traits = new ArrayList<>();

    /** Twelve patients of each class, two images each, nothing wrong. */
    ExaminationTest() {
        for (int patient = 0; patient < 24; patient++) {
            String label = patient % 2 == 0 ? "NORMAL" : "PNEUMONIA";
            for (int number = 0; number < 2; number++) {
                String name = "p" + patient + "-" + number;
                image(name, "content of " + name, "patient" + (char) ('a' + patient), label);
            }
        }
    }

    @Test
    void findsNothingWhereNothingIsWrong() {
        assertThat(findings()).isEmpty();
    }

    @Test
    void findsCopiesWithinAPatient() {
        image("copy", "content of p0-0", "patienta", "NORMAL");

        assertThat(findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(Finding.Code.DUPLICATES_WITHIN_PATIENT);
            assertThat(finding.severity()).isEqualTo(Finding.Severity.INFO);
            assertThat(finding.images()).containsExactlyInAnyOrder("copy", "p0-0");
        });
    }

    @Test
    void findsCopiesAcrossPatients() {
        image("copy", "content of p0-0", "patientc", "NORMAL");

        assertThat(findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(Finding.Code.DUPLICATES_ACROSS_PATIENTS);
            assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
        });
    }

    @Test
    void findsOneContentWithTwoLabels() {
        image("copy", "content of p0-0", "patienta", "PNEUMONIA");

        assertThat(codes())
                .contains(Finding.Code.DUPLICATES_WITH_DIFFERENT_LABELS, Finding.Code.PATIENTS_WITH_SEVERAL_LABELS);
    }

    @Test
    void findsPatientIdsThatDifferInSpellingOnly() {
        image("variant", "another film", "PATIENT-A", "NORMAL");

        assertThat(findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(Finding.Code.SIMILAR_PATIENT_IDS);
            assertThat(finding.images()).containsExactlyInAnyOrder("variant", "p0-0", "p0-1");
            assertThat(finding.evidence()).doesNotContainIgnoringCase("patienta");
        });
    }

    @Test
    void findsAClassWhosePatientsAllHaveOneImage() {
        images.removeIf(image -> image.label().equals("NORMAL") && image.name().endsWith("-1"));

        assertThat(codes()).contains(Finding.Code.ONE_IMAGE_PER_PATIENT);
    }

    @Test
    void findsATinyClass() {
        images.removeIf(image -> image.label().equals("NORMAL") && image.name().compareTo("p2") < 0);

        assertThat(codes()).contains(Finding.Code.TINY_CLASS);
    }

    @Test
    void findsImbalance() {
        for (int i = 0; i < 120; i++) {
            image("more" + i, "film " + i, "more" + (char) ('a' + i % 26) + (char) ('a' + i / 26), "PNEUMONIA");
        }

        assertThat(codes()).contains(Finding.Code.CLASS_IMBALANCE);
    }

    @Test
    void findsShapesMetadataTrailingBytesAndFrames() {
        image(
                "wide",
                "a wide film",
                "patienta",
                "NORMAL",
                new ImageHeader(ImageFormat.PNG, 150, 100, 1, 8, 1, true, true, 3));

        assertThat(codes())
                .containsExactlyInAnyOrder(
                        Finding.Code.ASPECT_RATIOS_VARY,
                        Finding.Code.TEXT_METADATA,
                        Finding.Code.TRAILING_DATA,
                        Finding.Code.SEVERAL_FRAMES);
    }

    @Test
    void putsWorseFindingsFirst() {
        image("copy", "content of p0-0", "patienta", "NORMAL");
        image("other", "content of p2-0", "patiente", "NORMAL");

        assertThat(findings())
                .extracting(Finding::severity)
                .containsExactly(Finding.Severity.WARNING, Finding.Severity.INFO);
    }

    private void image(String name, String content, String patient, String label) {
        image(name, content, patient, label, new ImageHeader(ImageFormat.PNG, 100, 100, 1, 8, 1, false, false, 1));
    }

    private void image(String name, String content, String patient, String label, ImageHeader header) {
        images.add(new ImageRecord(name, Digest.of(content), new PatientId(patient), label, null, null));
        traits.add(new ImageTraits(name, header));
    }

    private List<Finding> findings() {
        Cohort cohort =
                new Cohort(Task.BINARY, Arrays.asList("NORMAL", "PNEUMONIA"), PatientLabelRule.ANY_POSITIVE, images);
        return Examination.of(cohort, CohortSummary.of(cohort), traits);
    }

    private List<Finding.Code> codes() {
        return findings().stream().map(Finding::code).toList();
    }
}
