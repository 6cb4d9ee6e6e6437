package org.foldwise.learning.dataset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
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

    private static final int BANDS = 4;
    /** Of at most nine digits, so that every number is exact. */
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}(\\.[0-9]{1,6})?");

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

    /** What the files themselves say of how and with what the images were taken; only what at least one of them says. */
    public static ImageAttributes ofFiles(Map<String, ImageMetadata> metadataByImage) {
        Map<String, Function<ImageMetadata, @Nullable String>> sources = new LinkedHashMap<>();
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
     * The group that each image is in, by attribute and by image: an attribute's values, or, where they are numbers with more than
     * {@value #MOST_GROUPS} values such as ages, four bands with as equal numbers of images as ties allow. Attributes with more
     * values that are no numbers name single images rather than groups and are left out.
     */
    public Map<String, Map<String, String>> groups() {
        Map<String, Map<String, String>> groups = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            Map<String, String> values = new TreeMap<>();
            for (String image : valuesByImage.keySet()) {
                value(image, i).ifPresent(value -> values.put(image, value));
            }
            if (new TreeSet<>(values.values()).size() <= MOST_GROUPS) {
                groups.put(names.get(i), values);
            } else if (values.values().stream()
                    .allMatch(value -> NUMBER.matcher(value).matches())) {
                groups.put(names.get(i), banded(values));
            }
        }
        return groups;
    }

    private static Map<String, String> banded(Map<String, String> values) {
        List<String> sorted = values.values().stream()
                .sorted(Comparator.comparingDouble(Double::parseDouble))
                .toList();
        double[] upper = new double[BANDS];
        for (int band = 0; band < BANDS; band++) {
            upper[band] = Double.parseDouble(sorted.get((band + 1) * sorted.size() / BANDS - 1));
        }
        String[] names = new String[BANDS];
        Map<String, String> banded = new TreeMap<>();
        for (int band = BANDS - 1; band >= 0; band--) {
            double above = band == 0 ? Double.NEGATIVE_INFINITY : upper[band - 1];
            double most = upper[band];
            List<String> within = sorted.stream()
                    .filter(value -> Double.parseDouble(value) > above && Double.parseDouble(value) <= most)
                    .toList();
            names[band] = within.isEmpty() ? "" : range(within.get(0), within.get(within.size() - 1));
        }
        values.forEach((image, value) -> {
            int band = 0;
            while (Double.parseDouble(value) > upper[band]) {
                band++;
            }
            banded.put(image, names[band]);
        });
        return banded;
    }

    private static String range(String first, String last) {
        return first.equals(last) ? first : first + " to " + last;
    }
}
