package org.foldwise.learning.quality;

import java.util.Set;
import java.util.regex.Pattern;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Spelling;

/** What tables hold where a patient's key is missing or was lost. */
final class Placeholders {
    /** Of pandas, R, spreadsheets and databases, and of people who filled a cell; without blanks. */
    private static final Set<String> WORDS = Set.of(
            "nan",
            "na",
            "n/a",
            "n.a.",
            "#n/a",
            "#na",
            "<na>",
            "#ref!",
            "#value!",
            "#name?",
            "#num!",
            "#null!",
            "#div/0!",
            "null",
            "(null)",
            "nil",
            "none",
            "nat",
            "undefined",
            "missing",
            "unknown",
            "anonymous",
            "anonymized",
            "anonymised",
            "anon",
            "test");
    /** A long number that a spreadsheet shows with its first digits alone. */
    private static final Pattern CUT_SHORT = Pattern.compile("[0-9](?:[.,][0-9]+)?e\\+[0-9]{2,3}");
    /** Dashes, question marks and the like. */
    private static final Pattern NOTHING = Pattern.compile("[^\\p{L}\\p{N}]+");

    private Placeholders() {}

    /** Whether the id says that there is none. A number never does, not even 0, by which some count. */
    static boolean isOne(PatientId patient) {
        String id = Spelling.folded(patient.value()).replace(" ", "");
        return WORDS.contains(id)
                || CUT_SHORT.matcher(id).matches()
                || NOTHING.matcher(id).matches();
    }
}
