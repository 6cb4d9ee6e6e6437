package org.foldwise.learning.dataset;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.foldwise.learning.provenance.Digest;

/** Cohorts for tests: {@code aCohort().withPatients(40).withImagesPerPatient(1, 5).build()}. Seeded, no pixels. */
public final class CohortFixture {
    private int patients = 40;
    private int fewestImages = 1;
    private int mostImages = 5;
    private double positivePatients = 0.3;
    private double strayLabels = 0;
    private long seed = 1;
    private PatientLabelRule rule = PatientLabelRule.ANY_POSITIVE;
    private final List<ImageRecord> additional = new ArrayList<>();

    private CohortFixture() {}

    public static CohortFixture aCohort() {
        return new CohortFixture();
    }

    public CohortFixture withPatients(int count) {
        patients = count;
        return this;
    }

    public CohortFixture withImagesPerPatient(int fewest, int most) {
        fewestImages = fewest;
        mostImages = most;
        return this;
    }

    /** Share of patients whose images are positive; at least 1 patient of each class is made. */
    public CohortFixture withPositivePatients(double share) {
        positivePatients = share;
        return this;
    }

    /** Share of images that carry the other label than their patient. */
    public CohortFixture withStrayLabels(double share) {
        strayLabels = share;
        return this;
    }

    public CohortFixture withRule(PatientLabelRule patientLabelRule) {
        rule = patientLabelRule;
        return this;
    }

    public CohortFixture withSeed(long value) {
        seed = value;
        return this;
    }

    public CohortFixture with(ImageRecord image) {
        additional.add(image);
        return this;
    }

    public Cohort build() {
        SplittableRandom random = new SplittableRandom(seed);
        List<ImageRecord> images = new ArrayList<>(additional);
        int positives = Math.max(1, (int) Math.round(patients * positivePatients));
        for (int p = 0; p < patients; p++) {
            int count = fewestImages + (int) (random.nextDouble() * (mostImages - fewestImages + 1));
            for (int i = 0; i < count; i++) {
                boolean positive = (p < positives) != (i > 0 && random.nextDouble() < strayLabels);
                images.add(image(String.format("p%05d/%02d.png", p, i), patient(p), positive ? "sick" : "healthy"));
            }
        }
        return new Cohort(Task.BINARY, List.of("healthy", "sick"), rule, images);
    }

    /** The id of the patient of that number. */
    public static PatientId patient(int number) {
        return new PatientId(String.format("p%05d", number));
    }

    /** An image whose content is its own. */
    public static ImageRecord image(String name, PatientId patient, String label) {
        return image(name, patient, label, name);
    }

    /** An image with a day and a site, whose content is its own. */
    public static ImageRecord image(String name, PatientId patient, String label, LocalDate day, String site) {
        return new ImageRecord(name, Digest.of(name), patient, label, day, site);
    }

    /** An image with the content of that text. */
    public static ImageRecord image(String name, PatientId patient, String label, String content) {
        return new ImageRecord(name, Digest.of(content), patient, label, null, null);
    }
}
