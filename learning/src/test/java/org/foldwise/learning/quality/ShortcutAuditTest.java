package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foldwise.learning.dataset.CohortFixture.image;
import static org.foldwise.learning.dataset.CohortFixture.patient;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntBinaryOperator;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of attributes, files and folders, on cohorts whose pictures are alike but for what is planted. */
class ShortcutAuditTest {
    private static final ImageHeader PNG = new ImageHeader(ImageFormat.PNG, 48, 48, 1, 8, 1, false, false, 1);
    private static final ImageMeasures GREY = measures(PNG, (x, y) -> 60);

    private final List<ImageRecord> images = new ArrayList<>();
    private final Map<String, ImageMeasures> measures = new HashMap<>();
    private final SortedMap<String, List<String>> attributes = new TreeMap<>();
    private List<String> names = List.of();

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

    /** That what is missing tells the label says little without what it is. */
    @Test
    void namesWhatIsMissing() {
        for (int seed = 0; seed < 30; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            cohort(150, number -> number < 75, number -> random.nextInt(100) < (number < 75 ? 65 : 22));
            attributes.replaceAll((name, values) ->
                    List.of(values.get(0), random.nextInt(10) < 3 ? "" : String.valueOf(random.nextInt(90))));

            assertThat(shortcuts("kv")).as("seed %d", seed).isNotEmpty();
        }
    }

    /** Nine of 120, all of them of one device that nobody else has been to. */
    @Test
    void findsWhatTellsAClassOfFewPatients() {
        cohort(120, number -> number < 9, number -> false);
        attributes.replaceAll((name, values) ->
                List.of(values.get(0), Integer.parseInt(name.substring("film".length())) < 9 ? "ours" : values.get(1)));

        assertThat(shortcuts("view"))
                .singleElement()
                .extracting(Finding::severity)
                .isEqualTo(Finding.Severity.WARNING);
    }

    /** Three each of two devices that nobody else has been to. */
    @Test
    void findsWhatTellsAClassInParts() {
        cohort(120, number -> number < 6, number -> false);
        attributes.replaceAll((name, values) -> {
            int number = Integer.parseInt(name.substring("film".length()));
            return List.of(values.get(0), number < 6 ? "ours" + number % 2 : values.get(1));
        });

        assertThat(shortcuts("view"))
                .singleElement()
                .extracting(Finding::severity)
                .isEqualTo(Finding.Severity.WARNING);
    }

    /** Six of 120, of whom there is no model. */
    @ParameterizedTest
    @CsvSource({"45, more", "-45, less"})
    void findsThatAClassOfFewPatientsHasAnotherAmount(int more, String how) {
        cohort(120, number -> number < 6, number -> false);
        attributes.replaceAll((name, values) -> {
            boolean isSick = Integer.parseInt(name.substring("film".length())) < 6;
            return List.of(String.valueOf(Double.parseDouble(values.get(0)) + (isSick ? more : 0)), values.get(1));
        });

        assertThat(shortcuts("kv")).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
            assertThat(finding.evidence())
                    .isEqualTo(
                            "the images of class 'sick' differ from the others in 'kv': of an image of the class and one of"
                                    + " the others, that of the class has " + how
                                    + " in 100 % of pairs; and less than 1 in 1000 of random exchanges of patients differ as much");
        });
    }

    /** 24 of 60 have a tube voltage that is higher by 1.4 standard deviations, one of ten quantities: a model of it often proves nothing. */
    @Test
    void findsThatTheIllHaveMoreOfAQuantity() {
        int found = 0;
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            cohort(60, number -> number < 24, number -> false);
            names = IntStream.range(0, 10).mapToObj(i -> "q" + i).toList();
            attributes.replaceAll((name, values) -> {
                boolean isSick = Integer.parseInt(name.substring("film".length())) < 24;
                return IntStream.range(0, 10)
                        .mapToObj(i -> String.valueOf(random.nextGaussian() + (isSick && i == 0 ? 1.4 : 0)))
                        .toList();
            });
            found += shortcuts("q0").stream().anyMatch(finding -> finding.severity() == Finding.Severity.WARNING)
                    ? 1
                    : 0;
        }

        assertThat(found).isGreaterThanOrEqualTo(19);
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

    static Stream<Arguments> traits() {
        ImageHeader jpeg = new ImageHeader(ImageFormat.JPEG, 48, 48, 1, 8, 1, false, false, 1).ofJpeg(4, false, 0);
        return Stream.of(
                arguments(
                        "size",
                        GREY,
                        measures(new ImageHeader(ImageFormat.PNG, 62, 62, 1, 8, 1, false, false, 1), (x, y) -> 60)),
                arguments(
                        "fileFormat",
                        GREY,
                        measures(new ImageHeader(ImageFormat.TIFF, 48, 48, 1, 8, 1, false, false, 1), (x, y) -> 60)),
                arguments(
                        "fileFormat",
                        GREY,
                        measures(new ImageHeader(ImageFormat.PNG, 48, 48, 1, 16, 1, false, false, 1), (x, y) -> 60)),
                arguments("fileFormat", measures(jpeg, (x, y) -> 60), measures(jpeg.ofJpeg(7, false, 0), (x, y) -> 60)),
                arguments("fileFormat", measures(jpeg, (x, y) -> 60), measures(jpeg.ofJpeg(4, true, 0), (x, y) -> 60)),
                arguments(
                        "fileFormat",
                        measures(jpeg.ofJpeg(4, false, 1), (x, y) -> 60),
                        measures(jpeg.ofJpeg(4, false, 4), (x, y) -> 60)),
                arguments("border", GREY, measures(PNG, (x, y) -> Math.min(x, 47 - x) < 3 ? 0 : 60)),
                arguments("cornerMarkers", GREY, measures(PNG, (x, y) -> x == 3 && y < 6 ? 255 : 60)));
    }

    /** Of 80 patients half are ill; 18 of these and 4 of the healthy have it, of whom Fisher's exact test says 0.0009. A model of it proves nothing. */
    @ParameterizedTest
    @MethodSource("traits")
    void findsWhatFilesAndFramesOfSomeOfTheIllHave(String name, ImageMeasures without, ImageMeasures with) {
        cohort(80, number -> number < 40, number -> number % 9 == 0);
        for (int number = 0; number < 80; number++) {
            measures.put("film" + number, number < 18 || number >= 76 ? with : without);
        }

        assertThat(shortcuts(name)).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
            assertThat(finding.evidence()).contains("of random exchanges of patients differ as much");
        });
    }

    /** The disease may reach a corner, and strokes at an edge may be bones. */
    @ParameterizedTest
    @ValueSource(strings = {"corners", "edgeMarkers"})
    void whatMayBeContentIsANotice(String name) {
        cohort(80, number -> number < 40, number -> number % 9 == 0);
        ImageMeasures bright = name.equals("corners")
                ? measures(PNG, (x, y) -> x < 12 && y > 36 ? 160 : 60)
                : measures(PNG, (x, y) -> x == 24 && y < 6 ? 255 : 60);
        images.stream().filter(image -> image.shows("sick")).forEach(image -> measures.put(image.name(), bright));

        assertThat(shortcuts(name))
                .singleElement()
                .extracting(Finding::severity)
                .isEqualTo(Finding.Severity.NOTICE);
    }

    /** All films have rectangles in the middle, and those of the ill have one in a corner as well. */
    @Test
    void findsRectanglesInACornerOfTheIllWhereOthersAreElsewhere() {
        cohort(80, number -> number < 20, number -> false);
        IntBinaryOperator square = (x, y) -> x >= 20 && x < 27 && y >= 20 && y < 27 ? 160 : 60;
        for (int number = 0; number < 80; number++) {
            boolean isSick = number < 20;
            measures.put(
                    "film" + number,
                    measures(
                            PNG,
                            (x, y) -> isSick && x >= 38 && x < 45 && y >= 3 && y < 9 ? 130 : square.applyAsInt(x, y)));
        }

        assertThat(shortcuts("cornerRectangles"))
                .singleElement()
                .extracting(Finding::severity)
                .isEqualTo(Finding.Severity.WARNING);
        assertThat(shortcuts("cornerMarkers")).isEmpty();
    }

    /** 150 patients, a fifth of whom are in the folder to test on; what is said of it by Fisher's and Wilcoxon's tests is below 1e-6. */
    @Test
    void findsThatAFolderDiffersFromTheOthers() {
        folders(150, number -> number % 2 == 0);
        attributes.replaceAll((name, values) -> {
            int number = Integer.parseInt(name.replaceAll(".*film", ""));
            boolean tested = name.startsWith("test/");
            double age = 40 + number % 41 + (tested ? 20 : 0);
            return List.of(
                    String.valueOf(age),
                    number % 20 == 0 || number % 2 == 0 && !tested ? "f" : "m",
                    tested && number % 4 < 2 ? "" : String.valueOf(80 + number % 37));
        });
        names = List.of("age", "sex", "kv");

        assertThat(findings().stream().filter(finding -> finding.code() == Finding.Code.ROLES_DIFFER))
                .allMatch(finding -> finding.severity() == Finding.Severity.WARNING)
                .extracting(Finding::evidence)
                .anySatisfy(evidence -> assertThat(evidence).contains("role 'test'", "'age'"))
                .anySatisfy(evidence -> assertThat(evidence).contains("role 'test'", "'sex'"))
                .anySatisfy(evidence -> assertThat(evidence)
                        .contains(
                                "role 'test'",
                                "'kv': it is missing for ",
                                " of random exchanges of patients differ as much"));
    }

    /** Brighter films of one folder are no disease where the classes of the folders are alike, and may be one where they are not. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void contentThatTellsAFolderIsGraveWhereItsClassesDoNot(boolean alike) {
        folders(150, number -> number % 2 == 0);
        if (!alike) {
            folders(150, number -> folder(number).equals("test"));
        }
        ImageMeasures brighter = measures(PNG, (x, y) -> 80);
        images.stream()
                .filter(image -> image.name().startsWith("test/"))
                .forEach(image -> measures.put(image.name(), brighter));

        assertThat(findings().stream()
                        .filter(finding -> finding.code() == Finding.Code.ROLES_DIFFER
                                && finding.evidence().contains("'test'")
                                && finding.evidence().contains("'intensity'")))
                .singleElement()
                .extracting(Finding::severity)
                .isEqualTo(alike ? Finding.Severity.WARNING : Finding.Severity.NOTICE);
    }

    /** 200 cohorts in folders by lot, of whose images nothing goes with the folder. */
    @Test
    void holdsItsLevelWhereFoldersAreByLot(TestReporter reporter) {
        int alarms = 0;
        int cohorts = 200;
        for (int seed = 0; seed < cohorts; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            cohort(80, number -> random.nextInt(5) < 2, number -> random.nextInt(10) < 3);
            into(number -> List.of("train", "train", "train", "val", "test").get(random.nextInt(5)));
            attributes.replaceAll((name, values) -> List.of(
                    values.get(0), random.nextInt(10) < 3 ? "" : "x" + random.nextInt(3), "" + random.nextInt(1000)));
            names = List.of("kv", "view", "age");
            alarms += findings().stream().anyMatch(finding -> finding.severity() == Finding.Severity.WARNING) ? 1 : 0;
        }
        reporter.publishEntry("cohorts with an alarm", alarms + " of " + cohorts);

        // 200 draws at 0.05 are 10, four standard deviations are 12
        assertThat(alarms).isLessThan(22);
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
        measures.clear();
        names = List.of("kv", "view");
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

    private static String folder(int number) {
        return number % 5 == 1 ? "test" : number % 5 == 2 ? "val" : "train";
    }

    private void folders(int patients, Predicate<Integer> isSick) {
        cohort(patients, isSick, number -> number % 9 == 0);
        into(ShortcutAuditTest::folder);
    }

    private void into(IntFunction<String> folder) {
        List<ImageRecord> before = List.copyOf(images);
        SortedMap<String, List<String>> said = new TreeMap<>(attributes);
        images.clear();
        attributes.clear();
        for (int number = 0; number < before.size(); number++) {
            ImageRecord old = before.get(number);
            String name = folder.apply(number) + "/" + old.name();
            images.add(image(name, old.patient(), old.labels().get(0)));
            attributes.put(name, said.getOrDefault(old.name(), List.of()));
        }
    }

    private static ImageMeasures measures(ImageHeader header, IntBinaryOperator grey) {
        byte[] samples = new byte[header.width() * header.height()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) grey.applyAsInt(i % header.width(), i / header.width());
        }
        return ImageMeasures.of(
                new DecodedImage(PixelImage.of(header.width(), header.height(), 1, samples), header),
                samples.length,
                List.of());
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
                cohort.images().stream()
                        .map(image -> measures.getOrDefault(image.name(), GREY))
                        .toList(),
                new ImageAttributes(names, attributes),
                GivenRoles.of(cohort)));
    }
}
