package org.foldwise.api.document;

import java.net.URI;
import org.foldwise.document.Links;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where readers of documents reach this service.
 *
 * @param publicAddress what stands before {@code /api/v1} for them, such as {@code https://foldwise.example.org}; links of reports
 *     and cards begin with it, so that they lead somewhere from a file on a disk as well. Absent: links hold within a page as long as
 *     it comes from this service
 */
@ConfigurationProperties(prefix = "foldwise.documents", ignoreUnknownFields = false)
record DocumentProperties(@Nullable URI publicAddress) {
    DocumentProperties {
        try {
            new Links(publicAddress);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "foldwise.documents.public-address cannot be followed: " + e.getMessage(), e);
        }
    }

    Links links() {
        return new Links(publicAddress);
    }
}
