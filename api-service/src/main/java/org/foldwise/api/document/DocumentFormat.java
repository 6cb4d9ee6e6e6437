package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;

/** The forms of a document, the first of them where the client has no wish. */
@Schema(name = "DocumentFormat", description = "The form of a document.")
enum DocumentFormat {
    JSON(MediaType.APPLICATION_JSON_VALUE),
    PDF(MediaType.APPLICATION_PDF_VALUE),
    HTML(MediaType.TEXT_HTML_VALUE);

    private final String mediaType;

    DocumentFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /**
     * The form that a client asks for.
     *
     * @param named by the parameter; decides where it is there
     * @param accept the header {@code Accept}
     * @throws RefusedException if it accepts none
     */
    static DocumentFormat of(@Nullable DocumentFormat named, @Nullable String accept) {
        if (named != null) {
            return named;
        }
        for (MediaType wanted : wanted(accept)) {
            for (DocumentFormat format : values()) {
                if (wanted.getQualityValue() > 0 && wanted.includes(MediaType.parseMediaType(format.mediaType))) {
                    return format;
                }
            }
        }
        throw new RefusedException(
                ProblemType.NOT_ACCEPTABLE, "Documents are application/json, application/pdf or text/html.");
    }

    private static List<MediaType> wanted(@Nullable String accept) {
        if (accept == null || accept.isBlank()) {
            return List.of(MediaType.ALL);
        }
        try {
            List<MediaType> wanted = new ArrayList<>(MediaType.parseMediaTypes(accept));
            MimeTypeUtils.sortBySpecificity(wanted);
            return wanted;
        } catch (InvalidMediaTypeException e) {
            throw new RefusedException(ProblemType.NOT_ACCEPTABLE, "The header Accept cannot be read.");
        }
    }
}
