package org.foldwise.learning.json;

import java.util.Optional;
import org.foldwise.learning.split.LeakageAudit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Audits of splits as they are stored. */
public final class LeakageAuditJson {
    private LeakageAuditJson() {}

    /**
     * Reads a stored audit.
     *
     * @param text as {@link ReportJson} writes it, or with the dataset's digest spelt as an object, {@code {"hex": ...}}
     * @return the audit; empty where the text is none
     */
    public static Optional<LeakageAudit> read(String text) {
        try {
            JsonNode document = LearningJson.mapper().readTree(text);
            JsonNode hex = document.path("dataset").path("hex");
            if (hex.isString() && document instanceof ObjectNode audit) {
                audit.set("dataset", hex);
            }
            return Optional.of(ReportJson.read(LeakageAudit.class, document.toString()));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
