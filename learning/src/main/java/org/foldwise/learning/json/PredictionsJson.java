package org.foldwise.learning.json;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ScoredCase;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Scored cases as a JSON document, whose probabilities are read back to the bit. */
public final class PredictionsJson {
    private static final String FORMAT = "foldwise predictions 1";

    private static final JsonMapper MAPPER = LearningJson.configure(JsonMapper.builder())
            .enable(
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private PredictionsJson() {}

    private record Document(String format, List<Case> cases) {}

    private record Case(String image, String patient, boolean positive, double probability) {}

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
        Document document;
        try {
            document = MAPPER.readValue(json, Document.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a document of predictions", e);
        }
        if (!document.format().equals(FORMAT)) {
            throw new IllegalArgumentException("predictions have the format '" + document.format() + "'");
        }
        return document.cases().stream()
                .map(read -> new ScoredCase(
                        read.image(), new PatientId(read.patient()), read.positive(), read.probability()))
                .toList();
    }
}
