package org.foldwise.api.dataset;

import com.fasterxml.jackson.annotation.JsonAlias;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.split.Role;
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
        @Schema(
                        description =
                                "Of a finding about copies the groups that it is about, at most as many as have 100 images together, the"
                                        + " first one always; empty of all others, and of datasets that were frozen before groups were told."
                                        + " /datasets/{id}/duplicate-groups has all of them.")
                List<Group> groups,
        @Schema(description = "What can be done.") String suggestion) {

    /** Findings that were stored before they had figures or groups have none. */
    @SuppressWarnings("NullAway") // what is read from JSON may lack a field
    FindingResponse {
        figures = figures == null ? List.of() : figures;
        groups = groups == null ? List.of() : groups;
    }

    @Schema(
            name = "FindingGroup",
            description =
                    "Images of one dataset that are copies of one picture: a group of /datasets/{id}/duplicate-groups, or a part of one."
                            + " A finding about equal files has those alone; the group of their number may have further images that"
                            + " look like them.")
    record Group(
            @Schema(
                            description =
                                    "The duplicateGroup of its images; several parts of one group, and the group itself, have the same.",
                            example = "7")
                    int number,
            @Schema(description = "Whether all files are equal byte for byte.") boolean identical,
            @Schema(
                            description =
                                    "How many images it has, the part alone where it is one, or had before withdrawals.",
                            example = "2")
                    int imageCount,
            @Schema(description = "How many patients they are of.", example = "2") int patients,
            @Schema(
                            description =
                                    "What they are said to show, labels of one image joined by a vertical bar; each once.",
                            example = "[\"NORMAL\"]")
                    List<String> labels,
            @Schema(
                            description =
                                    "Of the folders train, validation and test that they lie in; empty where folders give no roles.")
                    List<Role> roles,
            @Schema(description = "Their names, at most 100 of them.") List<String> images) {}

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
