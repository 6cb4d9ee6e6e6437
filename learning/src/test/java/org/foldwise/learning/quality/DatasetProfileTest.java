package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.imaging.DecodedImage;
import org.foldwise.learning.imaging.ImageFormat;
import org.foldwise.learning.imaging.ImageHeader;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;

class DatasetProfileTest {
    private static final List<String> CLASSES = List.of("Effusion", "Mass");

    /** Of labels that do not exclude each other, the counts by class are no sum: images have several, or none. */
    @Test
    void whatIsMissingAddsUpToTheImages() {
        List<ImageRecord> images = List.of(
                image("a", "Effusion", "Mass"), image("b", "Mass"), image("c"), image("d"), image("e", "Effusion"));
        Cohort cohort = new Cohort(Task.MULTILABEL, CLASSES, PatientLabelRule.ANY_POSITIVE, images);
        ImageAttributes views = new ImageAttributes(
                List.of("view"),
                new TreeMap<>(Map.of(
                        "a", List.of(""), "b", List.of("AP"), "c", List.of(""), "d", List.of("PA"), "e", List.of(""))));

        DatasetProfile.Metadata view = profile(cohort, views).metadata().get(0);

        assertThat(view.missing())
                .containsExactly(
                        new DatasetProfile.ClassCount("Effusion", 2), new DatasetProfile.ClassCount("Mass", 1));
        assertThat(view.missingWithoutLabel()).isOne();
        assertThat(view.missingImages()).isEqualTo(3);
        assertThat(view.missingImages()
                        + view.values().stream()
                                .mapToInt(DatasetProfile.ValueCount::images)
                                .sum())
                .isEqualTo(images.size());
    }

    private static ImageRecord image(String name, String... labels) {
        return new ImageRecord(name, Digest.of(name), patient(name.charAt(0)), List.of(labels), null, null);
    }

    private static DatasetProfile profile(Cohort cohort, ImageAttributes attributes) {
        PixelImage pixels = PixelImage.of(8, 8, 1, new byte[64]);
        ImageHeader header = new ImageHeader(ImageFormat.PNG, 8, 8, 1, 8, 1, false, false, 1);
        Intensities intensities = new Intensities();
        List<ImageMeasures> measures = cohort.images().stream()
                .map(image -> ImageMeasures.of(new DecodedImage(pixels, header), 64, List.of(intensities)))
                .toList();
        return DatasetProfile.of(
                new MeasuredCohort(cohort, measures, attributes, GivenRoles.of(cohort)),
                CohortSummary.of(cohort),
                intensities,
                Map.of("Effusion", intensities, "Mass", intensities),
                new DatasetProfile.Sources(5, 5, 0));
    }
}
