package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
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
    /** The name of the group that says at which edges there are bright strokes, as letters are, and bones. */
    static final String EDGE_MARKERS = "edgeMarkers";
    /** The name of the group that says in which corners there are rectangles, where these are elsewhere as well. */
    static final String CORNER_RECTANGLES = "cornerRectangles";
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
    private final @Nullable List<String> words;
    private final double @Nullable [] quantity;

    private FeatureGroup(
            String name, Kind kind, double[][] features, @Nullable List<String> words, double @Nullable [] quantity) {
        this.name = name;
        this.kind = kind;
        this.features = features;
        this.words = words != null && isTable(words) ? words : null;
        this.quantity = quantity;
    }

    private FeatureGroup(String name, Kind kind, double[][] features) {
        this(name, kind, features, null, null);
    }

    /** Whether there are at least two different words and no more than can be told, none being one. */
    private static boolean isTable(List<String> words) {
        long different = words.stream().distinct().count();
        return different > 1 && different <= MOST_VALUES;
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

    /** Of knowledge that is one of at most {@value #MOST_VALUES} words: that word by image, empty where nothing is said. */
    Optional<List<String>> words() {
        return Optional.ofNullable(words);
    }

    /** Of knowledge that is a quantity: that by image, not a number where nothing is said; not to be written to. */
    Optional<double[]> quantity() {
        return Optional.ofNullable(quantity);
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
        groups.add(border(measures.stream().map(ImageMeasures::borders).toArray(double[][]::new)));
        CornerMarks marks = new CornerMarks(measures);
        groups.add(corners("cornerMarkers", measures, marks::has));
        if (!marks.arePatchesMarks()) {
            groups.add(corners(CORNER_RECTANGLES, measures, (image, corner) -> measures.get(image)
                    .isPatched(corner)));
        }
        groups.add(measures(measures, EDGE_MARKERS, Kind.CONTENT, image -> marks(image, Mark.EDGES)));
        double[][] corners = measures.stream().map(ImageMeasures::corners).toArray(double[][]::new);
        groups.add(new FeatureGroup("corners", Kind.CONTENT, beside(corners, middling(corners))));
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
            groups.add(
                    words("fileFormat", kept.stream().map(KeptMeasures::format).toList()));
            groups.add(kept(kept, "compression", Kind.CONTENT, image ->
                    new double[] {Math.log((double) image.fileBytes() / ((double) image.width() * image.height()))}));
            groups.add(border(
                    kept.stream().map(image -> new double[] {image.border()}).toArray(double[][]::new)));
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
        return new FeatureGroup(name, kind, measures.stream().map(features).toArray(double[][]::new));
    }

    /** What sort of file it is, and where JPEG files differ in it, how coarsely they store brightness: each writer has its own quality. */
    private static FeatureGroup fileFormat(List<ImageHeader> headers) {
        List<String> formats = headers.stream().map(FeatureGroup::format).toList();
        double[][] words = indicators(formats);
        double[] steps = headers.stream()
                .mapToDouble(header -> header.quantisationStep() > 0 ? Math.log(header.quantisationStep()) : Double.NaN)
                .toArray();
        long different =
                Arrays.stream(steps).filter(Double::isFinite).distinct().count();
        if (different < 2) {
            return new FeatureGroup("fileFormat", Kind.OUTSIDE, words, formats, null);
        }
        double[][] features = beside(words, quantity(steps));
        if (different > MOST_VALUES) {
            return new FeatureGroup("fileFormat", Kind.OUTSIDE, features, formats, steps);
        }
        List<String> qualities = headers.stream()
                .map(header -> header.quantisationStep() > 0
                        ? String.format(Locale.ROOT, "steps of %.2f", header.quantisationStep())
                        : "")
                .toList();
        List<String> both = new ArrayList<>();
        for (int i = 0; i < formats.size(); i++) {
            both.add(qualities.get(i).isEmpty() ? formats.get(i) : formats.get(i) + " in " + qualities.get(i));
        }
        return new FeatureGroup("fileFormat", Kind.OUTSIDE, beside(features, indicators(qualities)), both, steps);
    }

    /** Everything about the file that has nothing to do with its size, in a word. */
    private static String format(ImageHeader header) {
        StringBuilder word = new StringBuilder(header.format().name())
                .append(" of ")
                .append(header.channels())
                .append(" x ")
                .append(header.bitsPerSample())
                .append(" bits");
        if (header.isProgressive()) {
            word.append(" progressive");
        }
        if (header.chromaSubsampling() > 0) {
            word.append(" with a colour for ").append(header.chromaSubsampling());
        }
        if (header.exifOrientation() != 1) {
            word.append(" turned by EXIF ").append(header.exifOrientation());
        }
        if (header.hasTextMetadata()) {
            word.append(" with text");
        }
        if (header.hasTrailingData()) {
            word.append(" with data behind");
        }
        return word.toString();
    }

    /** How wide frames are, and whether there is one. */
    private static FeatureGroup border(double[][] widths) {
        List<String> words = Arrays.stream(widths)
                .map(sides -> Arrays.stream(sides).anyMatch(width -> width > 0) ? "framed" : "not framed")
                .toList();
        return new FeatureGroup("border", Kind.OUTSIDE, beside(widths, middling(widths)), words, null);
    }

    /** In which corners there is something, by the places of images among all and of corners. */
    private static FeatureGroup corners(String name, List<ImageMeasures> measures, BiPredicate<Integer, Mark> isThere) {
        double[][] features = new double[measures.size()][];
        List<String> words = new ArrayList<>();
        for (int i = 0; i < features.length; i++) {
            int image = i;
            List<Mark> marked = Mark.CORNERS.stream()
                    .filter(corner -> isThere.test(image, corner))
                    .toList();
            features[i] = Mark.CORNERS.stream()
                    .mapToDouble(corner -> marked.contains(corner) ? 1 : 0)
                    .toArray();
            words.add(marked.stream()
                    .map(Mark::place)
                    .reduce((one, other) -> one + " and " + other)
                    .orElse("no mark"));
        }
        return new FeatureGroup(name, Kind.OUTSIDE, features, words, null);
    }

    private static double[] marks(ImageMeasures image, List<Mark> places) {
        return places.stream().mapToDouble(place -> image.has(place) ? 1 : 0).toArray();
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
        groups.add(new FeatureGroup(MISSING_METADATA, Kind.OUTSIDE, missing));
        if (sources.remove("date") != null) {
            double[] days = images.stream()
                    .map(ImageRecord::acquiredOn)
                    .mapToDouble(day -> day == null ? Double.NaN : day.toEpochDay())
                    .toArray();
            groups.add(new FeatureGroup("date", Kind.OUTSIDE, quantity(days), null, days));
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
                words,
                sizes.stream().mapToDouble(size -> (double) size[0] * size[1]).toArray());
    }

    private static FeatureGroup words(String name, List<String> words) {
        return new FeatureGroup(name, Kind.OUTSIDE, indicators(words), words, null);
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
            return words(name, values);
        }
        if (different > MOST_VALUES) {
            return new FeatureGroup(name, Kind.OUTSIDE, quantity(numbers), null, numbers);
        }
        double[][] indicators = indicators(values);
        double mean = Arrays.stream(numbers).filter(Double::isFinite).average().orElse(0);
        double[][] number = Arrays.stream(numbers)
                .mapToObj(one -> new double[] {Double.isFinite(one) ? one : mean})
                .toArray(double[][]::new);
        return new FeatureGroup(name, Kind.OUTSIDE, beside(number, indicators), values, numbers);
    }

    /** One number for each frequent value, 1 on the images that have it, and last one for all other values and none. */
    static double[][] indicators(List<String> values) {
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
    static double[] ranks(double[] values) {
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
        return new FeatureGroup(name, kind, measures.stream().map(features).toArray(double[][]::new));
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
