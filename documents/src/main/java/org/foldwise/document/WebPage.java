package org.foldwise.document;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * A document as one HTML file that needs nothing else: no script, no font, no image is loaded. Addresses of records are links, which
 * lead somewhere when a reader follows them and not before.
 */
public final class WebPage {
    private static final String STYLE = Page.STYLE
            + """
            body { margin: 16pt auto; max-width: 680px; padding: 0 10pt; }
            h1, h2, p, td { overflow-wrap: anywhere; }
            svg { max-width: 100%; }
            """;

    /**
     * The content security policy under which the page shows as it is meant to: nothing is loaded, nothing runs, and the only style
     * is its own.
     */
    public static final String POLICY = "default-src 'none'; style-src 'sha256-" + hash(STYLE)
            + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private WebPage() {}

    /** The page with links that hold within it as long as it comes from where the records are. */
    public static String of(Document document) {
        return of(document, Links.RELATIVE);
    }

    /**
     * The page, which is XHTML as well, to be sent as UTF-8.
     *
     * @param links where addresses lead to
     */
    public static String of(Document document, Links links) {
        Markup head = new Markup(false)
                .empty("meta", "charset", "utf-8")
                .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        return Page.of(document, links, head, STYLE, false);
    }

    private static String hash(String style) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
