package org.foldwise.learning.dataset;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Patient ids that may mean the same patient: equal once case, blanks, punctuation, leading zeros of numbers and the decimal zero that spreadsheets give whole numbers
 * ({@code 12.0}) are left aside, and letters that are composed, of another width or written with another sign are taken for one: a file system may give a name
 * with its accents apart, and an input method digits of double width. What stands between two numbers keeps them apart, whatever it is: {@code 1-12} is {@code 01/12} and not {@code 11-2}. One patient under two ids is a leak that no splitter can see.
 */
public final class PatientIdVariants {
    private final Map<PatientId, StatedPatient> stated;

    private PatientIdVariants(Map<PatientId, StatedPatient> stated) {
        this.stated = stated;
    }

    /**
     * Compares ids.
     *
     * @param stated what was seen of ids that are pseudonyms
     */
    public static PatientIdVariants knowing(Map<PatientId, StatedPatient> stated) {
        return new PatientIdVariants(Map.copyOf(stated));
    }

    /** Groups of two or more suspiciously similar ids, in alphabetical order. */
    public List<SortedSet<PatientId>> among(Collection<PatientId> patients) {
        return patients.stream()
                .collect(groupingBy(this::variant, TreeMap::new, toCollection(() -> new TreeSet<PatientId>())))
                .values()
                .stream()
                .filter(group -> group.size() > 1)
                .<SortedSet<PatientId>>map(group -> group)
                .toList();
    }

    /** Whether two of them are {@link Spelling#isSame the same}, so differ in case, blanks and the ways to write one letter alone. */
    public boolean differInCaseAndBlanksOnly(Collection<PatientId> group) {
        return group.stream().map(this::spelling).distinct().count() < group.size();
    }

    private String variant(PatientId patient) {
        StatedPatient seen = stated.get(patient);
        return seen == null ? normalised(patient.value()) : seen.variant();
    }

    private String spelling(PatientId patient) {
        StatedPatient seen = stated.get(patient);
        return seen == null ? Spelling.same(patient.value()) : seen.spelling();
    }

    static String normalised(String patient) {
        return Spelling.folded(patient)
                .replaceAll("^(\\p{N}+)[.,]0+$", "$1")
                .replaceAll("(?<=\\p{N})[^\\p{L}\\p{N}]+(?=\\p{N})", "-")
                .replaceAll("[^\\p{L}\\p{N}-]+|(?<!\\p{N})-|-(?!\\p{N})", "")
                .replaceAll("(?<!\\p{N})0+(?=\\p{N})", "");
    }
}
