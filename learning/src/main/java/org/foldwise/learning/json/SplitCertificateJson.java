package org.foldwise.learning.json;

import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.SplitCertificate;

/** Certificates of splits as JSON, one text for each. */
public final class SplitCertificateJson {
    private SplitCertificateJson() {}

    /** The canonical text: names sorted, no blanks, numbers with as few digits as read back to them. */
    public static String write(SplitCertificate certificate) {
        return CanonicalJson.write(LearningJson.mapper().valueToTree(certificate));
    }

    /** The digest of the canonical text in UTF-8. */
    public static Digest digest(SplitCertificate certificate) {
        return Digest.of(write(certificate));
    }

    /**
     * Reads a certificate back.
     *
     * @throws tools.jackson.core.JacksonException if the text is none
     */
    public static SplitCertificate read(String text) {
        return LearningJson.mapper().readValue(text, SplitCertificate.class);
    }
}
