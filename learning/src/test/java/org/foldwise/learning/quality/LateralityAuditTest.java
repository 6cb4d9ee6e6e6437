package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sides that contradict pictures are found image by image; where pictures do not tell sides apart, nobody is accused. */
class LateralityAuditTest {
    private static final SyntheticCohortSpec FILMS = SyntheticCohortSpec.DEFAULT
            .withPatients(50)
            .withImagesPerPatient(1, 3)
            .withImageSize(64);

    private static FilmCohort films(long seed) {
        FilmCohort films = FilmCohort.of(FILMS.withSeed(seed));
        films.change(film -> true, FilmCohort::breast);
        return films;
    }

    /** Every other film is that of a right side. */
    private static Set<String> right(FilmCohort films) {
        int[] seen = {0};
        return new HashSet<>(films.change(entry -> ++seen[0] % 2 == 0, film -> film.mirrored()));
    }

    private static List<Finding> findings(FilmCohort films) {
        MeasuredCohort measured = films.measured();
        return LateralityAudit.of(
                measured,
                Postures.of(measured.measures().stream()
                        .map(ImageMeasures::thumbnail)
                        .toList()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void namesTheImagesWhoseSideIsWrongAndNoOther(long seed) {
        FilmCohort films = films(seed);
        Set<String> wrong = nameSides(films);

        Finding finding = findings(films).get(0);

        assertThat(finding.code()).isEqualTo(Finding.Code.LATERALITY_CONTRADICTED);
        assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
        assertThat(finding.images()).containsExactlyInAnyOrderElementsOf(wrong);
        assertThat(finding.figures())
                .contains(
                        Finding.Figure.of("images", finding.images().size()),
                        Finding.Figure.of("judged", films.entries().size()));
    }

    /** What is a negative, or upside down, has another fault than its side, which is told beside. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void accusesNoNegativeAndNothingTurned(long seed) {
        FilmCohort films = films(seed);
        Set<String> wrong = nameSides(films);
        int[] seen = {0};
        films.change(entry -> ++seen[0] % 9 == 4, FilmCohort::negative);
        seen[0] = 0;
        Set<String> turned = new HashSet<>(films.change(
                entry -> ++seen[0] % 9 == 8, film -> FilmCohort.turnedRight(FilmCohort.turnedRight(film))));

        Finding finding = findings(films).get(0);

        wrong.removeAll(turned);
        assertThat(finding.images()).containsExactlyInAnyOrderElementsOf(wrong);
    }

    /** Makes every other film one of a right side, and names the side of every seventh film wrongly. */
    private static Set<String> nameSides(FilmCohort films) {
        Set<String> right = right(films);
        int[] seen = {0};
        Set<String> wrong = new HashSet<>();
        films.attribute("Laterality", entry -> {
            boolean isWrong = ++seen[0] % 7 == 3;
            if (isWrong) {
                wrong.add(entry.name());
            }
            return right.contains(entry.name()) != isWrong ? "right" : "left";
        });
        return wrong;
    }

    /** Chests are nearly their own mirror images: often nothing can be said, and what is said is true. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void accusesNoImageWronglyWhereSidesAreHardToTell(long seed) {
        FilmCohort chests = FilmCohort.of(FILMS.withSeed(seed));
        Set<String> wrong = nameSides(chests);

        assertThat(findings(chests)).allSatisfy(finding -> assertThat(wrong).containsAll(finding.images()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void saysNothingWhereSidesAreNamedRightly(long seed) {
        FilmCohort films = films(seed);
        Set<String> right = right(films);
        films.attribute("laterality", entry -> right.contains(entry.name()) ? "R" : "L");

        assertThat(findings(films)).isEmpty();
    }

    @Test
    void saysNothingWherePicturesDoNotTellSidesApart() {
        FilmCohort toOneSide = films(6);
        toOneSide.attribute("laterality", entry -> entry.name().hashCode() % 2 == 0 ? "R" : "L");
        assertThat(findings(toOneSide)).isEmpty();

        FilmCohort atRandom = films(6);
        right(atRandom);
        atRandom.attribute("laterality", entry -> entry.name().hashCode() % 3 == 0 ? "R" : "L");
        assertThat(findings(atRandom)).isEmpty();

        FilmCohort neither = films(6);
        neither.attribute("laterality", entry -> entry.name().hashCode() % 2 == 0 ? "B" : "U");
        assertThat(findings(neither)).isEmpty();

        FilmCohort fewRight = films(6);
        Set<String> patients = new TreeSet<>();
        fewRight.entries().forEach(entry -> patients.add(entry.patient().value()));
        Set<String> nine = patients.stream().limit(9).collect(Collectors.toSet());
        Set<String> right = new HashSet<>(
                fewRight.change(entry -> nine.contains(entry.patient().value()), film -> film.mirrored()));
        fewRight.change(entry -> entry.name().equals(fewRight.entries().get(0).name()), film -> film.mirrored());
        fewRight.attribute("laterality", entry -> right.contains(entry.name()) ? "R" : "L");
        assertThat(findings(fewRight)).isEmpty();
    }
}
