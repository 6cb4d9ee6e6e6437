package org.foldwise.api.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.PretrainedSpec;
import org.foldwise.learning.json.InvalidPlanException;
import org.foldwise.learning.json.WeightSetSpecJson;
import org.foldwise.learning.pretrained.WeightSet;
import org.foldwise.learning.pretrained.WeightSets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The weights that the operator describes, each by a document {@code NAME.json} in the directory of weights. They are known from the
 * moment in which the document lies there. One that cannot be read is told to whoever asks for its name, and logged once.
 */
@Component
class DescribedWeightSets {
    private static final Logger LOGGER = LoggerFactory.getLogger(DescribedWeightSets.class);

    private static final String ENDING = ".json";
    private static final long LARGEST_BYTES = 1 << 16;

    private final WeightsProperties properties;
    private final Map<String, Description> known = new ConcurrentHashMap<>();

    DescribedWeightSets(WeightsProperties properties) {
        this.properties = properties;
    }

    /**
     * A document as it was read.
     *
     * @param set absent where it cannot be read
     * @param mistakes what is wrong with it
     */
    private record Description(FileTime changed, long size, @Nullable WeightSet set, List<String> mistakes) {}

    /** All that can be read, in the order of their names. */
    List<WeightSet> all() {
        SortedMap<String, WeightSet> sets = new TreeMap<>();
        Path directory = properties.directory();
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (DirectoryStream<Path> documents = Files.newDirectoryStream(directory, "*" + ENDING)) {
            for (Path document : documents) {
                String file = document.getFileName().toString();
                String name = file.substring(0, file.length() - ENDING.length());
                find(name).ifPresent(set -> sets.put(name, set));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(sets.values());
    }

    /** The set of that name, if there is a document that can be read. */
    Optional<WeightSet> find(String name) {
        return description(name).map(Description::set);
    }

    /** What is wrong with the document of that name; nothing where there is none, or nothing wrong. */
    List<String> mistakes(String name) {
        return description(name).map(Description::mistakes).orElse(List.of());
    }

    private Optional<Description> description(String name) {
        if (!isSound(name)) {
            return Optional.empty();
        }
        Path document = properties.directory().resolve(name + ENDING);
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(document, BasicFileAttributes.class);
        } catch (IOException e) {
            known.remove(name);
            return Optional.empty();
        }
        if (!attributes.isRegularFile()) {
            return Optional.empty();
        }
        Description before = known.get(name);
        if (before != null
                && before.changed().equals(attributes.lastModifiedTime())
                && before.size() == attributes.size()) {
            return Optional.of(before);
        }
        Description read = read(name, document, attributes);
        if (read.set() == null) {
            LOGGER.warn("the description of weights '{}' cannot be read: {}", document.getFileName(), read.mistakes());
        }
        known.put(name, read);
        return Optional.of(read);
    }

    private static boolean isSound(String name) {
        try {
            return !new PretrainedSpec(name).namesNone();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Description read(String name, Path document, BasicFileAttributes attributes) {
        FileTime changed = attributes.lastModifiedTime();
        long size = attributes.size();
        if (WeightSets.TORCHVISION.named(name).isPresent()) {
            return new Description(changed, size, null, List.of("there are published weights of that name"));
        }
        if (size > LARGEST_BYTES) {
            return new Description(
                    changed, size, null, List.of("it is longer than " + LARGEST_BYTES + " bytes, was " + size));
        }
        try {
            return new Description(
                    changed,
                    size,
                    WeightSet.described(name, WeightSetSpecJson.read(Files.readString(document))),
                    List.of());
        } catch (InvalidPlanException e) {
            return new Description(
                    changed,
                    size,
                    null,
                    e.mistakes().stream()
                            .map(mistake -> Stream.of(mistake.pointer(), mistake.detail())
                                    .filter(part -> !part.isEmpty())
                                    .reduce((pointer, detail) -> pointer + " " + detail)
                                    .orElseThrow())
                            .toList());
        } catch (CharacterCodingException e) {
            return new Description(changed, size, null, List.of("it is no text in UTF-8"));
        } catch (IOException e) {
            return new Description(changed, size, null, List.of("the service may not read it"));
        }
    }
}
