package org.foldwise.learning.dataset;

import java.util.Set;
import java.util.regex.Pattern;

/** What tables and files hold where a patient's key is missing or was lost. */
public final class Placeholders {
    /** Of pandas, R, spreadsheets and databases, and of people who filled a cell; without blanks. With a sign between them some may be initials. */
    private static final Set<String> WORDS = Set.of(
            "nan", "na", "n/a", "n.a.", "#n/a", "#na", "<na>", "#ref!", "#value!", "#name?", "#num!", "#null!",
            "#div/0!", "(null)", "nat", "unk", "n.n.");

    /** What says that there is none, in the languages of {@link BodySide}. */
    private static final String NOBODY =
            "deidentified|null|nil|none|undefined|missing|unknown|removed|redacted|dummy|test"
                    + "|anon|anonym(?:ous|i[sz]ed|isiert|e)?|an[o\u00f3\u00f4]nim[ao]|unbekannt|inconnue?|desconocid[ao]|desconhecid[ao]|sconosciut[ao]";
    /** What is not there. */
    private static final String NOUN = "patients?|pat|person|subject|ids?|names?|number|mrn|male|female";
    /** Of one word or of several, as names in DICOM have them, without what stands between; also what a field without a value is called. */
    private static final Pattern PHRASE =
            Pattern.compile(("(?:%2$s)*(?:%1$s|no(?:%2$s)|not(?:available|applicable|known|given"
                            + "|provided|specified|stated|recorded|entered|assigned|set))(?:%1$s|%2$s)*|patient(?:id|name|number)")
                    .formatted(NOBODY, NOUN));

    private static final Pattern BETWEEN_PARTS = Pattern.compile("[ ^_-]+");
    /** A long number that a spreadsheet shows with its first digits alone. */
    private static final Pattern CUT_SHORT = Pattern.compile("[0-9](?:[.,][0-9]+)?e\\+[0-9]{2,3}");
    /** What fills a field. */
    private static final Pattern FILLED = Pattern.compile("0{4,}|9{5,}|x{3,}");
    /** Dashes, question marks and the like. */
    private static final Pattern NOTHING = Pattern.compile("[^\\p{L}\\p{N}]+");

    private Placeholders() {}

    /** Whether an id says that there is none. A number does only where it fills a field, so not 0, by which some count. */
    public static boolean isOne(String patient) {
        String id = Spelling.folded(patient).replace(" ", "");
        return WORDS.contains(id)
                || PHRASE.matcher(BETWEEN_PARTS.matcher(id).replaceAll("")).matches()
                || CUT_SHORT.matcher(id).matches()
                || FILLED.matcher(id).matches()
                || NOTHING.matcher(id).matches();
    }
}
