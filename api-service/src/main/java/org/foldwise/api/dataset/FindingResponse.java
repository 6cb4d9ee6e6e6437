package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

@Schema(
        name = "Finding",
        description = "Something about a dataset that its researcher should know before splitting it.")
record FindingResponse(
        @Schema(description = "Stable, for programs.", example = "duplicatesAcrossPatients") String code,
        Severity severity,
        @Schema(description = "What was found, in figures, without patient ids.") String evidence,
        @Schema(description = "Names of images it is about, at most 100 of them.") List<String> images,
        @Schema(description = "What can be done.") String suggestion) {

    @Schema(name = "FindingSeverity", description = "How bad a finding is; a dataset with an error is not frozen.")
    enum Severity {
        INFO,
        WARNING,
        ERROR
    }

    @Schema(name = "Findings", description = "What was found on the last freezing, refused or not.")
    record All(List<FindingResponse> findings) {}
}
