package org.foldwise.document;

import java.util.List;

/**
 * A part of a document under a heading.
 *
 * @param title the heading
 * @param blocks in order; charts that follow each other stand side by side where there is room
 */
public record Section(String title, List<Block> blocks) {
    public Section {
        if (title.isBlank()) {
            throw new IllegalArgumentException("title must not be blank");
        }
        blocks = List.copyOf(blocks);
    }
}
