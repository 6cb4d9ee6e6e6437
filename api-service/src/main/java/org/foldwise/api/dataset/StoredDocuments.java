package org.foldwise.api.dataset;

import java.util.List;
import org.foldwise.registry.RecordTamperedException;
import org.foldwise.registry.dataset.Dataset;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads the JSON documents that the worker stores with a dataset. */
@Component
class StoredDocuments {
    private final JsonMapper mapper;

    StoredDocuments(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /**
     * A dataset's profile; null before it has one.
     *
     * @throws RecordTamperedException if what is stored is none
     */
    @Nullable
    ProfileResponse profile(Dataset dataset) {
        String profile = dataset.profile();
        return profile == null ? null : read(dataset, profile, new TypeReference<>() {}, "its profile is none");
    }

    /**
     * A dataset's findings.
     *
     * @throws RecordTamperedException if what is stored are none
     */
    List<FindingResponse> findings(Dataset dataset) {
        return read(dataset, dataset.findings(), new TypeReference<>() {}, "its findings are none");
    }

    /** Without what is wrong with it, since findings name images. */
    private <T> T read(Dataset dataset, String document, TypeReference<T> type, String reason) {
        T read;
        try {
            read = mapper.readValue(document, type);
        } catch (JacksonException e) {
            throw tampered(dataset, reason);
        }
        if (read == null) {
            throw tampered(dataset, reason);
        }
        return read;
    }

    private static RecordTamperedException tampered(Dataset dataset, String reason) {
        return new RecordTamperedException("Dataset " + dataset.id(), reason);
    }
}
