package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.foldwise.learning.dataset.ImageRecord;

/**
 * One kind of knowledge about images from which a label ought not to follow, as numbers.
 *
 * @param name for people and programs
 * @param kind what sort of knowledge it is
 * @param features for every image of the cohort, as many each
 */
record FeatureGroup(String name, Kind kind, double[][] features) {
    /** Rarer values of an attribute are taken together. */
    static final int MOST_VALUES = 20;
    /** An attribute is a quantity if it has more values than that and ... */
    private static final int QUANTITY_FROM_VALUES = 10;
    /** ... this share of them are numbers. */
    private static final double QUANTITY_FROM_SHARE = 0.95;

    private static final int THUMBNAIL_SIDE = 8;

    /** Sorts of knowledge. */
    enum Kind {
        /** Says nothing of what the image shows. */
        OUTSIDE,
        /** Depends on what the image shows, the disease included. */
        CONTENT
    }

    /** All groups of a cohort that vary. */
    static List<FeatureGroup> of(MeasuredCohort measured) {
        List<FeatureGroup> groups = new ArrayList<>();
        groups.add(measures(measured, "size", Kind.OUTSIDE, (image, record) -> new double[] {
            Math.log(image.header().width()), Math.log(image.header().height()), Math.log(image.aspectRatio())
        }));
        groups.add(measures(measured, "fileFormat", Kind.OUTSIDE, (image, record) -> new double[] {
            image.header().format().ordinal(),
            image.header().bitsPerSample(),
            image.header().channels(),
            image.header().exifOrientation(),
            image.header().hasTextMetadata() ? 1 : 0,
            image.header().hasTrailingData() ? 1 : 0
        }));
        groups.add(measures(measured, "compression", Kind.CONTENT, (image, record) -> new double[] {
            Math.log((double) image.fileBytes()
                    / ((double) image.header().width() * image.header().height()))
        }));
        groups.add(measures(measured, "border", Kind.OUTSIDE, (image, record) -> image.borders()));
        groups.add(measures(measured, "corners", Kind.OUTSIDE, (image, record) -> image.corners()));
        groups.add(measures(measured, "intensity", Kind.CONTENT, (image, record) -> new double[] {
            image.mean(),
            image.standardDeviation(),
            image.entropy(),
            Math.log(image.sharpness() + 1),
            image.blackShare(),
            image.whiteShare()
        }));
        groups.add(measures(measured, "thumbnail", Kind.CONTENT, (image, record) -> image.thumbnail()
                .reduced(THUMBNAIL_SIDE)));
        addMetadata(measured, groups);
        groups.removeIf(group -> !group.varies());
        return groups;
    }

    private static void addMetadata(MeasuredCohort measured, List<FeatureGroup> groups) {
        List<ImageRecord> images = measured.cohort().images();
        Map<String, Function<ImageRecord, Optional<String>>> sources =
                new LinkedHashMap<>(DatasetProfile.sources(measured));
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
            double mean = java.util.Arrays.stream(finite).average().orElse(0);
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
            MeasuredCohort measured,
            String name,
            Kind kind,
            BiFunction<ImageMeasures, ImageRecord, double[]> features) {
        double[][] rows = new double[measured.measures().size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = features.apply(
                    measured.measures().get(i), measured.cohort().images().get(i));
        }
        return new FeatureGroup(name, kind, rows);
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
