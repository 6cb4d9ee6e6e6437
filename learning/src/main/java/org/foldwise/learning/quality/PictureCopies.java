package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.foldwise.learning.quality.Thumbnail.Part;

/**
 * Pictures that are copies of each other although their files differ: stored in another format, compressed more strongly, scaled, shown
 * with another brightness, contrast, window or gamma, with a border around them or over their edges, with a mark near an edge, mirrored,
 * turned by quarters or made negative. {@linkplain PictureHash Hashes} propose pairs: of the pictures as they are, of their
 * {@linkplain Thumbnail#equalised order of values}, of what lies within borders, and of the middle. Two correlations of their
 * {@linkplain Thumbnail thumbnails} must confirm them, as films of different people may well share a hash; where these fail, two of one
 * picture with {@linkplain Thumbnail#withValuesOf the values of the other}. Crops, and turns by other angles, are not found.
 *
 * @param pairs in the order of their first, then their second picture; a picture in a chain of copies may be paired with one other only
 * @param notCompared positions of pictures that were compared with all others but not with each other, since so many look alike; empty, or 2
 *     at least
 */
record PictureCopies(List<Pair> pairs, List<Integer> notCompared) {
    PictureCopies {
        pairs = List.copyOf(pairs);
        notCompared = List.copyOf(notCompared);
    }

    /**
     * Copies agree at least that far in grey values and ...
     */
    static final double LEAST_CORRELATION = 0.998;
    /** ... in detail. */
    static final double LEAST_DETAIL_CORRELATION = 0.95;

    /** Copies that need the values of one another agree in these at least that far and ... */
    static final double LEAST_CORRELATION_OF_VALUES = 0.997;
    /** ... in detail. */
    static final double LEAST_DETAIL_CORRELATION_OF_VALUES = 0.97;
    /** Below that, in grey values as they are or ... */
    private static final double NO_COPY_BELOW = 0.8;
    /** ... in their detail, values of one another are not looked at. */
    private static final double NO_COPY_BELOW_DETAIL = 0.7;

    /** Thumbnails with less contrast than this hold nothing to compare. */
    static final double LEAST_CONTRAST = 3;

    /** At some microseconds each, this many looks take about two minutes. */
    static final int MOST_LOOKS = 20_000_000;

    /**
     * Two copies.
     *
     * @param one position of the first picture
     * @param other position of the second, above {@code one}
     * @param turn how the first must be turned to look like the second
     * @param isNegative whether light and dark have changed places
     * @param correlation of the grey values after that, in [0, 1]
     */
    record Pair(int one, int other, Turn turn, boolean isNegative, double correlation) {
        /** Whether the picture was not just stored again, but mirrored, turned or made negative. */
        boolean isAltered() {
            return turn != Turn.UPRIGHT || isNegative;
        }
    }

    /** The copies among pictures of as many files. */
    static PictureCopies among(List<Thumbnail> pictures) {
        return among(pictures, MOST_LOOKS);
    }

    /** The same, with so many looks at most. */
    static PictureCopies among(List<Thumbnail> pictures, int mostLooks) {
        return among(pictures, IntStream.range(0, pictures.size()).toArray(), mostLooks);
    }

    /**
     * The same of pictures that may be frames of one file, which are alike by nature: no two of one file are looked at.
     *
     * @param files a number for the file of each picture
     */
    static PictureCopies among(List<Thumbnail> pictures, int[] files, int mostLooks) {
        return new Search(pictures, files, mostLooks).copies();
    }

    private static final class Search {
        private final List<Thumbnail> pictures;
        private final int[] files;
        private final int mostLooks;
        private final boolean[] hasContent;
        private final HashIndex asTheyAre;
        private final HashIndex equalised;
        private final HashIndex withinBorders;
        /** Of pictures with borders alone: others have been compared as wholes. */
        private final HashIndex withinBordersOfFramed;

        private final HashIndex middles;
        private final Groups groups;
        /** By picture: the question for which it was last proposed. */
        private final int[] proposedFor;

        private final List<Pair> pairs = new ArrayList<>();
        private int questions;
        private int looks;
        /** Whether a proposed pair was not looked at. */
        private boolean passedOver;

        Search(List<Thumbnail> pictures, int[] files, int mostLooks) {
            this.pictures = pictures;
            this.files = files;
            this.mostLooks = mostLooks;
            this.hasContent = new boolean[pictures.size()];
            for (int i = 0; i < hasContent.length; i++) {
                hasContent[i] = pictures.get(i).contrast() >= LEAST_CONTRAST;
            }
            int[] members = IntStream.range(0, hasContent.length)
                    .filter(i -> hasContent[i])
                    .toArray();
            int[] framed = Arrays.stream(members)
                    .filter(i -> pictures.get(i).isFramed())
                    .toArray();
            this.asTheyAre = new HashIndex(hashes(picture -> picture), members);
            long[] ofWholes = hashes(Thumbnail::equalised);
            this.equalised = new HashIndex(ofWholes, members);
            long[] within = framed.length == 0
                    ? ofWholes
                    : hashes(picture -> picture.withinBorders().equalised());
            this.withinBorders = framed.length == 0 ? equalised : new HashIndex(within, members);
            this.withinBordersOfFramed = new HashIndex(within, framed);
            this.middles = new HashIndex(hashes(picture -> picture.middle().equalised()), members);
            this.groups = new Groups(pictures.size());
            this.proposedFor = new int[pictures.size()];
        }

        private long[] hashes(UnaryOperator<Thumbnail> view) {
            return pictures.stream()
                    .mapToLong(picture -> PictureHash.of(view.apply(picture)).upright())
                    .toArray();
        }

        PictureCopies copies() {
            int one = 0;
            for (; one < hasContent.length && !passedOver; one++) {
                if (hasContent[one]) {
                    lookAround(one);
                }
            }
            // the picture at which the search ended is one of those that later ones were not compared with
            int from = one - 1;
            return new PictureCopies(
                    pairs,
                    passedOver
                            ? IntStream.range(from, hasContent.length)
                                    .filter(i -> hasContent[i])
                                    .boxed()
                                    .toList()
                            : List.of());
        }

        private void lookAround(int one) {
            Thumbnail picture = pictures.get(one);
            PictureHash asItIs = PictureHash.of(picture);
            PictureHash evened = PictureHash.of(picture.equalised());
            Thumbnail within = picture.withinBorders();
            PictureHash evenedWithin = picture.isFramed() ? PictureHash.of(within.equalised()) : evened;
            PictureHash evenedMiddle = PictureHash.of(picture.middle().equalised());
            for (Turn turn : Turn.values()) {
                for (boolean negative : new boolean[] {false, true}) {
                    Posture posture = new Posture(turn, negative);
                    IntConsumer wholes = asked(one, other -> look(one, other, posture, false, Part.WHOLE));
                    asTheyAre.within(asItIs.of(turn, negative), wholes);
                    equalised.within(evened.of(turn, negative), wholes);
                    (picture.isFramed() ? withinBorders : withinBordersOfFramed)
                            .within(
                                    evenedWithin.of(turn, negative),
                                    asked(one, other -> look(one, other, posture, true, Part.WHOLE)));
                    middles.close(
                            evenedMiddle.of(turn, negative),
                            asked(one, other -> look(one, other, posture, false, Part.MIDDLE)));
                }
            }
        }

        /** Lets one question be answered once by every later picture. */
        private IntConsumer asked(int one, IntConsumer answer) {
            int number = ++questions;
            return other -> {
                if (other > one && proposedFor[other] != number) {
                    proposedFor[other] = number;
                    answer.accept(other);
                }
            };
        }

        private void look(int one, int other, Posture posture, boolean within, Part part) {
            if (files[one] == files[other] || groups.root(one) == groups.root(other)) {
                return;
            }
            if (looks >= mostLooks) {
                passedOver = true;
                return;
            }
            looks++;
            Thumbnail ofOne = pictures.get(one);
            Thumbnail ofOther = pictures.get(other);
            double correlation = within
                    ? agreement(ofOne.withinBorders(), ofOther.withinBorders(), posture, part)
                    : agreement(ofOne, ofOther, posture, part);
            if (correlation > 0 && !within && !agreeWithinBars(ofOne, ofOther, posture, part)) {
                correlation = 0;
            }
            if (correlation > 0) {
                groups.join(one, other);
                pairs.add(new Pair(one, other, posture.turn(), posture.isNegative(), correlation));
            }
        }

        /** Bars beside dark pictures have more contrast than what is shown, which has to agree by itself. */
        private static boolean agreeWithinBars(Thumbnail one, Thumbnail other, Posture posture, Part looked) {
            Part part = one.withinBars(posture.turn())
                    .inCommonWith(other.withinBars(Turn.UPRIGHT))
                    .inCommonWith(looked);
            return part.equals(looked) || !part.isLargeEnough() || agreement(one, other, posture, part) > 0;
        }

        /** The correlation of the grey values of copies; 0 of others. */
        private static double agreement(Thumbnail one, Thumbnail other, Posture posture, Part part) {
            Turn turn = posture.turn();
            int sign = posture.isNegative() ? -1 : 1;
            double correlation = sign * one.correlation(turn, other, part);
            if (correlation < NO_COPY_BELOW) {
                return 0;
            }
            double detail = sign * one.detailCorrelation(turn, other, part);
            if (detail < NO_COPY_BELOW_DETAIL) {
                return 0;
            }
            if (correlation >= LEAST_CORRELATION && detail >= LEAST_DETAIL_CORRELATION) {
                return correlation;
            }
            Thumbnail positive = posture.isNegative() ? one.negative() : one;
            double here = agreementOfValues(positive.withValuesOf(other, part), other, turn, part);
            return here > 0 ? here : agreementOfValues(positive, other.withValuesOf(positive, part), turn, part);
        }

        private static double agreementOfValues(Thumbnail one, Thumbnail other, Turn turn, Part part) {
            double correlation = one.correlation(turn, other, part);
            return correlation >= LEAST_CORRELATION_OF_VALUES
                            && one.detailCorrelation(turn, other, part) >= LEAST_DETAIL_CORRELATION_OF_VALUES
                    ? correlation
                    : 0;
        }
    }

    /** How the first picture of a pair would have to be changed to look like the second. */
    private record Posture(Turn turn, boolean isNegative) {}
}
