package org.foldwise.api.problem;

import io.swagger.v3.oas.annotations.media.Schema;

/**
 * One thing that is wrong with a request.
 *
 * @param pointer a JSON pointer (RFC 6901) into the body, or {@code /} and the name of a parameter, header or archive entry
 * @param detail what is wrong there and what would be right; never the value of a cell
 */
@Schema(name = "ProblemError", description = "One thing that is wrong with a request.")
public record Mistake(
        @Schema(
                        description =
                                "JSON pointer into the body, or a slash and the name of a parameter or an archive entry.",
                        example = "/plan/epochs")
                String pointer,
        @Schema(description = "What is wrong there.", example = "must be 1 or more") String detail) {

    /** The pointer of a member of {@code parent}, escaped as RFC 6901 demands. */
    public static String pointer(String parent, String member) {
        return parent + '/' + member.replace("~", "~0").replace("/", "~1");
    }

    /** The pointer of an element of {@code parent}. */
    public static String pointer(String parent, int index) {
        return parent + '/' + index;
    }
}
