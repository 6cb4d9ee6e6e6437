package org.foldwise.learning.dataset;

import java.util.ArrayList;
import java.util.List;

/**
 * Which frames, slices or pages of a file are images of a dataset: every n-th of those in a range. Of a file with a single one it is
 * that one.
 *
 * @param every 1 or more; 1 takes all in the range, 2 the first, third, fifth and so on
 * @param from share of the file's frames before the range, in [0, 1)
 * @param to share of the file's frames up to the range's end, more than {@code from} and at most 1
 */
public record FrameSelection(int every, double from, double to) {
    /** The most that are taken of a file. */
    public static final int MOST_OF_A_FILE = 2_000;

    /** Ends of a range that differ from a whole number of frames by less are meant to be that number. */
    private static final double ROUNDING = 1e-9;

    public FrameSelection {
        if (every < 1) {
            throw new IllegalArgumentException("every must be 1 or more, was " + every);
        }
        if (!(from >= 0 && from < to && to <= 1)) {
            throw new IllegalArgumentException(
                    "from must be 0 or more and less than to, and to at most 1, were " + from + " and " + to);
        }
    }

    /** Every n-th frame from the first to the last. */
    public FrameSelection(int every) {
        this(every, 0, 1);
    }

    /**
     * How many it takes; at least one.
     *
     * @param frames of the file, 1 or more
     */
    public int count(int frames) {
        return (last(frames) - first(frames)) / every + 1;
    }

    /**
     * The numbers of those that it takes, in order, at least one.
     *
     * @param frames of the file, 1 or more
     */
    public List<Integer> of(int frames) {
        List<Integer> taken = new ArrayList<>();
        int last = last(frames);
        // counted in long: a large step must not run over
        for (long frame = first(frames); frame <= last; frame += every) {
            taken.add((int) frame);
        }
        return List.copyOf(taken);
    }

    private int first(int frames) {
        if (frames < 1) {
            throw new IllegalArgumentException("a file has 1 frame or more, was " + frames);
        }
        return Math.min(frames - 1, (int) Math.floor(from * frames + ROUNDING));
    }

    private int last(int frames) {
        return Math.max(first(frames), (int) Math.ceil(to * frames - ROUNDING) - 1);
    }
}
