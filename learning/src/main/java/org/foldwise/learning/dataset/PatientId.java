package org.foldwise.learning.dataset;

/**
 * The key under which a dataset knows a patient. Two images with equal keys are of one patient and never part company.
 *
 * @param value 1 to 128 characters, without control characters and without blanks at either end
 */
public record PatientId(String value) implements Comparable<PatientId> {
    private static final int MAXIMUM_LENGTH = 128;

    public PatientId {
        if (value.isEmpty() || value.length() > MAXIMUM_LENGTH) {
            throw new IllegalArgumentException(
                    "patient id must have 1 to " + MAXIMUM_LENGTH + " characters, had " + value.length());
        }
        if (!value.equals(value.strip()) || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "patient id must not begin or end with a blank and must not hold control characters");
        }
    }

    @Override
    public int compareTo(PatientId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
