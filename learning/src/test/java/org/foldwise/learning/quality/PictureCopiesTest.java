package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.foldwise.learning.imaging.PixelImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies of one film among the films of others and other films of the same patient. */
class PictureCopiesTest {
    private static final List<PixelImage> FILMS = FilmCohort.of(SyntheticCohortSpec.DEFAULT
                    .withPatients(30)
                    .withImagesPerPatient(2, 3)
                    .withImageSize(160))
            .entries()
            .stream()
            .map(FilmCohort.Entry::pixels)
            .toList();

    private static final Map<String, UnaryOperator<PixelImage>> CHANGES = new LinkedHashMap<>();

    static {
        CHANGES.put("stored as JPEG of quality 0.9", film -> FilmCohort.recompressed(film, 0.9F));
        CHANGES.put("stored as JPEG of quality 0.5", film -> FilmCohort.recompressed(film, 0.5F));
        CHANGES.put("scaled to 60 %", film -> FilmCohort.scaled(film, 0.6));
        CHANGES.put("scaled to 170 %", film -> FilmCohort.scaled(film, 1.7));
        CHANGES.put("brightened", FilmCohort::brightened);
        CHANGES.put("in a window that cuts off both ends", film -> FilmCohort.windowed(film, 1.3));
        CHANGES.put("in a wider window", film -> FilmCohort.windowed(film, 0.8));
        CHANGES.put("with a gamma of 1.5", film -> FilmCohort.withGamma(film, 1.5));
        CHANGES.put("with a gamma of 1.2", film -> FilmCohort.withGamma(film, 1.2));
        CHANGES.put("with a gamma of 0.7", film -> FilmCohort.withGamma(film, 0.7));
        CHANGES.put("with black at both sides", film -> FilmCohort.padded(film, 0.05));
        CHANGES.put("with a black frame over its edges", film -> FilmCohort.framed(film, 0.03));
        CHANGES.put("with a mark in a corner", FilmCohort::marked);
        CHANGES.put(
                "with a gamma of 0.7 and black at both sides",
                film -> FilmCohort.padded(FilmCohort.withGamma(film, 0.7), 0.05));
        CHANGES.put(
                "a mirrored negative with a gamma of 1.2",
                film -> FilmCohort.negative(FilmCohort.withGamma(film.mirrored(), 1.2)));
        CHANGES.put("mirrored", PixelImage::mirrored);
        CHANGES.put("upside down", PixelImage::mirroredUpsideDown);
        CHANGES.put("turned by a half", film -> film.mirrored().mirroredUpsideDown());
        CHANGES.put("turned right", FilmCohort::turnedRight);
        CHANGES.put("a negative", FilmCohort::negative);
        CHANGES.put(
                "a mirrored negative as JPEG",
                film -> FilmCohort.recompressed(FilmCohort.negative(film.mirrored()), 0.8F));
    }

    static Iterable<String> changes() {
        return CHANGES.keySet();
    }

    @ParameterizedTest
    @MethodSource("changes")
    void findsEveryCopyAndNothingElse(String change) {
        List<Thumbnail> pictures = new ArrayList<>();
        FILMS.forEach(film -> pictures.add(Thumbnail.of(film)));
        for (int i = 0; i < 10; i++) {
            pictures.add(Thumbnail.of(CHANGES.get(change).apply(FILMS.get(5 * i))));
        }

        List<PictureCopies.Pair> pairs = PictureCopies.among(pictures).pairs();

        assertThat(pairs).hasSize(10).allSatisfy(pair -> {
            assertThat(pair.other() - FILMS.size()).isEqualTo(pair.one() / 5);
            assertThat(pair.isNegative()).isEqualTo(change.contains("negative"));
        });
    }

    @Test
    void findsNothingAmongFilmsOfDifferentExposures() {
        assertThat(PictureCopies.among(FILMS.stream().map(Thumbnail::of).toList())
                        .pairs())
                .isEmpty();
    }

    /** Where all films have borders, these are no likeness. */
    @Test
    void findsNothingAmongFilmsOfEqualBorders() {
        assertThat(PictureCopies.among(FILMS.stream()
                                .map(film -> Thumbnail.of(FilmCohort.framed(FilmCohort.padded(film, 0.05), 0.04)))
                                .toList())
                        .pairs())
                .isEmpty();
    }

    /** White bars beside dark pictures are most of what is to be seen, and no likeness either, however wide, and at one side alone. */
    @Test
    void findsNothingAmongDarkPicturesWithWhiteBars() {
        Map<String, UnaryOperator<PixelImage>> bars = new LinkedHashMap<>();
        bars.put("a fifth at either side", film -> FilmCohort.padded(film, 0.2, 255));
        bars.put("most of what there is", film -> FilmCohort.padded(film, 0.8, 255));
        bars.put("at the right alone", PictureCopiesTest::withABarAtTheRight);
        bars.forEach((name, padding) -> assertThat(PictureCopies.among(FILMS.stream()
                                .map(film -> Thumbnail.of(padding.apply(FilmCohort.underexposed(film))))
                                .toList())
                        .pairs())
                .as(name)
                .isEmpty());
    }

    private static PixelImage withABarAtTheRight(PixelImage film) {
        PixelImage both = FilmCohort.padded(film, 0.3, 255);
        return both.cropped(both.width() - film.width() * 13 / 10, 0, film.width() * 13 / 10, film.height());
    }

    /** A copy that a black frame was laid over is known by its middle, in which the bar is. */
    @Test
    void findsCopiesOfFilmsWithABarUnderAFrame() {
        List<PixelImage> padded =
                FILMS.stream().map(PictureCopiesTest::withABarAtTheRight).toList();
        List<Thumbnail> pictures = new ArrayList<>();
        padded.forEach(film -> pictures.add(Thumbnail.of(film)));
        for (int i = 0; i < 10; i++) {
            pictures.add(Thumbnail.of(FilmCohort.framed(padded.get(5 * i), 0.04)));
        }

        assertThat(PictureCopies.among(pictures).pairs())
                .hasSize(10)
                .allSatisfy(pair -> assertThat(pair.other() - FILMS.size()).isEqualTo(pair.one() / 5));
    }

    /** But of those with another border around the first, or over it. */
    static Iterable<String> changesOfPaddedFilms() {
        return CHANGES.keySet().stream()
                .filter(change -> !change.contains("black"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("changesOfPaddedFilms")
    void findsEveryCopyOfPaddedFilms(String change) {
        List<PixelImage> padded =
                FILMS.stream().map(film -> FilmCohort.padded(film, 0.15, 255)).toList();
        List<Thumbnail> pictures = new ArrayList<>();
        padded.forEach(film -> pictures.add(Thumbnail.of(film)));
        for (int i = 0; i < 10; i++) {
            pictures.add(Thumbnail.of(CHANGES.get(change).apply(padded.get(5 * i))));
        }

        assertThat(PictureCopies.among(pictures).pairs())
                .hasSize(10)
                .allSatisfy(pair -> assertThat(pair.other() - FILMS.size()).isEqualTo(pair.one() / 5));
    }

    @Test
    void picturesWithoutContentAreNoCopies() {
        Thumbnail empty = Thumbnail.of(PixelImage.of(40, 40, 1, new byte[1600]));
        assertThat(PictureCopies.among(List.of(empty, empty, empty)).pairs()).isEmpty();
    }

    /** All films and a copy of each: a search that ends early says which pictures it has not compared, and those before are complete. */
    @Test
    void aSearchThatEndsEarlySaysWhatWasNotCompared() {
        List<Thumbnail> pictures = new ArrayList<>();
        for (PixelImage film : FILMS) {
            pictures.add(Thumbnail.of(film));
            pictures.add(Thumbnail.of(FilmCohort.recompressed(film, 0.9F)));
        }
        PictureCopies whole = PictureCopies.among(pictures);
        PictureCopies part = PictureCopies.among(pictures, 20);

        assertThat(whole.pairs()).hasSize(FILMS.size());
        assertThat(whole.notCompared()).isEmpty();
        int from = part.notCompared().get(0);
        assertThat(part.notCompared())
                .isEqualTo(java.util.stream.IntStream.range(from, pictures.size())
                        .boxed()
                        .toList());
        assertThat(part.pairs())
                .containsAll(
                        whole.pairs().stream().filter(pair -> pair.one() < from).toList())
                .hasSizeLessThan(whole.pairs().size());
    }
}
