package org.foldwise.api.json;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.stereotype.Component;

/** Reads request records by {@link RecordReader}; writing is left to Jackson. */
@Component
final class StrictJsonConverter implements HttpMessageConverter<Object> {
    private static final int MAXIMUM_BYTES = 1024 * 1024;

    private final RecordReader reader;

    StrictJsonConverter(RecordReader reader) {
        this.reader = reader;
    }

    /** Whatever kind of JSON it claims to be: what is not read here would be read by Jackson, and less strictly. */
    @Override
    public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
        return type.isRecord() && mediaType != null && isJson(mediaType);
    }

    @Override
    public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
        return false;
    }

    @Override
    public List<MediaType> getSupportedMediaTypes() {
        return List.of(MediaType.APPLICATION_JSON);
    }

    @Override
    public Object read(Class<?> type, HttpInputMessage message) throws IOException {
        requirePlainJson(message.getHeaders().getContentType());
        byte[] body = message.getBody().readNBytes(MAXIMUM_BYTES + 1);
        if (body.length > MAXIMUM_BYTES) {
            throw new RefusedException(ProblemType.TOO_LARGE, "A JSON body has at most " + MAXIMUM_BYTES + " bytes.");
        }
        return reader.read(body, type);
    }

    @Override
    public void write(Object value, @Nullable MediaType mediaType, HttpOutputMessage message) {
        throw new UnsupportedOperationException("this converter only reads");
    }

    private static boolean isJson(MediaType mediaType) {
        return mediaType.getSubtype().equals("json") || mediaType.getSubtype().endsWith("+json");
    }

    private static void requirePlainJson(@Nullable MediaType mediaType) {
        boolean plain = mediaType != null
                && mediaType.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)
                && (mediaType.getCharset() == null || mediaType.getCharset().equals(StandardCharsets.UTF_8));
        if (!plain) {
            throw new RefusedException(ProblemType.UNSUPPORTED_MEDIA_TYPE, "A JSON body is application/json in UTF-8.");
        }
    }
}
