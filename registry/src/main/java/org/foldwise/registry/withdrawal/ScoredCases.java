package org.foldwise.registry.withdrawal;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.json.PredictionsJson;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Stored documents of scored cases, and what is left of them without a patient. */
@Component
class ScoredCases {
    private final ArtifactStore artifacts;

    ScoredCases(ArtifactStore artifacts) {
        this.artifacts = artifacts;
    }

    /**
     * A document without the patient's cases.
     *
     * @param old what the document was
     * @param document what it is now; the old one where nothing was removed, and then absent
     * @param removed how many cases were the patient's
     */
    record Rest(Digest old, @Nullable String document, int removed) {
        static Rest whole(Digest old) {
            return new Rest(old, null, 0);
        }

        Digest digest() {
            return document == null ? old : Digest.of(document);
        }

        /** Of the document in UTF-8, where cases were removed. */
        int sizeBytes() {
            return document == null ? 0 : document.getBytes(StandardCharsets.UTF_8).length;
        }
    }

    /**
     * What is left of a document; nothing removed where it is not in the store, and so holds nobody.
     *
     * @throws UncheckedIOException if the stored bytes are damaged
     */
    Rest without(Digest document, Set<String> patients) {
        ArtifactKey key = new ArtifactKey(document);
        if (patients.isEmpty() || !artifacts.exists(key)) {
            return Rest.whole(document);
        }
        try {
            PredictionsJson.Remainder remainder = PredictionsJson.without(
                    artifacts.read(key), patients.stream().map(PatientId::new).collect(Collectors.toSet()));
            return remainder.removed() == 0
                    ? Rest.whole(document)
                    : new Rest(document, remainder.text(), remainder.removed());
        } catch (CorruptArtifactException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stores what is left. It is there before the row that names it. */
    void store(Rest rest) {
        String document = rest.document();
        if (document != null) {
            artifacts.put(document.getBytes(StandardCharsets.UTF_8));
        }
    }
}
