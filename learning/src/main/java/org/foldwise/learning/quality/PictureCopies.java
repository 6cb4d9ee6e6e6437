package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pictures that are copies of each other although their files differ: stored in another format, compressed more strongly, scaled,
 * brightened, mirrored, turned by quarters or made negative. A {@linkplain PictureHash hash} proposes pairs; two correlations of their
 * {@linkplain Thumbnail thumbnails} must confirm them, as films of different people may well share a hash. Crops, and turns by other
 * angles, are not found.
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

    /** Thumbnails with less contrast than this hold nothing to compare. */
    static final double LEAST_CONTRAST = 3;

    /** At some microseconds each, this many looks take about a minute. */
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
        private final HashIndex index;
        private final Groups groups;
        /** By picture: the picture for which it was last proposed. */
        private final int[] proposedFor;

        private final List<Pair> pairs = new ArrayList<>();
        private final int mostLooks;
        private int looks;
        /** Whether a proposed pair was not looked at. */
        private boolean passedOver;

        Search(List<Thumbnail> pictures, int[] files, int mostLooks) {
            this.pictures = pictures;
            this.files = files;
            this.mostLooks = mostLooks;
            long[] upright = new long[pictures.size()];
            for (int i = 0; i < upright.length; i++) {
                upright[i] = PictureHash.of(pictures.get(i)).upright();
            }
            this.index = new HashIndex(upright);
            this.groups = new Groups(pictures.size());
            this.proposedFor = new int[pictures.size()];
        }

        PictureCopies copies() {
            boolean[] hasContent = new boolean[pictures.size()];
            for (int i = 0; i < hasContent.length; i++) {
                hasContent[i] = pictures.get(i).contrast() >= LEAST_CONTRAST;
            }
            int stamp = 0;
            int one = 0;
            for (; one < hasContent.length && !passedOver; one++) {
                if (!hasContent[one]) {
                    continue;
                }
                PictureHash hash = PictureHash.of(pictures.get(one));
                for (Turn turn : Turn.values()) {
                    for (boolean negative : new boolean[] {false, true}) {
                        lookAround(one, hash.of(turn, negative), turn, negative, ++stamp, hasContent);
                    }
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

        private void lookAround(int one, long hash, Turn turn, boolean negative, int stamp, boolean[] hasContent) {
            index.within(hash, other -> {
                if (other > one && proposedFor[other] != stamp && hasContent[other]) {
                    proposedFor[other] = stamp;
                    look(one, other, turn, negative);
                }
            });
        }

        private void look(int one, int other, Turn turn, boolean negative) {
            if (files[one] == files[other] || groups.root(one) == groups.root(other)) {
                return;
            }
            if (looks >= mostLooks) {
                passedOver = true;
                return;
            }
            looks++;
            int sign = negative ? -1 : 1;
            double correlation = sign * pictures.get(one).correlation(turn, pictures.get(other));
            if (correlation >= LEAST_CORRELATION
                    && sign * pictures.get(one).detailCorrelation(turn, pictures.get(other))
                            >= LEAST_DETAIL_CORRELATION) {
                groups.join(one, other);
                pairs.add(new Pair(one, other, turn, negative, correlation));
            }
        }
    }
}
