package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.foldwise.learning.dataset.synthetic.SyntheticCohort;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Clean cohorts raise no alarm, and every planted defect is found. One seed by default; {@code -Dfoldwise.quality.seeds=20} takes some
 * minutes and reports the rates.
 */
class PlantedDefectsTest {
    private static final SyntheticCohortSpec CLEAN = SyntheticCohortSpec.DEFAULT
            .withPatients(80)
            .withImagesPerPatient(1, 3)
            .withImageSize(128);

    /** What is planted into a cohort, and the finding that it must lead to. */
    private record Defect(Finding.Code code, String evidence, Consumer<FilmCohort> plant) {
        Defect(Finding.Code code, Consumer<FilmCohort> plant) {
            this(code, "", plant);
        }

        boolean is(Finding finding) {
            return finding.code() == code && finding.evidence().contains(evidence);
        }
    }

    private static Map<String, Defect> defects() {
        Map<String, Defect> defects = new LinkedHashMap<>();
        defects.put(
                "negatives",
                new Defect(Finding.Code.INVERTED_IMAGES, films -> films.change(every(20), FilmCohort::negative)));
        defects.put(
                "films upside down",
                new Defect(
                        Finding.Code.TURNED_IMAGES,
                        films -> films.change(every(20), film -> film.mirroredUpsideDown())));
        defects.put(
                "films turned by a quarter",
                new Defect(Finding.Code.TURNED_IMAGES, films -> films.change(every(20), FilmCohort::turnedRight)));
        defects.put(
                "mirrored films",
                new Defect(Finding.Code.MIRRORED_IMAGES, films -> films.change(every(10), film -> film.mirrored())));
        defects.put("sides named wrongly", new Defect(Finding.Code.LATERALITY_CONTRADICTED, films -> {
            ofBothSides(films);
            films.change(every(12), film -> film.mirrored());
        }));
        defects.put("recompressed under another patient", copies(film -> FilmCohort.recompressed(film, 0.7F)));
        defects.put("scaled under another patient", copies(film -> FilmCohort.scaled(film, 0.7)));
        defects.put("mirrored under another patient", copies(film -> film.mirrored()));
        defects.put("negative under another patient", copies(FilmCohort::negative));
        defects.put(
                "a copy with another label", new Defect(Finding.Code.NEAR_DUPLICATES_WITH_DIFFERENT_LABELS, films -> {
                    FilmCohort.Entry one = films.entries().get(3);
                    String other =
                            SyntheticCohort.CLASSES.get(one.label().equals(SyntheticCohort.CLASSES.get(0)) ? 1 : 0);
                    films.add(one.copy("copy", one.patient(), other, FilmCohort.recompressed(one.pixels(), 0.8F)));
                }));
        defects.put(
                "frames around the ill",
                shortcut("'border'", films -> films.change(FilmCohort::isIll, film -> FilmCohort.framed(film, 0.05))));
        defects.put(
                "marks on the ill",
                shortcut("'corners'", films -> films.change(FilmCohort::isIll, FilmCohort::marked)));
        defects.put(
                "larger films of the ill",
                shortcut("'size'", films -> films.change(FilmCohort::isIll, film -> FilmCohort.scaled(film, 1.3))));
        defects.put("the ill from one site", shortcut("'site'", films -> films.entries()
                .replaceAll(entry ->
                        FilmCohort.isIll(entry) && entry.patient().value().hashCode() % 10 != 0
                                ? entry.withSite("A")
                                : entry.withSite("B"))));
        defects.put(
                "the view goes with the label",
                shortcut(
                        "'view'",
                        films -> films.attribute(
                                "view",
                                entry -> FilmCohort.isIll(entry)
                                                == (entry.patient().value().hashCode() % 10 != 0)
                                        ? "AP"
                                        : "PA")));
        defects.put(
                "the age is missing for the healthy",
                shortcut(
                        "'missingMetadata'",
                        films -> films.attribute("age", entry -> FilmCohort.isIll(entry) ? "50" : "")));
        defects.put(
                "a constant film",
                new Defect(
                        Finding.Code.CONSTANT_IMAGES,
                        films -> films.change(every(90), film -> film.blanked(0, 0, film.width(), film.height()))));
        return defects;
    }

    /** All films become such of breasts, every other one of a right one, whose picture is mirrored, and all are rightly named. */
    private static void ofBothSides(FilmCohort films) {
        films.change(film -> true, FilmCohort::breast);
        Set<String> right = new HashSet<>(films.change(every(2), film -> film.mirrored()));
        films.attribute("laterality", entry -> right.contains(entry.name()) ? "R" : "L");
    }

    private static java.util.function.Predicate<FilmCohort.Entry> every(int number) {
        int[] seen = {0};
        return entry -> ++seen[0] % number == 5 % number;
    }

    private static Defect copies(java.util.function.UnaryOperator<org.foldwise.learning.imaging.PixelImage> change) {
        return new Defect(Finding.Code.NEAR_DUPLICATES_ACROSS_PATIENTS, films -> {
            List<FilmCohort.Entry> before = new ArrayList<>(films.entries());
            FilmCohort.Entry one = before.get(3);
            FilmCohort.Entry other = before.stream()
                    .filter(entry -> entry.label().equals(one.label())
                            && !entry.patient().equals(one.patient()))
                    .findFirst()
                    .orElseThrow();
            films.add(one.copy("copy", other.patient(), one.label(), change.apply(one.pixels())));
        });
    }

    private static Defect shortcut(String group, Consumer<FilmCohort> plant) {
        return new Defect(Finding.Code.SHORTCUT, group, plant);
    }

    @Test
    void cleanCohortsRaiseNoAlarmAndPlantedDefectsAreFound(TestReporter reporter) {
        int seeds = Integer.getInteger("foldwise.quality.seeds", 1);
        List<String> alarms = new ArrayList<>();
        Map<String, Integer> found = new LinkedHashMap<>();
        LongStream.rangeClosed(1, seeds).forEach(seed -> {
            alarms.addAll(alarms(FilmCohort.of(CLEAN.withSeed(seed)).findings()));
            FilmCohort bothSides = FilmCohort.of(CLEAN.withSeed(seed));
            ofBothSides(bothSides);
            alarms.addAll(alarms(bothSides.findings()));
            defects().forEach((name, defect) -> found.merge(name, isFound(seed, defect) ? 1 : 0, Integer::sum));
        });
        reporter.publishEntry("alarms on 2 times " + seeds + " clean cohorts", alarms.toString());
        reporter.publishEntry("found of " + seeds, found.toString());

        assertThat(alarms).as("findings above notice on clean cohorts").isEmpty();
        assertThat(found).allSatisfy((name, count) -> assertThat(count).as(name).isEqualTo(seeds));
    }

    private static List<String> alarms(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.severity() != Finding.Severity.NOTICE)
                .map(finding -> finding.code() + ": " + finding.evidence())
                .toList();
    }

    private static boolean isFound(long seed, Defect defect) {
        FilmCohort films = FilmCohort.of(CLEAN.withSeed(seed));
        defect.plant().accept(films);
        return films.findings().stream().anyMatch(defect::is);
    }
}
