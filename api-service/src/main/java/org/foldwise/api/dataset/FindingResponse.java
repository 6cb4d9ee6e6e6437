package org.foldwise.api.dataset;

import com.fasterxml.jackson.annotation.JsonAlias;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "Finding",
        description = "Something about a dataset that its researcher should know before splitting it.")
record FindingResponse(
        @Schema(description = "Stable, for programs.", example = "duplicatesAcrossPatients") String code,
        Severity severity,
        @Schema(description = "What was found, in figures, without patient ids.") String evidence,
        @Schema(description = "The same for programs.") List<Figure> figures,
        @Schema(description = "Names of images it is about, at most 100 of them.") List<String> images,
        @Schema(description = "What can be done.") String suggestion) {

    /** Findings that were stored before they had figures have none. */
    @SuppressWarnings("NullAway") // what is read from JSON may lack a field
    FindingResponse {
        figures = figures == null ? List.of() : figures;
    }

    @Schema(
            name = "FindingSeverity",
            description =
                    "How bad a finding is. A blocking one stops splits until it is waived; one about images that cannot be"
                            + " read stops the freezing, and that cannot be waived.")
    enum Severity {
        /** Stored as info by earlier versions. */
        @JsonAlias("info")
        NOTICE,
        WARNING,
        /** Stored as error by earlier versions. */
        @JsonAlias("error")
        BLOCKING
    }

    @Schema(name = "FindingFigure", description = "One number of a finding's evidence.")
    record Figure(
            @Schema(example = "auc") String name,
            @Schema(example = "0.61") double value,
            @Schema(description = "Lower end of its confidence interval, where it has one.", example = "0.56") @Nullable
                    Double lower,
            @Schema(description = "Upper end of the same.", example = "0.66") @Nullable Double upper) {}

    @Schema(name = "Findings", description = "What was found on the last freezing, refused or not.")
    record All(
            List<FindingResponse> findings,
            @Schema(description = "Blocking findings that were set aside.") List<WaiverView> waivers) {}
}
