package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.provenance.Digest;

/**
 * One claim about a split: in this fold the patient plays this role. A list of claims proves nothing, unlike a {@link Fold}: it
 * may name a patient twice, or not at all. {@link LeakageAudit} checks it.
 *
 * @param fold index of the fold, {@link Fold#DEVELOPMENT} for the development fold
 * @param patient who
 * @param role what for
 */
public record RoleAssignment(int fold, PatientId patient, Role role) {
    /** The digest of some claims, whatever their order. */
    public static Digest digest(Collection<RoleAssignment> assignments) {
        return Digest.ofLines(assignments.stream()
                .map(assignment -> assignment.fold() + "\t" + assignment.role() + "\t" + assignment.patient())
                .sorted()
                .toList());
    }

    /** The claims that a split makes. */
    public static List<RoleAssignment> of(Split split) {
        List<RoleAssignment> assignments = new ArrayList<>();
        for (Fold fold : split.allFolds()) {
            for (Map.Entry<PatientId, Role> entry : fold.roles().entrySet()) {
                assignments.add(new RoleAssignment(fold.index(), entry.getKey(), entry.getValue()));
            }
        }
        return assignments;
    }
}
