package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.foldwise.registry.dataset.FindingWaiver;

/** A waiver as it is shown with its dataset, its splits and its evaluations. */
@Schema(name = "Waiver", description = "A blocking finding of a dataset was set aside. It stays for ever.")
public record WaiverView(
        @Schema(description = "Code of the finding.", example = "duplicatesAcrossPatients") String code,
        @Schema(description = "Why, in the words of whoever did it.") String reason,
        @Schema(description = "Name of the API key.") String waivedBy,
        Instant waivedAt) {
    public static WaiverView of(FindingWaiver waiver) {
        return new WaiverView(waiver.code(), waiver.reason(), waiver.waivedBy(), waiver.waivedAt());
    }
}
