package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.foldwise.learning.SharedFolder;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.dataset.layout.DatasetLayout;
import org.foldwise.learning.dataset.layout.LayoutException;
import org.foldwise.learning.dataset.layout.LayoutResolution;
import org.foldwise.learning.dataset.layout.ManifestAttributes;
import org.foldwise.learning.dataset.layout.ManifestBytes;
import org.foldwise.learning.dataset.layout.UploadedImage;
import org.foldwise.learning.dataset.layout.UploadedManifest;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * What is found in public data sets, against figures that others counted. Takes minutes: {@code -Dfoldwise.quality.data=true}, with the
 * data in {@code foldwise.data.dir}.
 */
class PublicDatasetsTest {
    private static final Path DATA = SharedFolder.DATA.path();

    private static final String RIGHT_PATTERN = "(?<patient>person\\d+|(?:NORMAL2-)?IM-\\d+)";
    private static final String TUTORIAL_PATTERN = "(?<patient>[^_]+)";

    private final TestReporter reporter;

    PublicDatasetsTest(TestReporter reporter) {
        this.reporter = reporter;
    }

    @BeforeEach
    void requireData() {
        assumeTrue(Boolean.getBoolean("foldwise.quality.data"), "skipped: takes minutes, see -Dfoldwise.quality.data");
        SharedFolder.DATA.require("");
    }

    /** The rule "patient is what stands before the first underscore" makes 2976 patients of 2846. */
    @Test
    void theChestFilmsOfTheTutorialByItsOwnRule() throws Exception {
        Loaded loaded = load("kermany-chest-xray/train", new DatasetLayout.ClassFolders(TUTORIAL_PATTERN), null);

        assertThat(loaded.summary().patients()).isEqualTo(2976);
        Finding singletons = finding(loaded, Finding.Code.ONE_IMAGE_PER_PATIENT).orElseThrow();
        assertThat(singletons.severity()).isEqualTo(Finding.Severity.BLOCKING);
        assertThat(figure(singletons, "patients")).isEqualTo(1341);
        assertThat(loaded.summary().imbalanceRatio()).isEqualTo(2.89, within(0.005));
    }

    @Test
    void theChestFilmsOfTheTutorialByARightRule() throws Exception {
        Loaded loaded = load("kermany-chest-xray/train", new DatasetLayout.ClassFolders(RIGHT_PATTERN), null);

        assertThat(loaded.summary().patients()).isEqualTo(2846);
        assertThat(finding(loaded, Finding.Code.ONE_IMAGE_PER_PATIENT)).isEmpty();
    }

    @Test
    void theChestFilmsOfTheTutorialWithItsFoldersAsRoles() throws Exception {
        Loaded loaded = load("kermany-chest-xray", new DatasetLayout.ClassFolders(RIGHT_PATTERN), null);

        assertThat(figure(
                        finding(loaded, Finding.Code.PATIENTS_IN_SEVERAL_ROLES).orElseThrow(), "patients"))
                .isEqualTo(170);
        assertThat(figure(
                        finding(loaded, Finding.Code.DUPLICATES_ACROSS_PATIENTS).orElseThrow(), "groups"))
                .isEqualTo(1);
        assertThat(figure(
                        finding(loaded, Finding.Code.DUPLICATES_WITHIN_PATIENT).orElseThrow(), "groups"))
                .isEqualTo(29);
        assertThat(finding(loaded, Finding.Code.DUPLICATES_ACROSS_PATIENTS).orElseThrow())
                .satisfies(across -> {
                    assertThat(across.evidence()).endsWith("; of 30 groups of such copies");
                    assertThat(across.groups()).singleElement().satisfies(group -> {
                        assertThat(group.identical()).isTrue();
                        assertThat(group.patients()).isEqualTo(2);
                        assertThat(group.images())
                                .allMatch(image -> image.matches("test/NORMAL/NORMAL2-IM-009[56]-0001\\.jpeg"));
                    });
                });
    }

    @Test
    void theExcerptOfTheNihChestFilms() throws Exception {
        Loaded loaded = load(
                "nih-chestxray-pneumonia",
                new DatasetLayout.Manifest(new DatasetLayout.ManifestColumns(
                        "file",
                        "patient_id",
                        "label",
                        List.of(),
                        null,
                        null,
                        List.of("view", "sex", "age_years", "follow_up"))),
                "pneumonia");

        assertThat(loaded.summary().images()).isEqualTo(1000);
        assertThat(loaded.summary().patients()).isEqualTo(682);
        assertThat(loaded.summary().classes())
                .allSatisfy(counts -> assertThat(counts.images()).isEqualTo(500));
        assertThat(figure(
                        finding(loaded, Finding.Code.PATIENTS_WITH_SEVERAL_LABELS)
                                .orElseThrow(),
                        "patients"))
                .isEqualTo(21);
        assertThat(loaded.examination().duplicates().groups()).hasSize(1);
        assertThat(loaded.summary().classes())
                .extracting(CohortSummary.ClassCounts::patients)
                .containsExactly(332, 371);
        assertThat(loaded.examination().findings().stream()
                        .filter(finding -> finding.code() == Finding.Code.SHORTCUT
                                && finding.evidence().contains("'view'")))
                .singleElement()
                .satisfies(view -> {
                    reporter.publishEntry(
                            "ROC AUC of the view", String.format(Locale.ROOT, "%.3f", figure(view, "auc")));
                    assertThat(view.severity()).isEqualTo(Finding.Severity.WARNING);
                    assertThat(figure(view, "auc")).isCloseTo(0.600, within(0.0005));
                });
    }

    @Test
    void theExcerptOfTheLungCt() throws Exception {
        Loaded loaded = load(
                "tcga-luad-ct-contrast",
                new DatasetLayout.Manifest(new DatasetLayout.ManifestColumns(
                        "file",
                        "patient_id",
                        "label",
                        List.of(),
                        "study_date_shifted",
                        null,
                        List.of("manufacturer", "model", "slice_thickness", "kvp", "sex", "age_dicom"))),
                "contrast");

        assertThat(loaded.summary().images()).isEqualTo(100);
        assertThat(loaded.examination().duplicates().groups()).hasSize(6);
        // 54 patients: 60 % of the images of one maker show contrast, 30 % of the other's. The interval includes
        // chance, and
        // of exchanged patients 2.3 % differ as much (20000 exchanges by another program), after 12 questions
        assertThat(loaded.examination().findings().stream()
                        .filter(finding -> finding.code() == Finding.Code.SHORTCUT
                                && finding.evidence().contains("'manufacturer'")))
                .singleElement()
                .satisfies(maker -> {
                    assertThat(maker.severity()).isEqualTo(Finding.Severity.NOTICE);
                    assertThat(maker.evidence())
                            .contains(
                                    "'manufacturer': GE MEDICAL SYSTEMS 30 %, SIEMENS 60 %",
                                    "a ROC AUC of", "were this the only question");
                    assertThat(figure(maker, "auc")).isBetween(0.5, 1.0);
                });
        assertThat(loaded.examination().findings().stream()
                        .filter(finding -> finding.code() == Finding.Code.DUPLICATES_WITHIN_PATIENT)
                        .map(finding -> finding.groups().size()))
                .containsExactly(6);
        assertThat(loaded.examination().findings().stream()
                        .filter(finding -> finding.evidence().contains("'manufacturer': "))
                        .map(finding -> figure(finding, "pValue")))
                .singleElement()
                .satisfies(chance -> assertThat(chance).isCloseTo(0.0228, within(0.004)));
    }

    /**
     * Shares of real films turned: how many are named, and that no other is, but for the one film of the NIH's that does stand on its head.
     * The tutorial's films look nearly the same upside down, and slices of a body have shapes of many kinds: fewer of those are named.
     */
    @Test
    void filmsThatWereTurned() throws IOException {
        Map<String, double[]> leastNamed = new LinkedHashMap<>();
        leastNamed.put("nih-chestxray-pneumonia/images", new double[] {0.85, 0.85});
        leastNamed.put("kermany-chest-xray/test", new double[] {0.9, 0.2});
        leastNamed.put("tcga-luad-ct-contrast/images", new double[] {0, 0});
        for (Map.Entry<String, double[]> collection : leastNamed.entrySet()) {
            List<PixelImage> pictures = pictures(collection.getKey());
            List<Integer> before = turned(pictures, image -> false, UnaryOperator.identity());
            assertThat(before).hasSize(collection.getKey().startsWith("nih") ? 1 : 0);
            for (int percent : new int[] {5, 20, 30, 40}) {
                IntPredicate planted = i -> i * 61 % 100 < percent && !before.contains(i);
                long count = IntStream.range(0, pictures.size()).filter(planted).count();
                List<UnaryOperator<PixelImage>> turns =
                        List.of(FilmCohort::turnedRight, film -> film.mirrored().mirroredUpsideDown());
                for (int turn = 0; turn < turns.size(); turn++) {
                    List<Integer> named = turned(pictures, planted, turns.get(turn));
                    long right = named.stream().filter(planted::test).count();
                    reporter.publishEntry(
                            collection.getKey(),
                            percent + " % turned by " + (turn == 0 ? "a quarter" : "a half") + ": " + right + " of "
                                    + count + " named, and " + (named.size() - right) + " others");
                    assertThat(named.stream().filter(i -> !planted.test(i))).allMatch(before::contains);
                    assertThat((double) right).isGreaterThanOrEqualTo(collection.getValue()[turn] * count);
                }
            }
        }
    }

    private static List<PixelImage> pictures(String folder) throws IOException {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        List<Path> files;
        try (Stream<Path> found = Files.walk(DATA.resolve(folder))) {
            files = found.filter(path -> path.toString().matches(".*\\.(png|jpe?g)"))
                    .sorted()
                    .toList();
        }
        return files.stream()
                .parallel()
                .map(file -> {
                    try {
                        return decoder.decode(Files.readAllBytes(file)).pixels().withChannels(1);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    private static List<Integer> turned(List<PixelImage> pictures, IntPredicate which, UnaryOperator<PixelImage> turn) {
        Postures postures = Postures.of(IntStream.range(0, pictures.size())
                .parallel()
                .mapToObj(i -> Thumbnail.of(which.test(i) ? turn.apply(pictures.get(i)) : pictures.get(i)))
                .toList());
        return IntStream.range(0, pictures.size())
                .filter(i -> postures.of(i) == Postures.Posture.TURNED)
                .boxed()
                .toList();
    }

    private record Loaded(CohortSummary summary, Examination examination) {}

    private Loaded load(String folder, DatasetLayout layout, @Nullable String positiveLabel)
            throws IOException, LayoutException {
        Path root = DATA.resolve(folder);
        Map<String, Path> files = new HashMap<>();
        List<UploadedImage> images = new ArrayList<>();
        try (Stream<Path> found = Files.walk(root)) {
            for (Path file : found.filter(path -> path.toString().matches(".*\\.(png|jpe?g)"))
                    .sorted()
                    .toList()) {
                String name = root.relativize(file).toString();
                files.put(name, file);
                images.add(new UploadedImage(name, Digest.of(Files.readAllBytes(file))));
            }
        }
        UploadedManifest manifest = null;
        ImageAttributes attributes = ImageAttributes.NONE;
        if (layout instanceof DatasetLayout.Manifest) {
            manifest = new UploadedManifest(
                    "manifest.csv", ManifestBytes.of(Files.readAllBytes(root.resolve("manifest.csv"))));
        }
        Cohort cohort = new LayoutResolution(layout, Task.BINARY, positiveLabel, PatientLabelRule.ANY_POSITIVE)
                .resolve(images, manifest);
        if (layout instanceof DatasetLayout.Manifest listed && manifest != null) {
            attributes = ManifestAttributes.of(listed.columns(), cohort.images(), manifest)
                    .attributes();
        }
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        List<ImageMeasures> measures = cohort.images().stream()
                .parallel()
                .map(image -> {
                    try {
                        byte[] bytes = Files.readAllBytes(files.get(image.name()));
                        return ImageMeasures.of(decoder.decode(bytes), bytes.length, List.of());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
        CohortSummary summary = CohortSummary.of(cohort);
        Examination examination =
                Examination.of(new MeasuredCohort(cohort, measures, attributes, GivenRoles.of(cohort)), summary);
        examination
                .findings()
                .forEach(finding -> reporter.publishEntry(
                        folder,
                        finding.severity() + " " + finding.code() + ": " + finding.evidence() + " "
                                + finding.images().stream().limit(4).toList()));
        return new Loaded(summary, examination);
    }

    private static Optional<Finding> finding(Loaded loaded, Finding.Code code) {
        return loaded.examination().findings().stream()
                .filter(finding -> finding.code() == code)
                .findFirst();
    }

    private static List<String> shortcuts(Loaded loaded) {
        return loaded.examination().findings().stream()
                .filter(finding ->
                        finding.code() == Finding.Code.SHORTCUT && finding.severity() == Finding.Severity.WARNING)
                .map(Finding::evidence)
                .toList();
    }

    private static double figure(Finding finding, String name) {
        return finding.figures().stream()
                .filter(figure -> figure.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }
}
