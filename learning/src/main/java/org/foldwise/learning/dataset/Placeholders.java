package org.foldwise.learning.dataset;

import java.util.Set;
import java.util.regex.Pattern;

/** What tables and files hold where a patient's key is missing or was lost. */
public final class Placeholders {
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
            "unk",
            "n.n.",
            "noname",
            "noid",
            "patientid",
            "removed",
            "redacted",
            "deidentified",
            "de-identified",
            "xxx",
            "anonymous",
            "anonymized",
            "anonymised",
            "anon",
            "test");
    /** The same of several words or parts, as names in DICOM have them, without what stands between. */
    private static final Set<String> IN_PARTS = Set.of(
            "anonymous",
            "anonymized",
            "anonymised",
            "anon",
            "anonymousmale",
            "anonymousfemale",
            "anonymouspatient",
            "patientanonymous",
            "anonymizedpatient",
            "anonymisedpatient",
            "deidentified",
            "deidentifiedpatient",
            "idremoved",
            "nameremoved",
            "patientidremoved");

    private static final Pattern BETWEEN_PARTS = Pattern.compile("[ ^_-]+");
    /** A long number that a spreadsheet shows with its first digits alone. */
    private static final Pattern CUT_SHORT = Pattern.compile("[0-9](?:[.,][0-9]+)?e\\+[0-9]{2,3}");
    /** What fills a field of digits. */
    private static final Pattern FILLED = Pattern.compile("0{4,}|9{5,}");
    /** Dashes, question marks and the like. */
    private static final Pattern NOTHING = Pattern.compile("[^\\p{L}\\p{N}]+");

    private Placeholders() {}

    /** Whether an id says that there is none. A number does only where it fills a field, so not 0, by which some count. */
    public static boolean isOne(String patient) {
        String id = Spelling.folded(patient).replace(" ", "");
        return WORDS.contains(id)
                || IN_PARTS.contains(BETWEEN_PARTS.matcher(id).replaceAll(""))
                || CUT_SHORT.matcher(id).matches()
                || FILLED.matcher(id).matches()
                || NOTHING.matcher(id).matches();
    }
}
