package org.foldwise.api.split;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.split.GivenSplit;
import org.foldwise.learning.split.RoleAssignment;

/**
 * Roles that were made elsewhere.
 *
 * @param rows in the order in which they were given
 * @param repeats how often the folds deal out the patients outside the test subset anew; the folds of the first repeat have the lowest
 *     numbers
 * @param numbers those of folds, repeats and rows where the roles come from
 * @param together groups of patients who have one role in every fold, whatever else ties them; a patient may be in several
 */
record AssignmentTable(
        List<RoleAssignment> rows, int repeats, GivenSplit.Numbers numbers, List<SortedSet<PatientId>> together) {
    AssignmentTable {
        rows = List.copyOf(rows);
        together = List.copyOf(together);
    }

    /**
     * The groups that rows name.
     *
     * @param names of each row's group; empty where it names none
     */
    static List<SortedSet<PatientId>> together(List<RoleAssignment> rows, List<String> names) {
        Map<String, SortedSet<PatientId>> groups = new TreeMap<>();
        for (int row = 0; row < rows.size(); row++) {
            if (!names.get(row).isEmpty()) {
                groups.computeIfAbsent(names.get(row), name -> new TreeSet<>())
                        .add(rows.get(row).patient());
            }
        }
        return groups.values().stream().filter(group -> group.size() > 1).toList();
    }
}
