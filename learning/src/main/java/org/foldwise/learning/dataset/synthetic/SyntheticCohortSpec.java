package org.foldwise.learning.dataset.synthetic;

/**
 * What a synthetic cohort is to be like. Begin with {@link #DEFAULT} and change what matters.
 *
 * @param seed of everything; equal specs give equal bytes
 * @param patients 2 to 100000
 * @param minimumImages per patient, 1 to 12
 * @param maximumImages per patient, up to 12; each number in between is equally likely
 * @param prevalence share of the patients who are ill, in [0, 1]; met exactly but for rounding
 * @param signal how visible the disease is: 0 not at all, 1 clearly to a person, up to 4
 * @param imageSize longer side of a film in pixels, 32 to 2048; the other side varies
 * @param sites hospitals with their own exposure and markers, 1 to 26; 1 leaves no site effect
 * @param duplicates films filed a second time under the same patient
 * @param duplicatesAcrossPatients films filed a second time under another patient, who is ill or healthy alike; each patient
 *     gives or takes at most one
 * @param labelConflicts ill patients whose earlier films still show nothing; they get 2 images at least
 */
public record SyntheticCohortSpec(
        long seed,
        int patients,
        int minimumImages,
        int maximumImages,
        double prevalence,
        double signal,
        int imageSize,
        int sites,
        int duplicates,
        int duplicatesAcrossPatients,
        int labelConflicts) {
    /** A cohort that a small network learns in minutes, without any trap in it but three sites. */
    public static final SyntheticCohortSpec DEFAULT = new SyntheticCohortSpec(7, 120, 1, 4, 0.4, 1, 256, 3, 0, 0, 0);

    private static final int MAXIMUM_IMAGES = 12;

    public SyntheticCohortSpec {
        requireRange("patients", patients, 2, 100_000);
        requireRange("minimumImages", minimumImages, 1, MAXIMUM_IMAGES);
        requireRange("maximumImages", maximumImages, minimumImages, MAXIMUM_IMAGES);
        requireShare("prevalence", prevalence, 1);
        requireShare("signal", signal, 4);
        requireRange("imageSize", imageSize, 32, 2048);
        requireRange("sites", sites, 1, 26);
        requireRange("duplicates", duplicates, 0, patients);
        requireRange("duplicatesAcrossPatients", duplicatesAcrossPatients, 0, pairs(patients, prevalence));
        requireRange("labelConflicts", labelConflicts, 0, illPatients(patients, prevalence));
    }

    /** Number of ill patients. */
    public int illPatients() {
        return illPatients(patients, prevalence);
    }

    private static int illPatients(int patients, double prevalence) {
        return (int) Math.round(patients * prevalence);
    }

    /** How many pairs of patients who are both ill or both healthy there are. */
    private static int pairs(int patients, double prevalence) {
        int ill = illPatients(patients, prevalence);
        return ill / 2 + (patients - ill) / 2;
    }

    public SyntheticCohortSpec withSeed(long changed) {
        return new SyntheticCohortSpec(
                changed,
                patients,
                minimumImages,
                maximumImages,
                prevalence,
                signal,
                imageSize,
                sites,
                duplicates,
                duplicatesAcrossPatients,
                labelConflicts);
    }

    public SyntheticCohortSpec withPatients(int changed) {
        return new SyntheticCohortSpec(
                seed,
                changed,
                minimumImages,
                maximumImages,
                prevalence,
                signal,
                imageSize,
                sites,
                duplicates,
                duplicatesAcrossPatients,
                labelConflicts);
    }

    public SyntheticCohortSpec withImagesPerPatient(int minimum, int maximum) {
        return new SyntheticCohortSpec(
                seed,
                patients,
                minimum,
                maximum,
                prevalence,
                signal,
                imageSize,
                sites,
                duplicates,
                duplicatesAcrossPatients,
                labelConflicts);
    }

    public SyntheticCohortSpec withPrevalence(double changed) {
        return new SyntheticCohortSpec(
                seed,
                patients,
                minimumImages,
                maximumImages,
                changed,
                signal,
                imageSize,
                sites,
                duplicates,
                duplicatesAcrossPatients,
                labelConflicts);
    }

    public SyntheticCohortSpec withSignal(double changed) {
        return new SyntheticCohortSpec(
                seed,
                patients,
                minimumImages,
                maximumImages,
                prevalence,
                changed,
                imageSize,
                sites,
                duplicates,
                duplicatesAcrossPatients,
                labelConflicts);
    }

    public SyntheticCohortSpec withImageSize(int changed) {
        return new SyntheticCohortSpec(
                seed,
                patients,
                minimumImages,
                maximumImages,
                prevalence,
                signal,
                changed,
                sites,
                duplicates,
                duplicatesAcrossPatients,
                labelConflicts);
    }

    public SyntheticCohortSpec withSites(int changed) {
        return new SyntheticCohortSpec(
                seed,
                patients,
                minimumImages,
                maximumImages,
                prevalence,
                signal,
                imageSize,
                changed,
                duplicates,
                duplicatesAcrossPatients,
                labelConflicts);
    }

    /** Plants byte-identical copies. */
    public SyntheticCohortSpec withDuplicates(int samePatient, int acrossPatients) {
        return new SyntheticCohortSpec(
                seed,
                patients,
                minimumImages,
                maximumImages,
                prevalence,
                signal,
                imageSize,
                sites,
                samePatient,
                acrossPatients,
                labelConflicts);
    }

    public SyntheticCohortSpec withLabelConflicts(int changed) {
        return new SyntheticCohortSpec(
                seed,
                patients,
                minimumImages,
                maximumImages,
                prevalence,
                signal,
                imageSize,
                sites,
                duplicates,
                duplicatesAcrossPatients,
                changed);
    }

    private static void requireRange(String name, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(name + " must be " + low + " to " + high + ", was " + value);
        }
    }

    private static void requireShare(String name, double value, int high) {
        if (!(value >= 0 && value <= high)) {
            throw new IllegalArgumentException(name + " must be in [0, " + high + "], was " + value);
        }
    }
}
