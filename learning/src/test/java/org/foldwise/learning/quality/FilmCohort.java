package org.foldwise.learning.quality;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.dataset.synthetic.SyntheticCohort;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.foldwise.learning.imaging.DecodedImage;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageFormat;
import org.foldwise.learning.imaging.ImageHeader;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.ResizeFilter;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/** Generated films in which defects can be planted. */
final class FilmCohort {
    record Entry(
            String name,
            PatientId patient,
            String label,
            LocalDate day,
            @Nullable String site,
            PixelImage pixels,
            ImageFormat format,
            double quantisationStep) {
        Entry with(PixelImage changed) {
            return new Entry(name, patient, label, day, site, changed, format, quantisationStep);
        }

        Entry withSite(String changed) {
            return new Entry(name, patient, label, day, changed, pixels, format, quantisationStep);
        }

        Entry withDay(LocalDate changed) {
            return new Entry(name, patient, label, changed, site, pixels, format, quantisationStep);
        }

        Entry withPatient(String changed) {
            return new Entry(name, new PatientId(changed), label, day, site, pixels, format, quantisationStep);
        }

        /** The same film in a folder. */
        Entry within(String folder) {
            return new Entry(folder + "/" + name, patient, label, day, site, pixels, format, quantisationStep);
        }

        Entry as(ImageFormat changed) {
            return new Entry(name, patient, label, day, site, pixels, changed, quantisationStep);
        }

        /** The same film from a JPEG file of that quality. */
        Entry asJpeg(float quality) {
            DecodedImage decoded = new ImageDecoder(ImageLimits.DEFAULT).decode(jpeg(pixels, quality));
            return new Entry(
                    name,
                    patient,
                    label,
                    day,
                    site,
                    decoded.pixels(),
                    ImageFormat.JPEG,
                    decoded.header().quantisationStep());
        }

        /** Another file of the same patient or of another one. */
        Entry copy(String suffix, PatientId other, String otherLabel, PixelImage changed) {
            return new Entry(name + suffix, other, otherLabel, day, site, changed, format, quantisationStep);
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private final List<String> attributeNames = new ArrayList<>();
    private final Map<String, List<String>> attributes = new LinkedHashMap<>();

    static FilmCohort of(SyntheticCohortSpec spec) {
        FilmCohort films = new FilmCohort();
        SyntheticCohort.of(spec).images().stream()
                .parallel()
                .map(image -> new Entry(
                        image.name(),
                        image.patient(),
                        image.label(),
                        image.acquiredOn(),
                        image.site(),
                        image.pixels(),
                        ImageFormat.PNG,
                        0))
                .sorted(Comparator.comparing(Entry::name))
                .forEachOrdered(films.entries::add);
        return films;
    }

    static boolean isIll(Entry entry) {
        return entry.label().equals(SyntheticCohort.CLASSES.get(1));
    }

    List<Entry> entries() {
        return entries;
    }

    void add(Entry entry) {
        entries.add(entry);
    }

    /** Changes what is said of some images. */
    void replace(Predicate<Entry> which, UnaryOperator<Entry> change) {
        entries.replaceAll(entry -> which.test(entry) ? change.apply(entry) : entry);
    }

    /** Changes the pictures of some images. */
    List<String> change(Predicate<Entry> which, UnaryOperator<PixelImage> change) {
        List<String> changed = new ArrayList<>();
        entries.replaceAll(entry -> {
            if (!which.test(entry)) {
                return entry;
            }
            changed.add(entry.name());
            return entry.with(change.apply(entry.pixels()));
        });
        return changed;
    }

    void attribute(String name, java.util.function.Function<Entry, String> value) {
        attributeNames.add(name);
        for (Entry entry : entries) {
            attributes.computeIfAbsent(entry.name(), image -> new ArrayList<>()).add(value.apply(entry));
        }
    }

    MeasuredCohort measured() {
        List<ImageRecord> records = entries.stream()
                .map(entry -> new ImageRecord(
                        entry.name(),
                        digest(entry.pixels()),
                        entry.patient(),
                        entry.label(),
                        entry.day(),
                        entry.site()))
                .toList();
        Cohort cohort = new Cohort(Task.BINARY, SyntheticCohort.CLASSES, PatientLabelRule.ANY_POSITIVE, records);
        Map<String, Entry> byName = new TreeMap<>();
        entries.forEach(entry -> byName.put(entry.name(), entry));
        List<ImageMeasures> measures = cohort.images().stream()
                .parallel()
                .map(image -> measures(byName.get(image.name())))
                .toList();
        SortedMap<String, List<String>> values = new TreeMap<>(attributes);
        return new MeasuredCohort(cohort, measures, new ImageAttributes(attributeNames, values), GivenRoles.of(cohort));
    }

    List<Finding> findings() {
        MeasuredCohort measured = measured();
        return Examination.of(measured, CohortSummary.of(measured.cohort())).findings();
    }

    static ImageMeasures measures(Entry entry) {
        PixelImage pixels = entry.pixels();
        ImageHeader header = new ImageHeader(
                entry.format(),
                pixels.width(),
                pixels.height(),
                pixels.channels(),
                8,
                1,
                false,
                false,
                1,
                entry.quantisationStep(),
                false,
                0);
        return ImageMeasures.of(new DecodedImage(pixels, header), pixels.samples().length / 2, List.of());
    }

    private static Digest digest(PixelImage pixels) {
        return Digest.of(pixels.width() + " " + pixels.height() + " "
                + java.util.Arrays.hashCode(pixels.samples()) + " "
                + java.util.HexFormat.of().formatHex(pixels.samples(), 0, Math.min(4096, pixels.samples().length)));
    }

    static PixelImage negative(PixelImage image) {
        byte[] samples = image.samples();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (255 - (samples[i] & 0xFF));
        }
        return PixelImage.of(image.width(), image.height(), image.channels(), samples);
    }

    /** What lies within half of an ellipse on the left edge, as a breast does on a mammogram. */
    static PixelImage breast(PixelImage image) {
        byte[] samples = image.samples();
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                double across = x / (0.8 * image.width());
                double down = 2.0 * y / image.height() - 1;
                if (across * across + down * down > 1) {
                    samples[y * image.width() + x] = 4;
                }
            }
        }
        return PixelImage.of(image.width(), image.height(), 1, samples);
    }

    /** A quarter clockwise. */
    static PixelImage turnedRight(PixelImage image) {
        byte[] samples = new byte[image.width() * image.height()];
        for (int y = 0; y < image.width(); y++) {
            for (int x = 0; x < image.height(); x++) {
                samples[y * image.height() + x] = (byte) image.sample(y, image.height() - 1 - x, 0);
            }
        }
        return PixelImage.of(image.height(), image.width(), 1, samples);
    }

    static PixelImage scaled(PixelImage image, double factor) {
        return image.resized(
                (int) Math.round(image.width() * factor),
                (int) Math.round(image.height() * factor),
                ResizeFilter.BICUBIC);
    }

    static PixelImage brightened(PixelImage image) {
        return image.raised(
                IntStream.range(0, image.width() * image.height()).map(i -> 12).toArray());
    }

    /** Shown with a window that is narrower by {@code factor}, around the middle of the grey values. */
    static PixelImage windowed(PixelImage image, double factor) {
        return mapped(image, value -> 128 + (value - 128) * factor);
    }

    static PixelImage withGamma(PixelImage image, double gamma) {
        return mapped(image, value -> 255 * Math.pow(value / 255.0, gamma));
    }

    private static PixelImage mapped(PixelImage image, IntToDoubleFunction level) {
        byte[] samples = image.samples();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) Math.max(0, Math.min(255, Math.round(level.applyAsDouble(samples[i] & 0xFF))));
        }
        return PixelImage.of(image.width(), image.height(), image.channels(), samples);
    }

    /** With black at both sides, each as wide as {@code share} of the film. */
    static PixelImage padded(PixelImage image, double share) {
        return padded(image, share, 0);
    }

    /** The same with bars of one grey. */
    static PixelImage padded(PixelImage image, double share, int grey) {
        int border = (int) Math.round(image.width() * share);
        int width = image.width() + 2 * border;
        byte[] samples = new byte[width * image.height()];
        Arrays.fill(samples, (byte) grey);
        byte[] film = image.samples();
        for (int y = 0; y < image.height(); y++) {
            System.arraycopy(film, y * image.width(), samples, y * width + border, image.width());
        }
        return PixelImage.of(width, image.height(), 1, samples);
    }

    /** Far darker than it was. */
    static PixelImage underexposed(PixelImage image) {
        byte[] samples = image.samples();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) ((samples[i] & 0xFF) / 12);
        }
        return PixelImage.of(image.width(), image.height(), image.channels(), samples);
    }

    /** A band of another shade across the middle, as some detectors leave one: no frame, no mark in a corner. */
    static PixelImage banded(PixelImage image) {
        byte[] samples = image.samples();
        for (int y = image.height() / 2 - image.height() / 16; y < image.height() / 2 + image.height() / 16; y++) {
            for (int x = 0; x < image.width(); x++) {
                int place = y * image.width() + x;
                samples[place] = (byte) Math.min(255, (samples[place] & 0xFF) + 40);
            }
        }
        return PixelImage.of(image.width(), image.height(), 1, samples);
    }

    static PixelImage framed(PixelImage image, double share) {
        int width = (int) Math.round(image.width() * share);
        byte[] samples = image.samples();
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                if (x < width || y < width || x >= image.width() - width || y >= image.height() - width) {
                    samples[y * image.width() + x] = 0;
                }
            }
        }
        return PixelImage.of(image.width(), image.height(), 1, samples);
    }

    /** Generated films have a lead letter in a corner; nothing bright is left there, nor a flat spot where it was. */
    static PixelImage withoutLetters(PixelImage image) {
        byte[] samples = image.samples();
        SplittableRandom random = new SplittableRandom(Arrays.hashCode(samples));
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                int place = y * image.width() + x;
                if (Math.min(x, image.width() - 1 - x) < image.width() / 4
                        && Math.min(y, image.height() - 1 - y) < image.height() / 4) {
                    samples[place] = (byte) Math.min(90 + random.nextInt(60), samples[place] & 0xFF);
                }
            }
        }
        return PixelImage.of(image.width(), image.height(), 1, samples);
    }

    /** White strokes in the upper left corner. */
    static PixelImage marked(PixelImage image) {
        return stroked(image, 3);
    }

    /** White strokes at the upper edge, midway between the corners. */
    static PixelImage markedAtTheEdge(PixelImage image) {
        return stroked(image, image.width() / 2);
    }

    private static PixelImage stroked(PixelImage image, int left) {
        byte[] samples = image.samples();
        int size = image.width() / 12;
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                if (y < 2 || x < 2 || x == y) {
                    samples[(y + 3) * image.width() + x + left] = (byte) 250;
                }
            }
        }
        return PixelImage.of(image.width(), image.height(), 1, samples);
    }

    /** A flat square in the lower right corner, bright where the film is dark there and dark where it is bright. */
    static PixelImage patched(PixelImage image) {
        byte[] samples = image.samples();
        int size = image.width() / 10;
        int last = samples.length - 1 - 2 * image.width() - 2;
        byte value = (byte) ((samples[last] & 0xFF) < 128 ? 210 : 30);
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                samples[last - y * image.width() - x] = value;
            }
        }
        return PixelImage.of(image.width(), image.height(), 1, samples);
    }

    /** What becomes of the picture in a JPEG file of that quality. */
    static PixelImage recompressed(PixelImage image, float quality) {
        try {
            BufferedImage back = ImageIO.read(new ByteArrayInputStream(jpeg(image, quality)));
            byte[] samples = new byte[image.width() * image.height()];
            back.getRaster().getDataElements(0, 0, image.width(), image.height(), samples);
            return PixelImage.of(image.width(), image.height(), 1, samples);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] jpeg(PixelImage image, float quality) {
        BufferedImage buffer = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_BYTE_GRAY);
        buffer.getRaster().setDataElements(0, 0, image.width(), image.height(), image.samples());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(buffer, null, null), settings);
            writer.dispose();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
