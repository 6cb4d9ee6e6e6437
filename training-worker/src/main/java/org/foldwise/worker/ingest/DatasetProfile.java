package org.foldwise.worker.ingest;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.ImbalanceLevel;

/**
 * What one looks at before splitting a dataset; stored with it as JSON.
 *
 * @param images number of images
 * @param patients number of patients
 * @param classes counts of each class, for a binary task first the negative one
 * @param imagesPerPatient how many patients have how many images, by number of images
 * @param imagesWithoutLabel images that show none of the classes; 0 where these exclude each other
 * @param patientsWithSeveralLabels patients whose images differ in their labels
 * @param imbalance how unequal the classes are
 * @param width in pixels, upright
 * @param height in pixels, upright
 * @param aspectRatio width divided by height
 * @param channels how many images have how many channels after decoding
 * @param bitsPerSample how many images were stored with how many bits a sample
 * @param intensity grey values of the decoded images
 */
record DatasetProfile(
        int images,
        int patients,
        List<ClassCounts> classes,
        List<Occurrence> imagesPerPatient,
        int imagesWithoutLabel,
        int patientsWithSeveralLabels,
        Imbalance imbalance,
        Distribution width,
        Distribution height,
        Distribution aspectRatio,
        List<Occurrence> channels,
        List<Occurrence> bitsPerSample,
        Intensities.Summary intensity) {

    /** The counts of one class. */
    record ClassCounts(String name, int images, int patients, double imagesPerPatient) {}

    /** A value and how often it occurs. */
    record Occurrence(int value, int count) {}

    /**
     * How unequal the classes are.
     *
     * @param ratio images of the largest class per image of the smallest
     */
    record Imbalance(double ratio, ImbalanceLevel level) {}

    static DatasetProfile of(CohortSummary summary, List<ImageTraits> traits, Intensities intensities) {
        return new DatasetProfile(
                summary.images(),
                summary.patients(),
                summary.classes().stream()
                        .map(counts -> new ClassCounts(
                                counts.name(), counts.images(), counts.patients(), counts.imagesPerPatient()))
                        .toList(),
                occurrences(summary.imagesPerPatient()),
                summary.imagesWithoutLabel(),
                summary.patientsWithSeveralLabels(),
                new Imbalance(summary.imbalanceRatio(), summary.imbalanceLevel()),
                distribution(traits, image -> image.header().width()),
                distribution(traits, image -> image.header().height()),
                distribution(traits, ImageTraits::aspectRatio),
                count(traits, image -> image.header().channels()),
                count(traits, image -> image.header().bitsPerSample()),
                intensities.summary());
    }

    private static Distribution distribution(List<ImageTraits> traits, ToDoubleFunction<ImageTraits> value) {
        return Distribution.of(traits.stream().mapToDouble(value).toArray());
    }

    private static List<Occurrence> count(List<ImageTraits> traits, ToIntFunction<ImageTraits> value) {
        SortedMap<Integer, Integer> counts = new TreeMap<>();
        traits.forEach(image -> counts.merge(value.applyAsInt(image), 1, Integer::sum));
        return occurrences(counts);
    }

    private static List<Occurrence> occurrences(SortedMap<Integer, Integer> counts) {
        return counts.entrySet().stream()
                .map(entry -> new Occurrence(entry.getKey(), entry.getValue()))
                .toList();
    }
}
