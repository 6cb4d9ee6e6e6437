package org.foldwise.learning.quality;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How each picture lies compared with what most pictures of its cohort look like. That is the mean of {@linkplain AlignedPictures aligned}
 * thumbnails, so that it does not matter how many of them lie otherwise; a picture is out of place if it fits the mean clearly better as
 * a negative or turned, and turned also if both are laid on the mean wherever they fit it best: what is seen high in one picture and
 * low in another is not turned. Of padded pictures what lies within the padding is compared. Where no posture has enough of the pictures,
 * or too many fit none, as where several views are mixed or pictures have no top, the mean of the thumbnails as they came stands for it,
 * and where pictures are too unlike that, every picture is taken to be upright. {@link Sides} tells which pictures are mirrored.
 */
final class Postures {
    private static final int FEWEST_PICTURES = 20;
    /** Where that share of the pictures is padded, all are held against each other without their borders. */
    private static final double PADDED_FROM = 0.05;
    /** Half of the pictures fit the mean at least that well, or nothing is said. */
    private static final double ALIKE_FROM = 0.5;
    /** Aligned pictures are believed where three quarters of them fit their mean at least that well, ... */
    private static final double ALIGNED_FROM = 0.55;
    /** ... and that share of them had to be neither turned nor made a negative. */
    private static final double UPRIGHT_FROM = 0.4;
    /** Pictures laid over their mirror images have half as many postures, so that fewer lie right by chance: that share of them has to. */
    private static final double SYMMETRIC_FROM = 0.65;
    /** Out of place is what fits better by this in another posture, ... */
    private static final double CLEARLY_BETTER = 0.4;
    /** ... or, of turns and of the negative where they tell pictures apart, by something between this ... */
    private static final double TOLD_APART_LEAST = 0.1;
    /** ... and this, of the negative as much as else, ... */
    private static final double TOLD_APART_MOST = 0.25;
    /** ... so many robust standard deviations beyond what pictures lose by that turn that are not turned, ... */
    private static final double FAR = 5;
    /** ... and then at most that much worse than half of the pictures. */
    private static final double NEARLY_AS_GOOD = 0.25;
    /** What is turned also fits better by this once it is moved to where it fits best, turned and as it lies. */
    private static final double BETTER_WHEREVER_IT_LIES = 0.05;
    /** A turn tells pictures apart unless so many lose less than half of the usual by it. */
    private static final double UNCLEAR_FROM = 0.15;

    private static final double TO_STANDARD_DEVIATIONS = 1.4826;
    private static final int PIXELS = Thumbnail.SIDE * Thumbnail.SIDE;

    private final Posture[] postures;

    private Postures(Posture[] postures) {
        this.postures = postures;
    }

    enum Posture {
        UPRIGHT,
        NEGATIVE,
        TURNED,
        MIRRORED
    }

    /** What pictures are held against. */
    private static final class Standard {
        private final double[] mean;
        private final double leastFit;
        private final Map<Turn, Double> bars;
        private final double barOfNegatives;

        /**
         * @param mean of pictures
         * @param leastFit what a picture must reach as it ought to lie
         * @param bars by turn, how much better that must be than as it lies; {@value #CLEARLY_BETTER} where nothing is said
         * @param barOfNegatives the same of the negative of a picture that is not turned, mirrored or not
         */
        private Standard(double[] mean, double leastFit, Map<Turn, Double> bars, double barOfNegatives) {
            this.mean = mean;
            this.leastFit = leastFit;
            this.bars = bars;
            this.barOfNegatives = barOfNegatives;
        }

        /** Whether it may be of left and right ones: pictures are less alike than others, or their negatives are like their mirror images. */
        private boolean isOfTwoSides() {
            return leastFit <= ALIKE_FROM || barOfNegatives < CLEARLY_BETTER;
        }

        private double barOfNegative(Turn turn) {
            return turn == Turn.UPRIGHT || turn == Turn.MIRRORED ? barOfNegatives : CLEARLY_BETTER;
        }

        private double bar(Turn turn) {
            return bars.getOrDefault(turn, CLEARLY_BETTER);
        }
    }

    Posture of(int picture) {
        return postures[picture];
    }

    static Postures of(List<Thumbnail> pictures) {
        Posture[] postures = new Posture[pictures.size()];
        Arrays.fill(postures, Posture.UPRIGHT);
        if (pictures.size() >= FEWEST_PICTURES) {
            List<Thumbnail> shown = withoutPadding(pictures);
            Optional<Standard> found = ofAligned(AlignedPictures.of(shown)).or(() -> ofPlainMean(shown));
            found.ifPresent(standard -> {
                List<AlignedPictures.Fits> fits = AlignedPictures.fits(shown, standard.mean);
                Arrays.parallelSetAll(postures, i -> posture(shown.get(i), fits.get(i), standard));
                findMirrored(shown, standard.mean, postures);
            });
            if (found.isEmpty() || found.get().isOfTwoSides()) {
                findNegativesOfEitherSide(shown, postures);
            }
        }
        return new Postures(postures);
    }

    /**
     * Left and right breasts are not much like the mean of both. Laid over their mirror images they are alike, and their negatives are not, however
     * they are turned: a shade from top to bottom is the negative of one from bottom to top.
     */
    private static void findNegativesOfEitherSide(List<Thumbnail> pictures, Posture[] postures) {
        List<Thumbnail> symmetric =
                pictures.stream().map(Thumbnail::overMirrorImage).toList();
        AlignedPictures aligned = AlignedPictures.of(symmetric);
        if (aligned.uprightShare() < SYMMETRIC_FROM) {
            return;
        }
        ofAligned(aligned).ifPresent(standard -> {
            List<AlignedPictures.Fits> fits = AlignedPictures.fits(symmetric, standard.mean);
            for (int i = 0; i < postures.length; i++) {
                AlignedPictures.Fits ofOne = fits.get(i);
                double negative = -ofOne.after(Turn.UPRIGHT);
                double turned = Arrays.stream(Turn.values())
                        .mapToDouble(ofOne::after)
                        .max()
                        .orElseThrow();
                if (negative > standard.leastFit && negative > turned + TOLD_APART_MOST) {
                    postures[i] = Posture.NEGATIVE;
                }
            }
        });
    }

    /**
     * Upright films of two shapes, padded to squares, look as if some lay on their sides: the black of the others is elsewhere. The ground
     * around a body or a head is left where few pictures are padded, as its shape tells how they lie.
     */
    private static List<Thumbnail> withoutPadding(List<Thumbnail> pictures) {
        long padded = pictures.stream().filter(Thumbnail::isPadded).count();
        boolean isUsual = padded >= PADDED_FROM * pictures.size();
        return pictures.stream()
                .map(picture -> isUsual || picture.isPadded() ? picture.withinBorders() : picture)
                .toList();
    }

    private static Optional<Standard> ofAligned(AlignedPictures aligned) {
        double[] usual = aligned.usualFits();
        if (usual[usual.length / 4] < ALIGNED_FROM || aligned.uprightShare() < UPRIGHT_FROM) {
            return Optional.empty();
        }
        Map<Turn, Double> bars = new EnumMap<>(Turn.class);
        for (Turn turn : Turn.values()) {
            bars.put(turn, bar(aligned.advantages(turn), TOLD_APART_MOST));
        }
        return Optional.of(new Standard(
                aligned.mean(),
                Math.max(ALIKE_FROM, usual[usual.length / 2] - NEARLY_AS_GOOD),
                bars,
                bar(aligned.advantagesOverNegative(), CLEARLY_BETTER)));
    }

    /**
     * How much better a picture must be for being turned back.
     *
     * @param lost what pictures that lie rightly lose by the turn, in increasing order
     * @param most what is asked at most where they are told apart by it
     */
    private static double bar(double[] lost, double most) {
        double usual = lost[lost.length / 2];
        double[] distances = new double[lost.length];
        int unclear = 0;
        for (int i = 0; i < lost.length; i++) {
            distances[i] = Math.abs(lost[i] - usual);
            unclear += lost[i] < usual / 2 ? 1 : 0;
        }
        if (unclear > UNCLEAR_FROM * lost.length) {
            return CLEARLY_BETTER;
        }
        double beyond = FAR * TO_STANDARD_DEVIATIONS * median(distances) - usual;
        return Math.min(most, Math.max(TOLD_APART_LEAST, Math.max(usual / 2, beyond)));
    }

    private static Optional<Standard> ofPlainMean(List<Thumbnail> pictures) {
        double[] mean = new double[PIXELS];
        for (Thumbnail picture : pictures) {
            double[] standardised = picture.standardised();
            for (int i = 0; i < PIXELS; i++) {
                mean[i] += standardised[i];
            }
        }
        double usual = median(AlignedPictures.fits(pictures, mean).stream()
                .mapToDouble(fits -> fits.after(Turn.UPRIGHT))
                .toArray());
        return usual < ALIKE_FROM
                ? Optional.empty()
                : Optional.of(new Standard(mean, usual - NEARLY_AS_GOOD, Map.of(), CLEARLY_BETTER));
    }

    private static Posture posture(Thumbnail picture, AlignedPictures.Fits fits, Standard standard) {
        double lying = fits.lying();
        Turn best = Turn.UPRIGHT;
        boolean negative = false;
        double bestFit = standard.leastFit;
        for (Turn turn : Turn.values()) {
            double fit = fits.after(turn);
            // a mirror alone changes too little in most pictures to be told by this
            boolean isTurned = turn != Turn.UPRIGHT && turn != Turn.MIRRORED;
            if (isTurned && fit > bestFit && fit > lying + standard.bar(turn)) {
                bestFit = fit;
                best = turn;
                negative = false;
            }
            if (-fit > bestFit && -fit > lying + standard.barOfNegative(turn)) {
                bestFit = -fit;
                negative = true;
            }
        }
        if (negative) {
            return Posture.NEGATIVE;
        }
        return best != Turn.UPRIGHT && isTurnedWhereverItLies(picture, best, standard.mean)
                ? Posture.TURNED
                : Posture.UPRIGHT;
    }

    /** Bodies that stand high in their pictures look more like the mean upside down, but only as long as they are not moved. */
    private static boolean isTurnedWhereverItLies(Thumbnail picture, Turn turn, double[] mean) {
        double[] standardised = picture.standardised();
        double turned = AlignedPictures.fitWhereverItLies(standardised, mean, turn);
        double lying = Math.max(
                AlignedPictures.fitWhereverItLies(standardised, mean, Turn.UPRIGHT),
                AlignedPictures.fitWhereverItLies(standardised, mean, Turn.MIRRORED));
        return turned > lying + BETTER_WHEREVER_IT_LIES;
    }

    private static void findMirrored(List<Thumbnail> pictures, double[] mean, Posture[] postures) {
        int[] upright = IntStream.range(0, postures.length)
                .filter(i -> postures[i] == Posture.UPRIGHT)
                .toArray();
        boolean[] mirrored =
                Sides.mirrored(Arrays.stream(upright).mapToObj(pictures::get).toList(), mean);
        for (int i = 0; i < upright.length; i++) {
            if (mirrored[i]) {
                postures[upright[i]] = Posture.MIRRORED;
            }
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
