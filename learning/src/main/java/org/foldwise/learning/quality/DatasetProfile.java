package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.ImbalanceLevel;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.split.Role;
import org.jspecify.annotations.Nullable;

/**
 * What one looks at before splitting a dataset.
 *
 * @param images number of images
 * @param patients number of patients
 * @param classes counts of each class, for a binary task first the negative one
 * @param imagesPerPatient how many patients have how many images, by number of images
 * @param patientsWithSeveralLabels patients whose images carry more than one label
 * @param imbalance how unequal the classes are
 * @param width in pixels, upright
 * @param height in pixels, upright
 * @param aspectRatio width divided by height
 * @param channels how many images have how many channels after decoding
 * @param bitsPerSample how many images were stored with how many bits a sample
 * @param intensity grey values of the decoded images
 * @param roles counts of the roles that the dataset came with; empty where it came with none
 * @param intensityOfClasses grey values of each class's images
 * @param pictures how much is to be seen on the images
 * @param metadata what is said of the images, and how often it is missing
 * @param sources what the images were read off
 * @param imagesWithoutLabel images that show none of the classes
 */
public record DatasetProfile(
        int images,
        int patients,
        List<ClassCounts> classes,
        List<Occurrence> imagesPerPatient,
        int patientsWithSeveralLabels,
        Imbalance imbalance,
        Distribution width,
        Distribution height,
        Distribution aspectRatio,
        List<Occurrence> channels,
        List<Occurrence> bitsPerSample,
        Intensities.Summary intensity,
        List<RoleCounts> roles,
        List<ClassIntensities> intensityOfClasses,
        Pictures pictures,
        List<Metadata> metadata,
        Sources sources,
        int imagesWithoutLabel) {
    /** An attribute with more values than this is counted, not listed: its values may tell who somebody is. */
    private static final int MOST_VALUES_LISTED = 20;

    /** The counts of one class. */
    public record ClassCounts(String name, int images, int patients, double imagesPerPatient) {}

    /** A value and how often it occurs. */
    public record Occurrence(int value, int count) {}

    /**
     * How unequal the classes are.
     *
     * @param ratio images of the largest class per image of the smallest
     * @param strategies what fits that level, of which one is to be chosen: several together correct twice
     */
    public record Imbalance(double ratio, ImbalanceLevel level, List<ImbalanceStrategy> strategies) {
        public Imbalance {
            strategies = List.copyOf(strategies);
        }
    }

    /** The counts of a role that the dataset came with. */
    public record RoleCounts(Role role, int images, int patients, List<ClassCounts> classes) {}

    /** The grey values of one class. */
    public record ClassIntensities(String name, Intensities.Summary intensity) {}

    /**
     * How much is to be seen.
     *
     * @param entropy of the grey values, in bits
     * @param sharpness variance of the Laplacian
     * @param blackShare share of pixels at 0, where nothing can be told apart
     * @param whiteShare share of pixels at 255, the same
     */
    public record Pictures(
            Distribution entropy, Distribution sharpness, Distribution blackShare, Distribution whiteShare) {}

    /**
     * What is said of the images under one name: {@code site}, {@code date} or an attribute.
     *
     * @param distinctValues how many different values there are
     * @param values each value and how often it occurs, most frequent first; empty where there are more than 20
     * @param missing how many images of each class have none; an image of several labels counts for each
     * @param missingWithoutLabel how many images without any label have none; 0 where classes exclude each other
     * @param missingImages how many images have none, whatever they show; with those of all values, these are all images
     */
    public record Metadata(
            String name,
            int distinctValues,
            List<ValueCount> values,
            List<ClassCount> missing,
            int missingWithoutLabel,
            int missingImages) {}

    /** A value and how often it occurs. */
    public record ValueCount(String value, int images) {}

    /** Images of a class. */
    public record ClassCount(String name, int images) {}

    /**
     * Counts that must agree.
     *
     * @param manifestRows rows below the manifest's header, of the label table of a DICOM tree one for each key; absent where there is
     *     neither
     * @param files image files that were uploaded
     * @param unusedFiles of these, files that are no image of the dataset
     */
    public record Sources(@Nullable Integer manifestRows, int files, int unusedFiles) {}

    public DatasetProfile {
        classes = List.copyOf(classes);
        roles = List.copyOf(roles);
        intensityOfClasses = List.copyOf(intensityOfClasses);
        metadata = List.copyOf(metadata);
    }

    /**
     * The profile of a cohort.
     *
     * @param intensities of all images
     * @param intensitiesOfClasses of the images of each class
     */
    public static DatasetProfile of(
            MeasuredCohort measured,
            CohortSummary summary,
            Intensities intensities,
            Map<String, Intensities> intensitiesOfClasses,
            Sources sources) {
        List<ImageMeasures> measures = measured.measures();
        List<ClassIntensities> ofClasses = new ArrayList<>();
        for (String name : measured.cohort().classes()) {
            Intensities ofClass = intensitiesOfClasses.get(name);
            if (ofClass == null) {
                throw new IllegalArgumentException("intensities must be given for class '" + name + "'");
            }
            ofClasses.add(new ClassIntensities(name, ofClass.summary()));
        }
        return new DatasetProfile(
                summary.images(),
                summary.patients(),
                summary.classes().stream()
                        .map(counts -> new ClassCounts(
                                counts.name(), counts.images(), counts.patients(), counts.imagesPerPatient()))
                        .toList(),
                occurrences(summary.imagesPerPatient()),
                summary.patientsWithSeveralLabels(),
                new Imbalance(
                        summary.imbalanceRatio(),
                        summary.imbalanceLevel(),
                        ImbalanceStrategy.fitting(summary.imbalanceLevel())),
                distribution(measures, image -> image.header().width()),
                distribution(measures, image -> image.header().height()),
                distribution(measures, ImageMeasures::aspectRatio),
                count(measures, image -> image.header().channels()),
                count(measures, image -> image.header().bitsPerSample()),
                intensities.summary(),
                roles(measured),
                ofClasses,
                new Pictures(
                        distribution(measures, ImageMeasures::entropy),
                        distribution(measures, ImageMeasures::sharpness),
                        distribution(measures, ImageMeasures::blackShare),
                        distribution(measures, ImageMeasures::whiteShare)),
                metadata(measured),
                sources,
                summary.imagesWithoutLabel());
    }

    private static List<RoleCounts> roles(MeasuredCohort measured) {
        List<RoleCounts> counts = new ArrayList<>();
        for (Role role : measured.roles().counts().keySet()) {
            List<ImageRecord> images = measured.cohort().images().stream()
                    .filter(image -> measured.roles().of(image) == role)
                    .toList();
            List<ClassCounts> classes = new ArrayList<>();
            for (String name : measured.cohort().classes()) {
                List<ImageRecord> ofClass =
                        images.stream().filter(image -> image.shows(name)).toList();
                int patients = patients(ofClass);
                classes.add(new ClassCounts(
                        name, ofClass.size(), patients, patients == 0 ? 0 : (double) ofClass.size() / patients));
            }
            counts.add(new RoleCounts(role, images.size(), patients(images), classes));
        }
        return counts;
    }

    private static int patients(List<ImageRecord> images) {
        Set<PatientId> patients = new HashSet<>();
        images.forEach(image -> patients.add(image.patient()));
        return patients.size();
    }

    private static List<Metadata> metadata(MeasuredCohort measured) {
        List<Metadata> metadata = new ArrayList<>();
        for (Map.Entry<String, Function<ImageRecord, Optional<String>>> source :
                sources(measured).entrySet()) {
            Map<String, Integer> counts = new TreeMap<>();
            Map<String, Integer> missing = new LinkedHashMap<>();
            measured.cohort().classes().forEach(name -> missing.put(name, 0));
            int missingWithoutLabel = 0;
            int missingImages = 0;
            for (ImageRecord image : measured.cohort().images()) {
                Optional<String> value = source.getValue().apply(image);
                if (value.isPresent()) {
                    counts.merge(value.get(), 1, Integer::sum);
                } else {
                    image.labels().forEach(label -> missing.merge(label, 1, Integer::sum));
                    missingWithoutLabel += image.labels().isEmpty() ? 1 : 0;
                    missingImages++;
                }
            }
            metadata.add(new Metadata(
                    source.getKey(),
                    counts.size(),
                    counts.size() > MOST_VALUES_LISTED ? List.of() : values(counts),
                    missing.entrySet().stream()
                            .map(entry -> new ClassCount(entry.getKey(), entry.getValue()))
                            .toList(),
                    missingWithoutLabel,
                    missingImages));
        }
        return metadata;
    }

    private static List<ValueCount> values(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .map(entry -> new ValueCount(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(ValueCount::images).reversed())
                .toList();
    }

    /** Where values of images are found, by name; days and sites only where any image has one. */
    static Map<String, Function<ImageRecord, Optional<String>>> sources(MeasuredCohort measured) {
        return sources(measured.cohort().images(), measured.attributes());
    }

    /** The same of some images, with what is said of them. */
    static Map<String, Function<ImageRecord, Optional<String>>> sources(
            List<ImageRecord> images, ImageAttributes attributes) {
        Map<String, Function<ImageRecord, Optional<String>>> sources = new LinkedHashMap<>();
        if (images.stream().anyMatch(image -> image.site() != null)) {
            sources.put("site", image -> Optional.ofNullable(image.site()));
        }
        if (images.stream().anyMatch(image -> image.acquiredOn() != null)) {
            sources.put("date", image -> Optional.ofNullable(image.acquiredOn()).map(Object::toString));
        }
        for (int i = 0; i < attributes.names().size(); i++) {
            int attribute = i;
            sources.put(attributes.names().get(i), image -> attributes.value(image.name(), attribute));
        }
        return sources;
    }

    private static Distribution distribution(List<ImageMeasures> measures, ToDoubleFunction<ImageMeasures> value) {
        return Distribution.of(measures.stream().mapToDouble(value).toArray());
    }

    private static List<Occurrence> count(List<ImageMeasures> measures, ToIntFunction<ImageMeasures> value) {
        SortedMap<Integer, Integer> counts = new TreeMap<>();
        measures.forEach(image -> counts.merge(value.applyAsInt(image), 1, Integer::sum));
        return occurrences(counts);
    }

    private static List<Occurrence> occurrences(SortedMap<Integer, Integer> counts) {
        return counts.entrySet().stream()
                .map(entry -> new Occurrence(entry.getKey(), entry.getValue()))
                .toList();
    }
}
