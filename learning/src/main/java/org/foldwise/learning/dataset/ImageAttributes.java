package org.foldwise.learning.dataset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.foldwise.learning.imaging.dicom.AgeString;
import org.jspecify.annotations.Nullable;

/**
 * What manifest and files say of images beside patient, label, day and site: view, sex, manufacturer and the like. Networks never see
 * it; it tells by what else the labels could be guessed.
 *
 * @param names of the attributes, each once
 * @param valuesByImage for every image, by its name, one value for each attribute; empty where nothing is said
 */
public record ImageAttributes(List<String> names, SortedMap<String, List<String>> valuesByImage) {
    /** With more values an attribute names no groups. */
    private static final int MOST_GROUPS = 20;

    /** More different numbers are a quantity, fewer may be a code. */
    private static final int MOST_NUMBERS = 6;
    /** Where so many of the values that say anything are numbers, the others are mistakes. */
    private static final double NEARLY_ALL = 0.95;

    /** No attributes of any image. */
    public static final ImageAttributes NONE = new ImageAttributes(List.of(), Collections.emptySortedMap());

    public ImageAttributes {
        names = List.copyOf(names);
        SortedMap<String, List<String>> copies = new TreeMap<>();
        for (Map.Entry<String, List<String>> entry : valuesByImage.entrySet()) {
            if (entry.getValue().size() != names.size()) {
                throw new IllegalArgumentException("an image needs a value for each of the attributes " + names
                        + ", had " + entry.getValue().size());
            }
            copies.put(entry.getKey(), List.copyOf(entry.getValue()));
        }
        valuesByImage = Collections.unmodifiableSortedMap(copies);
    }

    /** The value of the attribute at that position for an image; empty where nothing is said. */
    public Optional<String> value(String image, int attribute) {
        List<String> values = valuesByImage.get(image);
        return values == null || values.get(attribute).isEmpty()
                ? Optional.empty()
                : Optional.of(values.get(attribute));
    }

    /** What the files themselves say of the person, and of how and with what the images were taken; only what at least one of them says. */
    public static ImageAttributes ofFiles(Map<String, ImageMetadata> metadataByImage) {
        Map<String, Function<ImageMetadata, @Nullable String>> sources = new LinkedHashMap<>();
        sources.put("sex", ImageMetadata::sex);
        sources.put("age", metadata -> {
            Integer years = metadata.ageYears();
            return years == null ? null : years.toString();
        });
        sources.put("modality", ImageMetadata::modality);
        sources.put("bodyPart", ImageMetadata::bodyPart);
        sources.put("viewPosition", ImageMetadata::viewPosition);
        sources.put("laterality", ImageMetadata::laterality);
        sources.put("manufacturer", ImageMetadata::manufacturer);
        sources.put("station", ImageMetadata::station);
        sources.put("pixelSpacingMm", ImageMetadata::pixelSpacing);
        sources.put("transferSyntax", ImageMetadata::transferSyntax);
        sources.put("photometricInterpretation", ImageMetadata::photometricInterpretation);
        sources.values().removeIf(source -> metadataByImage.values().stream()
                .allMatch(metadata -> source.apply(metadata) == null));
        SortedMap<String, List<String>> values = new TreeMap<>();
        metadataByImage.forEach((image, metadata) -> values.put(
                image,
                sources.values().stream()
                        .map(source -> Objects.requireNonNullElse(source.apply(metadata), ""))
                        .toList()));
        return new ImageAttributes(List.copyOf(sources.keySet()), values);
    }

    /** These and others; of a name that both have, these. */
    public ImageAttributes and(ImageAttributes others) {
        List<Integer> added = IntStream.range(0, others.names.size())
                .filter(i -> !names.contains(others.names.get(i)))
                .boxed()
                .toList();
        List<String> together = new ArrayList<>(names);
        added.forEach(i -> together.add(others.names.get(i)));
        SortedSet<String> images = new TreeSet<>(valuesByImage.keySet());
        images.addAll(others.valuesByImage.keySet());
        SortedMap<String, List<String>> values = new TreeMap<>();
        for (String image : images) {
            List<String> ofImage = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                ofImage.add(value(image, i).orElse(""));
            }
            added.forEach(i -> ofImage.add(others.value(image, i).orElse("")));
            values.put(image, ofImage);
        }
        return new ImageAttributes(together, values);
    }

    /**
     * The group that each image is in. Ages are in the bands of {@link AgeColumn}: values of an attribute whose name has the word
     * {@code age}, where at least half of them are ages, and values that DICOM's units show to be ages. Other attributes of more than
     * {@value #MOST_NUMBERS} different numbers, and nearly nothing else, are in four bands with as equal numbers of images as ties
     * allow. What is neither has a group for each value, unless there are more than {@value #MOST_GROUPS}: these name single images and
     * are left out. Of what is banded, values that are no number count as not known.
     */
    public ImageGroups groups() {
        Map<String, Map<String, String>> groups = new LinkedHashMap<>();
        List<ImageGroups.LeftOut> leftOut = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            Map<String, String> values = new TreeMap<>();
            for (String image : valuesByImage.keySet()) {
                value(image, i).ifPresent(value -> values.put(image, value));
            }
            Map<String, String> banded = banded(name, values);
            int different = new TreeSet<>(values.values()).size();
            if (!banded.isEmpty()) {
                groups.put(name, banded);
            } else if (different <= MOST_GROUPS) {
                groups.put(name, values);
            } else {
                leftOut.add(new ImageGroups.LeftOut(
                        name,
                        "has " + different + " different values that are not all numbers; more than " + MOST_GROUPS
                                + " name single images rather than groups"));
            }
        }
        return new ImageGroups(groups, leftOut);
    }

    /** The bands of an attribute that is an age or another quantity; of any other nothing. */
    private static Map<String, String> banded(String name, Map<String, String> values) {
        long known = values.values().stream()
                .filter(value -> !Quantities.saysNothing(value))
                .count();
        if (known == 0) {
            return Map.of();
        }
        AgeColumn column = AgeColumn.named(name);
        Map<String, Double> ages = numbers(values, column::years);
        boolean isAge = AgeColumn.isNamedSo(name)
                ? 2L * ages.size() >= known
                : numbers(values, AgeString::years).size() >= NEARLY_ALL * known;
        if (isAge) {
            Map<String, String> bands = new TreeMap<>();
            ages.forEach((image, years) -> bands.put(image, AgeColumn.band(years)));
            return bands;
        }
        Map<String, Double> numbers = numbers(values, Quantities::number);
        return numbers.size() >= NEARLY_ALL * known && new TreeSet<>(numbers.values()).size() > MOST_NUMBERS
                ? Quantities.banded(numbers)
                : Map.of();
    }

    private static Map<String, Double> numbers(Map<String, String> values, Function<String, OptionalDouble> numberOf) {
        Map<String, Double> numbers = new TreeMap<>();
        values.forEach((image, value) -> numberOf.apply(value).ifPresent(number -> numbers.put(image, number)));
        return numbers;
    }
}
