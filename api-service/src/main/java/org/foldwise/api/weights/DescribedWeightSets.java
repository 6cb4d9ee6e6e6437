package org.foldwise.api.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private static final int LARGEST_BYTES = 1 << 16;

    private final WeightsProperties properties;
    private final Map<String, List<String>> told = new ConcurrentHashMap<>();
    private final AtomicBoolean isDirectoryTold = new AtomicBoolean();

    DescribedWeightSets(WeightsProperties properties) {
        this.properties = properties;
    }

    /**
     * A document as it was read.
     *
     * @param set absent where it cannot be read
     * @param mistakes what is wrong with it
     */
    private record Description(@Nullable WeightSet set, List<String> mistakes) {
        private static Description unreadable(List<String> mistakes) {
            return new Description(null, mistakes);
        }
    }

    /** All that can be read, in the order of their names. Where the directory cannot be read there are none, which is logged once. */
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
            isDirectoryTold.set(false);
        } catch (IOException | DirectoryIteratorException e) {
            if (!isDirectoryTold.getAndSet(true)) {
                LOGGER.warn(
                        "the directory of weights '{}' cannot be read, so none that it describes are known",
                        directory,
                        e);
            }
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
        // a pipe would be waited for
        if (!Files.isRegularFile(document)) {
            told.remove(name);
            return Optional.empty();
        }
        Description read = read(name, document);
        List<String> before = told.put(name, read.mistakes());
        if (!read.mistakes().isEmpty() && !read.mistakes().equals(before)) {
            LOGGER.warn("the description of weights '{}' cannot be read: {}", document.getFileName(), read.mistakes());
        }
        return Optional.of(read);
    }

    private static boolean isSound(String name) {
        try {
            return !new PretrainedSpec(name).namesNone();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Anew each time: time and length of a file are what they were after many a correction. */
    private static Description read(String name, Path document) {
        if (WeightSets.TORCHVISION.named(name).isPresent()) {
            return Description.unreadable(List.of("there are published weights of that name"));
        }
        try (InputStream in = Files.newInputStream(document)) {
            byte[] bytes = in.readNBytes(LARGEST_BYTES + 1);
            if (bytes.length > LARGEST_BYTES) {
                return Description.unreadable(
                        List.of("it is longer than " + LARGEST_BYTES + " bytes, was " + Files.size(document)));
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new Description(WeightSet.described(name, WeightSetSpecJson.read(text)), List.of());
        } catch (InvalidPlanException e) {
            return Description.unreadable(e.mistakes().stream()
                    .map(mistake -> Stream.of(mistake.pointer(), mistake.detail())
                            .filter(part -> !part.isEmpty())
                            .reduce((pointer, detail) -> pointer + " " + detail)
                            .orElseThrow())
                    .toList());
        } catch (CharacterCodingException e) {
            return Description.unreadable(List.of("it is no text in UTF-8"));
        } catch (IOException e) {
            return Description.unreadable(List.of("the service may not read it"));
        }
    }
}
