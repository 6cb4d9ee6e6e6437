package org.foldwise.api.split;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.RoleAssignment;
import org.foldwise.learning.split.Split;
import org.jspecify.annotations.Nullable;

@Schema(name = "Assignment", description = "The role of one patient in one fold.")
record AssignmentResponse(
        @Schema(description = "-1 is the fold that trains on everything outside the test subset.", example = "0")
                int fold,
        @Schema(description = "The patient's key within the dataset.", example = "person1") String patient,
        Role role,
        @Schema(
                        description =
                                "Patients of rows with the same word here, such as twins, must have one role in every fold; rows that"
                                        + " part them are refused. Only in requests.",
                        example = "family 12")
                @Nullable
                String keepTogether) {
    public AssignmentResponse {
        new PatientId(patient);
    }

    /** The same in the library's terms. */
    RoleAssignment resolved() {
        return new RoleAssignment(fold, new PatientId(patient), role);
    }

    @Schema(name = "Assignments", description = "The role of every patient in every fold.")
    record All(
            @Schema(
                            description =
                                    "How often the folds deal out the patients outside the test subset anew; the folds of the first"
                                            + " repeat have the lowest numbers.",
                            example = "1")
                    int repeats,
            List<AssignmentResponse> assignments) {}

    static All of(Split split) {
        return new All(
                split.spec().repeats(),
                split.allFolds().stream()
                        .flatMap(fold -> fold.roles().entrySet().stream().map(entry -> of(fold, entry)))
                        .toList());
    }

    private static AssignmentResponse of(Fold fold, Map.Entry<PatientId, Role> entry) {
        return new AssignmentResponse(fold.index(), entry.getKey().value(), entry.getValue(), null);
    }
}
