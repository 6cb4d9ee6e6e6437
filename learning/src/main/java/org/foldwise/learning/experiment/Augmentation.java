package org.foldwise.learning.experiment;

import org.foldwise.learning.imaging.Resampling;

/**
 * A random change of training images. Validation, held-out and test images are never augmented.
 *
 * <p>Each option is carried out on an image with its {@code probability}, and only on images of its {@code classes}; what it
 * draws besides, it draws anew for each image and each epoch. Numbers are drawn uniformly between their bounds unless something
 * else is said. What a change leaves uncovered is black. {@code docs/plan.md} says when not to use which.
 */
public sealed interface Augmentation {
    /** Carried out on so many of the images, in (0, 1]. */
    double probability();

    /** The classes whose images are changed. */
    AugmentedClasses classes();

    /**
     * Rotation about the centre by an angle from -{@code degrees} to {@code degrees}: torchvision's RandomRotation of a Pillow
     * image.
     *
     * @param degrees in (0, 45]
     */
    record Rotation(double degrees, Resampling resampling, double probability, AugmentedClasses classes)
            implements Augmentation {
        public static final Rotation DEFAULT = new Rotation(10, Resampling.NEAREST, 1, AugmentedClasses.ALL);

        public Rotation {
            requireAboveZero("degrees", degrees, 45);
            requireProbability(probability);
        }
    }

    /**
     * A move to any side by whole pixels, across and down each up to {@code share} of the side: torchvision's RandomAffine with
     * {@code translate}.
     *
     * @param share of the image's side, in (0, 0.5]
     */
    record Translation(double share, double probability, AugmentedClasses classes) implements Augmentation {
        public static final Translation DEFAULT = new Translation(0.05, 1, AugmentedClasses.ALL);

        public Translation {
            requireAboveZero("share", share, 0.5);
            requireProbability(probability);
        }
    }

    /**
     * A magnification about the centre: torchvision's RandomAffine with {@code scale}.
     *
     * @param lowest in [0.5, 2]; below 1 shrinks
     * @param highest from {@code lowest} to 2
     */
    record Zoom(double lowest, double highest, Resampling resampling, double probability, AugmentedClasses classes)
            implements Augmentation {
        public static final Zoom DEFAULT = new Zoom(0.9, 1.1, Resampling.NEAREST, 1, AugmentedClasses.ALL);

        public Zoom {
            requireZoom("lowest", lowest, "highest", highest);
            requireProbability(probability);
        }
    }

    /**
     * Upright lines lean by an angle from -{@code degrees} to {@code degrees}: torchvision's RandomAffine with {@code shear}.
     *
     * @param degrees in (0, 30]
     */
    record Shear(double degrees, Resampling resampling, double probability, AugmentedClasses classes)
            implements Augmentation {
        public static final Shear DEFAULT = new Shear(5, Resampling.NEAREST, 1, AugmentedClasses.ALL);

        public Shear {
            requireAboveZero("degrees", degrees, 30);
            requireProbability(probability);
        }
    }

    /**
     * Zoom, shear, rotation and translation in one, so that pixels are taken from the image only once: torchvision's
     * RandomAffine, whose angles are clockwise.
     *
     * @param degrees of the rotation, in [0, 45]
     * @param share of the translation, in [0, 0.5]
     * @param lowestZoom in [0.5, 2]
     * @param highestZoom from {@code lowestZoom} to 2
     * @param shearDegrees in [0, 30]
     */
    record Affine(
            double degrees,
            double share,
            double lowestZoom,
            double highestZoom,
            double shearDegrees,
            Resampling resampling,
            double probability,
            AugmentedClasses classes)
            implements Augmentation {
        public static final Affine DEFAULT =
                new Affine(10, 0.05, 0.9, 1.1, 0, Resampling.BILINEAR, 1, AugmentedClasses.ALL);

        public Affine {
            requireBetween("degrees", degrees, 0, 45);
            requireBetween("share", share, 0, 0.5);
            requireZoom("lowestZoom", lowestZoom, "highestZoom", highestZoom);
            requireBetween("shearDegrees", shearDegrees, 0, 30);
            requireProbability(probability);
        }
    }

    /**
     * A part of the image, anywhere in it, enlarged to the whole: torchvision's RandomResizedCrop, antialiased and bilinear. Its
     * bounds are tighter than torchvision's 0.08 and 4/3, with which a part may well miss the finding that the label is about.
     *
     * @param smallestArea of the part, as a share of the image's, in [0.25, 1]; the largest is 1
     * @param widestRatio of the part's width to its height, in [1, 2]; the narrowest is its reciprocal, and the logarithm is
     *     drawn
     */
    record Crop(double smallestArea, double widestRatio, double probability, AugmentedClasses classes)
            implements Augmentation {
        public static final Crop DEFAULT = new Crop(0.8, 1.1, 1, AugmentedClasses.ALL);

        public Crop {
            requireBetween("smallestArea", smallestArea, 0.25, 1);
            requireBetween("widestRatio", widestRatio, 1, 2);
            requireProbability(probability);
        }
    }

    /**
     * Left and right change sides: torchvision's RandomHorizontalFlip. Allowed only where the plan says that laterality is
     * irrelevant, see {@link AnatomySpec}.
     */
    record HorizontalFlip(double probability, AugmentedClasses classes) implements Augmentation {
        public static final HorizontalFlip DEFAULT = new HorizontalFlip(0.5, AugmentedClasses.ALL);

        public HorizontalFlip {
            requireProbability(probability);
        }
    }

    /**
     * Top and bottom change sides: torchvision's RandomVerticalFlip. Allowed only where the plan says that both laterality and
     * the upright position are irrelevant, see {@link AnatomySpec}.
     */
    record VerticalFlip(double probability, AugmentedClasses classes) implements Augmentation {
        public static final VerticalFlip DEFAULT = new VerticalFlip(0.5, AugmentedClasses.ALL);

        public VerticalFlip {
            requireProbability(probability);
        }
    }

    /**
     * Random arrows, smoothed, along which tissue is moved (Simard, Steinkraus and Platt, 2003, Best practices for convolutional
     * neural networks applied to visual document analysis). Each arrow's parts are drawn from [-1, 1], averaged over neighbours
     * by a bell curve and multiplied by {@code alpha}, as in torchvision's ElasticTransform. An arrow's parts then have a
     * standard deviation of about {@code 0.163 alpha / sigma} pixels.
     *
     * @param alpha in pixels, above 0 and at most {@code 2 sigma^2}: beyond that the steepest places, four standard deviations
     *     out, would fold tissue over itself
     * @param sigma width of the bell curve in pixels, in [1, 100]
     */
    record Elastic(double alpha, double sigma, double probability, AugmentedClasses classes) implements Augmentation {
        public static final Elastic DEFAULT = new Elastic(40, 8, 0.5, AugmentedClasses.ALL);

        public Elastic {
            requireAboveZero("alpha", alpha, 20_000);
            requireBetween("sigma", sigma, 1, 100);
            if (alpha > 2 * sigma * sigma) {
                throw new IllegalArgumentException("an elastic deformation's alpha must be at most 2 sigma^2, here "
                        + 2 * sigma * sigma + ", lest tissue fold over itself, was " + alpha);
            }
            requireProbability(probability);
        }
    }

    /**
     * Grey levels multiplied by a factor from {@code 1 - strength} to {@code 1 + strength}: torchvision's ColorJitter with
     * {@code brightness}.
     *
     * @param strength in (0, 0.9]
     */
    record Brightness(double strength, double probability, AugmentedClasses classes) implements Augmentation {
        public static final Brightness DEFAULT = new Brightness(0.1, 1, AugmentedClasses.ALL);

        public Brightness {
            requireAboveZero("strength", strength, 0.9);
            requireProbability(probability);
        }
    }

    /**
     * Grey levels moved from the image's mean, or towards it, by a factor from {@code 1 - strength} to {@code 1 + strength}:
     * torchvision's ColorJitter with {@code contrast}.
     *
     * @param strength in (0, 0.9]
     */
    record Contrast(double strength, double probability, AugmentedClasses classes) implements Augmentation {
        public static final Contrast DEFAULT = new Contrast(0.1, 1, AugmentedClasses.ALL);

        public Contrast {
            requireAboveZero("strength", strength, 0.9);
            requireProbability(probability);
        }
    }

    /**
     * Grey levels, on the scale from 0 to 1, raised to a power from {@code 1 / highest} to {@code highest}, whose logarithm is
     * drawn: torchvision's {@code adjust_gamma}.
     *
     * @param highest in (1, 4]
     */
    record Gamma(double highest, double probability, AugmentedClasses classes) implements Augmentation {
        public static final Gamma DEFAULT = new Gamma(1.25, 1, AugmentedClasses.ALL);

        public Gamma {
            if (!(highest > 1 && highest <= 4)) {
                throw new IllegalArgumentException("augmentation.highest must be in (1, 4], was " + highest);
            }
            requireProbability(probability);
        }
    }

    /**
     * Normally distributed noise, the same in all channels of a pixel, rounded to whole grey levels; its standard deviation is
     * drawn from 0 to {@code sigma}.
     *
     * @param sigma as a share of the whole range of grey levels, in (0, 0.5]
     */
    record Noise(double sigma, double probability, AugmentedClasses classes) implements Augmentation {
        public static final Noise DEFAULT = new Noise(0.03, 0.5, AugmentedClasses.ALL);

        public Noise {
            requireAboveZero("sigma", sigma, 0.5);
            requireProbability(probability);
        }
    }

    /**
     * Gaussian blur; its standard deviation is drawn from 0 to {@code sigma}. torchvision's GaussianBlur with a kernel of three
     * standard deviations to each side.
     *
     * @param sigma in pixels, in (0, 10]
     */
    record Blur(double sigma, double probability, AugmentedClasses classes) implements Augmentation {
        public static final Blur DEFAULT = new Blur(1, 0.5, AugmentedClasses.ALL);

        public Blur {
            requireAboveZero("sigma", sigma, 10);
            requireProbability(probability);
        }
    }

    /**
     * Squares painted over (DeVries and Taylor, 2017, Improved regularization of convolutional neural networks with cutout). As
     * in the paper a square's centre may be anywhere, so that part of it may lie outside. The paper fills with the data set's
     * mean; here it is the image's own.
     *
     * @param count of squares, 1 to 16
     * @param share of the image's shorter side that a square's side has, in (0, 0.5]
     */
    record Cutout(int count, double share, double probability, AugmentedClasses classes) implements Augmentation {
        public static final Cutout DEFAULT = new Cutout(1, 0.2, 0.5, AugmentedClasses.ALL);

        public Cutout {
            if (count < 1 || count > 16) {
                throw new IllegalArgumentException("augmentation.count must be 1 to 16, was " + count);
            }
            requireAboveZero("share", share, 0.5);
            requireProbability(probability);
        }
    }

    /**
     * Contrast limited adaptive histogram equalisation with a clip limit from 1 to {@code clipLimit}; OpenCV's
     * {@code createCLAHE}. The limit is a whole number of pixels of a tile, so that tiles of much fewer than 1000 pixels make it
     * coarse. To treat all images alike, those of predictions included, use {@link ImageSpec.Contrast#CLAHE}.
     *
     * @param clipLimit in (1, 40]
     * @param tiles in each row and column, 1 to 16
     */
    record Clahe(double clipLimit, int tiles, double probability, AugmentedClasses classes) implements Augmentation {
        public static final Clahe DEFAULT = new Clahe(2, 4, 0.5, AugmentedClasses.ALL);

        public Clahe {
            if (!(clipLimit > 1 && clipLimit <= 40)) {
                throw new IllegalArgumentException("augmentation.clipLimit must be in (1, 40], was " + clipLimit);
            }
            if (tiles < 1 || tiles > 16) {
                throw new IllegalArgumentException("augmentation.tiles must be 1 to 16, was " + tiles);
            }
            requireProbability(probability);
        }
    }

    private static void requireProbability(double probability) {
        requireAboveZero("probability", probability, 1);
    }

    private static void requireAboveZero(String field, double value, double highest) {
        if (!(value > 0 && value <= highest)) {
            throw new IllegalArgumentException(
                    "augmentation." + field + " must be in (0, " + plain(highest) + "], was " + value);
        }
    }

    private static void requireBetween(String field, double value, double lowest, double highest) {
        if (!(value >= lowest && value <= highest)) {
            throw new IllegalArgumentException("augmentation." + field + " must be in [" + plain(lowest) + ", "
                    + plain(highest) + "], was " + value);
        }
    }

    private static void requireZoom(String lowestField, double lowest, String highestField, double highest) {
        requireBetween(lowestField, lowest, 0.5, 2);
        requireBetween(highestField, highest, 0.5, 2);
        if (lowest > highest) {
            throw new IllegalArgumentException("a zoom's " + lowestField + " must not be above its " + highestField
                    + ", were " + lowest + " and " + highest);
        }
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }
}
