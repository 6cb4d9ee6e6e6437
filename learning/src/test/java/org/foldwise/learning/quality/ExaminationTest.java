package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.foldwise.learning.imaging.DecodedImage;
import org.foldwise.learning.imaging.ImageFormat;
import org.foldwise.learning.imaging.ImageHeader;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Role;
import org.junit.jupiter.api.Test;

/** Each finding on a cohort that has just that against it. */
class ExaminationTest {
    private static final Pattern SEVERAL_OF_ONE = Pattern.compile(
            "(?<![0-9.])1 (\\w+ )?(images|patients|ids|files|groups|pictures|contents|negatives|frames)\\b");

    private final List<ImageRecord> images = new ArrayList<>();
    private final java.util.Map<String, ImageMeasures> measures = new java.util.HashMap<>();

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
            assertThat(finding.severity()).isEqualTo(Finding.Severity.NOTICE);
            assertThat(finding.images()).containsExactlyInAnyOrder("copy", "p0-0");
        });
    }

    @Test
    void findsCopiesAcrossPatients() {
        image("copy", "content of p0-0", "patientc", "NORMAL");

        assertThat(findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(Finding.Code.DUPLICATES_ACROSS_PATIENTS);
            assertThat(finding.severity()).isEqualTo(Finding.Severity.BLOCKING);
            assertThat(finding.figures())
                    .containsExactly(
                            Finding.Figure.of("groups", 1),
                            Finding.Figure.of("images", 2),
                            Finding.Figure.of("groupsInAll", 1));
        });
    }

    /** Three groups in the order of their first images, one of them across patients, roles and files. */
    @Test
    void tellsCopiesByGroup() {
        image("test/copy-of-a", "content of p0-0", "patienta", "NORMAL");
        image("train/copy-of-b", "content of p3-0", "patientd", "PNEUMONIA");
        image("train/copy-of-c", "content of p5-1", "stranger", "NORMAL");
        image("test/third-of-c", "content of p5-1", "patientf", "PNEUMONIA");

        List<Finding> findings = findings();

        Finding.Group ofC = new Finding.Group(
                1,
                true,
                3,
                2,
                List.of("NORMAL", "PNEUMONIA"),
                List.of(Role.TRAIN, Role.TEST),
                List.of("p5-1", "test/third-of-c", "train/copy-of-c"));
        Finding.Group ofA = new Finding.Group(
                0, true, 2, 1, List.of("NORMAL"), List.of(Role.TEST), List.of("p0-0", "test/copy-of-a"));
        Finding.Group ofB = new Finding.Group(
                2, true, 2, 1, List.of("PNEUMONIA"), List.of(Role.TRAIN), List.of("p3-0", "train/copy-of-b"));
        for (Finding.Code code : List.of(
                Finding.Code.DUPLICATES_ACROSS_PATIENTS,
                Finding.Code.DUPLICATES_WITH_DIFFERENT_LABELS,
                Finding.Code.DUPLICATES_IN_SEVERAL_ROLES)) {
            assertThat(finding(findings, code).groups()).as(code.name()).containsExactly(numbered(ofC, ofA, ofB, ofC));
        }
        assertThat(finding(findings, Finding.Code.DUPLICATES_WITHIN_PATIENT).groups())
                .containsExactlyInAnyOrder(numbered(ofA, ofA, ofB, ofC), numbered(ofB, ofA, ofB, ofC));
        assertThat(finding(findings, Finding.Code.DUPLICATES_ACROSS_PATIENTS).evidence())
                .isEqualTo(
                        "1 file content occurs under several patient ids, 3 images in all; of 3 groups of such copies");
    }

    /** Groups are numbered in the order of their first images' names. */
    private static Finding.Group numbered(Finding.Group group, Finding.Group... all) {
        int number = (int) java.util.Arrays.stream(all)
                .filter(other -> other.images().get(0).compareTo(group.images().get(0)) < 0)
                .count();
        return new Finding.Group(
                number,
                group.identical(),
                group.imageCount(),
                group.patients(),
                group.labels(),
                group.roles(),
                group.images());
    }

    private static Finding finding(List<Finding> findings, Finding.Code code) {
        return findings.stream()
                .filter(finding -> finding.code() == code)
                .findFirst()
                .orElseThrow();
    }

    /** A group of more images than are told, and one after it. */
    @Test
    void aFindingTellsAsManyGroupsAsHaveAHundredImages() {
        for (int i = 0; i < 150; i++) {
            image("copy%03d".formatted(i), "content of p0-0", "patienta", "NORMAL");
        }
        image("other", "content of p3-0", "patientd", "PNEUMONIA");

        Finding finding = finding(findings(), Finding.Code.DUPLICATES_WITHIN_PATIENT);

        assertThat(finding.groups()).singleElement().satisfies(group -> {
            assertThat(group.imageCount()).isEqualTo(151);
            assertThat(group.images()).hasSize(100);
        });
        assertThat(finding.figures()).contains(Finding.Figure.of("groups", 2), Finding.Figure.of("images", 153));
    }

    @Test
    void aSearchForCopiesThatEndsEarlyIsAWarning() {
        List<FilmCohort.Entry> entries = new ArrayList<>();
        FilmCohort films =
                FilmCohort.of(SyntheticCohortSpec.DEFAULT.withPatients(30).withImageSize(96));
        films.entries().forEach(entry -> {
            entries.add(entry);
            entries.add(
                    entry.copy("copy", entry.patient(), entry.label(), FilmCohort.recompressed(entry.pixels(), 0.9F)));
        });
        films.entries().clear();
        films.entries().addAll(entries);

        Finding finding = finding(
                DuplicateAudit.of(films.measured(), 20).findings(), Finding.Code.NEAR_DUPLICATE_SEARCH_INCOMPLETE);

        assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
        double notCompared = finding.figures().get(0).value();
        assertThat(finding.figures().get(0).name()).isEqualTo("imagesNotCompared");
        assertThat(notCompared).isBetween(2.0, entries.size() - 1.0);
        assertThat(finding.images()).hasSize((int) Math.min(100, notCompared));
        assertThat(finding.evidence())
                .startsWith((int) notCompared + " of " + entries.size()
                        + " different files were not compared with each other");
    }

    /** Two images beside the folders, one of a patient who has others within. */
    @Test
    void findsImagesThatLieInNoFolderOfARole() {
        images.clear();
        for (int patient = 0; patient < 44; patient++) {
            String folder = patient < 22 ? "train/" : "test/";
            image(
                    folder + patient + ".png",
                    "content " + patient,
                    "patient " + patient,
                    patient % 2 == 0 ? "NORMAL" : "PNEUMONIA");
        }
        assertThat(codes()).doesNotContain(Finding.Code.IMAGES_WITHOUT_ROLE);
        image("A/stray.png", "stray", "patient stray", "NORMAL");
        image("A/other.png", "other", "patient 0", "NORMAL");

        Finding finding = finding(findings(), Finding.Code.IMAGES_WITHOUT_ROLE);

        assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
        assertThat(finding.images()).containsExactly("A/other.png", "A/stray.png");
        assertThat(finding.figures())
                .containsExactly(Finding.Figure.of("images", 2), Finding.Figure.of("patientsWithoutRole", 1));
        assertThat(finding.evidence())
                .isEqualTo(
                        "2 images lie in none of the folders train, validation and test, although others do; 1 patient has"
                                + " no image in any of them");
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
                        Finding.Code.OUTLYING_SIZES,
                        Finding.Code.TEXT_METADATA,
                        Finding.Code.TRAILING_DATA,
                        Finding.Code.SEVERAL_FRAMES);
    }

    /** 48 films with few of 16 bits: of 10, of 12 wherever they begin, and of 14. */
    @Test
    void findsFilmsOfFewBitsInFilesOfSixteen() {
        for (int[] shades : new int[][] {{0, 4}, {0, 16}, {119, 135}, {191, 255}, {0, 64}}) {
            images.clear();
            for (int i = 0; i < 48; i++) {
                film(i, shades[0], shades[1], new ImageHeader(ImageFormat.PNG, 100, 100, 1, 16, 1, false, false, 1));
            }

            assertThat(findings())
                    .filteredOn(finding -> finding.code() == Finding.Code.NARROW_INTENSITIES)
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
                        assertThat(finding.evidence())
                                .isEqualTo(
                                        "48 of 48 images have 16 bits a sample and use so few of their values that at most "
                                                + (shades[1] - shades[0] + 1) + " of 256 shades are left");
                        assertThat(finding.images()).hasSize(48);
                    });
        }
    }

    /** A letter that was burnt in, with its soft edge, or air that lies apart, hides nothing. */
    @Test
    void findsThemWithALetterToo() {
        ImageHeader header = new ImageHeader(ImageFormat.PNG, 100, 100, 1, 16, 1, false, false, 1);
        for (int i = 0; i < 48; i++) {
            byte[] samples = shaded(i, 20, 36, header);
            Arrays.fill(samples, 0, 300, (byte) 0xFF);
            for (int pixel = 300; pixel < 318; pixel++) {
                samples[pixel] = (byte) (60 + 10 * (pixel - 300));
            }
            Arrays.fill(samples, 5000, 7000, (byte) 0);
            measured(i, header, samples);
        }

        assertThat(findings())
                .filteredOn(finding -> finding.code() == Finding.Code.NARROW_INTENSITIES)
                .singleElement()
                .satisfies(finding -> assertThat(finding.evidence()).endsWith("at most 19 of 256 shades are left"));
    }

    /** What spans more, what has 8 bits, what says by itself where black and white are, and a single underexposed film. */
    @Test
    void takesNoOtherFilmsForSuch() {
        List<ImageHeader> headers = List.of(
                new ImageHeader(ImageFormat.PNG, 100, 100, 1, 8, 1, false, false, 1),
                new ImageHeader(ImageFormat.DICOM, 100, 100, 1, 16, 1, false, false, 1),
                new ImageHeader(ImageFormat.NIFTI, 100, 100, 1, 16, 1, false, false, 1),
                new ImageHeader(ImageFormat.TIFF, 100, 100, 1, 16, 1, false, false, 1));
        for (ImageHeader header : headers) {
            images.clear();
            for (int i = 0; i < 48; i++) {
                boolean isNarrow = header.format() != ImageFormat.TIFF || i < 2;
                film(i, 0, isNarrow ? 16 : 65, header);
            }

            assertThat(codes()).doesNotContain(Finding.Code.NARROW_INTENSITIES);
        }
    }

    private void film(int number, int darkest, int brightest, ImageHeader header) {
        measured(number, header, shaded(number, darkest, brightest, header));
    }

    private static byte[] shaded(int number, int darkest, int brightest, ImageHeader header) {
        byte[] samples = noise("film" + number, header);
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (darkest + (samples[i] - 40 & 0x7F) * (brightest - darkest) / 0x7F);
        }
        return samples;
    }

    private void measured(int number, ImageHeader header, byte[] samples) {
        String name = "film" + number;
        images.add(new ImageRecord(
                name,
                Digest.of(name),
                new PatientId("patient" + (char) ('a' + number / 2)),
                number / 2 % 2 == 0 ? "NORMAL" : "PNEUMONIA",
                null,
                null));
        measures.put(
                name,
                ImageMeasures.of(
                        new DecodedImage(PixelImage.of(100, 100, 1, samples), header), samples.length, List.of()));
    }

    @Test
    void countsTheFramesThatAreLeftOut() {
        for (int frames : new int[] {3, 24}) {
            image(
                    "cine" + frames,
                    "a film of " + frames,
                    "patienta",
                    "NORMAL",
                    new ImageHeader(ImageFormat.DICOM, 100, 100, 1, 8, 1, false, false, frames));
        }

        assertThat(findings())
                .filteredOn(finding -> finding.code() == Finding.Code.SEVERAL_FRAMES)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.evidence())
                            .startsWith("2 files hold 27 frames")
                            .endsWith("25 are left out");
                    assertThat(finding.figures()).contains(Finding.Figure.of("unused", 25));
                    assertThat(finding.images()).containsExactly("cine24", "cine3");
                });
    }

    /** Slices of one volume look alike, and that is no news; the same volume under another name is. */
    @Test
    void takesNeighbouringFramesForNoCopies() {
        volume("volume", "volume", "patienta", "NORMAL", 12);

        assertThat(findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(Finding.Code.SEVERAL_FRAMES);
            assertThat(finding.evidence())
                    .isEqualTo(
                            "1 file holds 24 frames, slices or pages; 12 of them are images of the dataset, and 12 are"
                                    + " left out");
            assertThat(finding.figures())
                    .containsExactly(
                            Finding.Figure.of("images", 12),
                            Finding.Figure.of("frames", 24),
                            Finding.Figure.of("unused", 12));
            assertThat(finding.images()).containsExactly("volume#00");
        });

        volume("again", "another volume", "patientc", "NORMAL", 12);

        assertThat(codes())
                .containsExactlyInAnyOrder(Finding.Code.NEAR_DUPLICATES_ACROSS_PATIENTS, Finding.Code.SEVERAL_FRAMES);
    }

    /** Every second frame of a file, all of one picture with a little noise. */
    private void volume(String name, String content, String patient, String label, int taken) {
        ImageHeader header = new ImageHeader(ImageFormat.NIFTI, 100, 100, 1, 8, 1, false, false, 2 * taken);
        ImageRecord file = new ImageRecord(name, Digest.of(content), new PatientId(patient), label, null, null);
        for (int i = 0; i < taken; i++) {
            ImageRecord image = file.ofFrame(2 * i, 2 * taken);
            byte[] samples = noise("a head", header);
            samples[17 * i] ^= 1;
            images.add(image);
            measures.put(
                    image.name(),
                    ImageMeasures.of(
                            new DecodedImage(PixelImage.of(100, 100, 1, samples), header), samples.length, List.of()));
        }
    }

    @Test
    void tellsOnceWhatAFileSaysHoweverManyFramesAreTaken() {
        ImageHeader header = new ImageHeader(ImageFormat.TIFF, 100, 100, 1, 8, 1, true, true, 4);
        ImageRecord file =
                new ImageRecord("pages", Digest.of("pages"), new PatientId("patienta"), "NORMAL", null, null);
        for (int frame = 0; frame < 4; frame++) {
            images.add(file.ofFrame(frame, 4));
            measures.put("pages#" + frame, measures("page " + frame, header));
        }

        assertThat(findings())
                .filteredOn(finding ->
                        finding.code() == Finding.Code.TEXT_METADATA || finding.code() == Finding.Code.TRAILING_DATA)
                .hasSize(2)
                .allSatisfy(finding -> {
                    assertThat(finding.figures()).containsExactly(Finding.Figure.of("images", 1));
                    assertThat(finding.images()).containsExactly("pages#0");
                });
    }

    @Test
    void putsWorseFindingsFirst() {
        image("copy", "content of p0-0", "patienta", "NORMAL");
        image("other", "content of p2-0", "patiente", "NORMAL");

        assertThat(findings())
                .extracting(Finding::severity)
                .containsExactly(Finding.Severity.BLOCKING, Finding.Severity.NOTICE);
    }

    private void image(String name, String content, String patient, String label) {
        image(name, content, patient, label, new ImageHeader(ImageFormat.PNG, 100, 100, 1, 8, 1, false, false, 1));
    }

    private void image(String name, String content, String patient, String label, ImageHeader header) {
        images.add(new ImageRecord(name, Digest.of(content), new PatientId(patient), label, null, null));
        measures.put(name, measures(content, header));
    }

    /** A picture of its own for every content: noise. */
    private static ImageMeasures measures(String content, ImageHeader header) {
        byte[] samples = noise(content, header);
        return ImageMeasures.of(
                new DecodedImage(PixelImage.of(header.width(), header.height(), 1, samples), header),
                samples.length,
                List.of());
    }

    private static byte[] noise(String content, ImageHeader header) {
        byte[] samples = new byte[header.width() * header.height()];
        new java.util.Random(content.hashCode()).nextBytes(samples);
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (40 + (samples[i] & 0x7F));
        }
        return samples;
    }

    private List<Finding> findings() {
        Cohort cohort =
                new Cohort(Task.BINARY, Arrays.asList("NORMAL", "PNEUMONIA"), PatientLabelRule.ANY_POSITIVE, images);
        List<ImageMeasures> inOrder = new ArrayList<>();
        cohort.images().forEach(image -> inOrder.add(java.util.Objects.requireNonNull(measures.get(image.name()))));
        MeasuredCohort measured = new MeasuredCohort(cohort, inOrder, ImageAttributes.NONE, GivenRoles.of(cohort));
        List<Finding> findings =
                Examination.of(measured, CohortSummary.of(cohort)).findings();
        // one of something is told as one, whatever a test is about
        assertThat(findings).extracting(Finding::evidence).noneMatch(SEVERAL_OF_ONE.asPredicate());
        return findings;
    }

    private List<Finding.Code> codes() {
        return findings().stream().map(Finding::code).toList();
    }
}
