package org.foldwise.registry.dataset;

import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.RecordDigest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Binds what was found in a dataset when it was frozen: its profile, and its findings without the lists of images that show them, from
 * which a withdrawal takes names.
 */
final class ExaminationDigest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String IMAGES = "images";

    private ExaminationDigest() {}

    /**
     * The same for all texts that a database makes of the same documents.
     *
     * @param profile a JSON document
     * @param findings a JSON array
     */
    static Digest of(String profile, String findings) {
        JsonNode found = JSON.readTree(findings);
        for (JsonNode finding : found) {
            withoutImages(finding);
            finding.path("groups").forEach(ExaminationDigest::withoutImages);
        }
        return RecordDigest.of("examination")
                .document("profile", profile)
                .document("findings", JSON.writeValueAsString(found))
                .digest();
    }

    /** Of a list of images and not of their number, which some documents have under the same name. */
    private static void withoutImages(JsonNode document) {
        if (document instanceof ObjectNode object && object.path(IMAGES).isArray()) {
            object.remove(IMAGES);
        }
    }
}
