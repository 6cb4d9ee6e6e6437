package org.foldwise.learning.json;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.ScoredImages;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** Scored cases as a JSON document, whose probabilities are read back to the bit. */
public final class PredictionsJson {
    private static final String FORMAT = "foldwise predictions 1";
    /** Of other tasks than binary ones. */
    private static final String FORMAT_OF_CLASSES = "foldwise predictions 2";

    private static final Set<String> FORMATS = Set.of(FORMAT, FORMAT_OF_CLASSES);
    /** The first format holds no names of classes, and no figure needs them. */
    private static final List<String> BINARY_CLASSES = List.of("negative", "positive");

    private static final JsonMapper MAPPER = LearningJson.configure(JsonMapper.builder())
            .enable(
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private PredictionsJson() {}

    private record Document(String format, List<Case> cases) {}

    private record Case(String image, String patient, boolean positive, double probability) {}

    private record ClassesDocument(String format, Task task, List<String> classes, List<ClassesCase> cases) {}

    /** @param shown indices of the classes that the image shows */
    private record ClassesCase(String image, String patient, List<Integer> shown, List<Double> probabilities) {}

    /** The cases in the order given, in UTF-8. */
    public static byte[] write(List<ScoredCase> cases) {
        List<Case> written = cases.stream()
                .map(scored ->
                        new Case(scored.image(), scored.patient().value(), scored.positive(), scored.probability()))
                .toList();
        return MAPPER.writeValueAsString(new Document(FORMAT, written)).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException if it is no such document
     */
    public static List<ScoredCase> read(byte[] json) {
        Document document = parse(json, Document.class);
        if (!document.format().equals(FORMAT)) {
            throw new IllegalArgumentException("predictions have the format '" + document.format() + "'");
        }
        return document.cases().stream()
                .map(read -> new ScoredCase(
                        read.image(), new PatientId(read.patient()), read.positive(), read.probability()))
                .toList();
    }

    /** Images of any task in the order given, in UTF-8; those of a binary task as {@link #write(List)} writes them. */
    public static byte[] write(ScoredImages images) {
        if (images instanceof ScoredImages.Binary binary) {
            return write(binary.cases());
        }
        List<ClassesCase> cases = images instanceof ScoredImages.Multiclass several
                ? several.cases().stream()
                        .map(one -> new ClassesCase(
                                one.image(), one.patient().value(), List.of(one.truth()), one.probabilities()))
                        .toList()
                : ((ScoredImages.Multilabel) images)
                        .cases().stream()
                                .map(one -> new ClassesCase(
                                        one.image(), one.patient().value(), shown(one.truth()), one.probabilities()))
                                .toList();
        return MAPPER.writeValueAsString(new ClassesDocument(FORMAT_OF_CLASSES, images.task(), images.classes(), cases))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static List<Integer> shown(List<Boolean> truth) {
        return IntStream.range(0, truth.size()).filter(truth::get).boxed().toList();
    }

    /**
     * Reads what either method wrote. The classes of a binary task have stand-in names.
     *
     * @throws IllegalArgumentException if it is no such document
     */
    public static ScoredImages readImages(byte[] json) {
        return readImages(json, BINARY_CLASSES);
    }

    /**
     * Reads what either method wrote.
     *
     * @param classes of a binary task, the negative one first; of any other its document has them
     */
    public static ScoredImages readImages(byte[] json, List<String> classes) {
        if (!parse(json, JsonNode.class).path("format").asString("").equals(FORMAT_OF_CLASSES)) {
            return new ScoredImages.Binary(classes, read(json));
        }
        ClassesDocument document = parse(json, ClassesDocument.class);
        return document.task() == Task.MULTICLASS
                ? new ScoredImages.Multiclass(
                        document.classes(),
                        document.cases().stream()
                                .map(one -> new ClassifiedCase(
                                        one.image(),
                                        new PatientId(one.patient()),
                                        one.shown().get(0),
                                        one.probabilities()))
                                .toList())
                : new ScoredImages.Multilabel(
                        document.classes(),
                        document.cases().stream()
                                .map(one -> new LabelledCase(
                                        one.image(),
                                        new PatientId(one.patient()),
                                        IntStream.range(0, document.classes().size())
                                                .mapToObj(one.shown()::contains)
                                                .toList(),
                                        one.probabilities()))
                                .toList());
    }

    /**
     * What is left of a document of cases.
     *
     * @param text the document without them
     * @param removed how many cases were taken out
     */
    public record Remainder(String text, int removed) {}

    /**
     * Takes the cases of some patients out of a document that either method wrote. The others stay as they are and in their order,
     * even if there are none.
     *
     * @throws IllegalArgumentException if it is no such document
     */
    public static Remainder without(byte[] json, Set<PatientId> patients) {
        JsonNode document = parse(json, JsonNode.class);
        JsonNode cases = document.path("cases");
        if (!FORMATS.contains(document.path("format").asString("")) || !(cases instanceof ArrayNode scored)) {
            throw new IllegalArgumentException("not a document of predictions");
        }
        Set<String> keys = patients.stream().map(PatientId::value).collect(Collectors.toSet());
        int before = scored.size();
        scored.removeIf(one -> keys.contains(one.path("patient").asString("")));
        return new Remainder(MAPPER.writeValueAsString(document), before - scored.size());
    }

    private static <T> T parse(byte[] json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a document of predictions", e);
        }
    }
}
