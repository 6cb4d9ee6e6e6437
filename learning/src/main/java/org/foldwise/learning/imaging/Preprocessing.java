package org.foldwise.learning.imaging;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.foldwise.learning.imaging.dicom.VoiWindow;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * The deterministic way from an image file to a network's input: perhaps a window of its values, steps on pixels, whose result may be cached, then steps on
 * single samples. Nothing in it is random, and what was fitted to training images is in it as numbers, so training and prediction
 * share it and its fingerprint.
 *
 * @param steps at most one {@link Step.Window} and those on pixels first, with exactly one choice of channels and one of size among them, then {@link Step.Scale},
 *     then at most one {@link Step.Normalize}
 */
public record Preprocessing(List<Step> steps) {
    /** Mean and standard deviation of ImageNet's red, green and blue, on samples in [0, 1]. */
    private static final Step.Normalize IMAGENET =
            new Step.Normalize(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
    /** The means of ImageNet's three means and deviations, for weights whose first layer was summed over colours. */
    private static final Step.Normalize IMAGENET_GREY = new Step.Normalize(List.of(0.449), List.of(0.226));

    /** One deterministic step. */
    public sealed interface Step {

        /** A step from image to image. */
        sealed interface OnPixels extends Step {
            PixelImage apply(PixelImage image);
        }

        /** The step on pixels that decides the size, whatever the size before. */
        sealed interface Sizing extends OnPixels {
            int width();

            int height();

            /**
             * Where the result lies on an image.
             *
             * @param imageWidth of the image before this step, in pixels
             * @param imageHeight of the image before this step, in pixels
             */
            Placement placement(int imageWidth, int imageHeight);
        }

        /** A step from sample to sample, the same everywhere in a channel. */
        sealed interface OnSamples extends Step {
            float apply(float sample, int channel);
        }

        /**
         * Which of an image's modality values are shown from black to white, by the standard's linear function (PS3.3, C.11.2.1.2),
         * whatever window the file brings. The {@linkplain ImageDecoder#decode(byte[], Preprocessing) decoder} carries it out, since
         * a decoded image has no such values any more.
         *
         * @param centre in the modality's unit, such as Hounsfield units
         * @param width in the same unit, 1 or more
         */
        record Window(double centre, double width) implements Step {
            public Window {
                new VoiWindow(centre, width, VoiWindow.Function.LINEAR);
            }

            @Override
            public String canonical() {
                return "window " + Double.toHexString(centre) + " " + Double.toHexString(width)
                        + ", of modality values, linear";
            }
        }

        /** The step's name and settings in a form that never changes, for the fingerprint. */
        String canonical();

        /**
         * Grey or colour; see {@link PixelImage#withChannels}.
         *
         * @param count 1 or 3
         */
        record Channels(int count) implements OnPixels {
            public Channels {
                if (count != 1 && count != 3) {
                    throw new IllegalArgumentException("channels must be 1 or 3, was " + count);
                }
            }

            @Override
            public PixelImage apply(PixelImage image) {
                return image.withChannels(count);
            }

            @Override
            public String canonical() {
                return "channels " + count + ", grey by ITU-R 601";
            }
        }

        /**
         * Contrast spread by {@link Clahe}, on the image as it was decoded or sized so far. An image with a side of fewer pixels
         * than there are tiles is cut into as many as it has pixels there.
         */
        record Equalize(double clipLimit, int tiles) implements OnPixels {
            /** What is most often used for films: twice the even share, 8 x 8 tiles. */
            public static final Equalize DEFAULT = new Equalize(2, 8);

            public Equalize {
                new Clahe(clipLimit, tiles);
            }

            @Override
            public PixelImage apply(PixelImage image) {
                int most = Math.min(tiles, Math.min(image.width(), image.height()));
                return new Clahe(clipLimit, most).apply(image);
            }

            @Override
            public String canonical() {
                return "clahe " + Double.toHexString(clipLimit) + " " + tiles;
            }
        }

        /** Width and height scaled separately by Pillow's antialiased filters: shapes are squeezed. */
        record Resize(int width, int height, ResizeFilter filter) implements Sizing {
            public Resize {
                requireSide("width", width);
                requireSide("height", height);
            }

            @Override
            public PixelImage apply(PixelImage image) {
                return image.resized(width, height, filter);
            }

            @Override
            public Placement placement(int imageWidth, int imageHeight) {
                return new Placement(0, 0, imageWidth, imageHeight);
            }

            @Override
            public String canonical() {
                return "resize " + width + " " + height + canonicalFilter(filter);
            }
        }

        /**
         * Scaled, as by {@link Resize}, until the shorter side has {@code shorterSide} pixels, and the square in the middle cut
         * out: torchvision's {@code Resize} and {@code CenterCrop}. The longer side is cut down to whole pixels; half a pixel of
         * margin is rounded to even.
         *
         * @param size pixels of the square's sides, at most {@code shorterSide}
         */
        record CentreCrop(int shorterSide, int size, ResizeFilter filter) implements Sizing {
            public CentreCrop {
                requireSide("shorterSide", shorterSide);
                requireSide("size", size);
                if (size > shorterSide) {
                    throw new IllegalArgumentException(
                            "size must be at most shorterSide, were " + size + " and " + shorterSide);
                }
            }

            @Override
            public int width() {
                return size;
            }

            @Override
            public int height() {
                return size;
            }

            @Override
            public PixelImage apply(PixelImage image) {
                int shorter = Math.min(image.width(), image.height());
                PixelImage resized =
                        image.resized(scaled(image.width(), shorter), scaled(image.height(), shorter), filter);
                return resized.cropped(margin(resized.width()), margin(resized.height()), size, size);
            }

            @Override
            public Placement placement(int imageWidth, int imageHeight) {
                int shorter = Math.min(imageWidth, imageHeight);
                int resizedWidth = scaled(imageWidth, shorter);
                int resizedHeight = scaled(imageHeight, shorter);
                double columns = (double) imageWidth / resizedWidth;
                double rows = (double) imageHeight / resizedHeight;
                return new Placement(
                        margin(resizedWidth) * columns, margin(resizedHeight) * rows, size * columns, size * rows);
            }

            private int scaled(int side, int shorter) {
                return Math.toIntExact((long) shorterSide * side / shorter);
            }

            private int margin(int side) {
                return (int) Math.rint((side - size) / 2.0);
            }

            @Override
            public String canonical() {
                return "centre crop " + shorterSide + " " + size + canonicalFilter(filter);
            }
        }

        /**
         * Scaled, as by {@link Resize}, until the longer side has {@code size} pixels, and centred on a black square.
         * The shorter side is rounded to the nearest pixel, halves up, and is at least 1; an odd pixel of margin falls to the
         * right or the bottom.
         */
        record Letterbox(int size, ResizeFilter filter) implements Sizing {
            public Letterbox {
                requireSide("size", size);
            }

            @Override
            public int width() {
                return size;
            }

            @Override
            public int height() {
                return size;
            }

            @Override
            public PixelImage apply(PixelImage image) {
                int longer = Math.max(image.width(), image.height());
                PixelImage fitted =
                        image.resized(scaled(image.width(), longer), scaled(image.height(), longer), filter);
                return fitted.width() == fitted.height() ? fitted : centred(fitted);
            }

            @Override
            public Placement placement(int imageWidth, int imageHeight) {
                int longer = Math.max(imageWidth, imageHeight);
                int fittedWidth = scaled(imageWidth, longer);
                int fittedHeight = scaled(imageHeight, longer);
                double columns = (double) imageWidth / fittedWidth;
                double rows = (double) imageHeight / fittedHeight;
                return new Placement(
                        -margin(fittedWidth) * columns, -margin(fittedHeight) * rows, size * columns, size * rows);
            }

            /** To the left or above. */
            private int margin(int side) {
                return (size - side) / 2;
            }

            private int scaled(int side, int longer) {
                return Math.toIntExact(Math.max(1, (2L * side * size + longer) / (2L * longer)));
            }

            private PixelImage centred(PixelImage fitted) {
                int channels = fitted.channels();
                int left = margin(fitted.width());
                int top = margin(fitted.height());
                int rowLength = fitted.width() * channels;
                byte[] square = PixelImage.emptySamples(size, size, channels);
                for (int y = 0; y < fitted.height(); y++) {
                    int to = ((top + y) * size + left) * channels;
                    System.arraycopy(fitted.sharedSamples(), y * rowLength, square, to, rowLength);
                }
                return PixelImage.wrapping(size, size, channels, square);
            }

            @Override
            public String canonical() {
                return "letterbox " + size + canonicalFilter(filter) + ", centred on black";
            }
        }

        /** Samples from 0 to 255 become float32 from 0 to 1. */
        record Scale() implements OnSamples {
            @Override
            public float apply(float sample, int channel) {
                return sample / 255f;
            }

            @Override
            public String canonical() {
                return "scale 1/255";
            }
        }

        /**
         * Each channel less its mean, over its standard deviation, in float32 arithmetic.
         *
         * @param mean one value a channel, on the scale from 0 to 1
         * @param std one value above 0 a channel
         */
        record Normalize(List<Double> mean, List<Double> std) implements OnSamples {
            public Normalize {
                mean = List.copyOf(mean);
                std = List.copyOf(std);
                if (mean.isEmpty() || mean.size() != std.size()) {
                    throw new IllegalArgumentException(
                            "mean and std must have one value a channel each, were " + mean + " and " + std);
                }
                if (!mean.stream().allMatch(value -> Float.isFinite(value.floatValue()))) {
                    throw new IllegalArgumentException("mean must be finite, was " + mean);
                }
                if (!std.stream().allMatch(value -> Float.isFinite(value.floatValue()) && value.floatValue() > 0)) {
                    throw new IllegalArgumentException("std must be above 0, was " + std);
                }
            }

            @Override
            public float apply(float sample, int channel) {
                return (sample - mean.get(channel).floatValue())
                        / std.get(channel).floatValue();
            }

            @Override
            public String canonical() {
                return "normalize mean " + exact(mean) + " std " + exact(std);
            }

            /** Hexadecimal, because the decimal form of a double differs between versions of Java. */
            private static String exact(List<Double> values) {
                return values.stream().map(Double::toHexString).collect(joining(" "));
            }
        }

        /** Bilinear goes without saying: it was the only one when the first fingerprints were taken. */
        private static String canonicalFilter(ResizeFilter filter) {
            return switch (filter) {
                case BILINEAR -> ", antialiased bilinear";
                case BICUBIC -> ", antialiased bicubic";
            };
        }

        private static void requireSide(String name, int side) {
            if (side < 1 || side > 16384) {
                throw new IllegalArgumentException(name + " must be 1 to 16384, was " + side);
            }
        }
    }

    public Preprocessing {
        steps = List.copyOf(steps);
        int channels = only(steps, Step.Channels.class).count();
        only(steps, Step.Sizing.class);
        only(steps, Step.Scale.class);
        for (int i = 1; i < steps.size(); i++) {
            if (steps.get(i) instanceof Step.Window) {
                throw new IllegalArgumentException("a window must be the only one and the first step, were " + steps);
            }
        }
        List<Step> samples =
                steps.stream().filter(Step.OnSamples.class::isInstance).toList();
        if (!steps.subList(steps.size() - samples.size(), steps.size()).equals(samples)) {
            throw new IllegalArgumentException("steps on pixels must come before steps on samples, were " + steps);
        }
        if (!(samples.get(0) instanceof Step.Scale) || samples.size() > 2) {
            throw new IllegalArgumentException("samples must be scaled, then normalized at most once, were " + samples);
        }
        for (Step step : samples) {
            if (step instanceof Step.Normalize normalize && normalize.mean().size() != channels) {
                throw new IllegalArgumentException(
                        "an image of " + channels + " channels cannot be normalized by " + normalize);
            }
        }
    }

    private static <S extends Step> S only(List<Step> steps, Class<S> kind) {
        List<S> found = steps.stream().filter(kind::isInstance).map(kind::cast).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException(
                    "preprocessing needs exactly one step of kind " + kind.getSimpleName() + ", had " + found);
        }
        return found.get(0);
    }

    /**
     * Grey or colour, letterboxed to a square, normalised as the pretrained networks expect.
     *
     * @param channels 1: mean 0.449, deviation 0.226; 3: ImageNet's own figures
     */
    public static Preprocessing letterboxed(int size, int channels) {
        return normalized(channels, List.of(new Step.Letterbox(size, ResizeFilter.BILINEAR)));
    }

    /** As {@link #letterboxed}, but width and height squeezed to the square separately. */
    public static Preprocessing stretched(int size, int channels) {
        return normalized(channels, List.of(new Step.Resize(size, size, ResizeFilter.BILINEAR)));
    }

    /**
     * Grey or colour, then those steps, then normalised as for {@link #letterboxed}.
     *
     * @param onPixels what to do with the image, its size among it
     */
    public static Preprocessing normalized(int channels, List<Step.OnPixels> onPixels) {
        return normalized(channels, onPixels, channels == 1 ? IMAGENET_GREY : IMAGENET);
    }

    /** Grey or colour, then those steps, then that normalisation. */
    public static Preprocessing normalized(int channels, List<Step.OnPixels> onPixels, Step.Normalize normalisation) {
        List<Step> steps = new ArrayList<>(scaled(channels, onPixels).steps());
        steps.add(normalisation);
        return new Preprocessing(steps);
    }

    /** Grey or colour, then those steps, and samples from 0 to 1. */
    public static Preprocessing scaled(int channels, List<Step.OnPixels> onPixels) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Channels(channels));
        steps.addAll(onPixels);
        steps.add(new Step.Scale());
        return new Preprocessing(steps);
    }

    /** The same, beginning with a window of modality values. */
    public Preprocessing shownBy(Step.Window window) {
        List<Step> windowed = new ArrayList<>();
        windowed.add(window);
        windowed.addAll(steps);
        return new Preprocessing(windowed);
    }

    /** Which of an image's modality values are shown; absent where that is left to the file. */
    public Step.@Nullable Window window() {
        return steps.get(0) instanceof Step.Window window ? window : null;
    }

    /** What samples are normalised by; absent where they are only scaled. */
    public Step.@Nullable Normalize normalisation() {
        return steps.get(steps.size() - 1) instanceof Step.Normalize normalisation ? normalisation : null;
    }

    /** Channels of the result. */
    public int channels() {
        return only(steps, Step.Channels.class).count();
    }

    /** Width of the result in pixels. */
    public int width() {
        return sizing().width();
    }

    /** Height of the result in pixels. */
    public int height() {
        return sizing().height();
    }

    /**
     * Where the result lies on an image.
     *
     * @param imageWidth of the upright image, in pixels
     * @param imageHeight of the upright image, in pixels
     */
    public Placement placement(int imageWidth, int imageHeight) {
        return sizing().placement(imageWidth, imageHeight);
    }

    private Step.Sizing sizing() {
        return only(steps, Step.Sizing.class);
    }

    /** Number of float32 values that {@link #toTensor} writes: C x H x W. */
    public int tensorLength() {
        return Math.multiplyExact(channels(), Math.multiplyExact(width(), height()));
    }

    /**
     * The steps on pixels: an 8-bit image of the network's size and channels.
     *
     * @param decoded by {@link ImageDecoder#decode(byte[], Preprocessing)}
     */
    public PixelImage toPixels(PixelImage decoded) {
        PixelImage image = decoded;
        for (Step step : steps) {
            if (step instanceof Step.OnPixels onPixels) {
                image = onPixels.apply(image);
            }
        }
        return image;
    }

    /**
     * The steps on samples: writes C x H x W float32 values into {@code out} from {@code offset} on.
     *
     * @param pixels a result of {@link #toPixels}, perhaps augmented since, of unchanged shape
     */
    public void toTensor(PixelImage pixels, float[] out, int offset) {
        SampleTables.of(this).toTensor(pixels, out, offset);
    }

    /** What each of the 256 samples becomes in that channel. */
    float[] valuesOf(int channel) {
        float[] values = new float[256];
        for (int sample = 0; sample < values.length; sample++) {
            float value = sample;
            for (Step step : steps) {
                if (step instanceof Step.OnSamples onSamples) {
                    value = onSamples.apply(value, channel);
                }
            }
            values[sample] = value;
        }
        return values;
    }

    /**
     * The digest under which model versions name this preprocessing. It covers all that stands between a file and the network:
     * the decoder's rules, a window, orientation, channels, size, aspect, interpolation and normalisation.
     */
    public Digest fingerprint() {
        return fingerprint("foldwise preprocessing 2", step -> true);
    }

    /** The digest under which cached results of {@link #toPixels} are kept: the steps on samples do not matter to them. */
    public Digest pixelFingerprint() {
        return fingerprint("foldwise pixels 1", step -> !(step instanceof Step.OnSamples));
    }

    private Digest fingerprint(String title, Predicate<Step> counts) {
        List<String> lines = new ArrayList<>();
        lines.add(title);
        lines.add(ImageDecoder.RULES);
        steps.stream().filter(counts).forEach(step -> lines.add(step.canonical()));
        return Digest.ofLines(lines);
    }
}
