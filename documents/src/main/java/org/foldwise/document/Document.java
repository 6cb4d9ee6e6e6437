package org.foldwise.document;

import java.util.List;

/**
 * A document. All texts are plain: markup in them shows as it is written.
 *
 * @param title what stands above everything
 * @param subject one sentence on what the document is about
 * @param sections in order
 */
public record Document(String title, String subject, List<Section> sections) {
    public Document {
        if (title.isBlank()) {
            throw new IllegalArgumentException("title must not be blank");
        }
        sections = List.copyOf(sections);
    }
}
