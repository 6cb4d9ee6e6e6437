package org.foldwise.learning.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foldwise.learning.SharedFolder;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.AugmentationAuditReport;
import org.foldwise.learning.experiment.AugmentationAuditReport.StepFigures;
import org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding;
import org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding.Code;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.quality.Finding.Severity;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.junit.jupiter.api.Test;

/**
 * How often the audit's warnings are false alarms, and how often they are missing, on real chest films of two collections. Takes minutes:
 * {@code -Dfoldwise.audit.data=true}, with the data in {@code foldwise.data.dir}; {@code -Dfoldwise.audit.samples} is the number of
 * samples of 100 films that each plan is tried on, 1 where nothing is said.
 */
class RealFilmsAuditTest {
    private static final Path DATA = SharedFolder.DATA.path();
    private static final Pattern KERMANY = Pattern.compile("(person\\d+|(?:NORMAL2-)?IM-\\d+)");
    private static final int FILMS = 100;
    private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.DEFAULT);

    /** What a radiologist would let pass. */
    private static final Map<String, String> HARMLESS = new LinkedHashMap<>();

    /** What no radiologist would, with the findings of which one must come; without where the audit has no figure that shows it. */
    private static final Map<String, String> HARMFUL = new LinkedHashMap<>();

    private static final Map<String, List<Code>> EXPECTED = new HashMap<>();

    /** With which each harmful plan is tried. */
    private static final List<Double> PROBABILITIES = List.of(1.0, 0.5, 0.1);

    static {
        HARMLESS.put("rotation 5", "{\"kind\": \"rotation\", \"degrees\": 5, \"resampling\": \"bilinear\"}");
        HARMLESS.put("rotation 10", "{\"kind\": \"rotation\", \"degrees\": 10, \"resampling\": \"bilinear\"}");
        HARMLESS.put("rotation 10 nearest", "{\"kind\": \"rotation\"}");
        HARMLESS.put("translation 0.05", "{\"kind\": \"translation\"}");
        HARMLESS.put("zoom 0.9 to 1.1", "{\"kind\": \"zoom\", \"resampling\": \"bilinear\"}");
        HARMLESS.put("brightness 0.1", "{\"kind\": \"brightness\"}");
        HARMLESS.put("contrast 0.1", "{\"kind\": \"contrast\"}");
        HARMLESS.put("gamma 1.25", "{\"kind\": \"gamma\"}");
        HARMLESS.put("noise 0.03", "{\"kind\": \"noise\"}");
        HARMLESS.put("blur 1", "{\"kind\": \"blur\"}");
        HARMLESS.put("elastic 40, 8", "{\"kind\": \"elastic\"}");
        HARMLESS.put("clahe 2", "{\"kind\": \"clahe\"}");
        HARMLESS.put("cutout 0.2", "{\"kind\": \"cutout\"}");
        HARMLESS.put(
                "rotation 10, translation 0.05, brightness 0.1",
                "{\"kind\": \"rotation\", \"degrees\": 10, \"resampling\": \"bilinear\"}, {\"kind\": \"translation\"},"
                        + " {\"kind\": \"brightness\"}");
        List<String> grey = List.of("brightness", "contrast", "gamma", "noise", "blur");
        List<String> moves = List.of("rotation", "translation", "zoom", "elastic");
        for (String probability : List.of("", ", \"probability\": 0.5", ", \"probability\": 0.1")) {
            HARMLESS.put("grey together" + probability, together(grey, probability));
            HARMLESS.put("moves together" + probability, together(moves, probability));
            HARMLESS.put(
                    "grey and moves together" + probability,
                    together(Stream.concat(grey.stream(), moves.stream()).toList(), probability));
        }
        harmful("vertical flip", "{\"kind\": \"verticalFlip\"}", Code.MIRRORED);
        harmful("cutout of half", "{\"kind\": \"cutout\", \"count\": 3, \"share\": 0.5}", Code.LESIONS_LOST);
        harmful("brightness 0.9", "{\"kind\": \"brightness\", \"strength\": 0.9}", Code.GREY_VALUES_CUT);
        harmful(
                "contrast 0.9",
                "{\"kind\": \"contrast\", \"strength\": 0.9}",
                Code.GREY_VALUES_CUT,
                Code.LESIONS_LOST,
                Code.STRUCTURE_LOST);
        harmful("gamma 4", "{\"kind\": \"gamma\", \"highest\": 4}");
        harmful("noise 0.3", "{\"kind\": \"noise\", \"sigma\": 0.3}", Code.STRUCTURE_LOST);
        harmful("blur 6", "{\"kind\": \"blur\", \"sigma\": 6}", Code.LESIONS_LOST, Code.STRUCTURE_LOST);
        harmful(
                "crop to a quarter",
                "{\"kind\": \"crop\", \"smallestArea\": 0.25, \"widestRatio\": 2}",
                Code.LESIONS_LOST);
        harmful("translation 0.4", "{\"kind\": \"translation\", \"share\": 0.4}", Code.LESIONS_LOST);
        harmful("elastic 128, 8", "{\"kind\": \"elastic\", \"alpha\": 128, \"sigma\": 8}");
        harmful("elastic 32, 4", "{\"kind\": \"elastic\", \"alpha\": 32, \"sigma\": 4}");
        harmful("elastic 8, 2", "{\"kind\": \"elastic\", \"alpha\": 8, \"sigma\": 2}");
    }

    private static String together(List<String> kinds, String probability) {
        return kinds.stream()
                .map(kind -> "{\"kind\": \"" + kind + "\"" + probability + "}")
                .collect(Collectors.joining(", "));
    }

    /** The plan with another probability. */
    private static String with(double probability, String plan) {
        return plan.replaceFirst(", \"probability\": [^,}]*", "")
                .replaceFirst("}$", ", \"probability\": " + probability + "}");
    }

    private static void harmful(String name, String plan, Code... expected) {
        HARMFUL.put(name, plan);
        EXPECTED.put(name, List.of(expected));
    }

    private record Film(Path file, String patient, String label) {}

    private static List<Film> kermany() throws IOException {
        List<Film> films = new ArrayList<>();
        for (String label : List.of("NORMAL", "PNEUMONIA")) {
            try (Stream<Path> files = Files.list(DATA.resolve("kermany-chest-xray/train/" + label))) {
                files.sorted().forEach(file -> {
                    Matcher patient = KERMANY.matcher(file.getFileName().toString());
                    if (patient.find()) {
                        films.add(new Film(file, patient.group(), label));
                    }
                });
            }
        }
        return films;
    }

    private static List<Film> nih() throws IOException {
        return Files.readAllLines(DATA.resolve("nih-chestxray-pneumonia/manifest.csv")).stream()
                .skip(1)
                .map(row -> row.split(",", 4))
                .map(row -> new Film(DATA.resolve("nih-chestxray-pneumonia").resolve(row[0]), row[1], row[2]))
                .toList();
    }

    /** A cohort of some films, all of which are trained on, with their pixels. */
    private record Sample(Cohort cohort, Fold fold, Map<String, PixelImage> pixels) {
        static Sample of(List<Film> films, long seed) {
            Map<String, List<Film>> byLabel = films.stream()
                    .collect(Collectors.groupingBy(Film::label, TreeMap::new, Collectors.toCollection(ArrayList::new)));
            List<Film> chosen = new ArrayList<>();
            byLabel.values().forEach(ofLabel -> {
                Collections.shuffle(ofLabel, new Random(seed));
                chosen.addAll(ofLabel.subList(0, FILMS / 2));
            });
            Map<String, PixelImage> pixels = new HashMap<>();
            List<ImageRecord> images = new ArrayList<>();
            SortedMap<PatientId, Role> roles = new TreeMap<>();
            for (Film film : chosen) {
                byte[] bytes = read(film.file());
                PatientId patient = new PatientId(film.patient());
                String name = film.file().getFileName().toString();
                images.add(new ImageRecord(name, Digest.of(bytes), patient, film.label(), null, null));
                roles.put(patient, Role.TRAIN);
                pixels.put(
                        name,
                        plan("").image().pixels().toPixels(DECODER.decode(bytes).pixels()));
            }
            // every fold has somebody to stop on
            roles.put(roles.firstKey(), Role.VALIDATION);
            List<String> classes = List.copyOf(new TreeSet<>(byLabel.keySet()));
            return new Sample(
                    new Cohort(Task.BINARY, classes, PatientLabelRule.ANY_POSITIVE, images),
                    new Fold(Fold.DEVELOPMENT, roles),
                    pixels);
        }

        AugmentationAuditReport audit(String augmentation) {
            ExperimentPlan plan = plan(augmentation);
            return AugmentationAuditor.audit(
                            plan,
                            cohort,
                            fold,
                            AugmentationAuditor.sample(plan, cohort, fold),
                            image -> {
                                PixelImage found = pixels.get(image.name());
                                if (found == null) {
                                    throw new IllegalArgumentException("no film " + image.name());
                                }
                                return found;
                            },
                            share -> {})
                    .report();
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ExperimentPlan plan(String augmentation) {
        return PlanJson.read(
                "{\"anatomy\": {\"laterality\": \"irrelevant\", \"upright\": \"irrelevant\"}, \"augmentation\": ["
                        + augmentation + "]}");
    }

    @Test
    void warnsOfWhatDestroysAndNotOfWhatARadiologistWouldLetPass() throws IOException {
        assumeTrue(Boolean.getBoolean("foldwise.audit.data"), "skipped: takes minutes, see -Dfoldwise.audit.data");
        SharedFolder.DATA.require("");
        int samples = Integer.getInteger("foldwise.audit.samples", 1);
        List<String> falseAlarms = new ArrayList<>();
        List<String> missed = new ArrayList<>();
        for (Map.Entry<String, List<Film>> set :
                Map.of("Kermany", kermany(), "NIH", nih()).entrySet()) {
            List<Sample> drawn = Stream.iterate(1L, seed -> seed + 1)
                    .limit(samples)
                    .map(seed -> Sample.of(set.getValue(), seed))
                    .toList();
            HARMLESS.forEach((name, plan) -> {
                List<AugmentationAuditReport> reports =
                        drawn.stream().map(sample -> sample.audit(plan)).toList();
                tell(set.getKey() + ", harmless: " + name, reports);
                reports.stream()
                        .flatMap(report -> report.findings().stream())
                        .filter(finding -> finding.severity() == Severity.WARNING)
                        .forEach(finding -> falseAlarms.add(set.getKey() + ", " + name + ": " + finding.evidence()));
            });
            HARMFUL.forEach((what, always) -> probabilities(what).forEach(probability -> {
                String name = what + ", probability " + probability;
                String plan = with(probability, always);
                List<AugmentationAuditReport> reports =
                        drawn.stream().map(sample -> sample.audit(plan)).toList();
                tell(set.getKey() + ", harmful: " + name, reports);
                List<Code> expected = EXPECTED.getOrDefault(what, List.of());
                reports.stream()
                        .filter(report -> !expected.isEmpty()
                                && report.findings().stream()
                                        .filter(finding ->
                                                finding.severity() == Severity.WARNING || what.equals("vertical flip"))
                                        .map(StepFinding::code)
                                        .noneMatch(expected::contains))
                        .forEach(report -> missed.add(set.getKey() + ", " + name));
            }));
        }
        System.out.println("false alarms: " + falseAlarms.size() + ": " + falseAlarms);
        System.out.println("missed: " + missed.size() + ": " + missed);

        assertThat(falseAlarms).isEmpty();
        assertThat(missed).isEmpty();
    }

    /** Of what no figure shows one is enough. */
    private static List<Double> probabilities(String harmful) {
        return EXPECTED.getOrDefault(harmful, List.of()).isEmpty() ? List.of(1.0) : PROBABILITIES;
    }

    /** The findings with how often each came, and the figures of the first sample. */
    private static void tell(String name, List<AugmentationAuditReport> reports) {
        Map<Code, Long> counts = reports.stream()
                .flatMap(report ->
                        report.findings().stream().map(StepFinding::code).distinct())
                .collect(Collectors.groupingBy(code -> code, TreeMap::new, Collectors.counting()));
        List<String> figures = new ArrayList<>();
        for (AugmentationAuditReport report : reports) {
            StepFigures shown = report.steps().size() == 1 ? report.steps().get(0) : report.whole();
            if (shown != null) {
                figures.add(String.format(
                        Locale.ROOT,
                        "lost %.3f cut %.3f similar %.2f uncovered %.3f told %.2f",
                        shown.lesionsLost(),
                        shown.newlyBlack() + shown.newlyWhite(),
                        shown.similarity(),
                        shown.uncovered(),
                        shown.told().valueOr(0)));
            }
        }
        System.out.println(name + ": " + counts + " " + figures);
    }
}
