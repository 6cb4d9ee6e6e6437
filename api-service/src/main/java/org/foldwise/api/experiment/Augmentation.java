package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.foldwise.learning.experiment.AugmentedClasses;
import org.foldwise.learning.imaging.Resampling;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "Augmentation",
        description = "A random change of training images; what it draws, it draws anew for each image and each epoch.")
sealed interface Augmentation {
    org.foldwise.learning.experiment.Augmentation resolved();

    @Schema(name = "RotationAugmentation", description = "Rotation about the centre by an angle to either side.")
    record Rotation(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("45")
                    @Schema(description = "The largest angle to either side.", example = "10")
                    @Nullable
                    Double degrees,
            @Schema(description = "How pixels are taken from between pixels.") @Nullable Resampling resampling,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "1")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.Rotation defaults =
                    org.foldwise.learning.experiment.Augmentation.Rotation.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.Rotation(
                    Plan.or(degrees, defaults.degrees()),
                    Plan.or(resampling, defaults.resampling()),
                    Plan.or(probability, defaults.probability()),
                    Plan.or(classes, defaults.classes()));
        }

        static Rotation of(org.foldwise.learning.experiment.Augmentation.Rotation library) {
            return new Rotation(library.degrees(), library.resampling(), library.probability(), library.classes());
        }
    }

    @Schema(name = "TranslationAugmentation", description = "A move to any side by whole pixels.")
    record Translation(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("0.5")
                    @Schema(description = "The longest way, as a share of the image's side.", example = "0.05")
                    @Nullable
                    Double share,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "1")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.Translation defaults =
                    org.foldwise.learning.experiment.Augmentation.Translation.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.Translation(
                    Plan.or(share, defaults.share()),
                    Plan.or(probability, defaults.probability()),
                    Plan.or(classes, defaults.classes()));
        }

        static Translation of(org.foldwise.learning.experiment.Augmentation.Translation library) {
            return new Translation(library.share(), library.probability(), library.classes());
        }
    }

    @Schema(name = "ZoomAugmentation", description = "Magnification about the centre.")
    record Zoom(
            @DecimalMin("0.5") @DecimalMax("2") @Schema(description = "The smallest factor.", example = "0.9") @Nullable
                    Double lowest,
            @DecimalMin("0.5") @DecimalMax("2") @Schema(description = "The largest factor.", example = "1.1") @Nullable
                    Double highest,
            @Schema(description = "How pixels are taken from between pixels.") @Nullable Resampling resampling,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "1")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        public Zoom {
            org.foldwise.learning.experiment.Augmentation.Zoom defaults =
                    org.foldwise.learning.experiment.Augmentation.Zoom.DEFAULT;
            if (Plan.or(lowest, defaults.lowest()) > Plan.or(highest, defaults.highest())) {
                throw new IllegalArgumentException("the lowest must not be above the highest");
            }
        }

        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.Zoom defaults =
                    org.foldwise.learning.experiment.Augmentation.Zoom.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.Zoom(
                    Plan.or(lowest, defaults.lowest()),
                    Plan.or(highest, defaults.highest()),
                    Plan.or(resampling, defaults.resampling()),
                    Plan.or(probability, defaults.probability()),
                    Plan.or(classes, defaults.classes()));
        }

        static Zoom of(org.foldwise.learning.experiment.Augmentation.Zoom library) {
            return new Zoom(
                    library.lowest(),
                    library.highest(),
                    library.resampling(),
                    library.probability(),
                    library.classes());
        }
    }

    @Schema(name = "ShearAugmentation", description = "Upright lines lean to either side.")
    record Shear(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("30")
                    @Schema(description = "The largest angle to either side.", example = "5")
                    @Nullable
                    Double degrees,
            @Schema(description = "How pixels are taken from between pixels.") @Nullable Resampling resampling,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "1")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.Shear defaults =
                    org.foldwise.learning.experiment.Augmentation.Shear.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.Shear(
                    Plan.or(degrees, defaults.degrees()),
                    Plan.or(resampling, defaults.resampling()),
                    Plan.or(probability, defaults.probability()),
                    Plan.or(classes, defaults.classes()));
        }

        static Shear of(org.foldwise.learning.experiment.Augmentation.Shear library) {
            return new Shear(library.degrees(), library.resampling(), library.probability(), library.classes());
        }
    }

    @Schema(name = "AffineAugmentation", description = "Zoom, shear, rotation and translation in one.")
    record Affine(
            @DecimalMin("0")
                    @DecimalMax("45")
                    @Schema(description = "The largest angle of the rotation to either side.", example = "10")
                    @Nullable
                    Double degrees,
            @DecimalMin("0")
                    @DecimalMax("0.5")
                    @Schema(
                            description = "The longest way of the translation, as a share of the image's side.",
                            example = "0.05")
                    @Nullable
                    Double share,
            @DecimalMin("0.5") @DecimalMax("2") @Schema(example = "0.9") @Nullable Double lowestZoom,
            @DecimalMin("0.5") @DecimalMax("2") @Schema(example = "1.1") @Nullable Double highestZoom,
            @DecimalMin("0")
                    @DecimalMax("30")
                    @Schema(description = "The largest angle of the shear to either side.", example = "0")
                    @Nullable
                    Double shearDegrees,
            @Schema(description = "How pixels are taken from between pixels.") @Nullable Resampling resampling,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "1")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        public Affine {
            org.foldwise.learning.experiment.Augmentation.Affine defaults =
                    org.foldwise.learning.experiment.Augmentation.Affine.DEFAULT;
            if (Plan.or(lowestZoom, defaults.lowestZoom()) > Plan.or(highestZoom, defaults.highestZoom())) {
                throw new IllegalArgumentException("the lowestZoom must not be above the highestZoom");
            }
        }

        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.Affine defaults =
                    org.foldwise.learning.experiment.Augmentation.Affine.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.Affine(
                    Plan.or(degrees, defaults.degrees()),
                    Plan.or(share, defaults.share()),
                    Plan.or(lowestZoom, defaults.lowestZoom()),
                    Plan.or(highestZoom, defaults.highestZoom()),
                    Plan.or(shearDegrees, defaults.shearDegrees()),
                    Plan.or(resampling, defaults.resampling()),
                    Plan.or(probability, defaults.probability()),
                    Plan.or(classes, defaults.classes()));
        }

        static Affine of(org.foldwise.learning.experiment.Augmentation.Affine library) {
            return new Affine(
                    library.degrees(),
                    library.share(),
                    library.lowestZoom(),
                    library.highestZoom(),
                    library.shearDegrees(),
                    library.resampling(),
                    library.probability(),
                    library.classes());
        }
    }

    @Schema(name = "CropAugmentation", description = "A part of the image, enlarged to the whole.")
    record Crop(
            @DecimalMin("0.25")
                    @DecimalMax("1")
                    @Schema(description = "Of the part, as a share of the image's.", example = "0.8")
                    @Nullable
                    Double smallestArea,
            @DecimalMin("1")
                    @DecimalMax("2")
                    @Schema(
                            description = "Of the part's width to its height; the narrowest is its reciprocal.",
                            example = "1.1")
                    @Nullable
                    Double widestRatio,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "1")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.Crop defaults =
                    org.foldwise.learning.experiment.Augmentation.Crop.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.Crop(
                    Plan.or(smallestArea, defaults.smallestArea()),
                    Plan.or(widestRatio, defaults.widestRatio()),
                    Plan.or(probability, defaults.probability()),
                    Plan.or(classes, defaults.classes()));
        }

        static Crop of(org.foldwise.learning.experiment.Augmentation.Crop library) {
            return new Crop(library.smallestArea(), library.widestRatio(), library.probability(), library.classes());
        }
    }

    @Schema(
            name = "HorizontalFlipAugmentation",
            description = "Left and right change sides; only where anatomy.laterality is irrelevant.")
    record HorizontalFlip(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "0.5")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.HorizontalFlip defaults =
                    org.foldwise.learning.experiment.Augmentation.HorizontalFlip.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.HorizontalFlip(
                    Plan.or(probability, defaults.probability()), Plan.or(classes, defaults.classes()));
        }

        static HorizontalFlip of(org.foldwise.learning.experiment.Augmentation.HorizontalFlip library) {
            return new HorizontalFlip(library.probability(), library.classes());
        }
    }

    @Schema(
            name = "VerticalFlipAugmentation",
            description = "Top and bottom change sides; only where nothing about the anatomy's position is relevant.")
    record VerticalFlip(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "0.5")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.VerticalFlip defaults =
                    org.foldwise.learning.experiment.Augmentation.VerticalFlip.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.VerticalFlip(
                    Plan.or(probability, defaults.probability()), Plan.or(classes, defaults.classes()));
        }

        static VerticalFlip of(org.foldwise.learning.experiment.Augmentation.VerticalFlip library) {
            return new VerticalFlip(library.probability(), library.classes());
        }
    }

    @Schema(name = "ElasticAugmentation", description = "Tissue moved along smoothed random arrows.")
    record Elastic(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("20000")
                    @Schema(description = "In pixels, at most 2 sigma^2.", example = "40")
                    @Nullable
                    Double alpha,
            @DecimalMin("1")
                    @DecimalMax("100")
                    @Schema(description = "Width of the smoothing in pixels.", example = "8")
                    @Nullable
                    Double sigma,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "0.5")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        public Elastic {
            org.foldwise.learning.experiment.Augmentation.Elastic defaults =
                    org.foldwise.learning.experiment.Augmentation.Elastic.DEFAULT;
            double wide = Plan.or(sigma, defaults.sigma());
            if (Plan.or(alpha, defaults.alpha()) > 2 * wide * wide) {
                throw new IllegalArgumentException("the alpha must be at most 2 sigma^2, lest tissue fold over itself");
            }
        }

        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.Elastic defaults =
                    org.foldwise.learning.experiment.Augmentation.Elastic.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.Elastic(
                    Plan.or(alpha, defaults.alpha()),
                    Plan.or(sigma, defaults.sigma()),
                    Plan.or(probability, defaults.probability()),
                    Plan.or(classes, defaults.classes()));
        }

        static Elastic of(org.foldwise.learning.experiment.Augmentation.Elastic library) {
            return new Elastic(library.alpha(), library.sigma(), library.probability(), library.classes());
        }
    }

    @Schema(name = "BrightnessAugmentation", description = "Grey levels multiplied.")
    record Brightness(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("0.9")
                    @Schema(description = "How far the factor may be from 1.", example = "0.1")
                    @Nullable
                    Double strength,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "1")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.Brightness defaults =
                    org.foldwise.learning.experiment.Augmentation.Brightness.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.Brightness(
                    Plan.or(strength, defaults.strength()),
                    Plan.or(probability, defaults.probability()),
                    Plan.or(classes, defaults.classes()));
        }

        static Brightness of(org.foldwise.learning.experiment.Augmentation.Brightness library) {
            return new Brightness(library.strength(), library.probability(), library.classes());
        }
    }

    @Schema(name = "ContrastAugmentation", description = "Grey levels moved from the image's mean or towards it.")
    record Contrast(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("0.9")
                    @Schema(description = "How far the factor may be from 1.", example = "0.1")
                    @Nullable
                    Double strength,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "1")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.Contrast defaults =
                    org.foldwise.learning.experiment.Augmentation.Contrast.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.Contrast(
                    Plan.or(strength, defaults.strength()),
                    Plan.or(probability, defaults.probability()),
                    Plan.or(classes, defaults.classes()));
        }

        static Contrast of(org.foldwise.learning.experiment.Augmentation.Contrast library) {
            return new Contrast(library.strength(), library.probability(), library.classes());
        }
    }

    @Schema(name = "GammaAugmentation", description = "Grey levels raised to a power.")
    record Gamma(
            @DecimalMin(value = "1", inclusive = false)
                    @DecimalMax("4")
                    @Schema(description = "The largest exponent; the smallest is its reciprocal.", example = "1.25")
                    @Nullable
                    Double highest,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "1")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.Gamma defaults =
                    org.foldwise.learning.experiment.Augmentation.Gamma.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.Gamma(
                    Plan.or(highest, defaults.highest()),
                    Plan.or(probability, defaults.probability()),
                    Plan.or(classes, defaults.classes()));
        }

        static Gamma of(org.foldwise.learning.experiment.Augmentation.Gamma library) {
            return new Gamma(library.highest(), library.probability(), library.classes());
        }
    }

    @Schema(name = "NoiseAugmentation", description = "Normally distributed noise.")
    record Noise(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("0.5")
                    @Schema(
                            description = "The largest standard deviation, as a share of the range of grey levels.",
                            example = "0.03")
                    @Nullable
                    Double sigma,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "0.5")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.Noise defaults =
                    org.foldwise.learning.experiment.Augmentation.Noise.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.Noise(
                    Plan.or(sigma, defaults.sigma()),
                    Plan.or(probability, defaults.probability()),
                    Plan.or(classes, defaults.classes()));
        }

        static Noise of(org.foldwise.learning.experiment.Augmentation.Noise library) {
            return new Noise(library.sigma(), library.probability(), library.classes());
        }
    }

    @Schema(name = "BlurAugmentation", description = "Gaussian blur.")
    record Blur(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("10")
                    @Schema(description = "The largest standard deviation in pixels.", example = "1")
                    @Nullable
                    Double sigma,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "0.5")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.Blur defaults =
                    org.foldwise.learning.experiment.Augmentation.Blur.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.Blur(
                    Plan.or(sigma, defaults.sigma()),
                    Plan.or(probability, defaults.probability()),
                    Plan.or(classes, defaults.classes()));
        }

        static Blur of(org.foldwise.learning.experiment.Augmentation.Blur library) {
            return new Blur(library.sigma(), library.probability(), library.classes());
        }
    }

    @Schema(name = "CutoutAugmentation", description = "Squares painted over in the image's mean colour.")
    record Cutout(
            @Min(1) @Max(16) @Schema(description = "Of squares.", example = "1") @Nullable Integer count,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("0.5")
                    @Schema(description = "Of the image's shorter side that a square's side has.", example = "0.2")
                    @Nullable
                    Double share,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "0.5")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.Cutout defaults =
                    org.foldwise.learning.experiment.Augmentation.Cutout.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.Cutout(
                    Plan.or(count, defaults.count()),
                    Plan.or(share, defaults.share()),
                    Plan.or(probability, defaults.probability()),
                    Plan.or(classes, defaults.classes()));
        }

        static Cutout of(org.foldwise.learning.experiment.Augmentation.Cutout library) {
            return new Cutout(library.count(), library.share(), library.probability(), library.classes());
        }
    }

    @Schema(name = "ClaheAugmentation", description = "Contrast limited adaptive histogram equalisation.")
    record Clahe(
            @DecimalMin(value = "1", inclusive = false)
                    @DecimalMax("40")
                    @Schema(description = "The largest limit; the smallest is 1.", example = "2")
                    @Nullable
                    Double clipLimit,
            @Min(1) @Max(16) @Schema(description = "In each row and column.", example = "4") @Nullable Integer tiles,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "Carried out on so many of the images.", example = "0.5")
                    @Nullable
                    Double probability,
            @Schema(description = "The classes whose images are changed.") @Nullable AugmentedClasses classes)
            implements Augmentation {
        @Override
        public org.foldwise.learning.experiment.Augmentation resolved() {
            org.foldwise.learning.experiment.Augmentation.Clahe defaults =
                    org.foldwise.learning.experiment.Augmentation.Clahe.DEFAULT;
            return new org.foldwise.learning.experiment.Augmentation.Clahe(
                    Plan.or(clipLimit, defaults.clipLimit()),
                    Plan.or(tiles, defaults.tiles()),
                    Plan.or(probability, defaults.probability()),
                    Plan.or(classes, defaults.classes()));
        }

        static Clahe of(org.foldwise.learning.experiment.Augmentation.Clahe library) {
            return new Clahe(library.clipLimit(), library.tiles(), library.probability(), library.classes());
        }
    }

    static Augmentation of(org.foldwise.learning.experiment.Augmentation augmentation) {
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.Rotation rotation) {
            return Rotation.of(rotation);
        }
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.Translation translation) {
            return Translation.of(translation);
        }
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.Zoom zoom) {
            return Zoom.of(zoom);
        }
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.Shear shear) {
            return Shear.of(shear);
        }
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.Affine affine) {
            return Affine.of(affine);
        }
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.Crop crop) {
            return Crop.of(crop);
        }
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.HorizontalFlip horizontalFlip) {
            return HorizontalFlip.of(horizontalFlip);
        }
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.VerticalFlip verticalFlip) {
            return VerticalFlip.of(verticalFlip);
        }
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.Elastic elastic) {
            return Elastic.of(elastic);
        }
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.Brightness brightness) {
            return Brightness.of(brightness);
        }
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.Contrast contrast) {
            return Contrast.of(contrast);
        }
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.Gamma gamma) {
            return Gamma.of(gamma);
        }
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.Noise noise) {
            return Noise.of(noise);
        }
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.Blur blur) {
            return Blur.of(blur);
        }
        if (augmentation instanceof org.foldwise.learning.experiment.Augmentation.Cutout cutout) {
            return Cutout.of(cutout);
        }
        return Clahe.of((org.foldwise.learning.experiment.Augmentation.Clahe) augmentation);
    }
}
