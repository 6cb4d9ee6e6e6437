package org.foldwise.document;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the addresses of records that stand in a document lead to. An address is what looks like one, in any text but those of charts:
 * a path below {@code /api/v1} that no method stands before by which something is made or changed: a link can only read. Everything else
 * that looks like an address stays text, so that nothing that somebody wrote into a reason or a name leads anywhere else.
 *
 * @param base what stands before every path, such as {@code https://foldwise.example.org}; absent where it is not known from where
 *     readers reach the records, and links then hold within a page as long as it comes from the same place
 */
public record Links(@Nullable URI base) {
    /** Links for readers who were sent the document by the place that has the records. */
    public static final Links RELATIVE = new Links(null);

    /** Segments begin with a letter or a digit, so none of them leads upwards; an end of a sentence is not part of it. */
    private static final Pattern ADDRESS = Pattern.compile(
            "(?<![A-Za-z0-9._~/:@-])(?<!\\b(?:POST|PUT|DELETE) )/api/v1(?:/[A-Za-z0-9](?:[A-Za-z0-9._~-]*[A-Za-z0-9_~-])?)+(?![A-Za-z0-9_~{/-])");

    public Links {
        if (base != null
                && (!("https".equals(base.getScheme()) || "http".equals(base.getScheme()))
                        || base.getHost() == null
                        || base.getUserInfo() != null
                        || base.getRawQuery() != null
                        || base.getRawFragment() != null)) {
            throw new IllegalArgumentException(
                    "base must begin with https:// or http://, name a host, and have neither user, query nor fragment, was '"
                            + base + "'");
        }
    }

    /** Whether an address stands in a text. */
    static boolean areIn(String text) {
        return ADDRESS.matcher(text).find();
    }

    /** Where an address leads to. */
    private String target(String address) {
        if (base == null) {
            return address;
        }
        String start = base.toString();
        return (start.endsWith("/") ? start.substring(0, start.length() - 1) : start) + address;
    }

    /** Writes a text, its addresses as links. */
    void write(Markup page, String text, boolean isPrint) {
        Matcher found = ADDRESS.matcher(text);
        int end = 0;
        while (found.find()) {
            page.text(text.substring(end, found.start()));
            String target = target(found.group());
            if (isPrint) {
                // what a link annotation says to who cannot see where it stands
                page.element("a", found.group(), "href", target, "title", target);
            } else {
                page.element("a", found.group(), "href", target);
            }
            end = found.end();
        }
        page.text(text.substring(end));
    }
}
