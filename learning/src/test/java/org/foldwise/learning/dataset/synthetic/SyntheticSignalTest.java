package org.foldwise.learning.dataset.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a network could learn from the films: the disease, and, if it is allowed to, the patients. */
class SyntheticSignalTest {
    private static final int SIDE = 24;

    private static final List<Thumbnail> FILMS = new ArrayList<>();

    /** A film made small, its brightness and contrast levelled. */
    private record Thumbnail(SyntheticImage image, float[] levelled, double mean, double opacified) {
        boolean isIll() {
            return image.label().equals("PNEUMONIA");
        }

        double distance(Thumbnail other) {
            double sum = 0;
            for (int i = 0; i < levelled.length; i++) {
                sum += (levelled[i] - other.levelled[i]) * (levelled[i] - other.levelled[i]);
            }
            return sum;
        }
    }

    @BeforeAll
    static void render() {
        SyntheticCohortSpec spec = SyntheticCohortSpec.DEFAULT
                .withPatients(80)
                .withImagesPerPatient(3, 3)
                .withPrevalence(0.5)
                .withImageSize(96);
        Preprocessing preprocessing = Preprocessing.letterboxed(SIDE, 1);
        for (SyntheticImage image : SyntheticCohort.of(spec).images()) {
            PixelImage pixels = image.pixels();
            float[] small = new float[preprocessing.tensorLength()];
            preprocessing.toTensor(preprocessing.toPixels(pixels), small, 0);
            FILMS.add(new Thumbnail(image, levelled(small), mean(small), contrastWithin(image, pixels)));
        }
    }

    @Test
    void brightnessAloneTellsLittle() {
        double auc = auc(FILMS.stream().map(Thumbnail::mean).toList());

        assertThat(auc).isBetween(0.25, 0.75);
    }

    /** Someone who knew where to look would see it: opacified lung against the same place of the other lung. */
    @Test
    void opacitiesAreBrighterThanTheMirroredPlace() {
        List<Double> contrasts = FILMS.stream()
                .filter(Thumbnail::isIll)
                .map(Thumbnail::opacified)
                .toList();

        assertThat(contrasts.stream().filter(contrast -> contrast > 0).count())
                .isGreaterThan(contrasts.size() * 3L / 4);
    }

    @Test
    void theNearestFilmIsMostlyOfTheSamePatient() {
        long known = FILMS.stream()
                .filter(film -> nearest(film, (one, other) -> true)
                        .image()
                        .patient()
                        .equals(film.image().patient()))
                .count();

        double chance = 2.0 / (FILMS.size() - 1);
        assertThat((double) known / FILMS.size()).isGreaterThan(0.6).isGreaterThan(20 * chance);
    }

    /** The leak in one figure: whoever splits films instead of patients sees an accuracy that no new patient will meet. */
    @Test
    void splittingFilmsFlattersANearestNeighbour() {
        double filmsSplit = accuracy((one, other) -> true);
        double patientsSplit = accuracy(
                (one, other) -> !one.image().patient().equals(other.image().patient()));

        assertThat(filmsSplit).isGreaterThan(0.8);
        assertThat(patientsSplit).isBetween(0.35, 0.75);
        assertThat(filmsSplit - patientsSplit).isGreaterThan(0.15);
    }

    private static double accuracy(BiPredicate<Thumbnail, Thumbnail> allowed) {
        long right = FILMS.stream()
                .filter(film -> nearest(film, allowed).isIll() == film.isIll())
                .count();
        return (double) right / FILMS.size();
    }

    private static Thumbnail nearest(Thumbnail film, BiPredicate<Thumbnail, Thumbnail> allowed) {
        Thumbnail best = film;
        double least = Double.POSITIVE_INFINITY;
        for (Thumbnail other : FILMS) {
            if (other != film && allowed.test(film, other) && film.distance(other) < least) {
                least = film.distance(other);
                best = other;
            }
        }
        return best;
    }

    private static double auc(List<Double> scores) {
        double wins = 0;
        long pairs = 0;
        for (int i = 0; i < scores.size(); i++) {
            for (int j = 0; j < scores.size(); j++) {
                if (FILMS.get(i).isIll() && !FILMS.get(j).isIll()) {
                    pairs++;
                    int order = Double.compare(scores.get(i), scores.get(j));
                    wins += order > 0 ? 1 : order == 0 ? 0.5 : 0;
                }
            }
        }
        return wins / pairs;
    }

    private static float[] levelled(float[] values) {
        double mean = mean(values);
        double squares = 0;
        for (float value : values) {
            squares += (value - mean) * (value - mean);
        }
        double deviation = Math.sqrt(squares / values.length);
        float[] levelled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            levelled[i] = (float) ((values[i] - mean) / deviation);
        }
        return levelled;
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** Mean brightness of the boxes less that of their mirror images; 0 for healthy films. */
    private static double contrastWithin(SyntheticImage image, PixelImage pixels) {
        double difference = 0;
        for (OpacityBox box : image.opacities()) {
            for (int y = box.y(); y < box.y() + box.height(); y++) {
                for (int x = box.x(); x < box.x() + box.width(); x++) {
                    difference += pixels.sample(x, y, 0) - pixels.sample(pixels.width() - 1 - x, y, 0);
                }
            }
        }
        return difference;
    }
}
