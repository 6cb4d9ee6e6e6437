package org.foldwise.learning.metrics;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.dataset.PatientId;

/** The patients of cases, numbered from 0 in the order of their ids: made once, for all classes that the cases are judged on. */
public final class NumberedPatients {
    private final List<PatientId> ids;
    private final int[] numberOf;

    private NumberedPatients(List<PatientId> ids, int[] numberOf) {
        this.ids = ids;
        this.numberOf = numberOf;
    }

    /**
     * Numbers the patients of cases.
     *
     * @param patients whose each case is
     */
    public static NumberedPatients of(Collection<PatientId> patients) {
        Map<PatientId, Integer> numbers = new HashMap<>();
        patients.forEach(patient -> numbers.put(patient, 0));
        List<PatientId> ids = numbers.keySet().stream().sorted().toList();
        for (int i = 0; i < ids.size(); i++) {
            numbers.put(ids.get(i), i);
        }
        return new NumberedPatients(
                ids,
                patients.stream()
                        .mapToInt(patient -> numbers.getOrDefault(patient, 0))
                        .toArray());
    }

    /** The same patients of as many cases again and again. */
    NumberedPatients repeated(int times) {
        int[] repeated = new int[Math.multiplyExact(numberOf.length, times)];
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] = numberOf[i % numberOf.length];
        }
        return new NumberedPatients(ids, repeated);
    }

    /** How many there are. */
    public int count() {
        return ids.size();
    }

    /** How many cases there are. */
    int cases() {
        return numberOf.length;
    }

    /** Whose that case is. */
    public int of(int index) {
        return numberOf[index];
    }

    /** Whose each case is; a copy. */
    int[] ofCases() {
        return numberOf.clone();
    }

    /** Their ids, by number. */
    List<PatientId> ids() {
        return ids;
    }
}
