package org.foldwise.learning.dataset.synthetic;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.imaging.DecodedImage;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticCohortTest {
    private static final SyntheticCohortSpec SMALL =
            SyntheticCohortSpec.DEFAULT.withPatients(12).withImageSize(64);

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    /** Change the digest only on purpose: released demos and benchmarks name it. */
    @Test
    void equalSpecsGiveTheBytesTheyAlwaysGave() throws IOException {
        byte[] first = zipped(SMALL);

        assertThat(zipped(SMALL)).isEqualTo(first);
        assertThat(Digest.of(first).hex())
                .isEqualTo("6eec4fd8d2085a7a742630631dcdb7890fcb39d239d88fd3b46d9991e5a1a0ff");
    }

    @Test
    void anotherSeedDrawsOtherPatients() {
        Set<Digest> ours = digests(SyntheticCohort.of(SMALL));
        Set<Digest> others = digests(SyntheticCohort.of(SMALL.withSeed(8)));

        assertThat(ours).doesNotContainAnyElementsOf(others);
    }

    @Test
    void patientsDoNotDependOnHowManyThereAre() {
        SyntheticCohortSpec healthy = SMALL.withPrevalence(0);

        List<String> few = digestsByName(SyntheticCohort.of(healthy.withPatients(4)));
        List<String> many = digestsByName(SyntheticCohort.of(healthy));

        assertThat(many).startsWith(few.toArray(String[]::new));
    }

    @Test
    void writesSoundGreyPngsOfTheSizeAskedFor() {
        for (SyntheticImage image : SyntheticCohort.of(SMALL).images()) {
            DecodedImage decoded = decoder.decode(image.png());

            assertThat(decoded.pixels()).isEqualTo(image.pixels());
            assertThat(decoded.header().channels()).isEqualTo(1);
            assertThat(decoded.header().hasTextMetadata()).isFalse();
            assertThat(Math.max(decoded.pixels().width(), decoded.pixels().height()))
                    .isEqualTo(64);
        }
    }

    @Test
    void aspectRatiosVary() {
        Set<String> shapes = SyntheticCohort.of(SMALL).images().stream()
                .map(image -> image.pixels().width() + " x " + image.pixels().height())
                .collect(toSet());

        assertThat(shapes).hasSizeGreaterThan(5);
    }

    @Test
    void meetsPrevalenceAndImagesPerPatient() {
        SyntheticCohort cohort =
                SyntheticCohort.of(SMALL.withPatients(50).withPrevalence(0.3).withImagesPerPatient(2, 5));

        Map<PatientId, Long> counts = imagesByPatient(cohort);
        assertThat(counts).hasSize(50);
        assertThat(new HashSet<>(counts.values())).containsExactlyInAnyOrder(2L, 3L, 4L, 5L);
        assertThat(cohort.images().stream()
                        .filter(image -> image.label().equals("PNEUMONIA"))
                        .map(SyntheticImage::patient)
                        .distinct())
                .hasSize(15);
    }

    @Test
    void followUpsComeLater() {
        Map<PatientId, List<LocalDate>> days = SyntheticCohort.of(SMALL.withImagesPerPatient(4, 4)).images().stream()
                .collect(groupingBy(
                        SyntheticImage::patient, TreeMap::new, mapping(SyntheticImage::acquiredOn, toList())));

        assertThat(days.values()).allSatisfy(each -> assertThat(each).isSorted().doesNotHaveDuplicates());
    }

    @Test
    void labelsOfAPatientAgreeUnlessConflictsAreWanted() {
        SyntheticCohortSpec spec = SMALL.withPatients(30).withImagesPerPatient(1, 4);

        assertThat(patientsWithBothLabels(SyntheticCohort.of(spec))).isEmpty();
        assertThat(patientsWithBothLabels(SyntheticCohort.of(spec.withLabelConflicts(5))))
                .hasSize(5);
    }

    @Test
    void plantsByteIdenticalCopiesUnderTheSameOrAnotherPatient() {
        assertThat(SyntheticCohort.of(SMALL).images())
                .allMatch(image -> image.duplicateOf().isEmpty());

        SyntheticCohort cohort = SyntheticCohort.of(SMALL.withDuplicates(3, 2));

        Map<String, SyntheticImage> byName = new TreeMap<>();
        cohort.images().forEach(image -> byName.put(image.name(), image));
        List<SyntheticImage> copies = cohort.images().stream()
                .filter(image -> image.duplicateOf().isPresent())
                .toList();
        assertThat(byName).hasSameSizeAs(cohort.images());
        assertThat(copies).hasSize(5);
        long across = copies.stream()
                .filter(copy -> !original(byName, copy).patient().equals(copy.patient()))
                .count();
        assertThat(across).isEqualTo(2);
        assertThat(copies).allSatisfy(copy -> {
            assertThat(copy.png()).isEqualTo(original(byName, copy).png());
            assertThat(copy.label()).isEqualTo(original(byName, copy).label());
        });
        assertThat(digests(cohort)).hasSize(cohort.images().size() - 5);
    }

    @Test
    void copiesDoNotContradictTheirNewPatients() {
        SyntheticCohortSpec spec = SMALL.withPatients(31).withLabelConflicts(4).withDuplicates(31, 15);

        SyntheticCohort cohort = SyntheticCohort.of(spec);

        assertThat(patientsWithBothLabels(cohort)).hasSize(4);
        assertThat(cohort.images().stream().map(SyntheticImage::name)).doesNotHaveDuplicates();
    }

    @Test
    void sitesDifferInExposureAndMarker() {
        List<Site> sites = Stream.of(0, 1, 2, 3).map(index -> Site.of(7, index)).toList();

        assertThat(sites.stream().map(Site::gain)).doesNotHaveDuplicates();
        assertThat(sites.stream().map(Site::marker)).doesNotHaveDuplicates();
        assertThat(SyntheticCohort.of(SMALL.withSites(1)).images().stream().map(SyntheticImage::site))
                .containsOnly("A");
        assertThat(SyntheticCohort.of(SMALL.withPatients(40)).images().stream()
                        .map(SyntheticImage::site)
                        .distinct())
                .containsExactlyInAnyOrder("A", "B", "C");
    }

    /** The same film with and without the disease: nothing changes outside the boxes that are said to hold it. */
    @Test
    void theDiseaseLiesWithinItsBoxes() {
        SyntheticCohortSpec spec = SMALL.withPrevalence(1).withImageSize(128);
        List<SyntheticImage> ill = SyntheticCohort.of(spec).images();
        List<SyntheticImage> withoutSignal =
                SyntheticCohort.of(spec.withSignal(0)).images();

        for (int i = 0; i < ill.size(); i++) {
            PixelImage shown = ill.get(i).pixels();
            PixelImage plain = withoutSignal.get(i).pixels();
            double inside = 0;
            double everywhere = 0;
            for (int y = 0; y < shown.height(); y++) {
                for (int x = 0; x < shown.width(); x++) {
                    int change = Math.abs(shown.sample(x, y, 0) - plain.sample(x, y, 0));
                    everywhere += change;
                    inside += contains(ill.get(i).opacities(), x, y) ? change : 0;
                }
            }
            assertThat(everywhere).isPositive();
            assertThat(inside / everywhere).isGreaterThan(0.9);
        }
    }

    @Test
    void healthyFilmsHaveNoOpacities() {
        assertThat(SyntheticCohort.of(SMALL).images())
                .allSatisfy(image -> assertThat(image.opacities().isEmpty())
                        .isEqualTo(image.label().equals("NORMAL")));
    }

    @Test
    void folderAndArchiveHoldTheSameFiles(@TempDir Path directory) throws IOException {
        SyntheticCohort cohort = SyntheticCohort.of(SMALL);
        cohort.writeTo(directory);

        int entries = 0;
        try (var zip = new ZipInputStream(new ByteArrayInputStream(zipped(SMALL)))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                assertThat(Files.readAllBytes(directory.resolve(entry.getName())))
                        .isEqualTo(zip.readAllBytes());
                entries++;
            }
        }
        assertThat(entries).isEqualTo(cohort.images().size() + 1);
        List<String> lines = Files.readAllLines(directory.resolve("manifest.csv"), StandardCharsets.UTF_8);
        assertThat(lines.get(0)).isEqualTo("file,patientId,label,date,site");
        assertThat(lines)
                .hasSize(entries)
                .element(1)
                .asString()
                .matches("NORMAL/P\\d{5}_\\d\\d\\.png,P\\d{5},NORMAL,\\d{4}-\\d\\d-\\d\\d,[ABC]");
    }

    @Test
    void becomesACohort() {
        SyntheticCohort synthetic = SyntheticCohort.of(SMALL.withDuplicates(1, 0));

        Cohort cohort = synthetic.toCohort(PatientLabelRule.LATEST);

        assertThat(cohort.images()).hasSameSizeAs(synthetic.images());
        assertThat(cohort.positiveClass()).isEqualTo("PNEUMONIA");
        assertThat(cohort.images().get(0).content())
                .isEqualTo(Digest.of(synthetic.images().get(0).png()));
    }

    @Test
    void refusesSpecsThatCannotBeMet() {
        assertThatIllegalArgumentException().isThrownBy(() -> SMALL.withPatients(1));
        assertThatIllegalArgumentException().isThrownBy(() -> SMALL.withImagesPerPatient(3, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> SMALL.withImagesPerPatient(1, 13));
        assertThatIllegalArgumentException().isThrownBy(() -> SMALL.withPrevalence(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> SMALL.withSignal(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> SMALL.withDuplicates(0, 7));
        assertThatIllegalArgumentException().isThrownBy(() -> SMALL.withLabelConflicts(6));
    }

    private static boolean contains(List<OpacityBox> boxes, int x, int y) {
        return boxes.stream()
                .anyMatch(
                        box -> x >= box.x() && x < box.x() + box.width() && y >= box.y() && y < box.y() + box.height());
    }

    private static SyntheticImage original(Map<String, SyntheticImage> byName, SyntheticImage copy) {
        return byName.get(copy.duplicateOf().orElseThrow());
    }

    private static Set<PatientId> patientsWithBothLabels(SyntheticCohort cohort) {
        Map<PatientId, Set<String>> labels = cohort.images().stream()
                .collect(groupingBy(SyntheticImage::patient, TreeMap::new, mapping(SyntheticImage::label, toSet())));
        labels.values().removeIf(each -> each.size() < 2);
        return labels.keySet();
    }

    private static Map<PatientId, Long> imagesByPatient(SyntheticCohort cohort) {
        return cohort.images().stream().collect(groupingBy(SyntheticImage::patient, TreeMap::new, counting()));
    }

    private static Set<Digest> digests(SyntheticCohort cohort) {
        return cohort.images().stream().map(image -> Digest.of(image.png())).collect(toSet());
    }

    private static List<String> digestsByName(SyntheticCohort cohort) {
        return cohort.images().stream()
                .map(image -> image.name() + " " + Digest.of(image.png()))
                .toList();
    }

    private static byte[] zipped(SyntheticCohortSpec spec) throws IOException {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        SyntheticCohort.of(spec).writeZip(zip);
        return zip.toByteArray();
    }
}
