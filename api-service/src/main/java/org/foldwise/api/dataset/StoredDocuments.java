package org.foldwise.api.dataset;

import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads the JSON documents that the worker stores with a dataset. */
@Component
class StoredDocuments {
    private final JsonMapper mapper;

    StoredDocuments(JsonMapper mapper) {
        this.mapper = mapper;
    }

    ProfileResponse profile(String document) {
        return mapper.readValue(document, ProfileResponse.class);
    }

    List<FindingResponse> findings(String document) {
        return mapper.readValue(document, new TypeReference<>() {});
    }
}
