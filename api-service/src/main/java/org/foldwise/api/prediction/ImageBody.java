package org.foldwise.api.prediction;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.imaging.ImageLimits;
import org.springframework.http.MediaType;

/** The image of a request: its body, or the part {@code image} of a form. */
final class ImageBody {
    static final String PART = "image";

    private static final int MAXIMUM_BYTES = ImageLimits.DEFAULT.maximumBytes();

    private ImageBody() {}

    static byte[] read(HttpServletRequest request) throws IOException, ServletException {
        if (!MediaType.parseMediaType(request.getContentType()).isCompatibleWith(MediaType.MULTIPART_FORM_DATA)) {
            return read(request.getInputStream());
        }
        Part part = request.getPart(PART);
        if (part == null) {
            throw RefusedException.invalid("/" + PART, "this part is missing");
        }
        try (InputStream stream = part.getInputStream()) {
            return read(stream);
        } finally {
            part.delete();
        }
    }

    private static byte[] read(InputStream stream) throws IOException {
        byte[] image = stream.readNBytes(MAXIMUM_BYTES + 1);
        if (image.length > MAXIMUM_BYTES) {
            throw new RefusedException(ProblemType.TOO_LARGE, "An image has at most " + MAXIMUM_BYTES + " bytes.");
        }
        return image;
    }
}
