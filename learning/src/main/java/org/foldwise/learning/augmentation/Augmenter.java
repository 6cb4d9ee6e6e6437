package org.foldwise.learning.augmentation;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.imaging.AffineMap;
import org.foldwise.learning.imaging.Clahe;
import org.foldwise.learning.imaging.GaussianBlur;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Resampling;
import org.foldwise.learning.imaging.ResizeFilter;
import org.foldwise.learning.imaging.ToneCurve;

/**
 * Applies an augmentation to an image with numbers from a stream. The first number decides whether at all, so that another
 * probability changes nothing about the images that are changed either way.
 */
public final class Augmenter {
    private static final double GREY_LEVELS = 255;
    private static final int CROP_TRIALS = 10;

    private static final Map<Class<?>, Option<?>> OPTIONS = Stream.of(
                    new Option<>(Augmentation.Rotation.class, Augmenter::rotate),
                    new Option<>(Augmentation.Translation.class, Augmenter::translate),
                    new Option<>(Augmentation.Zoom.class, Augmenter::zoom),
                    new Option<>(Augmentation.Shear.class, Augmenter::shear),
                    new Option<>(Augmentation.Affine.class, Augmenter::map),
                    new Option<>(Augmentation.Crop.class, Augmenter::crop),
                    new Option<>(Augmentation.HorizontalFlip.class, (flip, image, random) -> image.mirrored()),
                    new Option<>(Augmentation.VerticalFlip.class, (flip, image, random) -> image.mirroredUpsideDown()),
                    new Option<>(Augmentation.Elastic.class, ElasticField::deform),
                    new Option<>(Augmentation.Brightness.class, Augmenter::brighten),
                    new Option<>(Augmentation.Contrast.class, Augmenter::spread),
                    new Option<>(Augmentation.Gamma.class, Augmenter::bend),
                    new Option<>(Augmentation.Noise.class, Augmenter::addNoise),
                    new Option<>(Augmentation.Blur.class, Augmenter::blur),
                    new Option<>(Augmentation.Cutout.class, Augmenter::cutOut),
                    new Option<>(Augmentation.Clahe.class, Augmenter::equalize))
            .collect(toUnmodifiableMap(Option::type, option -> option));

    private Augmenter() {}

    private interface Change<A extends Augmentation> {
        PixelImage of(A augmentation, PixelImage image, SplittableRandom random);
    }

    private record Option<A extends Augmentation>(Class<A> type, Change<A> change) {
        PixelImage apply(Augmentation augmentation, PixelImage image, SplittableRandom random) {
            return change.of(type.cast(augmentation), image, random);
        }
    }

    /**
     * The image, changed; of the same size and channels.
     *
     * @param random a stream for this augmentation of this image alone
     */
    public static PixelImage apply(Augmentation augmentation, PixelImage image, SplittableRandom random) {
        return random.nextDouble() < augmentation.probability() ? changed(augmentation, image, random) : image;
    }

    /** As {@link #apply} changes the image where it does, whatever the probability, and with the same numbers. */
    public static PixelImage carryOut(Augmentation augmentation, PixelImage image, SplittableRandom random) {
        // the number that would decide
        random.nextDouble();
        return changed(augmentation, image, random);
    }

    private static PixelImage changed(Augmentation augmentation, PixelImage image, SplittableRandom random) {
        Option<?> option = OPTIONS.get(augmentation.getClass());
        if (option == null) {
            throw new IllegalArgumentException("no way is known to apply " + augmentation);
        }
        return option.apply(augmentation, image, random);
    }

    private static PixelImage rotate(Augmentation.Rotation rotation, PixelImage image, SplittableRandom random) {
        return image.rotated(toEitherSide(rotation.degrees(), random), rotation.resampling());
    }

    private static PixelImage translate(
            Augmentation.Translation translation, PixelImage image, SplittableRandom random) {
        int right = pixelsToEitherSide(translation.share() * image.width(), random);
        int down = pixelsToEitherSide(translation.share() * image.height(), random);
        return AffineMap.of(image.width(), image.height(), 0, right, down, 1, 0).apply(image, Resampling.NEAREST);
    }

    private static PixelImage zoom(Augmentation.Zoom zoom, PixelImage image, SplittableRandom random) {
        double factor = between(zoom.lowest(), zoom.highest(), random);
        return AffineMap.of(image.width(), image.height(), 0, 0, 0, factor, 0).apply(image, zoom.resampling());
    }

    private static PixelImage shear(Augmentation.Shear shear, PixelImage image, SplittableRandom random) {
        double degrees = toEitherSide(shear.degrees(), random);
        return AffineMap.of(image.width(), image.height(), 0, 0, 0, 1, degrees).apply(image, shear.resampling());
    }

    private static PixelImage map(Augmentation.Affine affine, PixelImage image, SplittableRandom random) {
        double degrees = toEitherSide(affine.degrees(), random);
        int right = pixelsToEitherSide(affine.share() * image.width(), random);
        int down = pixelsToEitherSide(affine.share() * image.height(), random);
        double factor = between(affine.lowestZoom(), affine.highestZoom(), random);
        double shearDegrees = toEitherSide(affine.shearDegrees(), random);
        return AffineMap.of(image.width(), image.height(), degrees, right, down, factor, shearDegrees)
                .apply(image, affine.resampling());
    }

    /** torchvision's way: a part that does not fit is drawn again, and after ten trials the middle is taken. */
    private static PixelImage crop(Augmentation.Crop crop, PixelImage image, SplittableRandom random) {
        int width = image.width();
        int height = image.height();
        double widest = StrictMath.log(crop.widestRatio());
        for (int trial = 0; trial < CROP_TRIALS; trial++) {
            double area = between(crop.smallestArea(), 1, random) * width * height;
            double ratio = StrictMath.exp(toEitherSide(widest, random));
            int partWidth = (int) Math.rint(Math.sqrt(area * ratio));
            int partHeight = (int) Math.rint(Math.sqrt(area / ratio));
            if (partWidth <= width && partHeight <= height) {
                int top = random.nextInt(height - partHeight + 1);
                int left = random.nextInt(width - partWidth + 1);
                return enlarged(image, left, top, partWidth, partHeight);
            }
        }
        int partWidth = (int) Math.min(width, Math.rint(height * crop.widestRatio()));
        int partHeight = (int) Math.min(height, Math.rint(width * crop.widestRatio()));
        return enlarged(image, (width - partWidth) / 2, (height - partHeight) / 2, partWidth, partHeight);
    }

    private static PixelImage enlarged(PixelImage image, int left, int top, int width, int height) {
        return image.cropped(left, top, width, height).resized(image.width(), image.height(), ResizeFilter.BILINEAR);
    }

    private static PixelImage brighten(Augmentation.Brightness brightness, PixelImage image, SplittableRandom random) {
        return ToneCurve.brightness(1 + toEitherSide(brightness.strength(), random))
                .apply(image);
    }

    private static PixelImage spread(Augmentation.Contrast contrast, PixelImage image, SplittableRandom random) {
        return ToneCurve.contrast(1 + toEitherSide(contrast.strength(), random), image)
                .apply(image);
    }

    private static PixelImage bend(Augmentation.Gamma gamma, PixelImage image, SplittableRandom random) {
        return ToneCurve.gamma(StrictMath.exp(toEitherSide(StrictMath.log(gamma.highest()), random)))
                .apply(image);
    }

    private static PixelImage addNoise(Augmentation.Noise noise, PixelImage image, SplittableRandom random) {
        double sigma = between(0, noise.sigma(), random) * GREY_LEVELS;
        return image.raised(NormalNoise.draw(image.width() * image.height(), sigma, random));
    }

    private static PixelImage blur(Augmentation.Blur blur, PixelImage image, SplittableRandom random) {
        double sigma = between(0, blur.sigma(), random);
        return sigma > 0 ? GaussianBlur.of(sigma).apply(image) : image;
    }

    private static PixelImage cutOut(Augmentation.Cutout cutout, PixelImage image, SplittableRandom random) {
        int side = Math.max(1, (int) Math.rint(cutout.share() * Math.min(image.width(), image.height())));
        // of the image as it was: what the first square has covered is no reason for the second to be darker
        byte[] colour = image.meanColour();
        PixelImage cut = image;
        for (int i = 0; i < cutout.count(); i++) {
            int left = random.nextInt(image.width()) - side / 2;
            int top = random.nextInt(image.height()) - side / 2;
            int right = Math.min(left + side, image.width());
            int bottom = Math.min(top + side, image.height());
            left = Math.max(left, 0);
            top = Math.max(top, 0);
            cut = cut.blanked(left, top, right - left, bottom - top, colour);
        }
        return cut;
    }

    private static PixelImage equalize(Augmentation.Clahe clahe, PixelImage image, SplittableRandom random) {
        return new Clahe(between(1, clahe.clipLimit(), random), clahe.tiles()).apply(image);
    }

    private static double toEitherSide(double most, SplittableRandom random) {
        return most * (2 * random.nextDouble() - 1);
    }

    private static int pixelsToEitherSide(double most, SplittableRandom random) {
        return (int) Math.rint(toEitherSide(most, random));
    }

    private static double between(double lowest, double highest, SplittableRandom random) {
        return lowest + (highest - lowest) * random.nextDouble();
    }
}
