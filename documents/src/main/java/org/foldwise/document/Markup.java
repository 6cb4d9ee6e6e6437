package org.foldwise.document;

import java.util.ArrayDeque;
import java.util.Deque;

/** Writes well-formed markup: what is opened gets closed, every text is escaped, and none changes the {@link Direction} of others. */
final class Markup {
    private final StringBuilder text = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();
    private final boolean isPrint;

    /** @param isPrint whether it is for {@link PdfFile}, which shows letters in the order in which they are written */
    Markup(boolean isPrint) {
        this.isPrint = isPrint;
    }

    boolean isPrint() {
        return isPrint;
    }

    /** Begins an element. Attributes are names and values in turns. */
    Markup open(String element, String... attributes) {
        start(element, attributes);
        text.append('>');
        open.push(element);
        return this;
    }

    /** Ends the element that was begun last. */
    Markup close() {
        text.append("</").append(open.pop()).append('>');
        return this;
    }

    /** An element with a text. */
    Markup element(String element, String content, String... attributes) {
        return open(element, attributes).text(content).close();
    }

    /** An element that has no content, ever. */
    Markup empty(String element, String... attributes) {
        start(element, attributes);
        text.append("/>");
        return this;
    }

    Markup text(String content) {
        escape(content);
        return this;
    }

    /** Markup that this package has made. */
    Markup raw(String markup) {
        text.append(markup);
        return this;
    }

    String finished() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("elements are still open: " + open);
        }
        return text.toString();
    }

    private void start(String element, String... attributes) {
        text.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            text.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            text.append('"');
        }
    }

    private void escape(String content) {
        String safe = isPrint ? Direction.visible(content) : Direction.isolated(content);
        safe.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '"' -> text.append("&quot;");
                case '\'' -> text.append("&#39;");
                default -> text.appendCodePoint(isAllowed(point) ? point : 0xFFFD);
            }
        });
    }

    /** The characters of XML 1.0. */
    private static boolean isAllowed(int point) {
        return point == '\t'
                || point == '\n'
                || (point >= 0x20 && point <= 0xD7FF)
                || (point >= 0xE000 && point <= 0xFFFD)
                || point >= 0x10000;
    }
}
