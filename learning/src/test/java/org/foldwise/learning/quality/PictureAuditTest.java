package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.foldwise.learning.imaging.PixelImage;
import org.junit.jupiter.api.Test;

class PictureAuditTest {
    private static final SyntheticCohortSpec FILMS = SyntheticCohortSpec.DEFAULT
            .withPatients(40)
            .withImagesPerPatient(1, 3)
            .withImageSize(64);

    private static Finding borders(FilmCohort films) {
        MeasuredCohort measured = films.measured();
        return PictureAudit.of(
                        measured,
                        Postures.of(measured.measures().stream()
                                .map(ImageMeasures::thumbnail)
                                .toList()))
                .stream()
                .filter(finding -> finding.code() == Finding.Code.BORDERS)
                .findFirst()
                .orElseThrow();
    }

    private static PixelImage framed(PixelImage film, int grey) {
        int width = film.width();
        byte[] samples = film.samples();
        for (int y = 0; y < film.height(); y++) {
            Arrays.fill(samples, y * width, y * width + 4, (byte) grey);
            Arrays.fill(samples, (y + 1) * width - 4, (y + 1) * width, (byte) grey);
        }
        return PixelImage.of(width, film.height(), 1, samples);
    }

    /** Where nearly all films have black margins, those with other ones are what somebody has to see. */
    @Test
    void namesFramesOfTheRarerKindsFirst() {
        FilmCohort films = FilmCohort.of(FILMS.withSeed(3));
        int[] seen = {0};
        films.change(film -> true, film -> framed(film, 0));
        Set<String> white = Set.copyOf(films.change(film -> ++seen[0] % 20 == 7, film -> framed(film, 255)));
        seen[0] = 0;
        Set<String> grey = Set.copyOf(films.change(film -> ++seen[0] % 30 == 9, film -> framed(film, 114)));

        Finding found = borders(films);

        int all = films.entries().size();
        List<String> first = found.images().subList(0, white.size() + grey.size());
        assertThat(first.subList(0, grey.size())).containsExactlyInAnyOrderElementsOf(grey);
        assertThat(first.subList(grey.size(), first.size())).containsExactlyInAnyOrderElementsOf(white);
        assertThat(found.evidence())
                .isEqualTo(all + " images have a frame of 2 % of the width or height or more: "
                        + (all - white.size() - grey.size()) + " black, " + white.size() + " white, " + grey.size()
                        + " of another grey or colour");
        assertThat(found.figures())
                .containsExactly(
                        Finding.Figure.of("images", all),
                        Finding.Figure.of("black", all - white.size() - grey.size()),
                        Finding.Figure.of("white", white.size()),
                        Finding.Figure.of("other", grey.size()));
        assertThat(found.suggestion()).endsWith("those of the rarest kind are named first");
    }
}
