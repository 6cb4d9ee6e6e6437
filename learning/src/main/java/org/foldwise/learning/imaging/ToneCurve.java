package org.foldwise.learning.imaging;

/**
 * What each grey level becomes, the same everywhere in an image and in each of its channels. The curves are those of Pillow's
 * {@code ImageEnhance} and of torchvision's adjustments of Pillow images, byte for byte.
 */
public final class ToneCurve {
    private static final int LEVELS = 256;

    private final byte[] levels;

    private ToneCurve(byte[] levels) {
        this.levels = levels;
    }

    /**
     * Every level multiplied: {@code ImageEnhance.Brightness}.
     *
     * @param factor 0 or more; 1 changes nothing
     */
    public static ToneCurve brightness(double factor) {
        return awayFrom(0, requireFactor(factor));
    }

    /**
     * Every level's distance to the image's mean multiplied: {@code ImageEnhance.Contrast}. The mean is that of the image in
     * grey, rounded.
     *
     * @param factor 0 or more; 1 changes nothing
     */
    public static ToneCurve contrast(double factor, PixelImage image) {
        PixelImage grey = image.withChannels(1);
        long sum = 0;
        for (byte sample : grey.sharedSamples()) {
            sum += sample & 0xFF;
        }
        int mean = (int) ((double) sum / grey.sharedSamples().length + 0.5);
        return awayFrom(mean, requireFactor(factor));
    }

    /** Pillow's {@code Image.blend} with an image of one level. */
    private static ToneCurve awayFrom(int centre, float factor) {
        byte[] levels = new byte[LEVELS];
        for (int level = 0; level < LEVELS; level++) {
            float moved = centre + factor * (level - centre);
            levels[level] = (byte) (int) Math.max(0, Math.min(255, moved));
        }
        return new ToneCurve(levels);
    }

    private static float requireFactor(double factor) {
        if (!(factor >= 0 && Double.isFinite(factor))) {
            throw new IllegalArgumentException("a factor must be 0 or more, was " + factor);
        }
        return (float) factor;
    }

    /**
     * {@code 255.999 (level / 255) ^ exponent}, cut to a whole number: torchvision's {@code adjust_gamma}. Above 1 darkens, and
     * spreads what is bright; 1 changes nothing.
     *
     * @param exponent above 0
     */
    public static ToneCurve gamma(double exponent) {
        if (!(exponent > 0 && Double.isFinite(exponent))) {
            throw new IllegalArgumentException("an exponent must be above 0, was " + exponent);
        }
        byte[] levels = new byte[LEVELS];
        for (int level = 0; level < LEVELS; level++) {
            levels[level] = (byte) (int) ((255 + 1 - 1e-3) * StrictMath.pow(level / 255.0, exponent));
        }
        return new ToneCurve(levels);
    }

    public PixelImage apply(PixelImage image) {
        byte[] source = image.sharedSamples();
        byte[] target = PixelImage.emptySamples(image.width(), image.height(), image.channels());
        for (int i = 0; i < target.length; i++) {
            target[i] = levels[source[i] & 0xFF];
        }
        return PixelImage.wrapping(image.width(), image.height(), image.channels(), target);
    }
}
