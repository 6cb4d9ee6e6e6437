package org.foldwise.api.jobs;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.foldwise.registry.jobs.JobEvent;
import org.foldwise.registry.jobs.JobState;
import org.jspecify.annotations.Nullable;

/** The data of one server-sent event. */
@Schema(name = "JobEvent", description = "Something that happened to a job.")
record JobEventView(
        @Schema(description = "1, 2, ... within the job.", example = "17") long sequence,
        Instant at,
        JobState state,
        @Schema(example = "0.4") double progress,
        @Schema(example = "epoch 8 of 20") @Nullable String message,
        @Schema(description = "What the stage has to say, such as a finished epoch.", type = "object")
                @JsonRawValue
                @Nullable
                String payload) {
    static JobEventView of(JobEvent event) {
        return new JobEventView(
                event.sequence(), event.at(), event.state(), event.progress(), event.message(), event.payload());
    }
}
