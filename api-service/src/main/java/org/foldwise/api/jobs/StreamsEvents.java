package org.foldwise.api.jobs;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.http.MediaType;

/** Names, for the contract, an operation that answers with {@link EventStreams#open}. */
@ApiResponse(
        responseCode = "200",
        content = @Content(mediaType = MediaType.TEXT_EVENT_STREAM_VALUE, schema = @Schema(type = "string")))
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface StreamsEvents {
    /** What every such operation says of itself. */
    String DESCRIPTION =
            "Each event 'progress' has a sequence number as its id and a JobEvent as its data; the stream ends with the work."
                    + " Who reconnects sends the last id as Last-Event-ID.";
}
