package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.ImageHeader;

/**
 * One kind of knowledge about images from which a label ought not to follow, as numbers: for every image that is looked at, as many
 * each.
 */
final class FeatureGroup {
    /** Rarer values of an attribute are taken together. */
    static final int MOST_VALUES = 20;
    /** An attribute is a quantity if it has more values than that and ... */
    private static final int QUANTITY_FROM_VALUES = 10;
    /** ... this share of them are numbers. */
    private static final double QUANTITY_FROM_SHARE = 0.95;

    private static final int THUMBNAIL_SIDE = 8;

    private final String name;
    private final Kind kind;
    private final double[][] features;

    private FeatureGroup(String name, Kind kind, double[][] features) {
        this.name = name;
        this.kind = kind;
        this.features = features;
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

    /** Whether it says of every image which of some groups it is in, and nothing by degrees. */
    boolean isOfGroups() {
        for (double[] row : features) {
            for (double feature : row) {
                if (feature != 0 && feature != 1) {
                    return false;
                }
            }
        }
        return true;
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
        groups.add(measures(measures, "size", Kind.OUTSIDE, image -> new double[] {
            Math.log(image.header().width()), Math.log(image.header().height()), Math.log(image.aspectRatio())
        }));
        groups.add(new FeatureGroup(
                "fileFormat",
                Kind.OUTSIDE,
                attribute(measures.stream().map(image -> format(image.header())).toList())));
        groups.add(measures(measures, "compression", Kind.CONTENT, image -> new double[] {
            Math.log((double) image.fileBytes()
                    / ((double) image.header().width() * image.header().height()))
        }));
        groups.add(measures(measures, "border", Kind.OUTSIDE, image -> image.borders()));
        groups.add(measures(measures, "corners", Kind.OUTSIDE, image -> image.corners()));
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
            groups.add(kept(kept, "size", Kind.OUTSIDE, image -> new double[] {
                Math.log(image.width()), Math.log(image.height()), Math.log((double) image.width() / image.height())
            }));
            groups.add(new FeatureGroup(
                    "fileFormat",
                    Kind.OUTSIDE,
                    attribute(kept.stream().map(KeptMeasures::format).toList())));
            groups.add(kept(kept, "compression", Kind.CONTENT, image ->
                    new double[] {Math.log((double) image.fileBytes() / ((double) image.width() * image.height()))}));
            groups.add(kept(kept, "border", Kind.OUTSIDE, image -> new double[] {image.border()}));
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
        groups.add(new FeatureGroup("missingMetadata", Kind.OUTSIDE, missing));
        if (sources.remove("date") != null) {
            groups.add(new FeatureGroup("date", Kind.OUTSIDE, days(images)));
        }
        sources.forEach((name, value) -> groups.add(new FeatureGroup(
                name,
                Kind.OUTSIDE,
                attribute(images.stream()
                        .map(image -> value.apply(image).orElse(""))
                        .toList()))));
    }

    private static double[][] days(List<ImageRecord> images) {
        double[][] days = new double[images.size()][2];
        double sum = 0;
        int known = 0;
        for (ImageRecord image : images) {
            if (image.acquiredOn() != null) {
                sum += image.acquiredOn().toEpochDay();
                known++;
            }
        }
        for (int i = 0; i < days.length; i++) {
            var day = images.get(i).acquiredOn();
            days[i][0] = day == null ? sum / known : day.toEpochDay();
            days[i][1] = day == null ? 1 : 0;
        }
        return days;
    }

    /**
     * A quantity as its number, the mean where it is missing, and whether it is missing; anything else as one number for each frequent
     * value, 1 on the images that have it.
     */
    static double[][] attribute(List<String> values) {
        Map<String, Integer> counts = new TreeMap<>();
        values.stream().filter(value -> !value.isEmpty()).forEach(value -> counts.merge(value, 1, Integer::sum));
        List<Optional<Double>> numbers =
                values.stream().map(FeatureGroup::number).toList();
        long known = values.stream().filter(value -> !value.isEmpty()).count();
        double[] finite = numbers.stream()
                .flatMap(Optional::stream)
                .mapToDouble(number -> number)
                .toArray();
        if (counts.size() > QUANTITY_FROM_VALUES && finite.length >= QUANTITY_FROM_SHARE * known) {
            double mean = Arrays.stream(finite).average().orElse(0);
            double[][] features = new double[values.size()][];
            for (int i = 0; i < features.length; i++) {
                features[i] = new double[] {
                    numbers.get(i).orElse(mean), numbers.get(i).isEmpty() ? 1 : 0
                };
            }
            return features;
        }
        List<String> frequent = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_VALUES)
                .map(Map.Entry::getKey)
                .toList();
        double[][] features = new double[values.size()][frequent.size() + 1];
        for (int i = 0; i < features.length; i++) {
            int place = frequent.indexOf(values.get(i));
            features[i][place < 0 ? frequent.size() : place] = 1;
        }
        return features;
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
