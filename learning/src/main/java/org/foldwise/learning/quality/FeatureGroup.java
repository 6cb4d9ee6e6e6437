package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.ImageHeader;
import org.jspecify.annotations.Nullable;

/**
 * One kind of knowledge about images from which a label ought not to follow, as numbers: for every image that is looked at, as many
 * each.
 */
final class FeatureGroup {
    /** The name of the group that says of each image what is not said of it. */
    static final String MISSING_METADATA = "missingMetadata";
    /** Rarer values of an attribute are taken together; numbers of no more different values may be codes. */
    static final int MOST_VALUES = 20;
    /** An attribute is a quantity, whether or not it may be a code as well, if it has more values than that and ... */
    private static final int QUANTITY_FROM_VALUES = 10;
    /** ... this share of them are numbers. */
    private static final double QUANTITY_FROM_SHARE = 0.95;
    /** Of a quantity, each with as many images. */
    private static final int RANGES = 8;

    private static final int THUMBNAIL_SIDE = 8;

    private final String name;
    private final Kind kind;
    private final double[][] features;
    private final double @Nullable [][] values;

    private FeatureGroup(String name, Kind kind, double[][] features, double @Nullable [][] values) {
        this.name = name;
        this.kind = kind;
        this.features = features;
        this.values = values;
    }

    /** For people and programs. */
    String name() {
        return name;
    }

    /** What sort of knowledge it is. */
    Kind kind() {
        return kind;
    }

    /** By image; not to be written to. */
    double[][] features() {
        return features;
    }

    /**
     * Of an attribute of few values: by image 1 for the value that it has and 0 for the others; not to be written to. Nothing for other
     * knowledge.
     */
    Optional<double[][]> values() {
        return Optional.ofNullable(values);
    }

    /** Sorts of knowledge. */
    enum Kind {
        /** Says nothing of what the image shows. */
        OUTSIDE,
        /** Depends on what the image shows, the disease included. */
        CONTENT
    }

    /**
     * All groups that vary.
     *
     * @param members the images that are looked at, by their place in the cohort
     */
    static List<FeatureGroup> of(MeasuredCohort measured, int[] members) {
        List<ImageMeasures> measures = new ArrayList<>();
        List<ImageRecord> images = new ArrayList<>();
        for (int member : members) {
            measures.add(measured.measures().get(member));
            images.add(measured.cohort().images().get(member));
        }
        List<FeatureGroup> groups = new ArrayList<>();
        groups.add(size(measures.stream()
                .map(image -> new int[] {image.header().width(), image.header().height()})
                .toList()));
        groups.add(fileFormat(measures.stream().map(ImageMeasures::header).toList()));
        groups.add(measures(measures, "compression", Kind.CONTENT, image -> new double[] {
            Math.log((double) image.fileBytes()
                    / ((double) image.header().width() * image.header().height()))
        }));
        groups.add(outside("border", measures.stream().map(ImageMeasures::borders)));
        groups.add(outside("corners", measures.stream().map(ImageMeasures::corners)));
        groups.add(measures(measures, "intensity", Kind.CONTENT, image -> new double[] {
            image.mean(),
            image.standardDeviation(),
            image.entropy(),
            Math.log(image.sharpness() + 1),
            image.blackShare(),
            image.whiteShare()
        }));
        groups.add(measures(
                measures, "thumbnail", Kind.CONTENT, image -> image.thumbnail().reduced(THUMBNAIL_SIDE)));
        addMetadata(DatasetProfile.sources(measured), images, groups);
        groups.removeIf(group -> !group.varies());
        return groups;
    }

    /**
     * All groups that vary, of what is kept once a dataset is frozen.
     *
     * @param images of the cohort that are looked at
     * @param measures by the images' names; where any of {@code images} has none, nothing is said by them
     * @param attributes what manifest and files say beside
     */
    static List<FeatureGroup> ofKept(
            List<ImageRecord> images, Map<String, KeptMeasures> measures, ImageAttributes attributes) {
        List<FeatureGroup> groups = new ArrayList<>();
        List<KeptMeasures> kept = new ArrayList<>();
        for (ImageRecord image : images) {
            KeptMeasures ofImage = measures.get(image.name());
            if (ofImage != null) {
                kept.add(ofImage);
            }
        }
        if (kept.size() == images.size()) {
            groups.add(size(kept.stream()
                    .map(image -> new int[] {image.width(), image.height()})
                    .toList()));
            groups.add(attribute(
                    "fileFormat", kept.stream().map(KeptMeasures::format).toList()));
            groups.add(kept(kept, "compression", Kind.CONTENT, image ->
                    new double[] {Math.log((double) image.fileBytes() / ((double) image.width() * image.height()))}));
            groups.add(outside("border", kept.stream().map(image -> new double[] {image.border()})));
            groups.add(kept(kept, "intensity", Kind.CONTENT, image -> new double[] {
                image.mean(),
                image.deviation(),
                image.entropy(),
                Math.log(image.sharpness() + 1),
                image.blackShare(),
                image.whiteShare()
            }));
            groups.add(kept(kept, "pictureHash", Kind.CONTENT, image -> bits(image.pictureHash())));
        }
        addMetadata(DatasetProfile.sources(images, attributes), images, groups);
        groups.removeIf(group -> !group.varies());
        return groups;
    }

    private static double[] bits(long hash) {
        double[] bits = new double[Long.SIZE];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = hash >>> i & 1;
        }
        return bits;
    }

    private static FeatureGroup kept(
            List<KeptMeasures> measures, String name, Kind kind, Function<KeptMeasures, double[]> features) {
        return new FeatureGroup(name, kind, measures.stream().map(features).toArray(double[][]::new), null);
    }

    /** What sort of file it is, and where JPEG files differ in it, how coarsely they store brightness: each writer has its own quality. */
    private static FeatureGroup fileFormat(List<ImageHeader> headers) {
        double[][] words = indicators(headers.stream().map(FeatureGroup::format).toList());
        double[] steps = headers.stream()
                .mapToDouble(header -> header.quantisationStep() > 0 ? Math.log(header.quantisationStep()) : Double.NaN)
                .toArray();
        long different =
                Arrays.stream(steps).filter(Double::isFinite).distinct().count();
        double[][] features = different > 1 ? beside(words, quantity(steps)) : words;
        if (different > 1 && different <= MOST_VALUES) {
            features = beside(
                    features,
                    indicators(Arrays.stream(steps)
                            .mapToObj(step -> Double.isFinite(step) ? String.valueOf(step) : "")
                            .toList()));
        }
        return new FeatureGroup("fileFormat", Kind.OUTSIDE, features, null);
    }

    /** Everything about the file that has nothing to do with its size, in a word. */
    private static String format(ImageHeader header) {
        return String.join(
                " ",
                header.format().name(),
                String.valueOf(header.bitsPerSample()),
                String.valueOf(header.channels()),
                String.valueOf(header.exifOrientation()),
                String.valueOf(header.hasTextMetadata()),
                String.valueOf(header.hasTrailingData()));
    }

    private static void addMetadata(
            Map<String, Function<ImageRecord, Optional<String>>> known,
            List<ImageRecord> images,
            List<FeatureGroup> groups) {
        Map<String, Function<ImageRecord, Optional<String>>> sources = new LinkedHashMap<>(known);
        double[][] missing = new double[images.size()][sources.size()];
        int source = 0;
        for (Map.Entry<String, Function<ImageRecord, Optional<String>>> entry : sources.entrySet()) {
            for (int i = 0; i < missing.length; i++) {
                missing[i][source] = entry.getValue().apply(images.get(i)).isEmpty() ? 1 : 0;
            }
            source++;
        }
        groups.add(new FeatureGroup(MISSING_METADATA, Kind.OUTSIDE, missing, null));
        if (sources.remove("date") != null) {
            double[] days = images.stream()
                    .map(ImageRecord::acquiredOn)
                    .mapToDouble(day -> day == null ? Double.NaN : day.toEpochDay())
                    .toArray();
            groups.add(new FeatureGroup("date", Kind.OUTSIDE, quantity(days), null));
        }
        sources.forEach((name, value) -> groups.add(attribute(
                name,
                images.stream().map(image -> value.apply(image).orElse("")).toList())));
    }

    /** Widths and heights; where there are few sizes, also which one it is, as each device may have its own. */
    private static FeatureGroup size(List<int[]> sizes) {
        double[][] logarithms = sizes.stream()
                .map(size -> new double[] {Math.log(size[0]), Math.log(size[1]), Math.log((double) size[0] / size[1])})
                .toArray(double[][]::new);
        List<String> words =
                sizes.stream().map(size -> size[0] + " x " + size[1]).toList();
        double[][] features = beside(logarithms, middling(logarithms));
        return new FeatureGroup(
                "size",
                Kind.OUTSIDE,
                words.stream().distinct().count() <= MOST_VALUES ? beside(features, indicators(words)) : features,
                null);
    }

    /** Measures, each also as how far from the middle it is, so that what is told by neither more nor less is told all the same. */
    private static FeatureGroup outside(String name, Stream<double[]> measures) {
        double[][] features = measures.toArray(double[][]::new);
        return new FeatureGroup(name, Kind.OUTSIDE, beside(features, middling(features)), null);
    }

    /**
     * A quantity where there are many values that are numbers; anything else as one number for each frequent value, 1 on the images that
     * have it. Few numbers are both, as nobody knows whether they are measured or the codes of devices.
     *
     * @param values empty where there is none
     */
    static FeatureGroup attribute(String name, List<String> values) {
        List<String> known = values.stream().filter(value -> !value.isEmpty()).toList();
        long different = known.stream().distinct().count();
        double[] numbers = values.stream()
                .mapToDouble(value -> number(value).orElse(Double.NaN))
                .toArray();
        long finite = Arrays.stream(numbers).filter(Double::isFinite).count();
        boolean measured = different > QUANTITY_FROM_VALUES && finite >= QUANTITY_FROM_SHARE * known.size();
        if (!measured) {
            double[][] indicators = indicators(values);
            return new FeatureGroup(name, Kind.OUTSIDE, indicators, indicators);
        }
        if (different > MOST_VALUES) {
            return new FeatureGroup(name, Kind.OUTSIDE, quantity(numbers), null);
        }
        double[][] indicators = indicators(values);
        double mean = Arrays.stream(numbers).filter(Double::isFinite).average().orElse(0);
        double[][] number = Arrays.stream(numbers)
                .mapToObj(one -> new double[] {Double.isFinite(one) ? one : mean})
                .toArray(double[][]::new);
        return new FeatureGroup(name, Kind.OUTSIDE, beside(number, indicators), indicators);
    }

    /** One number for each frequent value, 1 on the images that have it, and last one for all other values and none. */
    private static double[][] indicators(List<String> values) {
        Map<String, Integer> counts = new TreeMap<>();
        values.stream().filter(value -> !value.isEmpty()).forEach(value -> counts.merge(value, 1, Integer::sum));
        List<String> frequent = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_VALUES)
                .map(Map.Entry::getKey)
                .toList();
        double[][] indicators = new double[values.size()][frequent.size() + 1];
        for (int i = 0; i < indicators.length; i++) {
            int place = frequent.indexOf(values.get(i));
            indicators[i][place < 0 ? frequent.size() : place] = 1;
        }
        return indicators;
    }

    /**
     * A quantity as its number, the mean where it is missing, as whether it is missing, as how far from the middle it is, and as the range
     * that it is in: the ill may have more of it, or less, or neither.
     *
     * @param numbers not a number where it is missing
     */
    private static double[][] quantity(double[] numbers) {
        double mean = Arrays.stream(numbers).filter(Double::isFinite).average().orElse(0);
        double[] ranks = ranks(numbers);
        double[][] features = new double[numbers.length][3 + RANGES];
        for (int i = 0; i < features.length; i++) {
            boolean missing = Double.isNaN(numbers[i]);
            features[i][0] = missing ? mean : numbers[i];
            features[i][1] = missing ? 1 : 0;
            features[i][2] = (ranks[i] - 0.5) * (ranks[i] - 0.5);
            if (!missing) {
                features[i][3 + (int) (RANGES * ranks[i])] = 1;
            }
        }
        return features;
    }

    /** Of each column the square of how far, in ranks, each value is from the middle: the same for the least and the most. */
    private static double[][] middling(double[][] columns) {
        double[][] squares = new double[columns.length][columns.length == 0 ? 0 : columns[0].length];
        for (int j = 0; columns.length > 0 && j < columns[0].length; j++) {
            int column = j;
            double[] ranks =
                    ranks(Arrays.stream(columns).mapToDouble(row -> row[column]).toArray());
            for (int i = 0; i < ranks.length; i++) {
                squares[i][j] = (ranks[i] - 0.5) * (ranks[i] - 0.5);
            }
        }
        return squares;
    }

    /** Which share of the values is less, and half of those that are equal, in (0, 1); 0.5 for what is no number. */
    private static double[] ranks(double[] values) {
        double[] sorted = Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        Map<Double, Double> ranks = new HashMap<>();
        for (int from = 0, to = 0; from < sorted.length; from = to) {
            while (to < sorted.length && sorted[to] == sorted[from]) {
                to++;
            }
            ranks.put(sorted[from], (from + to) / 2.0 / sorted.length);
        }
        return Arrays.stream(values)
                .map(value -> ranks.getOrDefault(value, 0.5))
                .toArray();
    }

    private static double[][] beside(double[][] left, double[][] right) {
        double[][] both = new double[left.length][];
        for (int i = 0; i < both.length; i++) {
            both[i] = Arrays.copyOf(left[i], left[i].length + right[i].length);
            System.arraycopy(right[i], 0, both[i], left[i].length, right[i].length);
        }
        return both;
    }

    private static Optional<Double> number(String value) {
        try {
            double number = Double.parseDouble(value);
            return Double.isFinite(number) ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static FeatureGroup measures(
            List<ImageMeasures> measures, String name, Kind kind, Function<ImageMeasures, double[]> features) {
        return new FeatureGroup(name, kind, measures.stream().map(features).toArray(double[][]::new), null);
    }

    private boolean varies() {
        for (double[] row : features) {
            for (int j = 0; j < row.length; j++) {
                if (row[j] != features[0][j]) {
                    return true;
                }
            }
        }
        return false;
    }
}
