package org.foldwise.learning.audit;

import java.util.SplittableRandom;
import org.foldwise.learning.imaging.PixelImage;

/**
 * A small round lesion, painted onto an image where there is tissue. What augmentations do to it shows what they may do to a finding of
 * that size and contrast.
 *
 * @param left of its centre, in pixels
 * @param top of its centre
 * @param radius in pixels
 * @param contrast in grey levels, above 0 on dark ground and below 0 on bright
 */
record PlantedLesion(int left, int top, int radius, int contrast) {
    /** Of the centre from its surroundings, in grey levels. */
    static final int CONTRAST = 60;

    /** The radius as a share of the image's shorter side. */
    static final double RADIUS_SHARE = 0.03;

    /** A lesion counts as lost where less than this share of its contrast is left anywhere. */
    static final double LOST_BELOW = 0.25;

    private static final int SMALLEST_RADIUS = 2;
    private static final int BLACK_UP_TO = 10;
    private static final int BRIGHT_FROM = 150;
    private static final double MARGIN = 0.1;
    private static final int TRIALS = 50;

    /** A place for a lesion, at least a tenth of the image's side from its edge; where there is nothing but black, on black. */
    static PlantedLesion in(PixelImage image, SplittableRandom random) {
        int radius = Math.max(SMALLEST_RADIUS, (int) Math.rint(RADIUS_SHARE * Math.min(image.width(), image.height())));
        int left = 0;
        int top = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            left = within(image.width(), random);
            top = within(image.height(), random);
            if (image.sample(left, top, 0) > BLACK_UP_TO) {
                break;
            }
        }
        return new PlantedLesion(left, top, radius, image.sample(left, top, 0) < BRIGHT_FROM ? CONTRAST : -CONTRAST);
    }

    private static int within(int side, SplittableRandom random) {
        int margin = (int) (MARGIN * side);
        return margin + random.nextInt(Math.max(1, side - 2 * margin));
    }

    /** The image with the lesion. */
    PixelImage on(PixelImage image) {
        int[] offsets = new int[image.width() * image.height()];
        for (int y = Math.max(0, top - radius); y <= Math.min(image.height() - 1, top + radius); y++) {
            for (int x = Math.max(0, left - radius); x <= Math.min(image.width() - 1, left + radius); x++) {
                int across = x - left;
                int down = y - top;
                if (across * across + down * down <= radius * radius) {
                    offsets[y * image.width() + x] = contrast;
                }
            }
        }
        return image.raised(offsets);
    }

    /** Whether the lesion is gone from what became of an image. */
    boolean isLost(PixelImage viewWithout, PixelImage viewWith) {
        byte[] without = viewWithout.samples();
        byte[] with = viewWith.samples();
        int most = 0;
        for (int i = 0; i < with.length; i++) {
            most = Math.max(most, Math.abs((with[i] & 0xFF) - (without[i] & 0xFF)));
        }
        return most < LOST_BELOW * CONTRAST;
    }
}
