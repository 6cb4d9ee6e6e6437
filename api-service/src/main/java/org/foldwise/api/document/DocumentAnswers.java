package org.foldwise.api.document;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.document.Document;
import org.foldwise.document.Links;
import org.foldwise.document.PdfFile;
import org.foldwise.document.WebPage;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Sends documents in the form that the client asks for. */
@Component
class DocumentAnswers {
    private static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";
    private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);
    private static final int RENDERED_AT_ONCE = 2;
    private static final int PATIENCE_S = 30;

    private final JsonMapper mapper;
    private final Links links;
    /** A PDF file takes seconds of a processor and tens of megabytes. */
    private final Semaphore rendering = new Semaphore(RENDERED_AT_ONCE, true);

    DocumentAnswers(JsonMapper mapper, DocumentProperties properties) {
        this.mapper = mapper;
        this.links = properties.links();
    }

    /**
     * The answer with a document.
     *
     * @param name of the file, without what follows the dot
     */
    ResponseEntity<byte[]> answer(
            Document document, String name, @Nullable DocumentFormat format, HttpServletRequest request) {
        return switch (DocumentFormat.of(format, request.getHeader(HttpHeaders.ACCEPT))) {
            case JSON ->
                ResponseEntity.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(mapper.writeValueAsBytes(DocumentView.of(document)));
            case HTML ->
                ResponseEntity.ok()
                        .contentType(HTML)
                        .header(CONTENT_SECURITY_POLICY, WebPage.POLICY)
                        .body(WebPage.of(document, links).getBytes(StandardCharsets.UTF_8));
            case PDF ->
                ResponseEntity.ok()
                        .contentType(MediaType.APPLICATION_PDF)
                        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + ".pdf\"")
                        .body(pdf(document));
        };
    }

    private byte[] pdf(Document document) {
        try {
            if (!rendering.tryAcquire(PATIENCE_S, TimeUnit.SECONDS)) {
                throw busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
        try {
            return PdfFile.of(document, links);
        } finally {
            rendering.release();
        }
    }

    private static RefusedException busy() {
        return new RefusedException(ProblemType.UNAVAILABLE, "Other documents are being rendered; ask again later.");
    }
}
